"""Who is told of a referral's course, and of what. What they read is in `accounts/notices.py`."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from accounts.authorization import visible
from accounts.commands import notify
from accounts.models import NoticeKind, User
from accounts.roles import roles_with
from casework.models import NextStep
from casework.policy import is_shut
from referrals.models import InformationRequest, Referral


def tell_addressee(referral: Referral, *, actor: User, now: datetime) -> None:
    """Everybody of the addressed agency who may answer it, for nobody owns it yet; not who is barred from the case."""
    may_answer = User.objects.filter(
        agency=referral.service.agency_id, is_active=True, role__in=roles_with("referrals.accept_referral")
    )
    told = [each for each in may_answer.select_related("agency").order_by("pk") if visible(each, referral)]
    notify(actor=actor, kind=NoticeKind.REFERRAL_SENT, recipients=told, reference=referral.reference, now=now)


def tell_receivers(referral: Referral, *, actor: User, now: datetime, kind: NoticeKind) -> None:
    """Whoever works on it in the addressed agency, or all who may answer it: that they are to read it again.

    Not whoever caused it, nor to whom it is shut.
    """
    may_work = User.objects.filter(
        agency=referral.service.agency_id, is_active=True, role__in=roles_with("referrals.complete_referral")
    )
    told = [referral.owner] if referral.owner and referral.owner in may_work else may_work
    seen = [each for each in told if each != actor and visible(each, referral)]
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


def tell_who_approves(request: InformationRequest, *, actor: User, now: datetime) -> None:
    """The supervisors of the agency that asks, but for whoever asked."""
    second = _of_agency(request.asker_id, "referrals.approve_request").exclude(pk=request.asked_by_id)
    _tell_of_request(request, second, actor=actor, now=now)


def tell_who_answers(request: InformationRequest, step: NextStep, *, actor: User, now: datetime) -> None:
    """Whoever owns the step to answer it; while the duty queue does, the supervisors of the holder."""
    supervisors = _of_agency(request.holder_id, "casework.bar_from_case")
    _tell_of_request(request, [step.owner] if step.owner else supervisors, actor=actor, now=now)


def tell_who_asked(request: InformationRequest, *, actor: User, now: datetime) -> None:
    """Whoever asked, while they work there; else those who may approve in their place."""
    is_there = request.asked_by.is_active and request.asked_by.agency_id == request.asker_id
    others = _of_agency(request.asker_id, "referrals.approve_request")
    _tell_of_request(request, [request.asked_by] if is_there else others, actor=actor, now=now)


def _of_agency(agency_id: int, permission: str) -> QuerySet[User]:
    there = User.objects.filter(agency=agency_id, is_active=True, role__in=roles_with(permission))
    return there.select_related("agency").order_by("pk")


def _tell_of_request(request: InformationRequest, readers: Iterable[User], *, actor: User, now: datetime) -> None:
    told = [each for each in readers if not is_shut(request.case_id, each)]
    notify(actor=actor, kind=NoticeKind.INFORMATION_ASKED, recipients=told, reference=request.reference, now=now)


def _may_know(worker: User, referral: Referral) -> bool:
    return worker.is_active and not is_shut(referral.case_id, worker)
