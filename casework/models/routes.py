"""How somebody can be reached, whether that is safe, and everything that makes it so."""

import uuid

from django.db import models
from django.db.models import F, Q

from accounts import vault
from accounts.models import User
from casework.models.people import Party
from casework.models.sealed import Mark, SealedText, are_sealed


class RouteKind(models.TextChoices):
    PHONE = "phone", "Telephone"
    SMS = "sms", "Text message"
    EMAIL = "email", "Email"
    LETTER = "letter", "Letter"
    IN_PERSON = "in_person", "In person"
    VIA_PROFESSIONAL = "via_professional", "Through a professional"
    VIA_TRUSTED_PERSON = "via_trusted_person", "Through somebody they trust"
    NONE = "none", "No contact"


class Safety(models.TextChoices):
    SAFE = "safe", "Safe"
    UNSAFE = "unsafe", "Not safe"
    UNKNOWN = "unknown", "Not known"


class Said(models.TextChoices):
    """What was answered to a question that somebody may not have asked: then nothing is kept."""

    YES = "yes", "Yes"
    NO = "no", "No"
    UNKNOWN = "unknown", "Not known"


class Voicemail(models.TextChoices):
    NONE = "none", "Leave no message"
    NEUTRAL = "neutral_only", "A message that says nothing of us"
    FULL = "full", "A message may say who rang"


class CallerId(models.TextChoices):
    WITHHELD = "withheld", "Withhold our number"
    SHOW = "show", "Our number may be shown"


class Letters(models.TextChoices):
    NEVER = "never", "Never"
    PLAIN_ENVELOPE = "plain_envelope", "In a plain envelope"
    COLLECT_AT_HUB = "collect_at_hub", "Kept at a hub, to be collected"


class Change(models.TextChoices):
    """After what the risk is looked at sooner. After some of it, addresses and ways are doubtful that were right."""

    MOVED = "moved", "They moved"
    SEPARATED = "separated", "They separated from the alleged perpetrator"
    INCIDENT = "incident", "A new incident"
    RELEASED = "released", "The alleged perpetrator was released, or their bail changed"
    ORDER = "order", "An order was granted, broken or ended"
    COURT = "court", "A day in court is near"
    CHILD_CONTACT = "child_contact", "Seeing the children changed"
    PREGNANCY = "pregnancy", "Pregnancy, or a new baby"
    NEW_INFORMATION = "new_information", "An agency told something new"
    MORE_AFRAID = "more_afraid", "They are more afraid"


MAKE_DOUBTFUL = (Change.MOVED, Change.SEPARATED)


class Initiator(models.TextChoices):
    SERVICE = "service", "We may"
    VICTIM_ONLY = "victim_only", "Only they: never we"


SEALED = (
    "value",
    "e164",
    "when_safe",
    "note",
    "code_word",
    "our_word",
    "windows",
    "never_times",
    "who_may_answer",
    "who_must_not",
    "if_other_answers",
)


