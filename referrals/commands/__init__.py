"""Everything that changes the directory or a referral: authorizes, checks the state, writes, records, returns."""

from referrals.commands import changes as changes
from referrals.commands.referrals import (
    accept_referral,
    complete_referral,
    decline_referral,
    draft_referral,
    hand_over_referrals,
    send_referral,
    withdraw_referral,
)
from referrals.commands.requests import (
    RequestPlan,
    answer_not_held,
    approve_request,
    ask_further,
    ask_information,
    give_information,
    refuse_information,
    withdraw_request,
)
from referrals.commands.services import ServicePlan, add_service

__all__ = [
    "RequestPlan",
    "ServicePlan",
    "accept_referral",
    "add_service",
    "answer_not_held",
    "approve_request",
    "ask_further",
    "ask_information",
    "complete_referral",
    "decline_referral",
    "draft_referral",
    "give_information",
    "hand_over_referrals",
    "refuse_information",
    "send_referral",
    "withdraw_referral",
    "withdraw_request",
]
