"""Founding a partnership; adding agencies and the people who work in them; what is kept for repeated requests."""

from datetime import datetime

from django.contrib.auth.models import Group
from django.db.models import QuerySet

from accounts.authorization import Denied, authorize, reach, rule
from accounts.models import KEPT_FOR, Agency, AgencyKind, OnceOnly, Partnership, User
from accounts.roles import BEYOND_AN_AGENCY, Role
from audit.log import command, record


@reach(Agency)
def visible_agencies(user: User) -> QuerySet[Agency]:
    """Who takes part is known to all who take part."""
    return Agency.objects.filter(partnership=user.agency.partnership_id)


@rule("accounts.add_agency")
def in_own_partnership(actor: User, agency: Agency | None) -> bool:
    return agency is None


@rule("accounts.add_worker")
def in_own_agency(actor: User, agency: Agency) -> bool:
    return agency == actor.agency or actor.role != Role.AGENCY_ADMINISTRATOR


@rule("accounts.change_password")
def ones_own(actor: User, record: None) -> bool:
    return record is None


@rule("accounts.purge_once_only")
def of_everybody(actor: User, record: None) -> bool:
    return record is None


@command
def found_partnership(*, actor: None, name: str, front_door: str, system_email: str) -> User:
    """The first act of an installation, hence by nobody: a partnership, its front door and its system actor.

    Returns the system actor, who adds the rest.
    """
    partnership = Partnership.objects.create(name=name)
    agency = _agency(partnership, front_door, AgencyKind.FRONT_DOOR)
    system = _worker(agency, system_email, "System", Role.SYSTEM, password="")
    record(actor=system, action="accounts.found_partnership", subject=partnership)
    return system


@command
def add_agency(*, actor: User, name: str, kind: str) -> Agency:
    """Add an agency to the actor's partnership, with the group by which grants name it."""
    authorize(actor, "accounts.add_agency")
    agency = _agency(actor.agency.partnership, name, kind)
    record(actor=actor, action="accounts.add_agency", subject=agency)
    return agency


@command
def add_worker(*, actor: User, agency: Agency, email: str, name: str, role: str, password: str) -> User:
    """Add a person to one agency in one role. Without a password they cannot sign in.

    Only the system gives the system's role, and only who may add workers anywhere gives a role that reaches anywhere.
    """
    authorize(actor, "accounts.add_worker", agency)
    given_by = {Role.SYSTEM} if role == Role.SYSTEM else {Role.SYSTEM, Role.PARTNERSHIP_MANAGER}
    if role in BEYOND_AN_AGENCY and actor.role not in given_by:
        raise Denied("accounts.add_worker", agency)
    user = _worker(agency, email, name, role, password)
    record(actor=actor, action="accounts.add_worker", subject=user, role=str(role))
    return user


@command
def change_password(*, actor: User, password: str) -> None:
    """Give the actor another password. That it is a good one, the form has checked."""
    authorize(actor, "accounts.change_password")
    actor.set_password(password)
    actor.save(update_fields=["password"])
    record(actor=actor, action="accounts.change_password", subject=actor)


def keep_answer(answer: OnceOnly) -> None:
    """Keep an answer to give again, in place of one under its key that is too old to be given.

    Never a command by itself: the work that it answers was recorded by its own, in the same transaction.
    """
    OnceOnly.objects.filter(user=answer.user, key=answer.key).delete()
    answer.save(force_insert=True)


@command
def purge_once_only(*, actor: User, now: datetime) -> int:
    """Remove the answers that are too old to be given again. Returns how many."""
    authorize(actor, "accounts.purge_once_only")
    count, _ = OnceOnly.objects.filter(created_at__lt=now - KEPT_FOR).delete()
    record(actor=actor, action="accounts.purge_once_only", count=count)
    return count


def _agency(partnership: Partnership, name: str, kind: str) -> Agency:
    group = Group.objects.create(name=f"{partnership.name}: {name}")
    return Agency.objects.create(partnership=partnership, name=name, kind=kind, group=group)


def _worker(agency: Agency, email: str, name: str, role: str, password: str) -> User:
    user = User(agency=agency, email=email.lower(), name=name, role=role)
    user.set_password(password or None)
    user.save()
    user.groups.set([agency.group])
    return user
