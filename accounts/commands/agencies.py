"""An agency leaves the partnership: its shares, what waits for it, and its workers' accounts end with it."""

from datetime import datetime

from django.db import connection

from accounts.authorization import NotPossibleNow, authorize, rule
from accounts.commands.workers import _leave
from accounts.models import Agency, AgencyKind, User
from accounts.slots import AGENCY_LEFT
from audit.log import command, record

FRONT_DOOR = "The front door cannot leave: every case of the partnership begins there."
OWN = "You work for this agency. Ask a manager who works for another one."
HOLDS = "This agency still holds cases. Have them passed to another agency first, and try again."


@rule("accounts.end_agency")
def _of_own_partnership(user: User, agency: Agency) -> bool:
    return agency is not None


@command
def end_agency(*, actor: User, agency: Agency, now: datetime) -> Agency:
    """End an agency's part in the partnership. Raises `NotPossibleNow` with what to do first.

    What was shared with it ends, what waited for it comes back, its services are no longer offered, its agreements go
    on without it, and its workers are ended as by `end_worker`.
    """
    authorize(actor, "accounts.end_agency", agency)
    refused = FRONT_DOOR if agency.kind == AgencyKind.FRONT_DOOR else OWN if agency == actor.agency else ""
    if refused:
        raise NotPossibleNow(refused)
    with connection.cursor() as cursor:
        cursor.callproc("agency_leaves", [agency.pk, now])
        (left,) = cursor.fetchone()
    if not left:
        raise NotPossibleNow(HOLDS if left is None else "This agency has left already.")
    record(actor=actor, action="accounts.end_agency", subject=agency)
    AGENCY_LEFT(agency=agency, actor=actor, now=now)
    for worker in User.objects.filter(agency=agency, is_active=True).order_by("pk"):
        _leave(actor, worker, None, now)
        record(actor=actor, action="accounts.end_worker", subject=worker)
    agency.refresh_from_db()
    return agency
