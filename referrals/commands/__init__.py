"""Everything that changes the directory or a referral: authorizes, checks the state, writes, records, returns."""

from referrals.commands.climbing import climb_referrals, expire_waits
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
from referrals.commands.imports import import_service
from referrals.commands.progress import (
    acknowledge_referral,
    ask_about_referral,
    complete_referral,
    engage,
    give_up,
    put_on_waiting_list,
    set_aside_duplicate,
)
from referrals.commands.referrals import (
    accept_referral,
    decline_referral,
    draft_referral,
    resubmit_referral,
    send_referral,
)
from referrals.commands.services import (
    add_service,
    assure_service,
    edit_service,
    say_capacity,
)
from referrals.commands.withdrawal import hand_over_referrals, withdraw_referral

__all__ = [
    "accept_referral",
    "acknowledge_referral",
    "add_service",
    "answer_hand_in",
    "ask_about_referral",
    "ask_hander_in",
    "assure_service",
    "begin_hand_in",
    "climb_referrals",
    "complete_referral",
    "decline_referral",
    "draft_referral",
    "edit_service",
    "engage",
    "expire_waits",
    "give_up",
    "hand_over_referrals",
    "import_service",
    "keep_hand_in",
    "put_on_waiting_list",
    "receive_hand_in",
    "resubmit_referral",
    "save_hand_in",
    "say_capacity",
    "send_hand_in",
    "send_referral",
    "set_aside_duplicate",
    "tell_hander_in",
    "withdraw_referral",
]
