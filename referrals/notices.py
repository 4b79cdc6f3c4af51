"""Who is told of a referral's course, and of what. What they read is in `accounts/notices.py`."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from accounts.authorization import visible
from accounts.commands import notify
from accounts.models import NoticeKind, User
from accounts.roles import Role, roles_with
from casework.policy import is_shut
from referrals.models import Referral, Told

ANSWERS, SENDS = "referrals.accept_referral", "referrals.send_referral"


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
    tell(referral, kind, receivers_of(referral), actor=actor, now=now)


def receivers_of(referral: Referral) -> list[User]:
    """Of the addressed agency whoever answered it, or else all who may, if they find it."""
    may_work = User.objects.filter(
        agency=referral.service.agency_id, is_active=True, role__in=roles_with("referrals.complete_referral")
    )
    told = [referral.answered_by] if referral.answered_by and referral.answered_by in may_work else may_work
    return [each for each in told if visible(each, referral)]


def tell(referral: Referral, kind: NoticeKind, readers: Iterable[User], *, actor: User, now: datetime) -> None:
    notify(actor=actor, kind=kind, recipients=readers, reference=referral.reference, now=now)


def tell_of_late(referral: Referral, *, actor: User, now: datetime) -> None:
    """Those to whom it has climbed; where its agency has nobody of them who finds it, the sender's supervisors."""
    with_sender = referral.owner_agency_id == referral.sender_id
    duty = Q(agency=referral.owner_agency_id, role__in=roles_with(SENDS if with_sender else ANSWERS))
    senders = Q(agency=referral.sender_id, role=Role.SUPERVISOR)
    climbs: dict[str, Q] = {
        Told.OWNER: Q(pk=referral.owner_id) if referral.owner_id else duty,
        Told.DUTY: duty,
        Told.SUPERVISOR: Q(agency=referral.owner_agency_id, role=Role.SUPERVISOR),
        Told.SENDER: senders,
    }
    readers = _readers(climbs[referral.told], referral) or _readers(senders, referral)
    tell(referral, NoticeKind.REFERRAL_LATE, readers, actor=actor, now=now)


def _readers(told: Q, referral: Referral) -> list[User]:
    found = User.objects.filter(told, is_active=True).defer("password").order_by("pk")
    return [each for each in found if not is_shut(referral.case_id, each)]


def tell_sender(referral: Referral, kind: NoticeKind, *, actor: User, now: datetime) -> None:
    """Whoever owns the step that follows the referral; while the duty queue does, the worker who sent it.

    Where the case is shut to both of them by now: the supervisors of their agency who find it, whom a seal names.
    """
    workers = User.objects.defer("password")
    supervisors = workers.filter(agency=referral.sender_id, role__in=roles_with("casework.bar_from_case"))
    owner_id = referral.follow_up.owner_id if referral.follow_up else None
    found = workers.in_bulk([pk for pk in (owner_id, referral.sent_by_id) if pk])
    theirs = [found[pk] for pk in (owner_id, referral.sent_by_id) if pk and _may_know(found[pk], referral)]
    told = theirs[:1] or [each for each in supervisors.order_by("pk") if _may_know(each, referral)]
    notify(actor=actor, kind=kind, recipients=told, reference=referral.reference, now=now)


def _may_know(worker: User, referral: Referral) -> bool:
    return worker.is_active and not is_shut(referral.case_id, worker)
