"""The wall: the workstream for people who want to change their behaviour has a holder of its own, and nothing crosses.

Which side a case is on follows from who holds it. The triggers of casework/migrations/0016 keep to the same.
"""

from django.core.exceptions import ValidationError
from django.db import connection

from accounts.authorization import NotPossibleNow
from accounts.models import Agency, AgencyKind, User
from audit.log import record
from casework.models import Case, CaseKind
from casework.plans import ContactReport
from casework.policy import is_shut

NO_SERVICE = (
    "Your partnership has no service for people who want to change their behaviour, so this cannot be logged. "
    "Give them the number of the Respect Phoneline, 0808 802 4040, and ask your partnership manager for such a service."
)
A_VICTIMS = "This case is a victim's. Start a contact of its own for somebody who wants to change their behaviour."
NO_VICTIMS = "Here only people who want to change their behaviour are helped. Give a victim the front door's number."
NOBODY_THERE = (
    "Nobody at the service for people who want to change their behaviour could find this case. Lift what shuts it to "
    "them, or see that somebody works there."
)
WHOSE_NEXT = "Say what happens next: the service for people who want to change their behaviour takes it up."
NOBODY_ELSE = "Leave this empty: whom they harm is not written down here. If somebody is in danger, call 999."


def check_side(actor: User, case: Case, report: ContactReport) -> None:
    """Part of a command, never one by itself. Raises `ValidationError` for a contact that is on the wrong side."""
    wants_to_change = report.kind == CaseKind.BEHAVIOUR
    if case.kind and (case.kind == CaseKind.BEHAVIOUR) != wants_to_change:
        raise ValidationError({"kind": NO_VICTIMS if case.kind == CaseKind.BEHAVIOUR else A_VICTIMS})
    if actor.agency.kind == AgencyKind.BEHAVIOUR and not wants_to_change:
        raise ValidationError({"kind": NO_VICTIMS})
    if not wants_to_change:
        return
    if service_of(actor) is None:
        raise ValidationError({"kind": NO_SERVICE})
    if report.alleged_name or report.alleged_date_of_birth or report.alleged_telephone:
        raise ValidationError({"alleged_name": NOBODY_ELSE})
    if report.step is None and actor.agency.kind != AgencyKind.BEHAVIOUR:
        raise ValidationError({"step_kind": WHOSE_NEXT})


def hand_over(actor: User, case: Case) -> None:
    """Part of a command, never one by itself: pass a case to the other side of the wall, with all that is open in it.

    From the next statement on, whoever took the contact sees what a stranger sees. Raises `NotPossibleNow` where
    nobody at the service would find it.
    """
    service = service_of(actor)
    if service is None or service.pk == case.agency_id:
        return
    workers = User.objects.filter(agency=service, is_active=True)
    if all(is_shut(case.pk, worker) for worker in workers):
        raise NotPossibleNow(NOBODY_THERE)
    record(actor=actor, action="casework.log_contact", subject=case, handed_to=service.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT hand_over_to_behaviour(%s)", [case.pk])
    case.agency = service


def service_of(actor: User) -> Agency | None:
    """The one agency of the actor's partnership behind the wall."""
    return Agency.objects.filter(partnership=actor.agency.partnership_id, kind=AgencyKind.BEHAVIOUR).first()
