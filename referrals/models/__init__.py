"""Partner services, and referrals to them."""

from referrals.models.handins import HandIn, Standing
from referrals.models.referrals import DeclineReason, Referral, Urgency
from referrals.models.services import Service

__all__ = ["DeclineReason", "HandIn", "Referral", "Service", "Standing", "Urgency"]
