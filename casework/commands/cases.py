"""Opening a case, and settling its next steps."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone

from accounts.authorization import NotPossibleNow, authorize
from accounts.models import User, system_of
from accounts.roles import Role
from accounts.transitions import move
from audit.acting import acting_as
from audit.log import command, record
from casework.commands.attempts import check_tried
from casework.commands.proposals import propose_bars
from casework.models import Case, CaseKind, LadderStandard, NextStep, StepKind, StepOutcome, Visit
from casework.plans import StepPlan
from casework.policy import is_shut
from casework.queries import (
    Due,
    burgled_before,
    due_by,
    offer_due,
    review_plan,
    standing_row,
    urgency_of,
    workers_alike,
)
from casework.states import OPEN_CASE, REOPEN_CASE, CaseStatus

SETTLED_ELSEWHERE = {
    StepKind.CONFIRM_CLOSING: "Agree that the case closes, or say why not, where that was asked.",
    StepKind.ANSWER_REQUEST: "Answer the request itself: what is given, that it is not held, or why it is not shared.",
    StepKind.TAKE_OVER: "Whoever is offered the case takes it over, or says why not.",
    StepKind.PASS_ON: "Refer it to that area's front door, or say why not on the page of what was handed in.",
}
LATEST = timedelta(days=366)  # a local default: what is due later is forgotten
BY_THE_VISIT = {"outcome": "Say on the page of the visit how its offer was answered."}


@command
def open_case(*, actor: User, case: Case, step: StepPlan | None, now: datetime) -> Case:
    """Turn an intake into an open case, owned by whoever opens it.

    `step` may be None while the contact left a next step that is still open. A burglary also gets the offer of
    a police visit, unless one is made already. Raises `NotPossibleNow` where nothing says what happens next, or
    where no contact has been logged, because nobody has yet said what kind of case it is.
    """
    authorize(actor, "casework.open_case", case)
    if not case.kind:
        raise NotPossibleNow("Log a contact first: it says what kind of case this is.")
    if step:
        add_step(actor, case, step, now)
    if case.contacts.filter(kind=CaseKind.BURGLARY).exists():
        offer_visit_once(actor, case, now)
    if not case.steps.filter(done_at__isnull=True).exists():
        raise NotPossibleNow("Say what happens next: an open case always has a next step.")
    opened = move(case, OPEN_CASE, actor=actor, opened_at=now, opened_by=actor, owner=actor)
    propose_bars(actor, opened, workers_alike(opened), now)
    return opened


@command
def complete_step(*, actor: User, step: NextStep, outcome: str, then: StepPlan | None, now: datetime) -> None:
    """Settle a next step and say what comes after it.

    `then` may be None only while the case has another open step. Raises `NotPossibleNow` otherwise, for a step
    that is settled already, for one that waits for a partner's answer, and for a call back of somebody who was not
    tried often enough; `ValidationError` for the offer of a visit, which `answer_visit` settles. A review of risk that
    is settled by hand is followed by the next one: the clock goes on.
    """
    authorize(actor, "casework.complete_step", step)
    if step.kind == StepKind.OFFER_VISIT:
        raise ValidationError(BY_THE_VISIT)
    Case.objects.select_for_update().get(pk=step.case_id)
    if step.kind == StepKind.CALL_BACK and outcome == StepOutcome.UNREACHABLE:
        check_tried(actor, step, now)
    if step.kind in SETTLED_ELSEWHERE:
        raise NotPossibleNow(SETTLED_ELSEWHERE[StepKind(step.kind)])
    if step.waits_for_id is not None:
        raise NotPossibleNow("This step waits for a partner's answer. Withdraw the referral instead.")
    if step.kind == StepKind.REVIEW_RISK and (review := review_plan(step.case, now)):
        add_step(actor, step.case, review, now)
    if then is None and _is_last(step):
        raise NotPossibleNow("Say what happens next, or close the case instead: an open one always has a next step.")
    settle(actor, step, outcome, then, now)
    record(actor=actor, action="casework.complete_step", subject=step, outcome_code=outcome)


@command
def answer_step(*, actor: User, step: NextStep, outcome: str, then: StepPlan, now: datetime) -> NextStep:
    """Settle a step that waits for an agency's answer, and open its successor. Part of answering a referral,
    or of withdrawing it."""
    authorize(actor, "casework.answer_step", step)
    with acting_as(system_of(step.owner_agency_id)):  # the holder's case, which who answers may not see
        following = settle(actor, step, outcome, then, now)
    record(actor=actor, action="casework.answer_step", subject=step, following=following.pk, step=then.kind)
    return following


def hurry(case: Case, code: str, now: datetime) -> None:
    """Part of a command, never one by itself: let the open steps of a case stand in days' lists as its danger asks."""
    ladder = standing_row(LadderStandard, code, timezone.localdate(now), case.partnership_id)
    case.steps.filter(done_at=None).update(urgent_at=F("due_at") - timedelta(hours=ladder.head_start))


