"""What the sender of a referral hears of it, by the four levels of the field."""

from copy import copy
from enum import IntEnum

from accounts.models import User
from referrals.models import DeclineReason, Referral
from referrals.states import IN_EFFECT, ReferralStatus


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
