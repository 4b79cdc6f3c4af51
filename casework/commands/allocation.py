"""Who has a case: offered by one and taken by another, who both turn a key; taken from duty; covered while away."""

from datetime import datetime

from django.core.exceptions import ValidationError

from accounts.authorization import Denied, NotPossibleNow, authorize
from accounts.models import User
from audit.log import command, record
from casework.commands.cases import add_step, settle
from casework.models import Absence, Case, NextStep, Rung, StepKind, StepOutcome
from casework.plans import StepPlan
from casework.policy import is_shut, speaks_for
from casework.queries import due_by
from casework.states import CaseStatus

OFFER = "take_over"


@command
def offer_case(*, actor: User, case: Case, to: User, words: str, now: datetime) -> NextStep:
    """Offer a case to a colleague, as a next step of theirs. Whoever has it stays responsible until they take it.

    Raises `ValidationError` for somebody of another agency, who left, or who does not find the case, and
    `NotPossibleNow` while another offer of it waits.
    """
    authorize(actor, "casework.offer_case", case)
    fresh = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if fresh.status != CaseStatus.OPEN:
        raise NotPossibleNow("Only an open case changes hands.")
    if to.agency_id != fresh.agency_id or not to.is_active or is_shut(fresh.pk, to):
        raise ValidationError({"to": "Choose somebody of your agency who can take it."})
    if to.pk == fresh.owner_id:
        raise ValidationError({"to": "They have it already."})
    if fresh.steps.filter(kind=StepKind.TAKE_OVER, done_at=None).exists():
        raise NotPossibleNow("It is offered to somebody already, who has not answered yet.")
    due = due_by(OFFER, now, fresh.partnership_id)
    step = add_step(actor, fresh, StepPlan(StepKind.TAKE_OVER, due.at, due.source, note=words, owner=to), now)
    record(actor=actor, action="casework.offer_case", subject=step, to=to.pk)
    return step


@command
def take_over_case(*, actor: User, step: NextStep, now: datetime) -> Case:
    """Take over what one was offered: the case is one's own from now on, and so are the steps of whoever had it."""
    authorize(actor, "casework.answer_offer", step)
    case = Case.objects.select_for_update(of=("self",)).get(pk=step.case_id)
    settle(actor, step, StepOutcome.TAKEN, _in_place(case, step, now), now)
    before = case.owner_id
    case.steps.filter(done_at=None, owner=before).update(owner=actor)
    case.owner = actor
    case.save(update_fields=["owner"])
    record(actor=actor, action="casework.answer_offer", subject=step, act="take", before=[before] if before else [])
    return case


@command
def turn_down_case(*, actor: User, step: NextStep, why: str, now: datetime) -> None:
    """Say why one does not take it: whoever offered it decides what happens next. Who has it keeps it."""
    authorize(actor, "casework.answer_offer", step)
    if not why.strip():
        raise ValidationError({"why": "Say why."})
    case = Case.objects.select_for_update(of=("self",)).get(pk=step.case_id)
    due = due_by("decide_what_next", now, case.partnership_id)
    then = StepPlan(StepKind.DECIDE_WHAT_NEXT, due.at, due.source, note=why, owner=step.opened_by)
    settle(actor, step, StepOutcome.NOT_TAKEN, then, now)
    record(actor=actor, action="casework.answer_offer", subject=step, act="turn_down")


@command
def take_step(*, actor: User, step: NextStep, now: datetime) -> NextStep:
    """Take a step that is on duty: it is one's own. Raises `NotPossibleNow` where somebody owns it who is not late."""
    authorize(actor, "casework.take_case", step)
    fresh = NextStep.objects.select_for_update().get(pk=step.pk)
    if fresh.done_at or (fresh.rung == Rung.WORKER and fresh.owner_id):
        raise NotPossibleNow("Somebody has this step, or it is settled.")
    before, fresh.owner = fresh.owner_id, actor
    fresh.save(update_fields=["owner"])
    case = Case.objects.select_for_update(of=("self",)).get(pk=fresh.case_id)
    if case.owner_id is None and case.status == CaseStatus.OPEN:
        case.owner = actor
        case.save(update_fields=["owner"])
    record(actor=actor, action="casework.take_case", subject=fresh, before=[before] if before else [])
    return fresh


@command
def note_absence(
    *, actor: User, worker: User, begins_at: datetime, until: datetime, covered_by: User | None, now: datetime
) -> Absence:
    """Say from when until when somebody is away, and who covers for them; nobody by name is the post on duty.

    Raises `ValidationError` by field.
    """
    authorize(actor, "casework.note_absence")
    _must_speak_for(actor, worker)
    problems = {}
    if until <= max(begins_at, now):
        problems["until"] = "They must be back after they went, and after now."
    if covered_by and (covered_by.agency_id != worker.agency_id or covered_by == worker or not covered_by.is_active):
        problems["covered_by"] = "Choose a colleague of theirs."
    if problems:
        raise ValidationError(problems)
    absence = Absence.objects.create(
        agency=worker.agency,
        worker=worker,
        begins_at=begins_at,
        until=until,
        covered_by=covered_by,
        noted_at=now,
        noted_by=actor,
    )
    record(actor=actor, action="casework.note_absence", subject=absence, worker=worker.pk)
    return absence


@command
def end_absence(*, actor: User, absence: Absence, now: datetime) -> None:
    """They are back before that time. Raises `NotPossibleNow` where they are already."""
    authorize(actor, "casework.note_absence")
    _must_speak_for(actor, absence.worker)
    fresh = Absence.objects.select_for_update().get(pk=absence.pk)
    if fresh.ended_at or fresh.until <= now:
        raise NotPossibleNow("They are back already.")
    fresh.ended_at = now
    fresh.save(update_fields=["ended_at"])
    record(actor=actor, action="casework.note_absence", subject=fresh, act="end")


def _must_speak_for(actor: User, worker: User) -> None:
    if not speaks_for(actor, worker):
        raise Denied("casework.note_absence")


def _in_place(case: Case, step: NextStep, now: datetime) -> StepPlan | None:
    """What is to be decided, where the offer was the only step left."""
    if case.steps.filter(done_at=None).exclude(pk=step.pk).exists():
        return None
    due = due_by("decide_what_next", now, case.partnership_id)
    return StepPlan(StepKind.DECIDE_WHAT_NEXT, due.at, due.source, owner=step.owner)