def offer_visit(partnership_id: int, now: datetime) -> StepPlan:
    """The offer of a police visit that every victim of a burglary is owed."""
    due = due_by("burglary_visit_offer", now, partnership_id)
    return StepPlan(kind=StepKind.OFFER_VISIT, due_at=due.at, due_source=due.source)


def offer_visit_once(actor: User, case: Case, now: datetime) -> None:
    """Part of a command, never one by itself: open that offer, unless it is open or answered already."""
    if not case.steps.filter(kind=StepKind.OFFER_VISIT).exists():
        add_step(actor, case, offer_visit(case.partnership_id, now), now)


def add_step(actor: User, case: Case, plan: StepPlan, now: datetime) -> NextStep:
    """Part of a command, never one by itself: open a next step in the agency that holds the case.

    A closed case is opened again by that. The first step to offer a visit begins the record of that visit.
    What an owner who has left, or who does not find the case, would own goes to the duty queue. Raises
    `ValidationError` for an owner of another agency, whose list it would not stand in, and for a due time that nobody
    would live to see.
    """
    if case.status == CaseStatus.CLOSED:
        _reopen(actor, case, now)
    if plan.owner and plan.owner.agency_id != case.agency_id:
        raise ValidationError({"owner": "Choose somebody of the agency that holds the case."})
    if not now < plan.due_at <= now + LATEST:
        raise ValidationError("The due time must be in the future, and within a year.")
    owner = plan.owner if plan.owner and plan.owner.is_active and not is_shut(case.pk, plan.owner) else None
    if plan.kind == StepKind.OFFER_VISIT:
        plan = _begin_visit(actor, case, plan, now)
    ladder = standing_row(LadderStandard, urgency_of(case), timezone.localdate(now), case.partnership_id)
    return NextStep.objects.create(
        case=case,
        kind=plan.kind,
        note=plan.note,
        owner_agency_id=case.agency_id,
        owner=owner,
        due_at=plan.due_at,
        due_source=plan.due_source,
        urgent_at=plan.due_at - timedelta(hours=ladder.head_start),
        climbs_at=plan.due_at + timedelta(hours=ladder.to_duty if owner else ladder.to_supervisor),
        waits_for=plan.waits_for,
        opened_at=now,
        opened_by=actor,
    )


def bring_forward(case: Case, steps: list[NextStep], due: Due, now: datetime) -> None:
    """Part of a command, never one by itself: make steps due at another time, in days' lists and on their rungs too."""
    ladder = standing_row(LadderStandard, urgency_of(case), timezone.localdate(now), case.partnership_id)
    for step in steps:
        step.due_at, step.due_source = due.at, due.source
        step.urgent_at = due.at - timedelta(hours=ladder.head_start)
        step.climbs_at = due.at + timedelta(hours=ladder.to_duty if step.owner_id else ladder.to_supervisor)
        step.save(update_fields=["due_at", "due_source", "urgent_at", "climbs_at"])


def _begin_visit(actor: User, case: Case, plan: StepPlan, now: datetime) -> StepPlan:
    """A home that was burgled within the year is offered a visit on the same day."""
    if Visit.objects.filter(case=case).exists():
        return plan
    is_urgent = bool(burgled_before(actor, case, now))
    due = offer_due(is_urgent, now, case.partnership_id) if is_urgent else Due(plan.due_at, plan.due_source)
    Visit.objects.create(case=case, reported_at=now, is_urgent=is_urgent, due_at=due.at, due_source=due.source)
    return replace(plan, due_at=due.at, due_source=due.source)


def _reopen(actor: User, case: Case, now: datetime) -> None:
    """Whoever lets somebody wait in it takes it, but for the system; and the clock of its risk goes on."""
    owner = None if actor.role == Role.SYSTEM else actor
    move(case, REOPEN_CASE, actor=actor, closed_at=None, closed_by=None, owner=owner)
    case.refresh_from_db(fields=["status", "closed_at", "closed_by", "owner"])  # or it would be opened once more
    if review := review_plan(case, now):
        add_step(actor, case, review, now)


def settle(actor: User, step: NextStep, outcome: str, then: StepPlan | None, now: datetime) -> NextStep:
    """Part of a command, never one by itself: close one step and open the next; returns the one now open."""
    fresh = NextStep.objects.select_for_update().get(pk=step.pk)
    if fresh.done_at is not None:
        raise NotPossibleNow("This step is already settled.")
    fresh.done_at, fresh.done_by, fresh.outcome = now, actor, outcome
    fresh.save(update_fields=["done_at", "done_by", "outcome"])
    return add_step(actor, fresh.case, then, now) if then else fresh


def _is_last(step: NextStep) -> bool:
    return not NextStep.objects.filter(case=step.case_id, done_at__isnull=True).exclude(pk=step.pk).exists()
