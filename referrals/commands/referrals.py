"""Sending a case's need to a partner, and what becomes of it."""

from datetime import datetime
from typing import cast

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.authorization import NotPossibleNow, authorize
from accounts.models import Agency, NoticeKind, User, system_in
from accounts.roles import roles_with
from accounts.slots import AGENCY_LEFT, WORKER_LEFT
from accounts.transitions import move
from audit.log import command, record, record_many
from casework.commands import answer_step, begin_sharing, decide_sharing, end_sharing
from casework.commands.cases import add_step
from casework.models import Case, NextStep, SharingDecision, StepKind, StepOutcome
from casework.plans import BEFORE_ERASING, SHARE_ENDED, WAS_SHUT, SharePlan, StepPlan
from casework.policy import is_across_the_wall, is_shut
from casework.queries import ACROSS, Due, due_by, must_be_whole, words_that_give_away
from casework.states import CaseStatus
from referrals import states
from referrals.models import Referral, Service
from referrals.notices import tell_addressee, tell_sender
from referrals.queries import answer_due, carried

ANSWERS = "referrals.accept_referral"


@command
def draft_referral(*, actor: User, case: Case, service: Service, asked: str, urgency: str, now: datetime) -> Referral:
    """Begin a referral of an open case. Raises `NotPossibleNow` where one to this service is live already."""
    authorize(actor, "referrals.draft_referral", case)
    authorize(actor, "referrals.view_service", service)
    if case.status != CaseStatus.OPEN:
        raise NotPossibleNow("Open the case first: only an open case can be referred.")
    if is_across_the_wall(case, service.agency):
        raise NotPossibleNow(ACROSS)
    due = due_by("referral_draft", now, case.partnership_id)
    try:
        with transaction.atomic():
            referral = Referral.objects.create(
                case=case,
                service=service,
                sender=actor.agency,
                owner_agency=actor.agency,
                owner=actor,
                due_at=due.at,
                due_source=due.source,
                urgency=urgency,
                asked=asked,
                case_kind=case.kind,
                borough=case.partnership.name,
                drafted_at=now,
                drafted_by=actor,
            )
    except IntegrityError:
        raise NotPossibleNow("A referral of this case to this service is under way already.") from None
    record(actor=actor, action="referrals.draft_referral", subject=referral, service=service.pk)
    return referral


@command
def send_referral(*, actor: User, referral: Referral, share: SharePlan, now: datetime, asked: str = "") -> Referral:
    """Send it, with the sender's decision to share, and open the sender's step that watches for the answer.

    From now on the addressed agency sees the summary, and nothing of the case until it accepts. `asked` takes the
    place of what was asked in the draft. Raises `ValidationError` when the share is for another agency, is not whole,
    or gives away in words what the case protects.
    """
    authorize(actor, "referrals.send_referral", referral)
    if share.recipient.pk != referral.service.agency_id:
        raise ValidationError("The share must be for the agency whose service is asked.")
    asked = asked or referral.asked
    must_be_whole(words_that_give_away(referral.case, {"asked": asked}, share.justification))
    decision = decide_sharing(actor=actor, case=referral.case, plan=share, now=now)
    due = answer_due(referral, now)
    follow_up = add_step(actor, referral.case, _watch(referral, due, actor), now)
    sent = move(
        referral,
        states.SEND,
        actor=actor,
        detail={"service": referral.service_id, "categories": decision.categories},
        asked=asked,
        sent_at=now,
        sent_by=actor,
        decision=decision,
        follow_up=follow_up,
        owner_agency=referral.service.agency,
        owner=None,
        due_at=due.at,
        due_source=due.source,
        **carried(referral.case),
    )
    tell_addressee(sent, actor=actor, now=now)
    return sent


@command
def accept_referral(*, actor: User, referral: Referral, now: datetime) -> Referral:
    """Take the work on. From now on the accepting agency sees the categories that the sender decided to share."""
    authorize(actor, "referrals.accept_referral", referral)
    due = due_by("first_contact_after_acceptance", now, actor.agency.partnership_id)
    accepted = move(
        referral,
        states.ACCEPT,
        actor=actor,
        detail={"categories": referral.decision.categories if referral.decision else []},
        answered_at=now,
        answered_by=actor,
        owner=actor,
        due_at=due.at,
        due_source=due.source,
    )
    begin_sharing(actor=actor, decision=_decision(accepted), now=now)
    plan = _watch(accepted, due, _follow_up(accepted).owner)
    _follow(accepted, actor, StepOutcome.DONE, plan, now)
    tell_sender(accepted, NoticeKind.REFERRAL_ACCEPTED, actor=actor, now=now)
    return accepted


@command
def decline_referral(*, actor: User, referral: Referral, reason: str, note: str, now: datetime) -> Referral:
    """Say no, and why. Nothing was shared; the case goes back to its front door with a new owned next step."""
    declined = move(
        referral,
        states.DECLINE,
        actor=actor,
        detail={"reason_code": reason},
        answered_at=now,
        answered_by=actor,
        decline_reason=reason,
        decline_note=note,
        ended_at=now,
        ended_by=actor,
    )
    end_sharing(actor=actor, decision=_decision(declined), now=now)
    due = due_by("declined_referral", now, actor.agency.partnership_id)
    plan = StepPlan(StepKind.FIND_ANOTHER_SERVICE, due.at, due.source, owner=_follow_up(declined).owner)
    _follow(declined, actor, StepOutcome.DONE, plan, now)
    tell_sender(declined, NoticeKind.REFERRAL_DECLINED, actor=actor, now=now)
    return declined


