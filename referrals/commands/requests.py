"""Asking the holder of a case for information that was not shared, and answering that: given, not held, or why not."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from accounts.authorization import NotPossibleNow, NotVisible, authorize
from accounts.models import Agency, User, system_in
from accounts.slots import AGENCY_LEFT
from accounts.transitions import Transition, move
from audit.acting import acting_as
from audit.log import command, record
from casework.categories import Category
from casework.commands import share_as_asked, widen_sharing
from casework.commands.cases import add_step, settle
from casework.models import Case, NextStep, StepKind, StepOutcome, read_reference
from casework.plans import BEFORE_CLOSING, BEFORE_ERASING, SharePlan, StepPlan
from casework.policy import emergency_case, holder_of
from casework.queries import due_by, must_be_whole
from casework.states import CaseStatus
from referrals import states
from referrals.models import InformationRequest, Referral, Refusal, RequestKind, VictimNotice
from referrals.notices import tell_who_answers, tell_who_approves, tell_who_asked
from referrals.plans import RequestPlan

ASK = "referrals.ask_information"
WAITS = "A request for information about this case waits for an answer. Answer it first."


@command
def ask_information(*, actor: User, plan: RequestPlan, now: datetime) -> InformationRequest:
    """Ask for information about a victim, for the police or a court. A second person approves it before it is sent.

    Raises `ValidationError` by field; `NotVisible` for no case as for one that is shut to them; `NotPossibleNow` where
    their own agency holds it.
    """
    authorize(actor, ASK)
    must_be_whole(_problems(plan) | _problems_of_grounds(plan))
    case_id = emergency_case(read_reference(plan.about) or "")
    if case_id is None:
        raise NotVisible(ASK, named=plan.about)
    if holder_of(case_id) == actor.agency_id:
        raise NotPossibleNow("Your agency holds this case: there is nobody to ask.")
    due = due_by("approve_request", now, actor.agency.partnership_id)
    of_whom = {"case_id": case_id, "about": read_reference(plan.about), "holder_id": holder_of(case_id)}
    due_then = {"due_at": due.at, "due_source": due.source}
    request = _ask(actor, plan, now, status=states.RequestStatus.WAITING, **of_whom, **due_then)
    tell_who_approves(request, actor=actor, now=now)
    return request


@command
def ask_further(*, actor: User, referral: Referral, plan: RequestPlan, now: datetime) -> InformationRequest:
    """Ask the holder for more about somebody who was referred and taken on. Raises `ValidationError` by field, and
    `NotPossibleNow` where nothing is shared by it now."""
    authorize(actor, ASK, referral)
    if referral.status not in states.IN_EFFECT:
        raise NotPossibleNow("Only of a referral that you took on, and while it runs, more can be asked.")
    must_be_whole(_problems(plan))
    of_whom = {"case_id": referral.case_id, "about": referral.case.reference, "holder_id": holder_of(referral.case_id)}
    step = _open_step(actor, referral.case_id, now)
    sent: dict[str, Any] = {"sent_at": now, "step": step, "due_at": step.due_at, "due_source": step.due_source}
    request = _ask(actor, plan, now, status=states.RequestStatus.SENT, referral=referral, **of_whom, **sent)
    tell_who_answers(request, step, actor=actor, now=now)
    return request


@command
def approve_request(*, actor: User, request: InformationRequest, now: datetime) -> InformationRequest:
    """Send it, as a second person of the agency that asks. From now on its holder owes an answer."""
    authorize(actor, states.APPROVE.permission, request)
    step = _open_step(actor, request.case_id, now)
    sent: dict[str, Any] = {"sent_at": now, "step": step, "due_at": step.due_at, "due_source": step.due_source}
    approved = move(request, states.APPROVE, actor=actor, approved_at=now, approved_by=actor, **sent)
    tell_who_answers(approved, step, actor=actor, now=now)
    return approved


@command
def withdraw_request(*, actor: User, request: InformationRequest, now: datetime) -> InformationRequest:
    """Take it back before it is answered; the approver's way to say no."""
    return _take_back(actor, request, now)


@command
def give_information(
    *, actor: User, request: InformationRequest, share: SharePlan, now: datetime
) -> InformationRequest:
    """Answer by a decision to share, at once, of no more than was asked. Raises `ValidationError`."""
    authorize(actor, states.ANSWER, request)
    if share.recipient.pk != request.asker_id:
        raise ValidationError("It is given to the agency that asked.")
    if not set(share.categories) <= set(request.categories):
        raise ValidationError({"categories": "Give no more than was asked for."})
    if request.referral and request.referral.decision:
        decision = widen_sharing(actor=actor, decision=request.referral.decision, plan=share, now=now)
    else:
        decision = share_as_asked(actor=actor, case=request.case, plan=share, now=now)
    return _answer(actor, request, states.GIVE, now, decision=decision)


@command
def answer_not_held(*, actor: User, request: InformationRequest, words: str, now: datetime) -> InformationRequest:
    """Answer that nothing of what was asked for is held."""
    return _answer(actor, request, states.NOT_HELD, now, words=words.strip())


