"""How soon a referral is acknowledged, and whoever it is about is tried for the first time. Reference data."""

from pathlib import Path

from django.db import models
from django.db.models import Q

from casework.clocks import Unit
from casework.models.reference import EDITABLE, SHIPPED, Reference, dated
from referrals.models.services import Service

TIMES = ("acknowledge", "first_contact", "escalate")
UNITS = [(unit.value, f"{unit.value.replace('_', ' ')}s") for unit in Unit]


class ReferralStandard(Reference):
    """The service levels of one kind of referral, by the codes that `queries.levels.code_of` gives.

    Each time is a number and what it counts. What a service has agreed to for itself has its number in the code, as in
    `high-12`.
    """

    acknowledge = models.PositiveSmallIntegerField("acknowledged within")
    acknowledge_in = models.CharField("counted in", max_length=20, choices=UNITS)
    first_contact = models.PositiveSmallIntegerField("first safe attempt to reach them within")
    first_contact_in = models.CharField("counted in", max_length=20, choices=UNITS)
    escalate = models.PositiveSmallIntegerField("climbs to the supervisors so long after it was due")
    escalate_in = models.CharField("counted in", max_length=20, choices=UNITS)

    class Meta(Reference.Meta):
        constraints = [
            *dated("referral_standard"),
            models.CheckConstraint(
                condition=Q(acknowledge_in__in=[*map(str, Unit)]), name="referral_standard_acknowledges_in_a_known_unit"
            ),
            models.CheckConstraint(
                condition=Q(first_contact_in__in=[*map(str, Unit)]), name="referral_standard_contacts_in_a_known_unit"
            ),
            models.CheckConstraint(
                condition=Q(escalate_in__in=[*map(str, Unit)]), name="referral_standard_climbs_in_a_known_unit"
            ),
            models.CheckConstraint(condition=Q(escalate__gt=0), name="referral_standard_climbs_in_the_end"),
        ]

    def __str__(self) -> str:
        _, _, number = self.code.partition("-")
        return f"{self.kind}, {Service.objects.get(pk=number)}" if number else self.kind

    @property
    def kind(self) -> str:
        """Of what kind and risk, whosever it is."""
        return self.code.partition("-")[0]

    @classmethod
    def is_narrowed(cls, by: str, partnership_id: int) -> bool:
        numbers = Service.objects.filter(agency__partnership=partnership_id).values_list("pk", flat=True)
        return by in map(str, numbers)

    @property
    def is_own(self) -> bool:
        """Whether a service agreed to it for itself."""
        return "-" in self.code

    def in_words(self) -> dict[str, str]:
        """Each time as people say it, by its name."""
        times = {name: (getattr(self, name), getattr(self, f"{name}_in")) for name in TIMES}
        plural = {name: "" if count == 1 else "s" for name, (count, _) in times.items()}
        return {name: f"{count} {unit.replace('_', ' ')}{plural[name]}" for name, (count, unit) in times.items()}


EDITABLE["referral-standards"] = ReferralStandard
SHIPPED[Path(__file__).resolve().parents[1] / "reference" / "referral_standards.csv"] = ReferralStandard
