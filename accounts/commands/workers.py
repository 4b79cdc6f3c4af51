"""A worker gets another role, moves to another agency, or leaves: everything of theirs ends in that transaction."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import QuerySet

from accounts.authorization import Denied, NotPossibleNow, authorize, reach, rule, visible
from accounts.models import Agency, User
from accounts.roles import LOOKS_AFTER, PERMISSIONS, Role
from accounts.slots import WORKER_LEFT
from audit.log import command, record

HAS_LEFT = "They have left already."


@reach(User)
def _visible_workers(user: User) -> QuerySet[User]:
    """Whom they look after, there or ended: of their own agency, or of all for who looks after agencies."""
    roles = LOOKS_AFTER.get(user.role, frozenset())
    found = User.objects.filter(agency__partnership=user.agency.partnership_id, role__in=roles)
    return found if user.role == Role.PARTNERSHIP_MANAGER else found.filter(agency=user.agency_id)


@rule("accounts.change_role")
@rule("accounts.end_worker")
@rule("accounts.release_worker")
def _somebody_else(user: User, worker: User) -> bool:
    return worker.pk != user.pk


@command
def change_role(*, actor: User, worker: User, role: str, now: datetime) -> User:
    """Give a worker another role at their agency. Their sessions end; where they may no longer do what they did, what
    they had passes on as when they leave.

    Raises `NotPossibleNow` for the role that they have, `Denied` for one that is not the actor's to give.
    """
    authorize(actor, "accounts.change_role", worker)
    if role not in LOOKS_AFTER[actor.role]:
        raise Denied("accounts.change_role", worker)
    before = worker.role
    if not _asked("worker_changes_role", worker.pk, role):
        raise NotPossibleNow("They have this role already, or have left.")
    worker.refresh_from_db()
    record(actor=actor, action="accounts.change_role", subject=worker, before=before, after=str(role))
    if not PERMISSIONS[before] <= PERMISSIONS[role]:
        WORKER_LEFT(worker=worker, role=before, now=now)
    return worker


@command
def end_worker(*, actor: User, worker: User, now: datetime) -> User:
    """A worker leaves, at once: sessions and kept answers end, what waited for them passes on."""
    authorize(actor, "accounts.end_worker", worker)
    _leave(actor, worker, None, now)
    record(actor=actor, action="accounts.end_worker", subject=worker)
    return worker


@command
def release_worker(*, actor: User, worker: User, to: Agency, now: datetime) -> User:
    """A worker leaves for another agency of the partnership, whose administrator may then invite them there.

    They lose everything now, and are the same worker when they come there: whoever is barred stays barred.
    """
    authorize(actor, "accounts.release_worker", worker)
    if to == worker.agency or not visible(actor, to):
        raise ValidationError({"to": "Choose another agency of your partnership."})
    _leave(actor, worker, to, now)
    record(actor=actor, action="accounts.release_worker", subject=worker, to=to.pk)
    return worker


def _leave(actor: User, worker: User, to: Agency | None, now: datetime) -> None:
    if not _asked("worker_leaves", worker.pk, to and to.pk, now):
        raise NotPossibleNow(HAS_LEFT)
    worker.refresh_from_db()
    WORKER_LEFT(worker=worker, role=worker.role, now=now)


def _asked(function: str, *given: object) -> object:
    """What a function of the second lock answers, which alone may change who works where: config/lock/workers.sql."""
    with connection.cursor() as cursor:
        cursor.callproc(function, given)
        return cursor.fetchone()[0]
