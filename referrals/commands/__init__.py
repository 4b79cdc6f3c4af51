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
from referrals.commands.suggestions import draft_referrals, note_gaps

__all__ = [
    "ServicePlan",
    "accept_referral",
    "add_service",
    "complete_referral",
    "decline_referral",
    "draft_referral",
    "draft_referrals",
    "hand_over_referrals",
    "note_gaps",
    "send_referral",
    "withdraw_referral",
]
