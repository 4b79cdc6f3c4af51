"""A case's need, sent to a partner service, and what becomes of it."""

from django.db import models
from django.db.models import Q

from accounts.models import Agency, User
from casework.models import Case, CaseKind, NextStep, SharingDecision, new_reference
from referrals.models.services import Service
from referrals.states import LIVE, ReferralStatus


class Urgency(models.TextChoices):
    ROUTINE = "routine", "Routine"
    URGENT = "urgent", "Urgent"


class DeclineReason(models.TextChoices):
    """Codes from the list practitioners use, aligned with the national groupings for refuge referrals."""

    NO_CAPACITY = "no_capacity", "No capacity"
    OUTSIDE_AREA = "outside_area", "Outside our area"
    OUTSIDE_REMIT = "outside_remit", "Outside our remit"
    RISK_TOO_HIGH = "risk_too_high", "Risk too high for this service"
    INSUFFICIENT = "insufficient_information", "Not enough information"
    DUPLICATE = "duplicate", "Already referred to us"
    VICTIM_DECLINED = "victim_declined", "They do not want it"
    UNCONTACTABLE = "victim_uncontactable", "They could not be reached"
    UNSAFE = "unsafe", "Not safe for them or for staff"
    OTHER = "other", "Other"


class Referral(models.Model):
    """A case's need, sent to a partner service. Live ones always have an owner and a due time.

    Before it is accepted the addressed agency sees only this row's own columns: the summary. Language and
    access needs are therefore copied here at sending. `owner` empty means the owner agency's duty queue.
    """

    reference = models.CharField(max_length=13, unique=True, default=new_reference, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="referrals")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="referrals")
    sender = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=ReferralStatus, default=ReferralStatus.DRAFT)
    decision = models.OneToOneField(SharingDecision, on_delete=models.PROTECT, null=True, related_name="referral")
    follow_up = models.ForeignKey(
        NextStep,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="The sender's step that watches it.",
    )
    owner_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField()
    due_source = models.CharField(max_length=40)
    urgency = models.CharField(max_length=10, choices=Urgency, default=Urgency.ROUTINE)
    asked = models.CharField(max_length=500, help_text="What is asked of the partner, without names.")
    case_kind = models.CharField(max_length=20, choices=CaseKind)
    borough = models.CharField(max_length=100)
    language = models.CharField(max_length=60, blank=True)
    interpreter_needed = models.BooleanField(null=True)
    access_needs = models.CharField(max_length=500, blank=True)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decline_reason = models.CharField(max_length=30, choices=DeclineReason, blank=True)
    decline_note = models.CharField(max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=500, blank=True)
    changes = models.JSONField(default=dict, help_text="When what is shared last changed, by category.")

    class Meta:
        default_permissions = ()
        permissions = [
            ("view_referral", "See a referral"),
            ("draft_referral", "Draft a referral"),
            ("send_referral", "Send a referral"),
            ("accept_referral", "Accept a referral"),
            ("decline_referral", "Decline a referral"),
            ("withdraw_referral", "Withdraw a referral"),
            ("complete_referral", "Complete a referral"),
            ("hand_over_referrals", "Pass on the referrals that somebody leaves behind"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ReferralStatus.values), name="referral_has_a_known_status"),
            models.CheckConstraint(condition=Q(urgency__in=Urgency.values), name="referral_has_a_known_urgency"),
            models.CheckConstraint(
                condition=Q(case_kind__in=CaseKind.values), name="referral_has_a_known_kind_of_case"
            ),
            models.CheckConstraint(
                condition=Q(decline_reason__in=["", *DeclineReason.values]),
                name="referral_has_a_known_decline_reason",
            ),
            models.UniqueConstraint(
                fields=["case", "service"],
                condition=Q(status__in=sorted(LIVE)),
                name="referral_one_live_per_case_and_service",
            ),
            models.CheckConstraint(
                condition=Q(status=ReferralStatus.DRAFT, sent_at__isnull=True, sent_by__isnull=True)
                | Q(status=ReferralStatus.WITHDRAWN)
                | Q(
                    sent_at__isnull=False,
                    sent_by__isnull=False,
                    decision__isnull=False,
                    follow_up__isnull=False,
                ),
                name="referral_that_is_sent_has_its_decision_and_follow_up",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True, sent_by__isnull=True)
                | Q(sent_at__isnull=False, sent_by__isnull=False),
                name="referral_is_sent_when_and_by_whom_or_neither",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="referral_is_answered_when_and_by_whom_or_neither",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["accepted", "declined", "completed"]) | Q(answered_at__isnull=False),
                name="referral_that_has_an_answer_says_when",
            ),
            models.CheckConstraint(
                condition=Q(status=ReferralStatus.DECLINED) & ~Q(decline_reason="")
                | ~Q(status=ReferralStatus.DECLINED) & Q(decline_reason=""),
                name="referral_that_is_declined_says_why",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["declined", "withdrawn", "completed"], ended_at__isnull=False)
                & Q(ended_by__isnull=False)
                | Q(status__in=["draft", "sent", "accepted"], ended_at__isnull=True, ended_by__isnull=True),
                name="referral_is_ended_when_somebody_ended_it",
            ),
            models.CheckConstraint(
                condition=~Q(status=ReferralStatus.COMPLETED) | ~Q(outcome=""),
                name="referral_that_is_completed_says_its_outcome",
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner_agency", "due_at", "id"],
                name="referral_inbox",
                condition=Q(status__in=["sent", "accepted"]),
            ),
            models.Index(
                fields=["sender", "due_at", "id"],
                name="referral_outbox",
                condition=Q(status__in=sorted(LIVE)),
            ),
        ]

    def __str__(self) -> str:
        return self.reference
