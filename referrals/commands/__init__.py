"""Everything that changes the directory or a referral: authorizes, checks the state, writes, records, returns."""

from referrals.commands.referrals import (
    accept_referral,
    complete_referral,
    decline_referral,
    draft_referral,
    hand_over_referrals,
    send_referral,
    withdraw_referral,
)
from referrals.commands.services import ServicePlan, add_service

__all__ = [
    "ServicePlan",
    "accept_referral",
    "add_service",
    "complete_referral",
    "decline_referral",
    "draft_referral",
    "hand_over_referrals",
    "send_referral",
    "withdraw_referral",
]
