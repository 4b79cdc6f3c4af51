"""What other agencies hand in to the front door, and how far both sides are with it."""

from django.db import models
from django.db.models import F, Q

from accounts.models import Agency, User
from casework.models import Case, new_reference
from casework.models.sealed import SealedText, are_sealed


class Standing(models.TextChoices):
    """How what was handed in stands, as far as whoever did so hears of it."""

    NOT_RECEIVED = "not_received", "Not yet received: it is still yours"
    RECEIVED = "received", "Received"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined by the service that was asked: the front door looks for another"
    ENGAGED = "engaged", "Accepted, and in touch with them"
    NOT_ENGAGED = "not_engaged", "Accepted, and not in touch with them"
    CLOSED = "closed", "Closed"


class HandIn(models.Model):
    """That an agency handed something in: whose it is, what was asked back, and nothing of what it says.

    What is typed stands in the first contact of an intake case that the front door holds: a draft that nobody there
    opens until it is sent. `told` is what they heard last; `question`, sealed with that case, is the front door's.
    """

    reference = models.CharField(max_length=13, unique=True, default=new_reference, editable=False)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="hand_in")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", help_text="Who handed it in.")
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField("to be received by", null=True)
    borough = models.CharField("where they live", max_length=100, blank=True)
    received_at = models.DateTimeField(null=True)
    received_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    question = SealedText("what is asked back")
    asked_at = models.DateTimeField(null=True)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    kept_here = models.CharField("why it is not passed on to its area", max_length=300, blank=True)
    told = models.CharField("what they heard last", max_length=20, choices=Standing, default=Standing.NOT_RECEIVED)
    told_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        verbose_name = "hand-in"
        permissions = [
            ("view_hand_in", "Follow what was handed in to the front door"),
            ("hand_in", "Hand something in to the front door"),
            ("take_hand_in", "Receive what was handed in, and ask back"),
            ("tell_hander_in", "Tell whoever handed something in how it stands"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(told__in=Standing.values), name="hand_in_was_told_of_a_known_standing"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True, sent_by__isnull=True, due_at__isnull=True, told_at__isnull=True)
                | Q(sent_at__isnull=False, sent_by__isnull=False, due_at__isnull=False, told_at__isnull=False),
                name="hand_in_is_sent_when_by_whom_and_to_be_received_by",
            ),
            models.CheckConstraint(
                condition=Q(received_at__isnull=True, received_by__isnull=True)
                | Q(received_at__isnull=False, received_by__isnull=False, sent_at__isnull=False),
                name="hand_in_is_received_after_it_was_sent_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(asked_at__isnull=True, asked_by__isnull=True)
                | Q(asked_at__isnull=False, asked_by__isnull=False, received_at__isnull=False),
                name="hand_in_is_asked_about_by_who_received_it",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False, asked_at__lte=F("answered_at")),
                name="hand_in_is_answered_after_it_was_asked_about",
            ),
            are_sealed("hand_in_question_is_sealed", "question"),
        ]
        indexes = [models.Index(fields=["agency", "-begun_at", "-id"], name="hand_in_of_agency")]

    def __str__(self) -> str:
        return self.reference