class ContactRoute(models.Model):
    """One way to reach somebody, and whether it is safe. Unknown is not safe; only a person's word makes it so.

    An empty choice was not asked. `windows` and `never_times` are lines as `casework.windows` writes them. Whether it
    may be used now, `casework.safe_contact` alone decides. A letter goes to an address of the case, never to one here.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey("casework.Case", on_delete=models.PROTECT, related_name="routes")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="routes")
    kind = models.CharField("way", max_length=20, choices=RouteKind)
    value = SealedText("number or address", help_text="As it was said; a telephone also as E.164.")
    e164 = SealedText(help_text="The telephone number as +442079460018.")
    mark = Mark(of="marked", null=True, help_text="What the number, or the way, is looked up by.")
    read_back = models.BooleanField("read back to them", null=True)
    safety = models.CharField("safe to use", max_length=10, choices=Safety, default=Safety.UNKNOWN)
    monitored = models.CharField("shared with or watched by somebody", max_length=10, choices=Said, blank=True)
    initiator = models.CharField("who may begin", max_length=12, choices=Initiator, blank=True)
    windows = SealedText("safe times")
    never_times = SealedText("never at")
    when_safe = SealedText("when it is safe", help_text="Days and times, in their words.")
    who_may_answer = SealedText("who may answer")
    who_must_not = SealedText("who must not")
    if_other_answers = SealedText("if somebody else answers, say")
    note = SealedText("who may answer, what may be said")
    voicemail = models.CharField("voicemail", max_length=20, choices=Voicemail, blank=True)
    caller_id = models.CharField("our number", max_length=20, choices=CallerId, blank=True)
    letters = models.CharField("letters", max_length=20, choices=Letters, blank=True)
    knows = models.CharField("whom they trust knows of the abuse", max_length=10, choices=Said, blank=True)
    code_word = SealedText("agreed word", help_text="Who says it is the person. Compared, and never shown.")
    our_word = SealedText("our word", help_text="Whoever says it is us. Compared, and never shown.")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField("to be confirmed again by", null=True)
    doubted_at = models.DateTimeField(
        "in doubt since", null=True, help_text="Not safe from then on, until it is said anew."
    )
    superseded_at = models.DateTimeField(null=True, help_text="When the same way was said anew.")

    class Meta:
        default_permissions = ()
        permissions = [
            ("confirm_route", "Say anew whether a way is safe"),
            ("report_change", "Say that they moved or separated"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=RouteKind.values), name="route_has_a_known_kind"),
            models.CheckConstraint(condition=Q(safety__in=Safety.values), name="route_has_a_known_safety"),
            models.CheckConstraint(
                condition=Q(monitored__in=["", *Said.values]), name="route_says_whether_it_is_watched"
            ),
            models.CheckConstraint(condition=Q(initiator__in=["", *Initiator.values]), name="route_says_who_may_begin"),
            models.CheckConstraint(
                condition=Q(voicemail__in=["", *Voicemail.values]), name="route_has_a_known_rule_for_voicemail"
            ),
            models.CheckConstraint(
                condition=Q(caller_id__in=["", *CallerId.values]), name="route_has_a_known_rule_for_our_number"
            ),
            models.CheckConstraint(
                condition=Q(letters__in=["", *Letters.values]), name="route_has_a_known_rule_for_letters"
            ),
            models.CheckConstraint(
                condition=Q(knows__in=["", *Said.values]), name="route_says_whether_the_trusted_person_knows"
            ),
            models.CheckConstraint(
                condition=~Q(kind=RouteKind.LETTER) | Q(value__isnull=True), name="route_by_letter_holds_no_address"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="route_is_confirmed_when_and_by_whom_or_neither",
            ),
            models.CheckConstraint(
                condition=~Q(safety=Safety.SAFE) | Q(confirmed_at__isnull=False),
                name="route_is_safe_only_when_somebody_confirmed_it",
            ),
            models.CheckConstraint(
                condition=~Q(safety=Safety.SAFE) | Q(expires_at__isnull=False), name="route_is_safe_only_for_a_time"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("confirmed_at")),
                name="route_expires_after_it_was_confirmed",
            ),
            are_sealed("route_is_sealed_where_it_locates", *SEALED),
        ]
        indexes = [models.Index(fields=["mark"], name="route_mark", condition=Q(mark__isnull=False))]

    def marked(self) -> bytes:
        """A telephone is marked the same in every case, so that it is found; any other way in its own case only."""
        if self.e164:
            return mark_of_telephone(self.e164)
        return mark_of_way(self.case_id, self.kind, self.value)

    @property
    def ending(self) -> str:
        """As much of a number as tells it from another, and no more."""
        return self.e164[-3:]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of party {self.party_id}"


def mark_of_telephone(e164: str) -> bytes:
    return vault.blind("route.e164", e164)


def mark_of_way(case_id: int, kind: str, value: str) -> bytes:
    return vault.blind("route.value", f"{case_id}|{kind}|{value.strip().casefold()}")
