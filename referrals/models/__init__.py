"""Partner services, and referrals to them."""

from referrals.models.handins import HandIn, Standing
from referrals.models.referrals import DeclineReason, Referral, Urgency
from referrals.models.services import ByAndFor, Service, ServiceStatus

__all__ = ["ByAndFor", "DeclineReason", "HandIn", "Referral", "Service", "ServiceStatus", "Standing", "Urgency"]
