"""Whether two parties are one person: what workers said of that, and took back. The ledger under linked people."""

import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from casework.models.people import Party, Person


class Sameness(models.TextChoices):
    SAME = "same", "The same person"
    DIFFERENT = "different", "Different people, however alike"


class PersonJudgement(models.Model):
    """That two parties are one person, or are not; why, by whom, and since when. It holds until it is taken back.

    Parties stand where the judgements that hold put them: all who are joined, with the one who was there first (the
    lowest id). `was` is the person whom each was before, so that whatever is taken back, in any order, everybody stands
    where they would without it. It belongs to both cases, and goes when either is erased.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey("casework.Case", on_delete=models.PROTECT, related_name="+")
    other_case = models.ForeignKey("casework.Case", on_delete=models.PROTECT, related_name="+")
    first = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    first_was = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    second_was = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    finding = models.CharField(max_length=10, choices=Sameness)
    reason = models.CharField("why", max_length=300)
    judged_at = models.DateTimeField()
    judged_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField("taken back", null=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    undone_reason = models.CharField("why it was taken back", max_length=300, blank=True)

    class Meta:
        default_permissions = ()
        permissions = [
            ("view_people", "See who was said to be whom"),
            ("tell_apart", "Say that two parties are different people"),
            ("undo_judgement", "Take back what was said of who is whom"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(finding__in=Sameness.values), name="people_are_the_same_or_different"),
            models.CheckConstraint(condition=~Q(reason=""), name="judgement_of_people_says_why"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="judgement_of_people_is_of_two_in_order"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True, undone_reason="")
                | Q(undone_at__isnull=False, undone_by__isnull=False) & ~Q(undone_reason=""),
                name="judgement_of_people_is_taken_back_by_somebody_and_says_why",
            ),
            models.UniqueConstraint(
                fields=["first", "second"],
                condition=Q(undone_at__isnull=True),
                name="one_judgement_holds_of_each_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.finding} {self.public_id}"
