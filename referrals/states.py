"""The states of a referral, as a table: verb, from, to, permission. What each is called elsewhere: docs/states.md."""

from django.db import models

from accounts.transitions import Transition


class ReferralStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    SENT = "sent", "Sent"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    ASKED = "asked", "More is asked"
    WAITLISTED = "waitlisted", "On a waiting list"
    ACCEPTED = "accepted", "Accepted"
    CONTACTING = "contacting", "Being contacted"
    ENGAGED = "engaged", "In touch"
    COMPLETED = "completed", "Completed"
    DECLINED = "declined", "Declined"
    DUPLICATE = "duplicate", "Sent twice"
    UNABLE = "unable", "Could not be reached"
    EXPIRED = "expired", "Waited in vain"
    WITHDRAWN = "withdrawn", "Withdrawn"
    RECALLED = "recalled", "Recalled"


S = ReferralStatus
# Of each state: what it was here formerly, what the field calls it, and its status as a Task of FHIR R4.
CALLED: dict[str, tuple[str, str, str]] = {
    S.DRAFT: ("draft", "draft", "draft"),
    S.SENT: ("sent", "submitted, delivered", "requested"),
    S.ACKNOWLEDGED: ("sent", "acknowledged, triaged, resubmitted", "received"),
    S.ASKED: ("sent", "information requested", "on-hold"),
    S.WAITLISTED: ("sent", "waitlisted", "on-hold"),
    S.ACCEPTED: ("accepted", "accepted", "accepted"),
    S.CONTACTING: ("accepted", "contact attempting", "in-progress"),
    S.ENGAGED: ("accepted", "engaged, in service", "in-progress"),
    S.COMPLETED: ("completed", "completed", "completed"),
    S.DECLINED: ("declined", "declined, then rerouted or held by the front door", "rejected"),
    S.DUPLICATE: ("declined", "duplicate", "rejected"),
    S.UNABLE: ("completed", "unable to contact", "failed"),
    S.EXPIRED: ("declined", "expired", "failed"),
    S.WITHDRAWN: ("withdrawn", "withdrawn", "cancelled"),
    S.RECALLED: ("withdrawn", "wrong-person recall", "entered-in-error"),
}
UNANSWERED = frozenset({S.SENT, S.ACKNOWLEDGED, S.ASKED, S.WAITLISTED})
IN_EFFECT = frozenset({S.ACCEPTED, S.CONTACTING, S.ENGAGED})  # in which what was shared is seen
LIVE = UNANSWERED | IN_EFFECT | {S.DRAFT}
ENDED = frozenset(S) - LIVE
# Whose the next move is: of these the sender's, of all other live ones the addressed agency's.
WITH_SENDER = frozenset({S.DRAFT, S.ASKED})

SEND = Transition("send", frozenset({S.DRAFT}), S.SENT, "referrals.send_referral")
PROGRESS = "referrals.progress_referral"
ACKNOWLEDGE = Transition("acknowledge", frozenset({S.SENT}), S.ACKNOWLEDGED, PROGRESS)
ASK = Transition("ask about", frozenset({S.SENT, S.ACKNOWLEDGED}), S.ASKED, PROGRESS)
RESUBMIT = Transition("resubmit", frozenset({S.ASKED}), S.ACKNOWLEDGED, "referrals.send_referral")
WAIT = Transition("put on a waiting list", frozenset({S.SENT, S.ACKNOWLEDGED}), S.WAITLISTED, PROGRESS)
EXPIRE = Transition("let run out", frozenset({S.WAITLISTED}), S.EXPIRED, "referrals.expire_waits")
DUPLICATE = Transition("set aside", frozenset({S.SENT, S.ACKNOWLEDGED, S.ASKED}), S.DUPLICATE, PROGRESS)
ACCEPT = Transition("accept", UNANSWERED, S.ACCEPTED, "referrals.accept_referral")
DECLINE = Transition("decline", UNANSWERED, S.DECLINED, "referrals.decline_referral")
CONTACT = Transition("try to reach", frozenset({S.ACCEPTED, S.CONTACTING}), S.CONTACTING, PROGRESS)
ENGAGE = Transition("engage", IN_EFFECT, S.ENGAGED, PROGRESS)
GIVE_UP = Transition("give up", IN_EFFECT, S.UNABLE, PROGRESS)
COMPLETE = Transition("complete", IN_EFFECT, S.COMPLETED, "referrals.complete_referral")
WITHDRAW = Transition("withdraw", LIVE, S.WITHDRAWN, "referrals.withdraw_referral")
RECALL = Transition("recall", LIVE - {S.DRAFT}, S.RECALLED, "referrals.withdraw_referral")
REFERRAL_TRANSITIONS = [
    *(SEND, ACKNOWLEDGE, ASK, RESUBMIT, WAIT, EXPIRE, DUPLICATE, ACCEPT, DECLINE, CONTACT, ENGAGE, GIVE_UP),
    *(COMPLETE, WITHDRAW, RECALL),
]
IN_PLACE = [ACKNOWLEDGE, ASK, ACCEPT, DECLINE]  # what the inbox offers without opening a referral


class RequestStatus(models.TextChoices):
    """Of a request for information: every one that is sent ends in one of three answers, or is taken back."""

    WAITING = "waiting", "Waits for approval"
    SENT = "sent", "Waits for an answer"
    GIVEN = "given", "Given"
    NOT_HELD = "not_held", "Not held"
    REFUSED = "refused", "Will not be shared"
    WITHDRAWN = "withdrawn", "Taken back"


R = RequestStatus
ANSWER = "referrals.answer_request"
APPROVE = Transition("approve", frozenset({R.WAITING}), R.SENT, "referrals.approve_request")
GIVE = Transition("give", frozenset({R.SENT}), R.GIVEN, ANSWER)
NOT_HELD = Transition("answer as not held", frozenset({R.SENT}), R.NOT_HELD, ANSWER)
REFUSE = Transition("refuse", frozenset({R.SENT}), R.REFUSED, ANSWER)
TAKE_BACK = Transition("take back", frozenset({R.WAITING, R.SENT}), R.WITHDRAWN, "referrals.withdraw_request")
REQUEST_TRANSITIONS = [APPROVE, GIVE, NOT_HELD, REFUSE, TAKE_BACK]
