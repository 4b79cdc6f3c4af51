"""Who is told of a referral's course, and of what. What they read is in `accounts/notices.py`."""

from datetime import datetime

from accounts.authorization import visible
from accounts.commands import notify
from accounts.models import NoticeKind, User
from accounts.roles import roles_with
from casework.policy import is_shut
from referrals.models import Referral


def tell_addressee(referral: Referral, *, actor: User, now: datetime) -> None:
    """Everybody of the addressed agency who may answer it, for nobody owns it yet; not who is barred from the case."""
    may_answer = User.objects.filter(
        agency=referral.service.agency_id, is_active=True, role__in=roles_with("referrals.accept_referral")
    )
    told = [each for each in may_answer.select_related("agency").order_by("pk") if visible(each, referral)]
    notify(actor=actor, kind=NoticeKind.REFERRAL_SENT, recipients=told, reference=referral.reference, now=now)


def tell_receivers(
    referral: Referral, *, actor: User, now: datetime, kind: NoticeKind = NoticeKind.NO_LONGER_AGREES
) -> None:
    """Whoever works on it in the addressed agency, or all who may answer it: that they are to read it again."""
    may_work = User.objects.filter(
        agency=referral.service.agency_id, is_active=True, role__in=roles_with("referrals.complete_referral")
    )
    told = [referral.answered_by] if referral.answered_by and referral.answered_by in may_work else may_work
    seen = [each for each in told if visible(each, referral)]
    notify(actor=actor, kind=kind, recipients=seen, reference=referral.reference, now=now)


def tell_sender(referral: Referral, kind: NoticeKind, *, actor: User, now: datetime) -> None:
    """Whoever owns the step that follows the referral; while the duty queue does, the worker who sent it.

    Where the case is shut to both of them by now: the supervisors of their agency who find it, whom a seal names.
    """
    supervisors = User.objects.filter(agency=referral.sender, role__in=roles_with("casework.bar_from_case"))
    owner = referral.follow_up.owner if referral.follow_up else None
    theirs = [each for each in (owner, referral.sent_by) if each and _may_know(each, referral)]
    told = theirs[:1] or [each for each in supervisors.order_by("pk") if _may_know(each, referral)]
    notify(actor=actor, kind=kind, recipients=told, reference=referral.reference, now=now)


def _may_know(worker: User, referral: Referral) -> bool:
    return worker.is_active and not is_shut(referral.case_id, worker)
