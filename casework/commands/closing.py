"""Closing a case, where nobody waits any more; with a second person where it must not rest on one; and reopening it."""

from collections.abc import Callable
from datetime import datetime

from django.core.exceptions import ValidationError

from accounts.authorization import NotPossibleNow, authorize
from accounts.models import User
from accounts.transitions import move
from audit.log import command, record
from casework.commands.cases import add_step, settle
from casework.models import (
    Case,
    CaseOutcome,
    Closing,
    NextStep,
    SafetyAdvice,
    StepKind,
    StepOutcome,
    outcomes_of,
)
from casework.plans import BEFORE_CLOSING, ClosingPlan, StepPlan
from casework.queries import due_by, ladder_of, needs_second_person, visit_is_answered
from casework.states import CLOSE_CASE, CaseStatus, ContactStatus

# The worker's own thoughts, and the clock of its risk, end with the case. All other steps are somebody who waits.
END_WITH_THE_CASE = {
    StepKind.DECIDE_WHAT_NEXT,
    StepKind.OTHER,
    StepKind.CONFIRM_CLOSING,
    StepKind.TAKE_OVER,
    StepKind.REVIEW_RISK,
}


def _steps_wait(case: Case) -> str:
    waiting = case.steps.filter(done_at=None).exclude(kind__in=END_WITH_THE_CASE).order_by("due_at", "pk")
    kinds = dict.fromkeys(step.get_kind_display() for step in waiting)
    return f"Somebody still waits. Settle first: {'; '.join(kinds)}." if kinds else ""


def _drafts_wait(case: Case) -> str:
    waits = case.contacts.filter(status=ContactStatus.DRAFT).exists()
    return "A contact is still a draft. Finish it first." if waits else ""


def _somebody_is_reaching_them(case: Case) -> str:
    waits = case.attempts.filter(ended_at=None).exists()
    return "Somebody is reaching them now. Say first what came of it." if waits else ""


def _visit_is_unanswered(case: Case) -> str:
    words = "Every victim of a burglary is offered a visit. Offer it, and say what they answered."
    return "" if visit_is_answered(case) else words


# What must be so before a case closes: each says what is missing, or nothing.
CONDITIONS: list[Callable[[Case], str]] = [_steps_wait, _drafts_wait, _somebody_is_reaching_them, _visit_is_unanswered]


@command
def close_case(*, actor: User, case: Case, plan: ClosingPlan, now: datetime) -> Closing:
    """Close a case; or, where it must not rest on one person, ask a second one, as a next step of the duty queue.

    Raises `ValidationError` by field, and `NotPossibleNow` while somebody waits or where the kind's conditions are
    not met.
    """
    authorize(actor, "casework.close_case", case)
    case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if case.status != CaseStatus.OPEN:
        raise NotPossibleNow("Only an open case can be closed.")
    if case.closings.filter(answered_at=None).exists():
        raise NotPossibleNow("It was asked already that this case closes.")
    _check(case, plan, now)
    _must_be_possible(case)
    needs_second = needs_second_person(case, plan.outcome)
    step = add_step(actor, case, _ask_another(case, now), now) if needs_second else None
    closing = Closing.objects.create(
        case=case, asked_at=now, asked_by=actor, step=step, needs_second=needs_second, **vars(plan)
    )
    record(actor=actor, action="casework.close_case", subject=closing, outcome_code=plan.outcome)
    if not needs_second:
        _close(actor, case, closing, now)
    return closing


@command
def agree_to_closing(*, actor: User, closing: Closing, now: datetime) -> Closing:
    """Agree to what somebody else asked: the case closes. Raises `NotPossibleNow` as for asking."""
    authorize(actor, "casework.answer_closing", closing)
    case, fresh = _waiting(actor, closing)
    _must_be_possible(case)
    record(actor=actor, action="casework.answer_closing", subject=fresh, act="agree")
    _close(actor, case, fresh, now)
    return fresh


