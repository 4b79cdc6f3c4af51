"""Information-sharing agreements: between whom, by which gateway in law, what may be shared, and until when."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import Agency, Partnership, User
from casework.models.references import new_reference

CATEGORY_NAMES = (
    "identity",
    "contact",
    "location",
    "incident",
    "risk",
    "narrative",
    "household",
    "alleged",
    "needs",
)


class FeedbackLevel(models.IntegerChoices):
    """How much of a partner's work on what was sent to it the sender hears of; each with all before it."""

    RECEIVED = 1, "That it was received"
    ANSWERED = 2, "Whether it was accepted, and for what kind of reason not"
    ENGAGED = 3, "Whether they are in touch"
    CLOSED = 4, "That it ended, and with what kind of outcome"


class SharingAgreement(models.Model):
    """What its parties agreed to share. On its review date, or once it is ended, nothing new is shared under it."""

    reference = models.CharField(max_length=13, unique=True, default=new_reference, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="agreements")
    name = models.CharField(max_length=150)
    gateway = models.CharField(max_length=200)
    categories = ArrayField(models.CharField(max_length=20))
    feedback_level = models.PositiveSmallIntegerField(default=FeedbackLevel.CLOSED)
    valid_from = models.DateField()
    review_on = models.DateField(help_text="The first day on which it no longer lets anything new be shared.")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ()
        permissions = [
            ("view_agreement", "See the information-sharing agreements"),
            ("add_agreement", "Add an information-sharing agreement"),
            ("end_agreement", "End an information-sharing agreement"),
            ("warn_of_agreements", "Warn of agreements that are soon to be reviewed"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(gateway=""), name="agreement_says_its_gateway"),
            models.CheckConstraint(
                condition=Q(categories__contained_by=list(CATEGORY_NAMES)) & Q(categories__len__gt=0),
                name="agreement_names_known_categories",
            ),
            models.CheckConstraint(
                condition=Q(feedback_level__in=FeedbackLevel.values), name="agreement_says_how_much_is_heard_back"
            ),
            models.CheckConstraint(
                condition=Q(review_on__gt=F("valid_from")), name="agreement_is_reviewed_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="agreement_is_ended_when_and_by_whom_or_neither",
            ),
        ]

    @property
    def heard(self) -> str:
        """What the sender hears of a partner's work, in words."""
        return str(FeedbackLevel(self.feedback_level).label)

    def __str__(self) -> str:
        return self.name


class AgreementParty(models.Model):
    """One agency that takes part in an agreement."""

    agreement = models.ForeignKey(SharingAgreement, on_delete=models.PROTECT, related_name="parties")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["agreement", "agency"], name="agreement_has_each_party_once"),
        ]

    def __str__(self) -> str:
        return f"party {self.pk}"


class AgreementWarning(models.Model):
    """That the end of an agreement was warned of, so many days before: once each."""

    agreement = models.ForeignKey(SharingAgreement, on_delete=models.PROTECT, related_name="warnings")
    days = models.PositiveSmallIntegerField()
    warned_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["agreement", "days"], name="agreement_is_warned_of_once_each"),
        ]

    def __str__(self) -> str:
        return f"{self.days} days before"
