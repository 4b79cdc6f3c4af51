"""Everything that changes the directory or a referral: authorizes, checks the state, writes, records, returns."""

from referrals.commands.imports import ImportPlan as ImportPlan
from referrals.commands.imports import import_service
from referrals.commands.referrals import (
    accept_referral,
    complete_referral,
    decline_referral,
    draft_referral,
    hand_over_referrals,
    send_referral,
    withdraw_referral,
)
from referrals.commands.services import CapacityPlan as CapacityPlan
from referrals.commands.services import ServicePlan as ServicePlan
from referrals.commands.services import (
    add_service,
    assure_service,
    edit_service,
    say_capacity,
)

__all__ = [
    "accept_referral",
    "add_service",
    "assure_service",
    "complete_referral",
    "decline_referral",
    "draft_referral",
    "edit_service",
    "hand_over_referrals",
    "import_service",
    "say_capacity",
    "send_referral",
    "withdraw_referral",
]
