"""What the victim agreed to, kept apart from the basis in law on which something is shared."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import Agency, User
from casework.models.agreements import CATEGORY_NAMES
from casework.models.cases import Case


class Purpose(models.TextChoices):
    POLICE_VISIT = "police_visit", "A police visit to a burgled home"
    SAFETY_SUPPORT = "safety_support", "Support and safety planning"
    SAFE_ACCOMMODATION = "safe_accommodation", "A safe place to live"
    HOUSING_HELP = "housing_help", "Help with housing"
    HEALTH_CARE = "health_care", "Health care"
    VICTIM_SUPPORT = "victim_support", "Practical and emotional support after a crime"
    REQUEST = "request", "To answer a lawful request for information"


class Consent(models.TextChoices):
    GIVEN = "given", "They agree"
    REFUSED = "refused", "They do not agree"
    WITHDRAWN = "withdrawn", "They no longer agree"
    NOT_SOUGHT = "not_sought", "They were not asked"
    UNSAFE_TO_ASK = "unsafe_to_ask", "It was not safe to ask them"


DOES_NOT_AGREE = frozenset({Consent.REFUSED, Consent.WITHDRAWN})


class ConsentHow(models.TextChoices):
    WITH_THE_SHARE = "with_the_share", "Said by the worker who shares"
    IN_PERSON = "in_person", "In person"
    BY_TELEPHONE = "by_telephone", "By telephone"
    IN_WRITING = "in_writing", "In writing"
    THROUGH_PROFESSIONAL = "through_professional", "Through a professional"


class Capacity(models.TextChoices):
    NOT_NOTED = "not_noted", "Not noted"
    ABLE = "able", "Able to decide this"
    DOUBTED = "doubted", "In doubt"


class ConsentRecord(models.Model):
    """What somebody said to being shared about, for one purpose, with one agency or with any (`recipient` null).

    Consent that is given is to these categories and to no others. A record is never changed: that consent was
    withdrawn is added to it, and what is said anew is a new one.
    """

    public_id = models.UUIDField(unique=True, default=uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="consents")
    state = models.CharField(max_length=20, choices=Consent)
    purpose = models.CharField(max_length=30, choices=Purpose)
    recipient = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    categories = ArrayField(models.CharField(max_length=20))
    how = models.CharField(max_length=30, choices=ConsentHow)
    reason = models.CharField(max_length=500, blank=True)
    capacity = models.CharField(max_length=20, choices=Capacity, default=Capacity.NOT_NOTED)
    interpreter = models.BooleanField(null=True, help_text="Whether an interpreter helped; null: not noted.")
    until = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ()
        permissions = [
            ("record_consent", "Record what somebody agreed to"),
            ("withdraw_consent", "Record that they no longer agree"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=Consent.values), name="consent_has_a_known_state"),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="consent_has_a_known_purpose"),
            models.CheckConstraint(
                condition=Q(categories__contained_by=list(CATEGORY_NAMES)) & Q(categories__len__gt=0),
                name="consent_names_known_categories",
            ),
            models.CheckConstraint(condition=Q(how__in=ConsentHow.values), name="consent_says_in_a_known_way_how"),
            models.CheckConstraint(condition=Q(capacity__in=Capacity.values), name="consent_notes_a_known_capacity"),
            models.CheckConstraint(
                condition=Q(state=Consent.GIVEN) | ~Q(reason=""), name="consent_that_is_not_given_says_why"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="consent_is_withdrawn_when_and_by_whom_or_neither",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(state=Consent.GIVEN),
                name="consent_is_withdrawn_only_where_it_was_given",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("recorded_at")), name="consent_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return str(Consent(self.stands).label)

    @property
    def stands(self) -> str:
        """What they say now: the state, until it was withdrawn."""
        return Consent.WITHDRAWN if self.withdrawn_at else self.state
