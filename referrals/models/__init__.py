"""Partner services, referrals to them, and by which rules services are suggested."""

from referrals.models.referrals import ChosenAgainst, DeclineReason, Referral, Urgency
from referrals.models.routing import Gap, SuggestionRule
from referrals.models.services import ByAndFor, Service, ServiceStatus

__all__ = [
    "ByAndFor",
    "ChosenAgainst",
    "DeclineReason",
    "Gap",
    "Referral",
    "Service",
    "ServiceStatus",
    "SuggestionRule",
    "Urgency",
]
