"""Partner services, and referrals to them."""

from referrals.models.referrals import DeclineReason, Referral, Urgency
from referrals.models.services import ByAndFor, Freshness, Service, ServiceStatus

__all__ = ["ByAndFor", "DeclineReason", "Freshness", "Referral", "Service", "ServiceStatus", "Urgency"]
