"""What partner agencies offer."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import Agency
from casework.models import CaseKind, Purpose
from casework.models.agreements import CATEGORY_NAMES


class Service(models.Model):
    """What an agency offers: for which kinds of case, for what purpose, and how soon it answers."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="services")
    name = models.CharField(max_length=100)
    what_for = models.CharField(max_length=300)
    kinds = ArrayField(models.CharField(max_length=20))
    purpose = models.CharField(max_length=30, choices=Purpose)
    usual_categories = ArrayField(models.CharField(max_length=20))
    answers_within_hours = models.PositiveIntegerField()
    levels = models.JSONField(
        "its own service levels",
        default=dict,
        blank=True,
        help_text="By the code of a standard, where it keeps to another than that.",
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        default_permissions = ()
        permissions = [("view_service", "See the partner services"), ("add_service", "Add a partner service")]
        constraints = [
            models.UniqueConstraint(fields=["agency", "name"], name="service_is_named_once_per_agency"),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="service_has_a_known_purpose"),
            models.CheckConstraint(
                condition=Q(kinds__contained_by=CaseKind.values), name="service_is_for_known_kinds_of_case"
            ),
            models.CheckConstraint(
                condition=Q(usual_categories__contained_by=list(CATEGORY_NAMES)),
                name="service_asks_for_known_categories",
            ),
        ]

    def __str__(self) -> str:
        return self.name
