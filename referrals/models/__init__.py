"""Partner services, and referrals to them."""

from referrals.models.referrals import (
    SENT_WRONGLY,
    AsWanted,
    DeclineReason,
    OutcomeCode,
    Referral,
    Told,
    Urgency,
    WithdrawReason,
)
from referrals.models.services import ByAndFor, Freshness, Service, ServiceStatus
from referrals.models.standards import ReferralStandard

__all__ = [
    "SENT_WRONGLY",
    "AsWanted",
    "ByAndFor",
    "DeclineReason",
    "Freshness",
    "OutcomeCode",
    "Referral",
    "ReferralStandard",
    "Service",
    "ServiceStatus",
    "Told",
    "Urgency",
    "WithdrawReason",
]
