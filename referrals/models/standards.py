"""How soon a referral is acknowledged, and whoever it is about is tried for the first time. Reference data."""

from pathlib import Path

from django.db import models
from django.db.models import Q

from casework.clocks import Unit
from casework.models.reference import EDITABLE, SHIPPED, Reference, dated

UNITS = [(unit.value, unit.value) for unit in Unit]


class ReferralStandard(Reference):
    """The service levels of one kind of referral, by the codes that `referrals.levels.code_of` gives.

    Each time is a number and what it counts. What a service has agreed for itself stands in `Service.levels`.
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


EDITABLE["referral-standards"] = ReferralStandard
SHIPPED[Path(__file__).resolve().parents[1] / "reference" / "referral_standards.csv"] = ReferralStandard
