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

SEND = Transition("send", frozenset({S.DRAFT}), S.SENT, "referrals.send_referral")
ACCEPT = Transition("accept", frozenset({S.SENT}), S.ACCEPTED, "referrals.accept_referral")
DECLINE = Transition("decline", frozenset({S.SENT}), S.DECLINED, "referrals.decline_referral")
WITHDRAW = Transition("withdraw", LIVE, S.WITHDRAWN, "referrals.withdraw_referral")
COMPLETE = Transition("complete", frozenset({S.ACCEPTED}), S.COMPLETED, "referrals.complete_referral")
REFERRAL_TRANSITIONS = [SEND, ACCEPT, DECLINE, WITHDRAW, COMPLETE]