@command
def refuse_information(
    *, actor: User, request: InformationRequest, refusal: str, words: str, now: datetime
) -> InformationRequest:
    """Answer that it will not be shared, and why: a code and a sentence. Raises `ValidationError` by field."""
    problems = {} if refusal in Refusal.values else {"refusal": "Choose why it is not shared."}
    must_be_whole(problems | ({} if words.strip() else {"words": "Say in a sentence why it is not shared."}))
    return _answer(actor, request, states.REFUSE, now, refusal=refusal, words=words.strip())


@BEFORE_CLOSING.fill
@BEFORE_ERASING.fill
def _must_be_answered(case: Case) -> None:
    if InformationRequest.objects.filter(case=case, status=states.RequestStatus.SENT).exists():
        raise NotPossibleNow(WAITS)


@AGENCY_LEFT.fill
def _ask_no_more(agency: Agency, actor: User, now: datetime) -> None:
    """Nobody is there to read the answer."""
    for request in InformationRequest.objects.filter(asker=agency, status__in=states.TAKE_BACK.sources).order_by("pk"):
        _take_back(system_in(agency.partnership_id), request, now)


def _ask(actor: User, plan: RequestPlan, now: datetime, **more: Any) -> InformationRequest:
    said = vars(plan) | {"categories": sorted(set(plan.categories))} | more
    request = InformationRequest.objects.create(asker=actor.agency, asked_at=now, asked_by=actor, **said)
    record(actor=actor, action=ASK, subject=request, kind=request.kind, asked=request.categories)
    return request


def _answer(
    actor: User, request: InformationRequest, answer: Transition, now: datetime, **said: Any
) -> InformationRequest:
    answered = move(request, answer, actor=actor, answered_at=now, answered_by=actor, **said)
    _settle(actor, answered, StepOutcome.DONE, now)
    tell_who_asked(answered, actor=actor, now=now)
    return answered


def _take_back(actor: User, request: InformationRequest, now: datetime) -> InformationRequest:
    taken = move(request, states.TAKE_BACK, actor=actor, withdrawn_at=now)
    if taken.step_id:
        _settle(actor, taken, StepOutcome.OVERTAKEN, now)
    return taken


def _open_step(actor: User, case_id: int, now: datetime) -> NextStep:
    """The holder's step to answer, opened by the system: who asks may not see the case."""
    system = system_in(actor.agency.partnership_id)
    due = due_by("answer_request", now, actor.agency.partnership_id)
    with acting_as(system, case_id):
        case = Case.objects.select_for_update(of=("self",)).select_related("owner").get(pk=case_id)
        return add_step(system, case, StepPlan(StepKind.ANSWER_REQUEST, due.at, due.source, owner=case.owner), now)


def _settle(actor: User, request: InformationRequest, outcome: str, now: datetime) -> None:
    """The holder's step. Where it was the last one that was open, somebody decides what comes next."""
    with acting_as(system_in(actor.agency.partnership_id), request.case_id):
        step = NextStep.objects.select_related("case").get(pk=request.step_id or 0)
        others = step.case.steps.filter(done_at=None).exclude(pk=step.pk)
        due = due_by("decide_what_next", now, step.case.partnership_id)
        then = StepPlan(StepKind.DECIDE_WHAT_NEXT, due.at, due.source, owner=step.owner)
        is_last = step.case.status == CaseStatus.OPEN and not others.exists()
        if step.done_at is None:
            settle(actor, step, outcome, then if is_last else None, now)


def _problems(plan: RequestPlan) -> dict[str, str]:
    wrong = {
        "categories": not plan.categories or not set(plan.categories) <= set(Category),
        "material": not plan.material.strip(),
        "necessity": not plan.necessity.strip(),
        "period_until": plan.period_from and not (plan.period_until and plan.period_from <= plan.period_until),
    }
    return {name: SAY[name] for name, is_wrong in wrong.items() if is_wrong}


def _problems_of_grounds(plan: RequestPlan) -> dict[str, str]:
    """What the law on victim information requests asks: docs/information-requests.md."""
    wrong = {
        "kind": plan.kind not in {RequestKind.POLICE, RequestKind.COURT},
        "enquiry": not plan.enquiry.strip(),
        "other_means": not plan.other_means.strip(),
        "counselling": Category.NARRATIVE in plan.categories and not plan.counselling.strip(),
        "notice": plan.notice not in VictimNotice.values,
    }
    return {name: SAY[name] for name, is_wrong in wrong.items() if is_wrong}


SAY = {
    "kind": "Choose for whom it is asked.",
    "categories": "Choose what is asked for.",
    "material": "Say what is asked for.",
    "necessity": "Say why it is necessary, and not more than is needed.",
    "period_until": "Say until when, on that day or later.",
    "enquiry": "Say to which reasonable line of enquiry it is relevant.",
    "other_means": "Say what else was considered, or tried, to find it out.",
    "counselling": "What was said in confidence is asked for only if it is likely to be of substantial value. Say why.",
    "notice": "Say whether they were told, or why not.",
}
