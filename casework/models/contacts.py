"""Contacts: each time somebody reaches the front door, or the front door reaches somebody."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from casework.models.cases import Case, CaseKind, NextStep
from casework.models.hubs import Hub
from casework.models.references import new_reference
from casework.models.sealed import SealedJSON, are_sealed
from casework.states import ContactStatus


class Channel(models.TextChoices):
    PHONE = "phone", "Telephone"
    CALL_BACK = "call_back", "Telephone: we rang them back"
    WEB = "web", "Web form"
    EMAIL = "email", "Email"
    TEXT = "text", "Text message"
    CHAT = "chat", "Web chat"
    WALK_IN = "walk_in", "In person, at a hub"
    ELSEWHERE = "elsewhere", "In person, at a library or hospital"
    OUTREACH = "outreach", "Outreach"
    REFERRAL_FORM = "referral_form", "Professional referral form"
    POLICE_TRANSFER = "police_transfer", "Police transfer"
    MARAC = "marac", "Meeting about high risk (MARAC)"


class Caller(models.TextChoices):
    VICTIM = "victim", "The victim"
    PROFESSIONAL = "professional", "A professional"
    THIRD_PARTY = "third_party", "Somebody else who knows them"
    ANONYMOUS = "anonymous", "Somebody who does not give a name"
    CHILD = "child", "A child or young person"
    SILENT = "silent", "Nobody spoke, or the call was dropped"
    ASKS_WHERE = "asks_where", "Somebody who wants a location or a confirmation"


class Danger(models.TextChoices):
    YES = "yes", "Yes"
    NO = "no", "No"
    UNKNOWN = "unknown", "Not known"


class CutOff(models.TextChoices):
    WAIT = "wait", "Wait for them"
    CALL_BACK = "call_back", "Ring them back"
    EMERGENCY = "emergency", "Call 999"


class Marker(models.TextChoices):
    """What to listen for in a story, from the topics that risk tools share. It counts nothing and grades nobody."""

    INJURY = "injury", "Injury"
    STRANGULATION = "strangulation", "Strangled or choked"
    WEAPON = "weapon", "Weapon"
    THREATS_TO_KILL = "threats_to_kill", "Threats to kill"
    STALKING = "stalking", "Stalking"
    SEPARATION = "separation", "Separated within a year"
    PREGNANCY = "pregnancy", "Pregnant or new baby"
    CHILD_CONTACT = "child_contact", "Quarrel over seeing children"
    SUICIDAL = "suicidal", "Thoughts of suicide"
    HONOUR = "honour", "Honour-based abuse or forced marriage"
    REPEAT = "repeat", "Burgled before"
    ALONE_AT_HOME = "alone_at_home", "Lives alone and is frightened"


class NoStepReason(models.TextChoices):
    ADVICE_GIVEN = "advice_given", "Advice given, nothing further wanted"
    CALLER_DECLINED = "caller_declined", "They do not want anything further"
    ALREADY_IN_HAND = "already_in_hand", "Already in hand elsewhere"
    WRONG_NUMBER = "wrong_number", "Wrong number or not a contact"


class Contact(models.Model):
    """One contact. A draft may hold anything or nothing, as typed, in `draft`; a logged one says what comes next.

    `said` and `wanted` are the caller's words, `opinion` the worker's. One that was `cut_short`, because they had to
    hang up, may leave out who called and what about, and never how they are called back.
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
    safe_to_talk = models.CharField("safe to talk", max_length=10, choices=Danger, blank=True)
    alone = models.CharField("alone", max_length=10, choices=Danger, blank=True)
    if_cut_off = models.CharField("if we are cut off", max_length=10, choices=CutOff, blank=True)
    danger = models.CharField("in danger now", max_length=10, choices=Danger, blank=True)
    opinion = models.TextField("what the worker thinks", max_length=5_000, blank=True)
    wanted = models.TextField("what they want to happen", max_length=2_000, blank=True)
    markers = ArrayField(models.CharField(max_length=20, choices=Marker), verbose_name="named in it", default=list)
    hub = models.ForeignKey(Hub, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="at which hub")
    cut_short = models.BooleanField("they had to hang up, or handed it in so", default=False)
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
                | (~Q(channel="") & ~Q(caller="") & ~Q(danger="") & ~Q(kind=""))
                | (~Q(channel="") & ~Q(danger="") & Q(cut_short=True, next_step__isnull=False)),
                name="contact_that_is_logged_says_how_who_what_and_danger",
            ),
            models.CheckConstraint(
                condition=Q(safe_to_talk__in=["", *Danger.values]), name="contact_knows_whether_they_could_talk"
            ),
            models.CheckConstraint(
                condition=Q(alone__in=["", *Danger.values]), name="contact_knows_whether_they_were_alone"
            ),
            models.CheckConstraint(
                condition=Q(if_cut_off__in=["", *CutOff.values]), name="contact_has_a_known_plan_if_cut_off"
            ),
            models.CheckConstraint(
                condition=Q(markers__contained_by=Marker.values), name="contact_names_known_markers"
            ),
            models.CheckConstraint(
                condition=Q(hub__isnull=True) | Q(channel=Channel.WALK_IN), name="contact_at_a_hub_was_in_person"
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
            models.Index(fields=["case", "-happened_at"], name="contact_of_case"),
            models.Index(
                fields=["started_by", "-started_at"],
                name="contact_drafts",
                condition=Q(status=ContactStatus.DRAFT),
            ),
        ]

    def __str__(self) -> str:
        return self.reference
