"""How a case closed: with what outcome, what was said of safety, and who agreed."""

import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from casework.models.cases import Case, CaseKind, NextStep


class CaseOutcome(models.TextChoices):
    SUPPORTED = "supported", "Supported by a service"
    ADVICE = "advice", "Advice only"
    ACCOMMODATION = "accommodation", "Placed in safe accommodation"
    SANCTUARY = "sanctuary", "Their home was made safer"
    ORDER = "order", "A court order was obtained"
    MOVED_AREA = "moved_area", "Moved, and handed over to another area"
    BACK_TOGETHER = "back_together", "Back with the person concerned, which is never held against them"
    VISITED = "visited", "Visited by the police"
    NO_VISIT = "no_visit", "Wanted no visit"
    NOT_WANTED = "not_wanted", "Wanted no further help"
    UNREACHABLE = "unreachable", "Could not be reached"
    DECEASED = "deceased", "They have died"
    MISTAKE = "mistake", "Opened by mistake"


class SafetyAdvice(models.TextChoices):
    GIVEN = "given", "Given, and by a safe way"
    HAD_ALREADY = "had_already", "They have it from another service"
    NOT_WANTED = "not_wanted", "They did not want it"
    NOT_REACHED = "not_reached", "Could not be given: they were not reached"
    NOT_APPLICABLE = "not_applicable", "There is nobody to give it to"


ALTERNATIVES = [
    ("gp", "Their doctor"),
    ("school", "A school or nursery"),
    ("midwife", "A midwife or health visitor"),
    ("welfare_check", "A welfare check by the police"),
    ("other_service", "A service that sees them"),
]
# What an outcome may be, by the kind of case; whatever a kind does not name may be any case's.
OF_ONE_KIND: dict[str, set[CaseOutcome]] = {
    CaseKind.DOMESTIC_ABUSE: {
        CaseOutcome.ACCOMMODATION,
        CaseOutcome.SANCTUARY,
        CaseOutcome.ORDER,
        CaseOutcome.BACK_TOGETHER,
    },
    CaseKind.BURGLARY: {CaseOutcome.VISITED, CaseOutcome.NO_VISIT},
}


def outcomes_of(kind: str) -> list[CaseOutcome]:
    """How a case of this kind may end."""
    others = set().union(*(outcomes for of, outcomes in OF_ONE_KIND.items() if of != kind))
    return [outcome for outcome in CaseOutcome if outcome not in others]


class Closing(models.Model):
    """That a case closes was asked, and was agreed or turned down. Where somebody else must agree, it waits as a step.

    A case may be opened again and close again: the newest that was agreed says how it stands.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="closings")
    outcome = models.CharField("how it ended", max_length=20, choices=CaseOutcome)
    advice = models.CharField("safety advice", max_length=20, choices=SafetyAdvice)
    tried = models.CharField("another way to them that was considered", max_length=20, blank=True, choices=ALTERNATIVES)
    words = models.CharField("in a sentence", max_length=500)
    needs_second = models.BooleanField("needs a second person")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    step = models.OneToOneField(NextStep, on_delete=models.PROTECT, null=True, related_name="closing")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    agreed = models.BooleanField(null=True)
    why_not = models.CharField(max_length=500, blank=True)

    class Meta:
        default_permissions = ()
        permissions = [
            ("close_case", "Close a case, or ask that it be closed"),
            ("answer_closing", "Agree that a case closes, or say why not"),
            ("reopen_case", "Open a closed case again"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=CaseOutcome.values), name="closing_has_a_known_outcome"),
            models.CheckConstraint(condition=Q(advice__in=SafetyAdvice.values), name="closing_says_what_of_safety"),
            models.CheckConstraint(condition=~Q(words=""), name="closing_says_something"),
            models.CheckConstraint(
                condition=Q(tried__in=["", *dict(ALTERNATIVES)]), name="closing_names_a_known_other_way"
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, agreed__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False, agreed__isnull=False),
                name="closing_is_answered_when_by_whom_and_how_or_not_at_all",
            ),
            models.CheckConstraint(
                condition=Q(needs_second=False) | Q(answered_by__isnull=True) | ~Q(answered_by=F("asked_by")),
                name="closing_that_needs_a_second_person_is_answered_by_one",
            ),
            models.CheckConstraint(
                condition=Q(needs_second=True, step__isnull=False) | Q(needs_second=False, step__isnull=True),
                name="closing_waits_as_a_step_for_a_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(agreed=False) | ~Q(why_not=""), name="closing_that_is_turned_down_says_why"
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(answered_at__isnull=True), name="closing_is_asked_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.get_outcome_display()
