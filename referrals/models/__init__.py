"""Partner services, referrals to them, and by which rules services are suggested."""

from referrals.models.handins import HandIn, Standing
from referrals.models.referrals import (
    SENT_WRONGLY,
    AsWanted,
    ChosenAgainst,
    DeclineReason,
    OutcomeCode,
    Referral,
    Told,
    Urgency,
    WithdrawReason,
)
from referrals.models.requests import InformationRequest, Refusal, RequestKind, VictimNotice
from referrals.models.routing import Gap, SuggestionRule
from referrals.models.services import ByAndFor, Freshness, Service, ServiceStatus
from referrals.models.standards import ReferralStandard

__all__ = [
    "SENT_WRONGLY",
    "AsWanted",
    "ByAndFor",
    "ChosenAgainst",
    "DeclineReason",
    "Freshness",
    "Gap",
    "HandIn",
    "InformationRequest",
    "OutcomeCode",
    "Referral",
    "ReferralStandard",
    "Refusal",
    "RequestKind",
    "Service",
    "ServiceStatus",
    "Standing",
    "SuggestionRule",
    "Told",
    "Urgency",
    "VictimNotice",
    "WithdrawReason",
]
