"""Letting oneself into a case because somebody may come to harm: a reason now, a review later."""

import uuid
from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from casework.models.agreements import CATEGORY_NAMES
from casework.models.cases import Case

LASTS = timedelta(hours=4)  # for the rest of a night, because the next waits for a review: docs/decisions/0023


class EmergencyReason(models.TextChoices):
    LIFE_AT_RISK = "life_at_risk", "Somebody's life is at risk now"
    CHILD_AT_RISK = "child_at_risk", "A child is at risk now"
    MISSING = "missing", "Somebody is missing"
    HOLDER_UNREACHABLE = "holder_unreachable", "It cannot wait, and the agency that holds the case does not answer"


class Finding(models.TextChoices):
    JUSTIFIED = "justified", "It was right to open it"
    LEARNING = "learning", "It was meant well, and something must be learned from it"
    NOT_JUSTIFIED = "not_justified", "It was not right to open it"


class EmergencyAccess(models.Model):
    """One worker's access to named categories of one case, until a moment by the database's clock.

    It ends at `until`, when the worker closes it, or when it is reviewed, whichever comes first. It is no grant: it is
    read beside them, in `casework.policy` and in `ctx_emergency_case()`. A bar or a seal beats it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="emergencies")
    worker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=30, choices=EmergencyReason)
    words = models.CharField("what has happened", max_length=500)
    categories = ArrayField(models.CharField(max_length=20))
    opened_at = models.DateTimeField()
    until = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    finding = models.CharField(max_length=20, choices=Finding, blank=True)
    review = models.CharField(max_length=500, blank=True)

    class Meta:
        default_permissions = ()
        permissions = [
            ("open_in_emergency", "Open a case in an emergency"),
            ("close_emergency", "End one's own emergency access"),
            ("review_emergency", "Review an emergency access"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__in=EmergencyReason.values), name="emergency_access_has_a_known_reason"
            ),
            models.CheckConstraint(
                condition=Q(finding__in=["", *Finding.values]), name="emergency_access_has_a_known_finding"
            ),
            models.CheckConstraint(condition=~Q(words=""), name="emergency_access_says_what_has_happened"),
            models.CheckConstraint(
                condition=Q(categories__contained_by=list(CATEGORY_NAMES)) & Q(categories__len__gt=0),
                name="emergency_access_names_known_categories",
            ),
            models.CheckConstraint(
                condition=Q(until__gt=F("opened_at"), until__lte=F("opened_at") + LASTS),
                name="emergency_access_lasts_four_hours_at_most",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at__isnull=True, reviewed_by__isnull=True, finding="", review="")
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False, finding__in=Finding.values) & ~Q(review=""),
                name="emergency_access_is_reviewed_with_a_finding_in_words",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("worker")),
                name="nobody_reviews_their_own_emergency_access",
            ),
            models.UniqueConstraint(
                fields=["worker"],
                condition=Q(reviewed_at__isnull=True),
                name="emergency_access_is_reviewed_before_the_next",
            ),
        ]
        indexes = [
            models.Index(fields=["case"], name="emergency_to_review", condition=Q(reviewed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"emergency access {self.pk}"
