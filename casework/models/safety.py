"""Safety plans: made with whom they are for, one version after another, and what of one may be given away."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import User
from casework.models.cases import Case
from casework.models.sealed import SealedJSON, SealedText, are_sealed


class PlanPart(models.TextChoices):
    AT_HOME = "at_home", "When it gets dangerous at home"
    GOING = "going", "If they have to go: how, when, with what"
    WHO_HELPS = "who_helps", "Who helps, and who knows"
    CHILDREN = "children", "The children, and animals"
    PHONES = "phones", "Telephones, accounts and cars that may be watched"
    THINGS = "things", "Papers, money, keys, medicines"
    AFTERWARDS = "afterwards", "Afterwards: work, school, ways that are known"
    THEMSELVES = "themselves", "What gives them strength, and what to do on a bad day"


class SafetyPlan(models.Model):
    """One version of the plan of a case, in the words of whom it is for. The newest stands; none is ever changed.

    `notes` is what may be printed or read out of it: lines that say neither where nor what.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="plans")
    version = models.PositiveSmallIntegerField()
    parts = SealedJSON("the plan")
    present = SealedText("who was there")
    notes = SealedText("what may be given to them")
    made_at = models.DateTimeField("made")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        permissions = [
            ("view_plan", "See the safety plan"),
            ("write_plan", "Write a version of the safety plan with them"),
            ("give_plan", "Give them the notes of their safety plan"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "version"], name="plan_has_one_version_of_each_number"),
            models.CheckConstraint(condition=Q(version__gte=1), name="plan_begins_with_version_one"),
            models.CheckConstraint(
                condition=Q(parts__isnull=False, present__isnull=False), name="plan_says_something_and_who_was_there"
            ),
            are_sealed("plan_is_sealed_wholly", "parts", "present", "notes"),
        ]

    @property
    def rows(self) -> list[tuple[str, str]]:
        """Its parts by their headings, in the order of a plan."""
        labels = dict(PlanPart.choices)
        named = sorted(self.parts, key=lambda part: list(labels).index(part) if part in labels else len(labels))
        return [(str(labels.get(part, part)), self.parts[part]) for part in named]

    def __str__(self) -> str:
        return f"plan {self.pk}"
