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
from referrals.models.requests import InformationRequest, Refusal, RequestKind, VictimNotice
from referrals.models.services import Service
from referrals.models.standards import ReferralStandard

__all__ = [
    "SENT_WRONGLY",
    "AsWanted",
    "DeclineReason",
    "InformationRequest",
    "OutcomeCode",
    "Referral",
    "ReferralStandard",
    "Refusal",
    "RequestKind",
    "Service",
    "Told",
    "Urgency",
    "VictimNotice",
    "WithdrawReason",
]
