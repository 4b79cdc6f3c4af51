"""What partner agencies offer."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.fields.json import KT
from django.db.models.lookups import Exact
from django.utils import timezone

from accounts.models import Agency
from casework.models import CaseKind, Level, Purpose
from casework.models.agreements import CATEGORY_NAMES


class ServiceStatus(models.TextChoices):
    """In the words of Open Referral."""

    ACTIVE = "active", "Active"
    INACTIVE = "inactive", "Not offered at present"
    DEFUNCT = "defunct", "No longer there"
    CLOSED = "temporarily closed", "Closed for a time"


class ByAndFor(models.TextChoices):
    """Whose own service it is."""

    BLACK_AND_MINORITISED = "black_and_minoritised", "Black and minoritised people"
    DEAF = "deaf", "Deaf people"
    DISABLED = "disabled", "Disabled people"
    LGBT = "lgbt", "Lesbian, gay, bisexual and trans people"


class Freshness(models.TextChoices):
    """How long it is since somebody said that an entry is right."""

    FRESH = "fresh", "Up to date"
    AGEING = "ageing", "Not confirmed for some time"
    STALE = "stale", "Out of date"


class Service(models.Model):
    """What an agency offers: for which kinds of case, for what purpose, and how soon it answers.

    `entry` is its public description as Open Referral's service object, and never holds where a refuge is. `status`,
    ages, languages, areas and `assured_on` are read from it. What stands below `assured_on` is private: for who refers.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="services")
    name = models.CharField(max_length=200)
    what_for = models.CharField(max_length=300)
    kinds = ArrayField(models.CharField(max_length=20))
    purpose = models.CharField(max_length=30, choices=Purpose)
    usual_categories = ArrayField(models.CharField(max_length=20))
    answers_within_hours = models.PositiveIntegerField()
    added_on = models.DateField(default=timezone.localdate)
    entry = models.JSONField()
    imported = models.CharField(
        max_length=64, blank=True, help_text="The digest of the document it was last read from."
    )
    status = models.CharField(max_length=20, choices=ServiceStatus, default=ServiceStatus.ACTIVE)
    minimum_age = models.PositiveSmallIntegerField(null=True)
    maximum_age = models.PositiveSmallIntegerField(null=True)
    languages = ArrayField(models.CharField(max_length=60), default=list, help_text="Empty: English, or not said.")
    areas = ArrayField(models.CharField(max_length=100), default=list, help_text="Empty: the partnership's own.")
    assured_on = models.DateField(null=True, help_text="When somebody last said that all of it is right.")
    capacity_now = models.PositiveSmallIntegerField(null=True, help_text="Places. Null: not said.")
    capacity_at = models.DateTimeField(null=True)
    waitlist_length = models.PositiveSmallIntegerField(null=True)
    waiting_days = models.PositiveSmallIntegerField(null=True)
    risk_bands = ArrayField(models.CharField(max_length=20), default=list, help_text="Empty: any.")
    takes_nrpf = models.BooleanField(null=True, help_text="People without recourse to public funds. Null: not said.")
    takes_men = models.BooleanField(null=True)
    takes_women = models.BooleanField(null=True)
    takes_sons_until = models.PositiveSmallIntegerField(null=True, help_text="An age. Null: not said.")
    wheelchair = models.BooleanField(null=True)
    pets = models.BooleanField(null=True)
    by_and_for = ArrayField(models.CharField(max_length=30), default=list)
    outside_area_only = models.BooleanField(default=False)
    secure_contact = models.CharField(max_length=300, blank=True)
    beds = models.JSONField(default=dict, blank=True, help_text="How many, by their type.")

    class Meta:
        default_permissions = ()
        permissions = [
            ("view_service", "See the partner services"),
            ("add_service", "Add a partner service"),
            ("import_service", "Bring published services into the directory"),
            ("edit_service", "Change what a service says of itself"),
            ("say_capacity", "Say how many places one's own service has"),
            ("assure_service", "Say that the entry of a service is right"),
        ]
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
            models.CheckConstraint(condition=Q(status__in=ServiceStatus.values), name="service_has_a_known_status"),
            models.CheckConstraint(
                condition=Q(entry__has_keys=["id", "name", "status"])
                & Q(Exact(KT("entry__name"), F("name")), Exact(KT("entry__status"), F("status"))),
                name="service_is_called_what_its_entry_says",
            ),
            models.UniqueConstraint(F("agency"), KT("entry__id"), name="service_is_entered_once_per_agency"),
            models.CheckConstraint(
                condition=Q(minimum_age__isnull=True)
                | Q(maximum_age__isnull=True)
                | Q(minimum_age__lte=F("maximum_age")),
                name="service_is_for_ages_in_order",
            ),
            models.CheckConstraint(
                condition=Q(risk_bands__contained_by=Level.values), name="service_takes_known_levels_of_risk"
            ),
            models.CheckConstraint(
                condition=Q(by_and_for__contained_by=ByAndFor.values), name="service_is_by_and_for_known_people"
            ),
            models.CheckConstraint(
                condition=Q(capacity_now__isnull=True, capacity_at__isnull=True)
                | Q(capacity_now__isnull=False, capacity_at__isnull=False),
                name="service_says_its_places_and_when_or_neither",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_by_and_for(self) -> list[str]:
        return [ByAndFor(code).label for code in self.by_and_for]
