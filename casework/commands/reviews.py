"""By when a risk is looked at again: the clock of the level that stands, and what pulls it forward.

All of this is part of commands, never one by itself.
"""

from datetime import datetime

from accounts.models import User
from casework.commands.cases import add_step, settle
from casework.models import Case, NextStep, StepKind, StepOutcome
from casework.plans import StepPlan
from casework.queries import due_by, review_plan
from casework.states import CaseStatus

CHANGED = "risk_review_change"  # code of a service standard
LONGEST_NOTE = 300


def set_review(actor: User, case: Case, now: datetime) -> None:
    """The clock begins anew, from the level that stands: whatever review was due is done."""
    settle_open(actor, case, StepKind.REVIEW_RISK, StepOutcome.DONE, now)
    if plan := review_plan(case, now):
        add_step(actor, case, plan, now)


def pull_review(actor: User, case: Case, why: str, now: datetime) -> None:
    """Something changed: the review is due sooner, and says why. Nothing in a closed case, or while nobody has judged.

    One that is late already stays, and stays late.
    """
    plan = review_plan(case, now) if case.status != CaseStatus.CLOSED else None
    if plan is None:
        return
    due = due_by(CHANGED, now, case.partnership_id)
    standing = case.steps.filter(kind=StepKind.REVIEW_RISK, done_at=None).order_by("due_at").first()
    if standing and why in standing.note and standing.due_at <= due.at:
        return
    at, source, note = due.at, due.source, why
    if standing and standing.due_at > now:
        settle(actor, standing, StepOutcome.OVERTAKEN, None, now)
        note = f"{standing.note}; {why}" if standing.note else why
        at, source = min((at, source), (standing.due_at, standing.due_source))
    sooner = StepPlan(StepKind.REVIEW_RISK, at, source, note=note[:LONGEST_NOTE], owner=plan.owner)
    add_step(actor, case, sooner, now)


def settle_open(actor: User, case: Case, kind: StepKind, outcome: StepOutcome, now: datetime) -> None:
    """Close every open step of a kind, because what it was for has come about."""
    for step in NextStep.objects.filter(case=case, kind=kind, done_at=None):
        settle(actor, step, outcome, None, now)


def add_once(actor: User, case: Case, kind: StepKind, owner: User | None, now: datetime, note: str = "") -> None:
    """A step of a kind with the due time of its own standard, unless one is open already."""
    if not case.steps.filter(kind=kind, done_at=None).exists():
        due = due_by(kind, now, case.partnership_id)
        add_step(actor, case, StepPlan(kind, due.at, due.source, note=note, owner=owner), now)
