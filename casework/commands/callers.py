"""Who made contact, and the calls to 999: what changes with who calls."""

from datetime import datetime

from django.core.exceptions import ValidationError

from accounts.authorization import authorize
from accounts.models import User
from audit.log import command, record
from casework.categories import Category
from casework.models import (
    Caller,
    CallerDetails,
    Case,
    Channel,
    Contact,
    CutOff,
    EmergencyCall,
    StepKind,
)
from casework.plans import CHANGED, CallerReport, ContactReport, EmergencyCallReport, StepPlan
from casework.queries import due_by

NOT_TO_BE_RUNG = (
    "Do not ring back a silent or dropped call: whoever answers may be the wrong one. Only where that was agreed, "
    "say so at \u201cIf we are cut off\u201d."
)
# Who calls, and why nothing may not be what happens next.
MUST_GO_ON = {
    Caller.ASKS_WHERE: "Somebody wanted to know where a person is. Choose who looks into that.",
    Caller.CHILD: "A child called. Choose who acts on it, today.",
}


def problems_of_caller(report: ContactReport) -> dict[str, str]:
    """What cannot be logged of this caller, by the names of the boxes."""
    if report.cut_short and not report.step:
        return {"step_kind": "They had to hang up. Say how they are called back."}
    if not report.cut_short and not (report.caller and report.kind):
        return {"caller": "Say who made contact, and what about."}
    if report.hub and report.channel != Channel.WALK_IN:
        return {"hub": "Only who comes in person is at a hub. Leave it empty, or choose “In person, at a hub”."}
    if report.caller == Caller.SILENT and _rings(report.step) and report.if_cut_off != CutOff.CALL_BACK:
        return {"step_kind": NOT_TO_BE_RUNG}
    if report.no_step_reason and (problem := MUST_GO_ON.get(Caller(report.caller))):
        return {"no_step_reason": problem}
    return {}


def answer_to_professional(case: Case, now: datetime) -> StepPlan:
    """Part of a command: that a professional who called is told what came of it."""
    due = due_by("answer_to_professional", now, case.partnership_id)
    return StepPlan(kind=StepKind.TELL_CALLER, due_at=due.at, due_source=due.source)


def write_caller(contact: Contact, report: CallerReport) -> None:
    """Part of a command: who made contact, where anything was said of them."""
    if report != CallerReport():
        CallerDetails.objects.create(case_id=contact.case_id, contact=contact, **vars(report))


@command
def call_police(*, actor: User, contact: Contact, call: EmergencyCallReport, now: datetime) -> EmergencyCall:
    """Write down a call to 999, also while the contact is still a draft. Raises `ValidationError` for one to come."""
    authorize(actor, "casework.call_police", contact)
    if call.called_at > now:
        raise ValidationError({"called_at": "The time of the call cannot be in the future."})
    made = EmergencyCall.objects.create(case_id=contact.case_id, contact=contact, called_by=actor, **vars(call))
    record(actor=actor, action="casework.call_police", subject=made)
    CHANGED(case=contact.case, what={Category.INCIDENT}, actor=actor, now=now)
    return made


def _rings(step: StepPlan | None) -> bool:
    return step is not None and step.kind == StepKind.CALL_BACK
