"""Partner services, and referrals to them."""

from referrals.models.handins import HandIn, Standing
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
    "HandIn",
    "OutcomeCode",
    "Referral",
    "ReferralStandard",
    "Service",
    "ServiceStatus",
    "Standing",
    "Told",
    "Urgency",
    "WithdrawReason",
]
