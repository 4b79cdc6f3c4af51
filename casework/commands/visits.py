"""The police visit after a burglary: asked about, offered, answered, planned, made or missed, and followed up."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from accounts.authorization import NotPossibleNow, authorize
from accounts.models import User, system_of
from accounts.transitions import Transition, move
from audit.acting import acting_as
from audit.log import command
from casework import states
from casework.commands.attempts import check_tried
from casework.commands.cases import add_step, bring_forward, settle
from casework.models import Case, NextStep, StepKind, StepOutcome, Visit, VisitAnswer
from casework.plans import OfferPlan, StepPlan, VisitPlan, VisitRecord
from casework.queries import burgled_before, due_by, hastens, is_with_police, offer_due, questions
from casework.states import CaseStatus, VisitStatus

SAYS = {"yes", "no", "unknown"}
FORGOTTEN: dict[str, Any] = {
    **dict.fromkeys(("answered_at", "answered_by", "scheduled_for"), None),
    **dict.fromkeys(("why_not", "visitor", "visitor_name", "visitor_number", "check_words"), ""),
}
ENDS = {
    VisitAnswer.ACCEPTED: (states.ACCEPT_VISIT, StepOutcome.VISIT_ACCEPTED),
    VisitAnswer.DECLINED: (states.DECLINE_VISIT, StepOutcome.VISIT_DECLINED),
    VisitAnswer.UNREACHABLE: (states.GIVE_UP_VISIT, StepOutcome.UNREACHABLE),
}
STAGES: dict[str, Transition] = {
    VisitStatus.EVIDENCE: states.GATHER_EVIDENCE,
    VisitStatus.SURVEY: states.SURVEY_HOME,
    VisitStatus.AFTERCARE: states.CARE_AFTER,
    VisitStatus.CLOSED: states.CLOSE_VISIT,
}


@command
def screen_visit(*, actor: User, visit: Visit, answers: dict[str, str], now: datetime) -> Visit:
    """Keep what was answered to the questions of the first report, as they were asked.

    A question that was left out counts as not known. One answer may make the offer due on the same day; none makes it
    due later. Raises `ValidationError` for a question that is not asked, or an answer that is none.
    """
    authorize(actor, "casework.screen_visit", visit)
    partnership = visit.case.partnership_id
    asked = questions(now, partnership)
    if set(answers) - {each.code for each in asked} or set(answers.values()) - SAYS:
        raise ValidationError("Answer the questions that are asked, each with yes, no or unknown.")
    said = [{"code": q.code, "asked": q.question, "said": answers.get(q.code, "unknown")} for q in asked]
    is_urgent = visit.is_urgent or hastens(said, now, partnership) or bool(burgled_before(actor, visit.case, now))
    due = offer_due(is_urgent, visit.reported_at, partnership)
    moved = _moved(actor, visit, states.SCREEN_VISIT, screen=said, screened_at=now, screened_by=actor,
                   is_urgent=is_urgent, due_at=due.at, due_source=due.source)  # fmt: skip
    if is_urgent and not visit.is_urgent:
        bring_forward(moved.case, list(_open_offers(moved.case)), due, now)
    return moved


@command
def offer_visit(*, actor: User, visit: Visit, offer: OfferPlan, now: datetime) -> Visit:
    """Say that a visit was offered, how, and when it would suit them. An earlier answer counts no more."""
    authorize(actor, "casework.offer_visit", visit)
    offered = _moved(actor, visit, states.OFFER_VISIT, offered_at=now, offered_by=actor, **FORGOTTEN | asdict(offer))
    if not _open_offers(offered.case).exists():
        _offer_anew(actor, offered, now)
    return offered


@command
def answer_visit(
    *, actor: User, visit: Visit, answer: str, why_not: str, then: StepPlan | None, now: datetime
) -> Visit:
    """Say how the offer was answered, which settles its next step; the one after it is `then`, or what usually follows.

    That they could not be reached is an answer only once they were tried often enough by safe ways, as their risk
    asks. Raises `NotPossibleNow` otherwise, and `ValidationError` for a refusal without its reason.
    """
    authorize(actor, "casework.answer_visit", visit)
    if answer not in ENDS:
        raise ValidationError({"answer": "Choose how the offer was answered."})
    if (answer == VisitAnswer.DECLINED) != bool(why_not):
        raise ValidationError({"why_not": "Choose why they want no visit, and only where they want none."})
    transition, outcome = ENDS[VisitAnswer(answer)]
    Case.objects.select_for_update().get(pk=visit.case_id)
    steps = list(_open_offers(visit.case).order_by("opened_at", "pk"))
    if answer == VisitAnswer.UNREACHABLE:
        check_tried(actor, steps[0] if steps else _as_of(visit), now)
    due = due_by("burglary_visit", now, visit.case.partnership_id)
    answered = _moved(actor, visit, transition, answered_at=now, answered_by=actor, why_not=why_not,
                      due_at=due.at, due_source=due.source)  # fmt: skip
    for step in steps:
        settle(actor, step, outcome, None, now)
    if follows := then or _what_follows(actor, answered, now):
        add_step(actor, answered.case, follows, now)
    return answered


@command
def schedule_visit(*, actor: User, visit: Visit, plan: VisitPlan, now: datetime) -> Visit:
    """Say who comes, when, and by which words the victim knows that it is them. Said again, it takes the old place."""
    authorize(actor, "casework.schedule_visit", visit)
    if plan.scheduled_for <= now:
        raise ValidationError({"scheduled_for": "The visit must be in the future."})
    return _moved(actor, visit, states.SCHEDULE_VISIT, **asdict(plan))


@command
def attend_visit(*, actor: User, visit: Visit, attended: bool, visitor: str, now: datetime) -> Visit:
    """Say whether the visit took place. One that did not is offered anew, with a next step of the holder's.

    `visitor` is who came, where nobody was announced.
    """
    authorize(actor, "casework.attend_visit", visit)
    if not attended:
        return _missed(actor, visit, now)
    visitor = visitor or visit.visitor
    if not visitor:
        raise ValidationError({"visitor": "Choose who came."})
    return _moved(actor, visit, states.ATTEND_VISIT, attended_at=now, visitor=visitor)


@command
def record_visit(*, actor: User, visit: Visit, said: VisitRecord, now: datetime) -> Visit:
    """Say how far it has come: evidence, security survey, aftercare, or closed. What was ticked before stays ticked."""
    authorize(actor, "casework.record_visit", visit)
    if said.stage not in STAGES:
        raise ValidationError({"stage": "Choose how far it has come."})
    kept = {name: list(dict.fromkeys([*getattr(visit, name), *getattr(said, name)])) for name in VisitRecord.TICKS}
    closed = {"closed_at": now} if said.stage == VisitStatus.CLOSED else {}
    return _moved(actor, visit, STAGES[said.stage], **kept, **closed, found=said.found or visit.found)


def _moved(actor: User, visit: Visit, transition: Transition, **stamps: Any) -> Visit:
    if visit.case.status not in (CaseStatus.INTAKE, CaseStatus.OPEN):
        raise NotPossibleNow("This case is not open any more, so its visit stays as it is.")
    return move(visit, transition, actor=actor, **stamps)


def _missed(actor: User, visit: Visit, now: datetime) -> Visit:
    times = Visit.objects.values_list("times_missed", flat=True).get(pk=visit.pk) + 1
    due = offer_due(visit.is_urgent, now, visit.case.partnership_id)
    missed = _moved(actor, visit, states.MISS_VISIT, missed_at=now, times_missed=times,
                    due_at=due.at, due_source=due.source, **FORGOTTEN)  # fmt: skip
    with acting_as(system_of(missed.case.agency_id)):  # the holder's step: whoever came may not see its steps
        _offer_anew(actor, missed, now)
    return missed


def _offer_anew(actor: User, visit: Visit, now: datetime) -> None:
    due = offer_due(visit.is_urgent, now, visit.case.partnership_id)
    plan = StepPlan(StepKind.OFFER_VISIT, due.at, due.source, owner=visit.case.owner)
    add_step(actor, visit.case, plan, now)


def _open_offers(case: Case) -> Any:
    return NextStep.objects.filter(case=case, kind=StepKind.OFFER_VISIT, done_at=None)


def _as_of(visit: Visit) -> NextStep:
    """Nobody owns the offer any more, as it was answered before: they were looked for since it was reported."""
    return NextStep(case=visit.case, opened_at=visit.reported_at)


def _what_follows(actor: User, visit: Visit, now: datetime) -> StepPlan | None:
    """To refer it to the police, who make the visit, unless they have it; or to decide what else would help."""
    owner = actor if actor.agency_id == visit.case.agency_id else None
    if visit.status != VisitStatus.ACCEPTED:
        due = due_by("decide_what_next", now, visit.case.partnership_id)
        return StepPlan(StepKind.DECIDE_WHAT_NEXT, due.at, due.source, owner=owner)
    if is_with_police(visit.case) and visit.case.steps.filter(done_at=None).exists():
        return None
    code = "burglary_vulnerable_acknowledge" if visit.is_urgent else "burglary_acknowledge"
    due = due_by(code, now, visit.case.partnership_id)
    return StepPlan(StepKind.REFER, due.at, due.source, owner=owner, note="A police visit")
