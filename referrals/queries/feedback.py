"""What the sender of a referral hears of it, by the four levels of the field. Never words, never a place."""

from copy import copy
from dataclasses import dataclass
from enum import IntEnum

from accounts.models import User
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


def level_of(referral: Referral) -> Level:
    """What the agreement says under which it was sent; without one, all of it."""
    agreement = referral.decision.agreement if referral.decision else None
    return Level(agreement.feedback_level) if agreement else Level.CLOSED


def as_heard(referral: Referral) -> Referral:
    """A referral as its sender hears of it: to show, never to act on. That it came back is always heard, for its sender
    must go on; why, and what came of it, only as the agreement says."""
    level, heard = level_of(referral), copy(referral)
    if level < Level.CLOSED:
        heard.outcome = heard.outcome_code = heard.as_wanted = heard.alternative = ""
    if level < Level.ENGAGED:
        heard.engaged_at = None
        heard.status = ReferralStatus.ACCEPTED if heard.status in IN_EFFECT else heard.status
    if level < Level.ANSWERED:
        heard.decline_reason = heard.decline_note = ""
        if heard.status in IN_EFFECT:
            heard.status, heard.answered_at = ReferralStatus.ACKNOWLEDGED, None
    return heard


def as_seen(actor: User, referral: Referral) -> Referral:
    """The same for its sender alone: whose it is to answer sees all of it."""
    return referral if referral.service.agency_id == actor.agency_id else as_heard(referral)
