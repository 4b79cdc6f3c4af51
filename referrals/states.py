"""The states of a referral, as a table: verb, from, to, permission."""

from django.db import models

from accounts.transitions import Transition


class ReferralStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    SENT = "sent", "Sent"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"
    COMPLETED = "completed", "Completed"


S = ReferralStatus
LIVE = frozenset({S.DRAFT, S.SENT, S.ACCEPTED})
IN_EFFECT = frozenset({S.ACCEPTED})

SEND = Transition("send", frozenset({S.DRAFT}), S.SENT, "referrals.send_referral")
ACCEPT = Transition("accept", frozenset({S.SENT}), S.ACCEPTED, "referrals.accept_referral")
DECLINE = Transition("decline", frozenset({S.SENT}), S.DECLINED, "referrals.decline_referral")
WITHDRAW = Transition("withdraw", LIVE, S.WITHDRAWN, "referrals.withdraw_referral")
COMPLETE = Transition("complete", frozenset({S.ACCEPTED}), S.COMPLETED, "referrals.complete_referral")
REFERRAL_TRANSITIONS = [SEND, ACCEPT, DECLINE, WITHDRAW, COMPLETE]


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
