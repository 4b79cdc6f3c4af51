"""Everything that changes the directory or a referral: authorizes, checks the state, writes, records, returns."""

from referrals.commands.handins import (
    answer_hand_in,
    ask_hander_in,
    begin_hand_in,
    keep_hand_in,
    receive_hand_in,
    save_hand_in,
    send_hand_in,
    tell_hander_in,
)
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
    "answer_hand_in",
    "ask_hander_in",
    "begin_hand_in",
    "complete_referral",
    "decline_referral",
    "draft_referral",
    "hand_over_referrals",
    "keep_hand_in",
    "receive_hand_in",
    "save_hand_in",
    "send_hand_in",
    "send_referral",
    "tell_hander_in",
    "withdraw_referral",
]
