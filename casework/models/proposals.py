"""What proposes a bar: that a worker is like somebody in a case; and what a worker declares of themself for that."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts import vault
from accounts.models import User
from casework.models.bars import Bar
from casework.models.cases import Case
from casework.models.people import PartyRole

# A code for each way to be like somebody in each role, and what it says.
WHY = {
    f"{role.value}_{what}": f"The same {what} as the {role.label.lower()}"
    for role in PartyRole
    for what in ("name", "telephone", "address")
}


class Dismissal(models.TextChoices):
    ANOTHER_PERSON = "another_person", "It is somebody else with the same name, number or address"
    NO_CONFLICT = "no_conflict", "It is them, and that stands in nobody's way"
    KEPT_OTHERWISE = "kept_otherwise", "They are kept from the case in another way"


class BarProposal(models.Model):
    """One worker who is like somebody in a case, for a supervisor to bar or not. Made by the system, never shown to
    the worker; open until it is answered by a bar or a dismissal.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="bar_proposals")
    worker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    why = ArrayField(models.CharField(max_length=30))
    proposed_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    bar = models.ForeignKey(Bar, on_delete=models.PROTECT, null=True, related_name="+")
    dismissed = models.CharField(max_length=20, choices=Dismissal, blank=True)

    class Meta:
        default_permissions = ()
        permissions = [
            ("view_proposals", "See which bars are proposed"),
            ("answer_proposal", "Answer a proposed bar"),
            ("propose_bar", "Propose a bar"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(why__contained_by=list(WHY)) & Q(why__len__gt=0), name="bar_proposal_says_why"
            ),
            models.CheckConstraint(
                condition=Q(dismissed__in=[*Dismissal.values, ""]), name="bar_proposal_is_dismissed_for_a_known_reason"
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, bar__isnull=True, dismissed="")
                | Q(answered_at__isnull=False, answered_by__isnull=False)
                & (Q(bar__isnull=False, dismissed="") | Q(bar__isnull=True) & ~Q(dismissed="")),
                name="bar_proposal_is_answered_by_a_bar_or_a_dismissal",
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=F("worker")),
                name="nobody_answers_a_bar_proposed_of_themselves",
            ),
            models.UniqueConstraint(
                fields=["case", "worker"],
                condition=Q(answered_at__isnull=True),
                name="bar_proposal_is_open_once_for_each",
            ),
        ]

    @property
    def reasons(self) -> list[str]:
        return [WHY[code] for code in self.why]

    def __str__(self) -> str:
        return f"bar proposal {self.pk}"


class MarkKind(models.TextChoices):
    TELEPHONE = "telephone", "Telephone number"
    ADDRESS = "address", "Address"


class StaffMark(models.Model):
    """A telephone number or an address of a worker, by which they are found in a new case. Its value is not kept."""

    worker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=MarkKind)
    mark = models.BinaryField()
    declared_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        permissions = [("declare_mark", "Declare a telephone number or an address of one's own")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=MarkKind.values), name="staff_mark_has_a_known_kind"),
            models.UniqueConstraint(
                fields=["worker", "mark"], condition=Q(withdrawn_at__isnull=True), name="staff_mark_is_declared_once"
            ),
        ]
        indexes = [models.Index(fields=["mark"], name="staff_mark", condition=Q(withdrawn_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.kind} of worker {self.worker_id}"


def mark_of_address(lines: str, postcode: str) -> bytes | None:
    """An address as it is compared: its postcode and the numbers of flat and house, else its words. None: too little.

    One may write it in many ways, and those stay. No case keeps it: it is made when it is asked for.
    """
    code = "".join(sign for sign in postcode.upper() if sign.isalnum())
    words = "".join(sign if sign.isalnum() else " " for sign in lines.casefold()).split()
    numbers = sorted(word for word in words if word[0].isdigit())
    said = numbers if code and numbers else sorted(words)
    return vault.blind("staff.address", f"{code}|{' '.join(said)}") if said and (code or len(said) > 1) else None