@command
def turn_down_closing(*, actor: User, closing: Closing, why: str, now: datetime) -> Closing:
    """Say why the case must not close: whoever asked decides what happens next."""
    authorize(actor, "casework.answer_closing", closing)
    if not why.strip():
        raise ValidationError({"why": "Say what is still to be done."})
    case, fresh = _waiting(actor, closing)
    due = due_by("decide_what_next", now, case.partnership_id)
    then = StepPlan(StepKind.DECIDE_WHAT_NEXT, due.at, due.source, owner=fresh.asked_by)
    settle(actor, _step_of(fresh), StepOutcome.NOT_AGREED, then, now)
    _answer(fresh, actor, now, agreed=False, why_not=why)
    record(actor=actor, action="casework.answer_closing", subject=fresh, act="turn_down", case=case.pk)
    return fresh


@command
def reopen_case(*, actor: User, case: Case, step: StepPlan, now: datetime) -> Case:
    """Open a closed case again, with what happens next, because somebody came back."""
    authorize(actor, "casework.reopen_case", case)
    fresh = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if fresh.status != CaseStatus.CLOSED:
        raise NotPossibleNow("Only a closed case can be opened again.")
    return add_step(actor, fresh, step, now).case


def _check(case: Case, plan: ClosingPlan, now: datetime) -> None:
    problems = {}
    if plan.outcome not in outcomes_of(case.kind):
        problems["outcome"] = "Choose how it ended."
    if plan.advice not in SafetyAdvice.values:
        problems["advice"] = "Say whether they were given safety advice."
    if plan.advice == SafetyAdvice.NOT_REACHED and plan.outcome != CaseOutcome.UNREACHABLE:
        problems["advice"] = "They were reached: say whether they were given safety advice."
    if not plan.words.strip():
        problems["words"] = "Say in a sentence how it ended."
    if plan.outcome == CaseOutcome.UNREACHABLE:
        problems |= _unreachable(case, plan, now)
    if problems:
        raise ValidationError(problems)


def _unreachable(case: Case, plan: ClosingPlan, now: datetime) -> dict[str, str]:
    ladder = ladder_of(case, case.opened_at or now, now)
    problems = {"outcome": ladder.left} if ladder.left else {}
    if ladder.is_high and not plan.tried:
        problems["tried"] = "At high risk, say which other way to them was considered, and what came of it."
    return problems


def _must_be_possible(case: Case) -> None:
    BEFORE_CLOSING(case=case)
    for missing in CONDITIONS:
        if problem := missing(case):
            raise NotPossibleNow(problem)


def _ask_another(case: Case, now: datetime) -> StepPlan:
    due = due_by("confirm_closing", now, case.partnership_id)
    return StepPlan(StepKind.CONFIRM_CLOSING, due.at, due.source)


def _waiting(actor: User, closing: Closing) -> tuple[Case, Closing]:
    case = Case.objects.select_for_update(of=("self",)).get(pk=closing.case_id)
    fresh = Closing.objects.select_for_update().get(pk=closing.pk)
    if fresh.answered_at:
        raise NotPossibleNow("This was answered already.")
    if fresh.asked_by_id == actor.pk:
        raise NotPossibleNow("You asked for this yourself. Somebody else must answer it.")
    return case, fresh


def _step_of(closing: Closing) -> NextStep:
    return NextStep.objects.get(closing=closing)


def _answer(closing: Closing, actor: User, now: datetime, **said: object) -> None:
    closing.answered_at, closing.answered_by = now, actor
    for name, value in said.items():
        setattr(closing, name, value)
    closing.save(update_fields=["answered_at", "answered_by", *said])


def _close(actor: User, case: Case, closing: Closing, now: datetime) -> None:
    for step in case.steps.filter(done_at=None):
        agreed = step.pk == closing.step_id
        settle(actor, step, StepOutcome.DONE if agreed else StepOutcome.OVERTAKEN, None, now)
    _answer(closing, actor, now, agreed=True)
    move(case, CLOSE_CASE, actor=actor, closed_at=now, closed_by=actor)
