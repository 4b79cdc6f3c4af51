"""Who is told of an emergency access, of a proposed bar, of an erasure that is asked for, of a quiet question, and
of what is late.

What they read is in `accounts/notices.py`.
"""

from datetime import datetime

from django.db.models import Q

from accounts.authorization import visible
from accounts.commands import notify
from accounts.models import NoticeKind, User
from accounts.roles import roles_with
from audit.acting import acting_as
from casework.models import BarProposal, EmergencyAccess, Erasure, NextStep, QuietAsk, Rung
from casework.policy import is_shut


def tell_of_proposal(proposal: BarProposal, *, actor: User, now: datetime) -> None:
    """Whoever may see a proposed bar: never whom it is about, and nothing of whom."""
    readers = User.objects.filter(
        agency=proposal.case.agency_id, is_active=True, role__in=roles_with("casework.view_proposals")
    )
    told = [each for each in readers.select_related("agency").order_by("pk") if _sees(each, proposal)]
    notify(actor=actor, kind=NoticeKind.BAR_PROPOSED, recipients=told, reference=proposal.case.reference, now=now)


def _sees(worker: User, proposal: BarProposal) -> bool:
    with acting_as(worker):
        return visible(worker, proposal)


def tell_of_erasure(erasure: Erasure, *, actor: User, now: datetime) -> None:
    """Everybody of the agency that holds the case who may approve it, but who asked, and to whom the case is shut."""
    able = User.objects.filter(
        agency=erasure.case.agency_id, is_active=True, role__in=roles_with("casework.approve_erasure")
    )
    told = [each for each in able.exclude(pk=actor.pk).order_by("pk") if not is_shut(erasure.case_id, each)]
    notify(actor=actor, kind=NoticeKind.ERASURE_ASKED, recipients=told, reference=erasure.case.reference, now=now)


def tell_of_late_step(step: NextStep, *, actor: User, now: datetime) -> None:
    """Whoever owns it; and from the last rung on every supervisor of its agency, but to whom its case is shut."""
    told = Q(pk=step.owner_id)
    if step.rung == Rung.SUPERVISOR:
        told |= Q(agency=step.owner_agency_id, role__in=roles_with("casework.view_workload"))
    found = User.objects.filter(told, is_active=True).defer("password").order_by("pk")
    readers = [each for each in found if not is_shut(step.case_id, each)]
    notify(actor=actor, kind=NoticeKind.STEP_LATE, recipients=readers, reference=step.case.reference, now=now)


def tell_holder(access: EmergencyAccess, *, actor: User, now: datetime) -> None:
    """Every supervisor of the agency that holds the case, but whoever opened it, or is barred from it."""
    reviewers = User.objects.filter(
        agency=access.case.agency_id, is_active=True, role__in=roles_with("casework.review_emergency")
    )
    told = [each for each in reviewers.exclude(pk=actor.pk).order_by("pk") if not is_shut(access.case_id, each)]
    notify(actor=actor, kind=NoticeKind.EMERGENCY_OPENED, recipients=told, reference=access.case.reference, now=now)


def tell_of_ask(ask: QuietAsk, holder: int, reference: str, *, actor: User, now: datetime) -> None:
    """Everybody of the agency that holds the case who may answer, but to whom it is shut."""
    able = User.objects.filter(agency=holder, is_active=True, role__in=roles_with("casework.answer_ask"))
    told = [each for each in able.defer("password").order_by("pk") if not is_shut(ask.case_id, each)]
    notify(actor=actor, kind=NoticeKind.HOLDER_ASKED, recipients=told, reference=reference, now=now)
