"""What whoever handed something in hears of it: levels and classes, by one table; never words, a place or a name."""

from collections.abc import Sequence
from dataclasses import dataclass

from casework.models import CaseOutcome
from casework.states import CaseStatus
from referrals.models import Standing
from referrals.queries.feedback import CAPACITY, NOT_SUPPORTED, REASON_CLASS, SUPPORTED, WENT_ELSEWHERE

LEVEL = {
    Standing.NOT_RECEIVED: 0,
    Standing.RECEIVED: 1,
    Standing.ACCEPTED: 2,
    Standing.DECLINED: 2,
    Standing.ENGAGED: 3,
    Standing.NOT_ENGAGED: 3,
    Standing.CLOSED: 4,
}
# What the state of a referral says of a case that the front door has opened. What is not here says nothing.
OF_REFERRAL = {
    **dict.fromkeys(("sent", "acknowledged", "asked", "waitlisted", "accepted", "contacting"), Standing.ACCEPTED),
    **dict.fromkeys(("engaged", "completed"), Standing.ENGAGED),
    "unable": Standing.NOT_ENGAGED,
    **dict.fromkeys(("declined", "expired"), Standing.DECLINED),
}
# Of several referrals the first of these holds: that somebody works on it tells more than that somebody else does not.
FIRST = (Standing.ENGAGED, Standing.ACCEPTED, Standing.NOT_ENGAGED, Standing.DECLINED)
OUTCOME_CLASS: dict[str, str] = {
    **dict.fromkeys(("supported", "advice", "accommodation", "sanctuary", "order", "visited"), SUPPORTED),
    CaseOutcome.MOVED_AREA: WENT_ELSEWHERE,
    CaseOutcome.UNREACHABLE: "not reached",
}


@dataclass(frozen=True)
class Feedback:
    """How it stands; the class of a decline's reason, or of how it ended."""

    standing: Standing
    of_class: str = ""

    @property
    def level(self) -> int:
        return LEVEL[self.standing]


def feedback(case: str, is_received: bool, referrals: Sequence[tuple[str, str]], outcome: str) -> Feedback:
    """What is heard of a case in this state, with these referrals (state and reason, oldest first), and this outcome.

    A case that is erased, hidden or across the wall, as `case` empty, is one that is still with whoever received it.
    """
    if case == CaseStatus.CLOSED:
        return Feedback(Standing.CLOSED, OUTCOME_CLASS.get(outcome, NOT_SUPPORTED))
    if case != CaseStatus.OPEN:
        return Feedback(Standing.RECEIVED if is_received else Standing.NOT_RECEIVED)
    said = [(OF_REFERRAL.get(status), reason) for status, reason in referrals]
    standing = next((each for each in FIRST if each in dict(said)), Standing.ACCEPTED)
    reasons = [reason for each, reason in said if each == Standing.DECLINED]
    of_class = REASON_CLASS.get(reasons[-1], CAPACITY) if standing == Standing.DECLINED else ""
    return Feedback(standing, of_class)
