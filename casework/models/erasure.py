"""Erasing a case: what was asked and by whom approved, which stays as its tombstone; and legal holds, which beat it."""

import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from accounts.roles import Role
from casework.models.cases import Case
from casework.states import ErasureStatus


class HoldReason(models.TextChoices):
    COURT = "court", "Criminal or civil proceedings need it"
    REVIEW = "review", "A domestic abuse related death review, or a safeguarding review, needs it"
    INQUIRY = "inquiry", "An inquest or a public inquiry needs it"
    COMPLAINT = "complaint", "A complaint, a claim or a request about it is open"


class LegalHold(models.Model):
    """Why a case must be kept, whoever wants it erased. While one stands, the database lets no erasure be asked for,
    approved or carried out: casework/migrations/0021."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="holds")
    reason = models.CharField("why must it be kept?", max_length=20, choices=HoldReason)
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ()
        permissions = [("place_hold", "Place a legal hold on a case"), ("lift_hold", "Lift a legal hold")]
        constraints = [
            models.CheckConstraint(condition=Q(reason__in=HoldReason.values), name="hold_has_a_known_reason"),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="hold_is_lifted_when_and_by_whom_or_neither",
            ),
            models.UniqueConstraint(
                fields=["case", "reason"], condition=Q(lifted_at__isnull=True), name="hold_stands_once_for_each_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"hold {self.pk}"


class ErasureGround(models.TextChoices):
    """Why the law lets or makes us erase it. UK GDPR; Data Protection Act 2018 (DPA)."""

    RETENTION_OVER = "retention_over", "The time for which it is kept is over (UK GDPR, Article 5(1)(e))"
    RIGHT_UPHELD = (
        "right_upheld",
        "They asked for it and have a right to it (UK GDPR, Article 17; DPA 2018, section 47)",
    )
    UNLAWFUL = "unlawful", "It was not lawful to keep it (UK GDPR, Article 17(1)(d))"
    ORDERED = "ordered", "A court or the Commissioner ordered it (DPA 2018, sections 149 and 167)"


class Erasure(models.Model):
    """That a case be erased: the ground, who asked, and who answered. Carried out in the transaction of its approval.

    Once carried out it is the case's tombstone: `erased_at` is set by `erase_case()` in the database and by nothing
    else, and the words go with the case. In which posts they acted is kept, for people change theirs.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="erasures")
    status = models.CharField(max_length=10, choices=ErasureStatus, default=ErasureStatus.ASKED)
    ground = models.CharField("why may it be erased?", max_length=20, choices=ErasureGround)
    words = models.CharField("what it rests on", max_length=500)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_as = models.CharField(max_length=30, choices=Role)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answered_as = models.CharField(max_length=30, choices=Role, blank=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        permissions = [
            ("view_erasure", "See whether a case is to be erased, and what holds it"),
            ("ask_erasure", "Ask that a case be erased"),
            ("approve_erasure", "Approve the erasure of a case that somebody else asked for"),
            ("refuse_erasure", "Refuse the erasure of a case, or take it back"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ErasureStatus.values), name="erasure_has_a_known_status"),
            models.CheckConstraint(condition=Q(ground__in=ErasureGround.values), name="erasure_has_a_known_ground"),
            models.CheckConstraint(condition=Q(asked_as__in=Role.values), name="erasure_is_asked_in_a_known_role"),
            models.CheckConstraint(
                condition=Q(answered_as__in=["", *Role.values]), name="erasure_is_answered_in_a_known_role"
            ),
            models.CheckConstraint(condition=~Q(words=""), name="erasure_says_what_it_rests_on"),
            models.CheckConstraint(
                condition=Q(
                    status=ErasureStatus.ASKED, answered_at__isnull=True, answered_by__isnull=True, answered_as=""
                )
                | Q(answered_at__isnull=False, answered_by__isnull=False)
                & ~Q(status=ErasureStatus.ASKED)
                & ~Q(answered_as=""),
                name="erasure_is_answered_when_by_whom_and_as_what_or_waits",
            ),
            models.CheckConstraint(
                condition=~Q(status=ErasureStatus.APPROVED) | ~Q(answered_by=F("asked_by")),
                name="nobody_approves_an_erasure_that_they_asked_for",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(status=ErasureStatus.APPROVED),
                name="erasure_is_carried_out_only_when_it_is_approved",
            ),
            models.UniqueConstraint(
                fields=["case"], condition=~Q(status=ErasureStatus.REFUSED), name="erasure_is_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"erasure {self.pk}"
