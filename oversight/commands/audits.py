"""Case audits: drawing one by chance, finishing it, answering it, following it up."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.authorization import NotPossibleNow, authorize
from accounts.commands import notify
from accounts.models import NoticeKind, User
from accounts.transitions import move
from audit.log import command, record
from casework.models import Case
from casework.plans import BEFORE_ERASING
from casework.states import CaseStatus
from oversight import states
from oversight.models import Answer, AuditFinding, AuditQuestion, CaseAudit
from oversight.plans import AuditPlan
from oversight.queries import drawn_by_chance, questions_on
from oversight.states import AuditStatus

NOTHING_TO_DRAW = "There is no case to draw: only open ones that somebody else of your agency works on are drawn."


@BEFORE_ERASING.fill
def _must_be_finished(case: Case) -> None:
    if case.audits.filter(status=AuditStatus.DRAWN).exists():
        raise NotPossibleNow("A supervisor is auditing this case. Have the audit finished first.")


def _must_be_there(audit: CaseAudit) -> None:
    if audit.case.status == CaseStatus.ERASED:
        raise NotPossibleNow("The case was erased since. Nothing more is written about it.")


@command
def draw_audit(*, actor: User, how: str, now: datetime) -> CaseAudit:
    """Draw a case to audit, by chance. Nobody chooses which, and nobody draws a case of their own.

    Raises `NotPossibleNow` where there is none to draw.
    """
    authorize(actor, "oversight.audit_case")
    drawn = drawn_by_chance(actor, how)
    if drawn is None:
        raise NotPossibleNow(NOTHING_TO_DRAW)
    case, about = drawn
    try:
        with transaction.atomic():
            audit = CaseAudit.objects.create(
                case=case, agency=actor.agency, auditor=actor, about=about, how=how, drawn_at=now
            )
    except IntegrityError as error:
        raise NotPossibleNow("Somebody else is drawing the same case. Draw again.") from error
    record(actor=actor, action="oversight.audit_case", subject=audit, how=how, about=audit.about_id)
    return audit


@command
def finish_audit(*, actor: User, audit: CaseAudit, plan: AuditPlan, now: datetime) -> CaseAudit:
    """Say what was found, and tell whose work it is. Raises `ValidationError` by field."""
    authorize(actor, "oversight.audit_case", audit)
    _check(audit, plan, now)
    finished = move(
        audit,
        states.FINISH,
        actor=actor,
        detail={"finding": plan.finding},
        answers=dict(plan.answers),
        finding=plan.finding,
        feedback=plan.feedback,
        follow_up_on=plan.follow_up_on,
        finished_at=now,
    )
    reference = finished.case.reference
    notify(actor=actor, kind=NoticeKind.AUDIT_FINISHED, recipients=[finished.about], reference=reference, now=now)
    return finished


@command
def answer_audit(*, actor: User, audit: CaseAudit, answer: str, now: datetime) -> CaseAudit:
    """Answer what was found of one's own work. Raises `ValidationError`."""
    authorize(actor, "oversight.answer_audit", audit)
    if not answer.strip():
        raise ValidationError({"answer": "Say that you have read it, and what you will do."})
    _must_be_there(audit)
    return move(audit, states.ANSWER, actor=actor, answer=answer, answered_at=now)


@command
def follow_up_audit(*, actor: User, audit: CaseAudit, followed_up: str, now: datetime) -> CaseAudit:
    """Write down what became of it. That ends the audit. Raises `ValidationError`."""
    authorize(actor, "oversight.audit_case", audit)
    if not followed_up.strip():
        raise ValidationError({"followed_up": "Say what you looked at, and what has changed."})
    _must_be_there(audit)
    return move(audit, states.FOLLOW_UP, actor=actor, followed_up=followed_up, followed_up_at=now)


@command
def load_checklist(*, actor: User, questions: Iterable[AuditQuestion]) -> int:
    """Bring the checklist up to what is given. A question that begins on the same day is replaced; none is removed."""
    authorize(actor, "oversight.load_checklist")
    rows = AuditQuestion.objects.bulk_create(
        questions,
        update_conflicts=True,
        unique_fields=["code", "valid_from"],
        update_fields=["position", "text", "source", "valid_until"],
    )
    record(actor=actor, action="oversight.load_checklist", count=len(rows))
    return len(rows)


def _check(audit: CaseAudit, plan: AuditPlan, now: datetime) -> None:
    asked = {question.code for question in questions_on(timezone.localdate(audit.drawn_at))}
    problems = {code: "Answer this question." for code in asked if plan.answers.get(code) not in Answer.values}
    if set(plan.answers) - asked:
        problems["answers"] = "Answer the questions of the checklist, and no others."
    if plan.finding not in AuditFinding.values:
        problems["finding"] = "Choose what you found."
    if not plan.feedback.strip():
        problems["feedback"] = "Write to the worker what was good, and what to do otherwise."
    if plan.follow_up_on and plan.follow_up_on <= timezone.localdate(now):
        problems["follow_up_on"] = "Choose a day after today, or none."
    if plan.finding == AuditFinding.MUST_BE_PUT_RIGHT and not plan.follow_up_on:
        problems["follow_up_on"] = "Say by which day it is looked at again: something must be put right."
    if problems:
        raise ValidationError(problems)
