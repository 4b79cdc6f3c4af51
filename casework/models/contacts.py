"""Contacts: each time somebody reaches the front door, or the front door reaches somebody."""

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from casework.models.cases import Case, CaseKind, NextStep
from casework.models.references import new_reference
from casework.models.sealed import SealedJSON, are_sealed
from casework.states import ContactStatus


class Channel(models.TextChoices):
    PHONE = "phone", "Telephone"
    WEB = "web", "Web form"
    EMAIL = "email", "Email"
    TEXT = "text", "Text message"
    WALK_IN = "walk_in", "Walk-in at a hub"
    OUTREACH = "outreach", "Outreach"
    REFERRAL_FORM = "referral_form", "Professional referral form"
    POLICE_TRANSFER = "police_transfer", "Police transfer"


class Caller(models.TextChoices):
    VICTIM = "victim", "The victim"
    PROFESSIONAL = "professional", "A professional"
    THIRD_PARTY = "third_party", "Somebody else who knows them"
    ANONYMOUS = "anonymous", "Somebody who does not give a name"


class Danger(models.TextChoices):
    YES = "yes", "Yes"
    NO = "no", "No"
    UNKNOWN = "unknown", "Not known"


class NoStepReason(models.TextChoices):
    ADVICE_GIVEN = "advice_given", "Advice given, nothing further wanted"
    CALLER_DECLINED = "caller_declined", "They do not want anything further"
    ALREADY_IN_HAND = "already_in_hand", "Already in hand elsewhere"
    WRONG_NUMBER = "wrong_number", "Wrong number or not a contact"


class Contact(models.Model):
    """One contact. A draft may hold anything or nothing, as typed, in `draft`; a logged one says what comes next.

    `said` is what was said in the caller's words, apart from anybody's opinion.
    """

    reference = models.CharField(max_length=13, unique=True, default=new_reference, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="contacts")
    status = models.CharField(max_length=10, choices=ContactStatus, default=ContactStatus.DRAFT)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    draft = SealedJSON()
    saved_at = models.DateTimeField("draft saved at", null=True)
    saved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=20, choices=Channel, blank=True)
    happened_at = models.DateTimeField("when", null=True)
    caller = models.CharField("who made contact", max_length=20, choices=Caller, blank=True)
    said = models.TextField("what was said, in their words", max_length=20_000, blank=True)
    danger = models.CharField("in danger now", max_length=10, choices=Danger, blank=True)
    kind = models.CharField("what it is about", max_length=20, choices=CaseKind, blank=True)
    logged_at = models.DateTimeField(null=True)
    logged_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    next_step = models.ForeignKey(NextStep, on_delete=models.PROTECT, null=True, related_name="+")
    no_step_reason = models.CharField(max_length=20, choices=NoStepReason, blank=True)

    class Meta:
        default_permissions = ()
        permissions = [
            ("start_contact", "Start a contact"),
            ("view_contact", "Read a contact that one is writing"),
            ("save_draft", "Save a draft of a contact"),
            ("log_contact", "Log a contact"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ContactStatus.values), name="contact_has_a_known_status"),
            models.CheckConstraint(condition=Q(channel__in=["", *Channel.values]), name="contact_has_a_known_channel"),
            models.CheckConstraint(condition=Q(caller__in=["", *Caller.values]), name="contact_has_a_known_caller"),
            models.CheckConstraint(condition=Q(kind__in=["", *CaseKind.values]), name="contact_is_about_a_known_kind"),
            models.CheckConstraint(condition=Q(danger__in=["", *Danger.values]), name="contact_has_a_known_danger"),
            models.CheckConstraint(
                condition=Q(no_step_reason__in=["", *NoStepReason.values]),
                name="contact_has_a_known_reason_for_no_step",
            ),
            models.CheckConstraint(
                condition=Q(status=ContactStatus.DRAFT, logged_at__isnull=True, logged_by__isnull=True)
                | Q(
                    status=ContactStatus.LOGGED,
                    logged_at__isnull=False,
                    logged_by__isnull=False,
                    happened_at__isnull=False,
                    draft__isnull=True,
                ),
                name="contact_is_logged_when_somebody_logged_it",
            ),
            models.CheckConstraint(
                condition=Q(saved_at__isnull=True, saved_by__isnull=True)
                | Q(saved_at__isnull=False, saved_by__isnull=False),
                name="contact_draft_is_saved_by_somebody_at_some_time",
            ),
            models.CheckConstraint(
                condition=Q(status=ContactStatus.DRAFT)
                | (~Q(channel="") & ~Q(caller="") & ~Q(danger="") & ~Q(kind="")),
                name="contact_that_is_logged_says_how_who_what_and_danger",
            ),
            models.CheckConstraint(
                condition=Q(status=ContactStatus.DRAFT)
                | Q(next_step__isnull=False, no_step_reason="")
                | (Q(next_step__isnull=True) & ~Q(no_step_reason="")),
                name="contact_that_is_logged_has_a_next_step_or_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(happened_at__isnull=True) | Q(logged_at__isnull=True) | Q(happened_at__lte=F("logged_at")),
                name="contact_happened_before_it_was_logged",
            ),
            are_sealed("contact_draft_is_sealed", "draft"),
        ]
        indexes = [
            models.Index(
                fields=["started_by", "-started_at"],
                name="contact_drafts",
                condition=Q(status=ContactStatus.DRAFT),
            ),
        ]

    def __str__(self) -> str:
        return self.reference
