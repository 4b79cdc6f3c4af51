"""Partner services, and referrals to them."""

from referrals.models.referrals import DeclineReason, Referral, Urgency
from referrals.models.requests import InformationRequest, Refusal, RequestKind, VictimNotice
from referrals.models.services import Service

__all__ = [
    "DeclineReason",
    "InformationRequest",
    "Referral",
    "Refusal",
    "RequestKind",
    "Service",
    "Urgency",
    "VictimNotice",
]
