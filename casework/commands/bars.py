"""Shutting a case to somebody: bars of a worker or an agency, and the seal that names who alone may find it."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError

from accounts.authorization import NotPossibleNow, authorize
from accounts.models import Agency, User
from accounts.roles import Role
from audit.log import command, record
from casework.models import Bar, Case, SealMember

FEWEST_NAMED = 2  # one to work on it, one to stand in: who is away must not leave a case that nobody finds


@command
def bar_from_case(*, actor: User, case: Case, who: User | Agency, reason: str, now: datetime) -> Bar:
    """Shut a case to one worker or one agency, from this moment. Raises `NotPossibleNow` where it is shut already."""
    authorize(actor, "casework.bar_from_case", case)
    named = {"worker": who} if isinstance(who, User) else {"agency": who}
    if who in (actor, actor.agency):
        raise NotPossibleNow("You cannot bar yourself. Ask another supervisor.")
    if Bar.objects.filter(case=case, lifted_at=None, **named).exists():
        raise NotPossibleNow("They are barred from this case already.")
    bar = Bar.objects.create(case=case, reason=reason, barred_at=now, barred_by=actor, **named)
    record(actor=actor, action="casework.bar_from_case", subject=bar, reason=reason)
    return bar


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
def seal_case(*, actor: User, case: Case, workers: Sequence[User], now: datetime) -> None:
    """Let only these workers find the case: two or more, a supervisor and whoever seals it among them.

    Raises `ValidationError` for fewer, `NotPossibleNow` where it is sealed.
    """
    authorize(actor, "casework.seal_case", case)
    if len(set(workers)) < FEWEST_NAMED or actor not in workers or not any(w.role == Role.SUPERVISOR for w in workers):
        raise ValidationError("Name two workers or more, yourself and a supervisor among them.")
    if SealMember.objects.filter(case=case, ended_at=None).exists():
        raise NotPossibleNow("This case is sealed already.")
    SealMember.objects.bulk_create(
        SealMember(case=case, worker=worker, named_at=now, named_by=actor) for worker in set(workers)
    )
    record(actor=actor, action="casework.seal_case", subject=case, workers=sorted(w.pk for w in set(workers)))


@command
def unseal_case(*, actor: User, case: Case, now: datetime) -> None:
    """Lift the seal: who was granted the case finds it again. Raises `NotPossibleNow` where there is none."""
    authorize(actor, "casework.unseal_case", case)
    if not SealMember.objects.filter(case=case, ended_at=None).update(ended_at=now, ended_by=actor):
        raise NotPossibleNow("This case is not sealed.")
    record(actor=actor, action="casework.unseal_case", subject=case)
