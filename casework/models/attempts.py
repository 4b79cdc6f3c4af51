"""Each time somebody set out to reach a person, and what came of it; and decisions to use a way all the same."""

import uuid
from datetime import timedelta

from django.db import models
from django.db.models import F, Q

from accounts.models import Agency, User
from casework.models.cases import Case
from casework.models.routes import ContactRoute

LASTS = timedelta(hours=4)  # as an emergency access does: for the rest of a night


class OverrideReason(models.TextChoices):
    LIFE_AT_RISK = "life_at_risk", "Somebody's life is at risk now"
    NO_OTHER_WAY = "no_other_way", "Every other way was tried, and it cannot wait"
    THEY_ASKED = "they_asked", "They asked for it just now, in another way"


class RouteOverride(models.Model):
    """A supervisor's decision that one way may be used for a short time although it is not safe, and why.

    Never theirs who asked for it. No override opens a way of the alleged perpetrator's, or to who wants no contact.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="route_overrides")
    route = models.ForeignKey(ContactRoute, on_delete=models.PROTECT, related_name="overrides")
    reason = models.CharField(max_length=20, choices=OverrideReason)
    words = models.CharField("what has happened", max_length=500)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ()
        permissions = [
            ("override_route", "Let a way be used although it is not safe"),
            ("end_override", "End that before its time"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__in=OverrideReason.values), name="override_of_a_route_has_a_reason"
            ),
            models.CheckConstraint(condition=~Q(words=""), name="override_of_a_route_says_what_has_happened"),
            models.CheckConstraint(
                condition=Q(until__gt=F("given_at"), until__lte=F("given_at") + LASTS),
                name="override_of_a_route_lasts_four_hours_at_most",
            ),
            models.CheckConstraint(
                condition=Q(asked_by__isnull=True) | ~Q(asked_by=F("given_by")),
                name="nobody_overrides_a_route_at_their_own_request",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="override_of_a_route_is_ended_by_somebody_or_not",
            ),
        ]

    def __str__(self) -> str:
        return f"override {self.pk}"


class AttemptOutcome(models.TextChoices):
    REACHED = "reached", "Reached them"
    SENT = "sent", "Sent"
    NO_ANSWER = "no_answer", "No answer"
    MESSAGE_LEFT = "message_left", "Left a message, as agreed"
    NOT_NOW = "not_now", "They could not talk"
    NOT_SAFE = "not_safe", "They said that it is not safe any more"
    SOMEBODY_ELSE = "somebody_else", "Somebody else answered"
    WORD_FAILED = "word_failed", "Did not know the agreed word"
    WRONG_NUMBER = "wrong_number", "Wrong number or address"
    NOT_TRIED = "not_tried", "Not tried after all"


# What puts a way in doubt until it is confirmed again.
DOUBTFUL = (
    AttemptOutcome.NOT_SAFE,
    AttemptOutcome.SOMEBODY_ELSE,
    AttemptOutcome.WORD_FAILED,
    AttemptOutcome.WRONG_NUMBER,
)
# What counts as having tried to reach them.
TRIED = tuple(outcome for outcome in AttemptOutcome if outcome != AttemptOutcome.NOT_TRIED)


class ContactAttempt(models.Model):
    """One use of one way, by one worker, when it was safe or overridden. While it has no outcome it is under way."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="attempts")
    route = models.ForeignKey(ContactRoute, on_delete=models.PROTECT, related_name="attempts")
    override = models.ForeignKey(RouteOverride, on_delete=models.PROTECT, null=True, related_name="attempts")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    worker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, choices=AttemptOutcome, blank=True)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["case", "-started_at"], name="attempt_of_case")]
        permissions = [
            ("use_route", "Use a way to reach somebody"),
            ("view_attempt", "See the number, and what to say, while one uses it"),
            ("end_attempt", "Say what came of it"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["", *AttemptOutcome.values]), name="attempt_has_a_known_outcome"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, outcome="") | (Q(ended_at__isnull=False) & ~Q(outcome="")),
                name="attempt_is_ended_with_an_outcome_or_under_way",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="attempt_ends_after_it_began",
            ),
            models.UniqueConstraint(
                fields=["route", "worker"],
                condition=Q(ended_at__isnull=True),
                name="attempt_is_one_at_a_time_for_each_worker_and_route",
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.pk}"
