"""The one gate for everything that is sent to workers. What can be said stands here, and nothing else can.

A notice names nobody and nothing but a public reference: whoever reads over a shoulder learns that there is work.
"""

from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from accounts.authorization import named_is_shut
from accounts.links import token_of
from accounts.models import INVITED_FOR, Invitation, Notice, NoticeKind
from audit.models import Checkpoint
from audit.notes import short


@dataclass(frozen=True)
class Words:
    """What a kind of notice says, and the route of the page it leads to, if any: of the record, or a list."""

    subject: str
    sentence: str
    route: str = ""
    is_list: bool = False


WORDS = {
    NoticeKind.BAR_PROPOSED: Words(
        "Something is waiting for you", "Something of your agency is waiting for you.", "proposals", is_list=True
    ),
    NoticeKind.HOLDER_ASKED: Words(
        "Something is waiting for you", "Something of your agency is waiting for you.", "asks", is_list=True
    ),
    NoticeKind.ERASURE_ASKED: Words(
        "Something is waiting for you", "Something of your agency is waiting for you.", "case_erasure"
    ),
    NoticeKind.EMERGENCY_OPENED: Words(
        "An emergency access is waiting for your review",
        "A case of your agency was opened in an emergency. Please review it.",
        "case",
    ),
    NoticeKind.REFERRAL_SENT: Words(
        "A referral is waiting for an answer", "A referral to your agency is waiting for an answer.", "referral"
    ),
    NoticeKind.REFERRAL_ACCEPTED: Words(
        "A referral has been accepted", "A referral from your agency has been accepted.", "referral"
    ),
    NoticeKind.REFERRAL_DECLINED: Words(
        "A referral has been declined", "A referral from your agency has been declined.", "referral"
    ),
    NoticeKind.REFERRAL_CHANGED: Words(
        "A referral has changed", "Something became of a referral from your agency.", "referral"
    ),
    NoticeKind.REFERRAL_LATE: Words("Something is late", "A referral that waits is late.", "referral"),
    NoticeKind.REFERRAL_RECALLED: Words(
        "A referral was recalled",
        "A referral was sent to your agency by mistake. Do not use anything that you wrote down from it.",
        "inbox",
        is_list=True,
    ),
    NoticeKind.NO_LONGER_AGREES: Words(
        "A referral has changed", "Something about a referral to your agency has changed. Read it again.", "referral"
    ),
    NoticeKind.CHANGED: Words("You have something to read", "You have something to read.", "referral"),
    NoticeKind.INFORMATION_ASKED: Words(
        "You have something to read", "You have something to read.", "information_request"
    ),
    NoticeKind.AGREEMENT_ENDS: Words(
        "An agreement is to be reviewed", "An information-sharing agreement is soon to be reviewed.", "agreement"
    ),
    NoticeKind.FOR_THE_SENIOR: Words("Something is waiting for you", "Something is waiting for you.", "two_sides"),
    NoticeKind.AUDIT_FINISHED: Words(
        "Something is waiting for you to read", "A supervisor has written something for you.", "feedback", is_list=True
    ),
    NoticeKind.ODD_ACCESS: Words(
        "Something is waiting for you", "Something is waiting for you.", "alerts", is_list=True
    ),
    NoticeKind.STEP_LATE: Words("Something is late", "A next step that waits for you is late.", "case"),
    NoticeKind.HAND_IN_NEWS: Words(
        "You have something to read", "There is news of something that your agency handed in.", "hand_in"
    ),
    NoticeKind.LOG_UNSEALED: Words(
        "The log is not being sealed",
        "The log has not been sealed for some minutes. Please tell whoever runs the service.",
    ),
}


def still_wanted(notice: Notice) -> bool:
    """Whether its recipient is still the worker of that agency whom it was meant for, and finds what it is about."""
    meant = notice.recipient.is_active and notice.recipient.agency_id == notice.agency_id
    return meant and not named_is_shut(notice.reference, notice.recipient)


def post(notice: Notice) -> None:
    """Give it to the mail server. Raises what that says when it will not have it."""
    words = WORDS[NoticeKind(notice.kind)]
    EmailMessage(
        subject=f"Front Door: {words.subject}",
        body=f"{words.sentence}\n{way_to(words, notice.reference)}{seal()}",
        to=[notice.recipient.email],
    ).send()


def post_invitation(invitation: Invitation) -> None:
    """The one mail that lets somebody in: its link is made here, and kept nowhere. It names nobody."""
    path = reverse("join", args=[invitation.public_id, token_of(invitation)])
    EmailMessage(
        subject="Front Door: you are invited",
        body="You are invited to work with Front Door. Choose a password here:\n"
        f"{settings.SITE_URL.rstrip('/')}{path}\n\n"
        f"The link works once, for {INVITED_FOR.days} days. If you do not know of this, leave it.\n",
        to=[invitation.email],
    ).send()


def way_to(words: Words, reference: str) -> str:
    if not words.route:
        return ""
    page = reverse(words.route, args=[] if words.is_list else [reference])
    return f"\nSign in to see it:\n{settings.SITE_URL.rstrip('/')}{page}\n"


def seal() -> str:
    """What the log was when it was sealed last: whoever keeps the mail can hold the log against it, for ever."""
    newest = Checkpoint.objects.only("size", "at", "root").order_by("-size").first()
    return f"\n-- \nSeal of the log: {short(newest.size, newest.at, bytes(newest.root))}\n" if newest else ""
