"""What the sender of a referral hears of it, by the four levels of the field. Never words, never a place."""

from dataclasses import dataclass
from enum import IntEnum

from referrals.models import DeclineReason, OutcomeCode, Referral
from referrals.states import ENDED, IN_EFFECT, ReferralStatus


class Level(IntEnum):
    """How much of a partner's work the sender hears of; each with all before it."""

    RECEIVED = 1
    ANSWERED = 2
    ENGAGED = 3
    CLOSED = 4


CAPACITY, NOT_TAKEN, INAPPROPRIATE = "capacity", "not taken by them", "inappropriate"
# National data on refuge referrals group what was not taken on in three.
REASON_CLASS: dict[str, str] = dict.fromkeys(DeclineReason.values, INAPPROPRIATE) | {
    DeclineReason.NO_CAPACITY: CAPACITY,
    DeclineReason.VICTIM_DECLINED: NOT_TAKEN,
    DeclineReason.UNCONTACTABLE: NOT_TAKEN,
}
SUPPORTED, NOT_SUPPORTED, WENT_ELSEWHERE = "supported", "not supported", "went elsewhere"
OUTCOME_CLASS: dict[str, str] = dict.fromkeys(OutcomeCode.values, SUPPORTED) | {
    OutcomeCode.REFUSED: NOT_SUPPORTED,
    OutcomeCode.BACK_TOGETHER: NOT_SUPPORTED,
    OutcomeCode.DIED: NOT_SUPPORTED,
    OutcomeCode.MOVED: WENT_ELSEWHERE,
}
# What an end says that has no outcome of its own.
END_CLASS: dict[str, str] = {
    ReferralStatus.UNABLE: "not reached",
    ReferralStatus.EXPIRED: CAPACITY,
    ReferralStatus.DUPLICATE: "sent twice",
    ReferralStatus.WITHDRAWN: "withdrawn",
    ReferralStatus.RECALLED: "withdrawn",
}


@dataclass(frozen=True)
class Feedback:
    """What is heard of one referral: classes, never words. None: not yet, or not to be heard at this level."""

    level: Level
    received: bool
    accepted: bool | None = None
    reason_class: str = ""
    engaged: bool | None = None
    closed: bool | None = None
    outcome_class: str = ""


def feedback_of(referral: Referral, level: int = Level.CLOSED) -> Feedback:
    """What may be heard of a referral up to this level."""
    told, status = Level(level), ReferralStatus(referral.status)
    received = bool(referral.acknowledged_at or referral.answered_at)
    heard: dict[str, object] = {}
    if told >= Level.ANSWERED:
        heard |= {"accepted": _accepted(referral), "reason_class": REASON_CLASS.get(referral.decline_reason, "")}
    if told >= Level.ENGAGED:
        heard["engaged"] = True if referral.engaged_at else False if status in ENDED else None
    if told >= Level.CLOSED:
        outcome = OUTCOME_CLASS.get(referral.outcome_code, "") or END_CLASS.get(status, "")
        heard |= {"closed": status in ENDED, "outcome_class": outcome}
    return Feedback(told, received, **heard)  # type: ignore[arg-type]  # each by its own name


def _accepted(referral: Referral) -> bool | None:
    if referral.status in IN_EFFECT or referral.engaged_at:
        return True
    return bool(referral.answered_at) and not referral.decline_reason if referral.status in ENDED else None
