"""Shutting a case to somebody: bars of a worker or an agency, and the seal that names who alone may find it.

What waited for somebody who no longer finds the case passes to another in the same transaction.
"""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError

from accounts.authorization import NotPossibleNow, authorize
from accounts.models import Agency, User
from accounts.roles import Role
from audit.log import command, record
from casework.models import Bar, Case, NextStep, SealMember
from casework.plans import WAS_SHUT
from casework.policy import is_shut

FEWEST_NAMED = 2  # one to work on it, one to stand in: who is away must not leave a case that nobody finds
TOO_FEW = "Name two workers or more, yourself and a supervisor among them."


@command
def bar_from_case(*, actor: User, case: Case, who: User | Agency, reason: str, now: datetime) -> Bar:
    """Shut a case to one worker or one agency, from this moment. Raises `NotPossibleNow` where it is shut already."""
    authorize(actor, "casework.bar_from_case", case)
    bar, steps = shut_out(actor, case, who, reason, now)
    record(actor=actor, action="casework.bar_from_case", subject=bar, reason=reason, steps=steps)
    return bar


def shut_out(actor: User, case: Case, who: User | Agency, reason: str, now: datetime) -> tuple[Bar, list[int]]:
    """Part of a command, never one by itself: make a bar, and pass on what waits; the bar, and the ids of the steps."""
    named = {"worker": who} if isinstance(who, User) else {"agency": who}
    if who in (actor, actor.agency):
        raise NotPossibleNow("You cannot bar yourself. Ask another supervisor.")
    if Bar.objects.filter(case=case, lifted_at=None, **named).exists():
        raise NotPossibleNow("They are barred from this case already.")
    bar = Bar.objects.create(case=case, reason=reason, barred_at=now, barred_by=actor, **named)
    return bar, _hand_over(case, actor, now)


@command
def lift_bar(*, actor: User, bar: Bar, now: datetime) -> Bar:
    """Let somebody in again, as far as grants allow. Raises `NotPossibleNow` where it is lifted already."""
    authorize(actor, "casework.lift_bar", bar.case)
    fresh = Bar.objects.select_for_update().get(pk=bar.pk)
    if fresh.lifted_at:
        raise NotPossibleNow("This bar is lifted already.")
    fresh.lifted_at, fresh.lifted_by = now, actor
    fresh.save(update_fields=["lifted_at", "lifted_by"])
    record(actor=actor, action="casework.lift_bar", subject=fresh)
    return fresh


@command
def seal_case(*, actor: User, case: Case, workers: Sequence[User], reason: str, now: datetime) -> None:
    """Let only these workers find the case: two or more, a supervisor and whoever seals it among them.

    Raises `ValidationError` for fewer, `NotPossibleNow` where it is sealed.
    """
    authorize(actor, "casework.seal_case", case)
    if len(set(workers)) < FEWEST_NAMED or actor not in workers or not any(w.role == Role.SUPERVISOR for w in workers):
        raise ValidationError(TOO_FEW)
    if SealMember.objects.filter(case=case, ended_at=None).exists():
        raise NotPossibleNow("This case is sealed already.")
    SealMember.objects.bulk_create(
        SealMember(case=case, worker=worker, reason=reason, named_at=now, named_by=actor) for worker in set(workers)
    )
    named = sorted(worker.pk for worker in set(workers))
    handed_over = _hand_over(case, actor, now)
    record(actor=actor, action="casework.seal_case", subject=case, reason=reason, workers=named, steps=handed_over)


@command
def name_in_seal(*, actor: User, case: Case, worker: User, now: datetime) -> None:
    """Let one more worker find a sealed case. Raises `NotPossibleNow` where it is not sealed, or names them already."""
    authorize(actor, "casework.seal_case", case)
    named = dict(SealMember.objects.filter(case=case, ended_at=None).values_list("worker", "reason"))
    if not named:
        raise NotPossibleNow("This case is not sealed.")
    if worker.pk in named:
        raise NotPossibleNow("The seal names them already.")
    reason = next(iter(named.values()))
    SealMember.objects.create(case=case, worker=worker, reason=reason, named_at=now, named_by=actor)
    record(actor=actor, action="casework.seal_case", subject=case, workers=[worker.pk])


@command
def take_off_seal(*, actor: User, case: Case, worker: User, now: datetime) -> None:
    """Let one worker no longer find a sealed case; their next steps pass to the actor.

    Raises `ValidationError` where two workers with a supervisor among them would not remain, `NotPossibleNow` where the
    seal does not name them. Nobody takes off themself.
    """
    authorize(actor, "casework.seal_case", case)
    named = SealMember.objects.select_for_update().filter(case=case, ended_at=None).select_related("worker")
    stay = [member.worker for member in named if member.worker_id != worker.pk]
    if len(stay) == len(named):
        raise NotPossibleNow("The seal does not name them.")
    if len(stay) < FEWEST_NAMED or actor == worker or not any(w.role == Role.SUPERVISOR for w in stay):
        raise ValidationError(TOO_FEW)
    named.filter(worker=worker).update(ended_at=now, ended_by=actor)
    record(
        actor=actor, action="casework.seal_case", subject=case, ended=[worker.pk], steps=_hand_over(case, actor, now)
    )


@command
def unseal_case(*, actor: User, case: Case, now: datetime) -> None:
    """Lift the seal: who was granted the case finds it again. Raises `NotPossibleNow` where there is none."""
    authorize(actor, "casework.unseal_case", case)
    if not SealMember.objects.filter(case=case, ended_at=None).update(ended_at=now, ended_by=actor):
        raise NotPossibleNow("This case is not sealed.")
    record(actor=actor, action="casework.unseal_case", subject=case)


def _hand_over(case: Case, to: User, now: datetime) -> list[int]:
    """Pass the open next steps of who no longer finds the case, and the case, to somebody; the ids of the steps.

    The duty queue of a sealed case is nobody whom the seal names, so what waits there passes as well.
    """
    is_sealed = SealMember.objects.filter(case=case, ended_at=None).exists()
    open_steps = case.steps.filter(done_at=None).select_related("owner").order_by("pk")
    lost = [step for step in open_steps if (is_shut(case.pk, step.owner) if step.owner else is_sealed)]
    NextStep.objects.filter(pk__in=[step.pk for step in lost]).update(owner=to)
    if case.owner and is_shut(case.pk, case.owner):
        case.owner = to
        case.save(update_fields=["owner"])
    WAS_SHUT(actor=to, case=case, to=to, now=now)
    return [step.pk for step in lost]