@command
def withdraw_referral(*, actor: User, referral: Referral, now: datetime) -> Referral:
    """Take it back, in whatever live state it is; what was shared ends in this moment."""
    withdrawn = move(referral, states.WITHDRAW, actor=actor, ended_at=now, ended_by=actor)
    if withdrawn.decision:
        end_sharing(actor=actor, decision=withdrawn.decision, now=now)
        _follow(withdrawn, actor, StepOutcome.OVERTAKEN, _decide_next(withdrawn, now), now)
    return withdrawn


@command
def complete_referral(*, actor: User, referral: Referral, outcome: str, now: datetime) -> Referral:
    """Say how it ended. The share ends with it, and the front door decides what comes next."""
    completed = move(referral, states.COMPLETE, actor=actor, outcome=outcome, ended_at=now, ended_by=actor)
    end_sharing(actor=actor, decision=_decision(completed), now=now)
    _follow(completed, actor, StepOutcome.DONE, _decide_next(completed, now), now)
    return completed


@WAS_SHUT.fill
def _come_back(*, actor: User, case: Case, to: User, now: datetime) -> None:
    """Take back the live referrals of a case that nobody at the addressed agency finds any more.

    One that others there still find passes from its owner to their duty queue, and the holder's own to somebody.
    """
    live = Referral.objects.filter(case=case, status__in=states.LIVE).select_related("service", "owner")
    for referral in live.order_by("pk"):
        addressed = User.objects.filter(agency=referral.service.agency_id, is_active=True)
        if all(is_shut(case.pk, worker) for worker in addressed.filter(role__in=roles_with(ANSWERS))):
            withdraw_referral(actor=actor, referral=referral, now=now)
        elif referral.owner and is_shut(case.pk, referral.owner):
            referral.owner = to if referral.owner_agency_id == to.agency_id else None
            referral.save(update_fields=["owner"])


@WORKER_LEFT.fill
def _pass_on(worker: User, role: str, now: datetime) -> None:
    hand_over_referrals(actor=system_in(worker.agency.partnership_id), worker=worker)


@command
def hand_over_referrals(*, actor: User, worker: User) -> None:
    """Pass on the live referrals of a worker who left to their agency's duty queue."""
    authorize(actor, "referrals.hand_over_referrals")
    theirs = list(Referral.objects.select_for_update(of=("self",)).filter(owner=worker, status__in=states.LIVE))
    Referral.objects.filter(pk__in=[referral.pk for referral in theirs]).update(owner=None)
    record_many(actor=actor, action="referrals.hand_over_referrals", subjects=theirs, worker=worker.pk)
    record(actor=actor, action="referrals.hand_over_referrals", subject=worker)


@AGENCY_LEFT.fill
def _bring_back(agency: Agency, actor: User, now: datetime) -> None:
    """What waits for an agency that left, after its shares have ended, goes back to its sender, by the system."""
    system = system_in(agency.partnership_id)
    for referral in Referral.objects.filter(service__agency=agency, status__in=states.LIVE).order_by("pk"):
        _withdraw(referral, system, now)


@SHARE_ENDED.fill
def _take_back(decision: SharingDecision, actor: User, now: datetime) -> None:
    """A live referral goes back with the last of what was shared by it; one that has just ended took its shares along.

    Where the addressed agency gives its share up, the referral stays theirs to complete.
    """
    first = decision.widens or decision
    if not first.ended_at or first.widenings.filter(ended_at__isnull=True).exists():
        return
    live = Referral.objects.filter(decision=first, status__in=states.LIVE, sender=actor.agency_id)
    if referral := live.first():
        _withdraw(referral, actor, now)


@BEFORE_ERASING.fill
def _must_have_ended(case: Case) -> None:
    if Referral.objects.filter(case=case, status__in=states.LIVE).exists():
        raise NotPossibleNow("A referral of this case still runs. Withdraw it first, or have it completed.")


def _withdraw(referral: Referral, actor: User, now: datetime) -> None:
    """Without its share, which is ending or has ended; a draft was never followed."""
    withdrawn = move(referral, states.WITHDRAW, actor=actor, ended_at=now, ended_by=actor)
    if withdrawn.decision:
        _follow(withdrawn, actor, StepOutcome.OVERTAKEN, _decide_next(withdrawn, now), now)


def _follow(referral: Referral, actor: User, outcome: str, plan: StepPlan, now: datetime) -> None:
    """Settle the sender's step that watches this referral and open the one that comes after it."""
    referral.follow_up = answer_step(actor=actor, step=_follow_up(referral), outcome=outcome, then=plan, now=now)
    referral.save(update_fields=["follow_up"])


def _watch(referral: Referral, due: Due, owner: User | None) -> StepPlan:
    agency = referral.service.agency
    return StepPlan(StepKind.FOLLOW_UP_REFERRAL, due.at, due.source, owner=owner, waits_for=agency)


def _decide_next(referral: Referral, now: datetime) -> StepPlan:
    due = due_by("decide_what_next", now, referral.sender.partnership_id)
    return StepPlan(StepKind.DECIDE_WHAT_NEXT, due.at, due.source, owner=_follow_up(referral).owner)


def _decision(referral: Referral) -> SharingDecision:
    """That every referral which was sent has one, is a constraint."""
    return cast(SharingDecision, referral.decision)


def _follow_up(referral: Referral) -> NextStep:
    """That every referral which was sent has one, is a constraint."""
    return cast(NextStep, referral.follow_up)
