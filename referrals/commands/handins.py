"""No wrong door: what other agencies hand in to the front door, and what becomes of it between the two.

What is typed becomes a contact and an intake case of the front door in the system's name, by the commands that take
any contact: whoever hands it in has no reach to them, neither before nor after.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from accounts.authorization import NotPossibleNow, authorize
from accounts.commands import notify
from accounts.models import NoticeKind, User, system_in
from accounts.roles import Role
from accounts.slots import STATUS_MOVED
from audit.acting import acting_as
from audit.log import command, record
from casework.commands import log_contact, save_draft, start_contact
from casework.commands.cases import settle
from casework.models import (
    Caller,
    Case,
    Channel,
    Checked,
    Contact,
    Danger,
    Level,
    Party,
    PartyRole,
    Person,
    StepKind,
    StepOutcome,
)
from casework.plans import ContactReport, StepPlan
from casework.policy import clock
from casework.queries import Due, due_by, fold, must_be_whole, words_that_give_away
from referrals.models import HandIn, Referral, Standing
from referrals.plans import HandInPlan
from referrals.queries import draft_of, followed, heard_of, is_elsewhere, leads_to, step_to_pass_on
from referrals.states import ReferralStatus

HAND_IN, TAKE, TELL = "referrals.hand_in", "referrals.take_hand_in", "referrals.tell_hander_in"
LONGEST_REASON = 300
SENT = "This was sent already. What you know besides, add when the front door asks for it, or hand it in anew."
GONE = "This draft cannot be gone on with. Begin another one."
NOTHING_ASKED = "Nothing is asked of you here."
NOBODY_WAITS = "Nobody waits for this to be passed on to another area."


@command
def begin_hand_in(*, actor: User, now: datetime) -> HandIn:
    """Begin a draft, which whoever works in the actor's agency may go on with."""
    authorize(actor, HAND_IN)
    contact = start_contact(actor=system_in(actor.agency.partnership_id), case=None, now=now)
    hand_in = HandIn.objects.create(
        case_id=contact.case_id, agency=actor.agency, begun_at=now, begun_by=actor, saved_at=now, saved_by=actor
    )
    record(actor=actor, action=HAND_IN, subject=hand_in)
    return hand_in


@command
def save_hand_in(*, actor: User, hand_in: HandIn, typed: dict[str, Any], now: datetime) -> HandIn:
    """Keep what is typed so far, as it is typed. Raises `NotPossibleNow` once it is sent."""
    fresh, contact, system = _to_write(actor, hand_in)
    save_draft(actor=system, contact=contact, draft=typed, now=now)
    fresh.saved_at, fresh.saved_by = now, actor
    fresh.save(update_fields=["saved_at", "saved_by"])
    record(actor=actor, action=HAND_IN, subject=fresh, act="save")
    return fresh


@command
def send_hand_in(*, actor: User, hand_in: HandIn, plan: HandInPlan, now: datetime) -> HandIn:
    """Hand it in, complete or not: it is a contact of the front door's now, with a next step of its duty queue.

    Until the front door says that it has it, it stays with the actor's agency. Raises `NotPossibleNow` where it is sent
    already, and `ValidationError` for what no contact may hold.
    """
    fresh, contact, system = _to_write(actor, hand_in)
    elsewhere = is_elsewhere(plan.borough, system.agency.partnership)
    due = _take_up_by(plan, now, system)
    step = StepPlan(
        StepKind.PASS_ON if elsewhere else StepKind.DECIDE_WHAT_NEXT,
        due.at,
        due.source,
        note=f"Handed in by {actor.agency}, {fresh.reference}. {f'They live in {plan.borough}.' if elsewhere else ''}"[
            :300
        ].strip(),
    )
    with acting_as(system):
        _log(system, contact, _report(actor, plan, step, now), now)
        _name_referrer(contact, actor)
    fresh.sent_at, fresh.sent_by, fresh.due_at, fresh.borough = now, actor, due.at, plan.borough
    fresh.told, fresh.told_at = Standing.NOT_RECEIVED, now
    fresh.save(update_fields=["sent_at", "sent_by", "due_at", "borough", "told", "told_at"])
    record(actor=actor, action=HAND_IN, subject=fresh, act="send", due=due.source)
    return fresh


@command
def answer_hand_in(*, actor: User, hand_in: HandIn, words: str, now: datetime) -> HandIn:
    """Add what the front door asked for: another contact of the case, with a next step to read it.

    Raises `NotPossibleNow` where nothing is asked, or not of whoever is shut out of it by now.
    """
    authorize(actor, HAND_IN, hand_in)
    fresh = _locked(hand_in)
    if not followed(actor, hand_in).question:
        raise NotPossibleNow(NOTHING_ASKED)
    if not words.strip():
        raise ValidationError({"words": "Write what you know. That you do not know is an answer too."})
    system = system_in(actor.agency.partnership_id)
    due = due_by("hand_in", now, actor.agency.partnership_id)
    step = StepPlan(
        StepKind.DECIDE_WHAT_NEXT,
        due.at,
        due.source,
        note=f"{actor.agency} answered what was asked, {fresh.reference}.",
    )
    with acting_as(system):
        case = Case.objects.get(pk=fresh.case_id)
        contact = start_contact(actor=system, case=case, now=now)
        report = ContactReport("", now, "", "", case.kind, said=words.strip())
        _log(system, contact, _report(actor, HandInPlan(report), step, now), now)
    fresh.answered_at, fresh.answered_by = now, actor
    fresh.save(update_fields=["answered_at", "answered_by"])
    record(actor=actor, action=HAND_IN, subject=fresh, act="answer")
    return fresh


@command
def receive_hand_in(*, actor: User, hand_in: HandIn, now: datetime) -> HandIn:
    """Say that the front door has it: from now on it is no longer with whoever handed it in."""
    fresh = _to_take(actor, hand_in)
    if fresh.received_at:
        raise NotPossibleNow("Somebody said already that the front door has this.")
    _receive(actor, fresh, now)
    record(actor=actor, action=TAKE, subject=fresh, act="receive")
    _tell(fresh, now)
    return fresh


@command
def ask_hander_in(*, actor: User, hand_in: HandIn, question: str, now: datetime) -> HandIn:
    """Ask back what is missing, in words that give nothing of the case away. Whoever asks has received it.

    Raises `ValidationError` for no words, and for some that hold a name, a number or an address.
    """
    fresh = _to_take(actor, hand_in)
    if not question.strip():
        raise ValidationError({"words": "Write what you want to know."})
    must_be_whole(words_that_give_away(fresh.case, {"words": question}, ""))
    if not fresh.received_at:
        _receive(actor, fresh, now)
    fresh.question, fresh.asked_at, fresh.asked_by = question.strip(), now, actor
    fresh.answered_at = fresh.answered_by = None
    fresh.save(update_fields=["question", "asked_at", "asked_by", "answered_at", "answered_by"])
    record(actor=actor, action=TAKE, subject=fresh, act="ask")
    _tell(fresh, now, is_asked=True)
    return fresh


@command
def keep_hand_in(*, actor: User, hand_in: HandIn, why: str, now: datetime) -> HandIn:
    """Say why it is not passed on to the area where they live. Raises `NotPossibleNow` where nobody waits for that."""
    fresh = _to_take(actor, hand_in)
    if not why.strip() or len(why.strip()) > LONGEST_REASON:
        raise ValidationError({"words": f"Say why it stays here, in at most {LONGEST_REASON} letters."})
    step = step_to_pass_on(fresh.case_id)
    if step is None:
        raise NotPossibleNow(NOBODY_WAITS)
    due = due_by("decide_what_next", now, fresh.case.partnership_id)
    then = StepPlan(StepKind.DECIDE_WHAT_NEXT, due.at, due.source, owner=step.owner)
    settle(actor, step, StepOutcome.OVERTAKEN, then, now)
    fresh.kept_here = why.strip()
    fresh.save(update_fields=["kept_here"])
    record(actor=actor, action=TAKE, subject=fresh, act="keep", step=step.pk)
    return fresh


@command
def tell_hander_in(*, actor: User, hand_in: HandIn, now: datetime, is_asked: bool = False) -> None:
    """Keep what they heard last, and tell one of them by mail that there is something to read. Done by the system."""
    authorize(actor, TELL, hand_in)
    fresh, heard = _locked(hand_in), heard_of([hand_in])[hand_in.pk]
    record(actor=actor, action=TELL, subject=fresh, standing=heard.standing, level=heard.level)
    if heard.standing == fresh.told and not is_asked:
        return
    fresh.told, fresh.told_at = heard.standing, now
    fresh.save(update_fields=["told", "told_at"])
    told = _whom_to_tell(fresh)
    notify(actor=actor, kind=NoticeKind.HAND_IN_NEWS, recipients=told, reference=fresh.reference, now=now)


@STATUS_MOVED.fill
def _pass_news(record: Any, actor: User) -> None:
    """A case, or a referral of it, has come further: whoever handed it in hears of it, where they hear more by that."""
    if not isinstance(record, Case | Referral):
        return
    case_id = record.pk if isinstance(record, Case) else record.case_id
    with acting_as(system := system_in(actor.agency.partnership_id)):
        hand_in = HandIn.objects.filter(case=case_id, sent_at__isnull=False).select_related("agency").first()
        if hand_in is None:
            return
        if isinstance(record, Referral) and record.status == ReferralStatus.SENT:
            _is_passed_on(system, hand_in, record)
        if heard_of([hand_in])[hand_in.pk].standing != hand_in.told:
            tell_hander_in(actor=system, hand_in=hand_in, now=clock())


def _is_passed_on(system: User, hand_in: HandIn, referral: Referral) -> None:
    step = step_to_pass_on(hand_in.case_id)
    if step and leads_to(referral.service, hand_in.borough):
        settle(system, step, StepOutcome.DONE, None, clock())


def _to_write(actor: User, hand_in: HandIn) -> tuple[HandIn, Contact, User]:
    """The draft, held, with the contact that holds its words, and in whose name that is written."""
    authorize(actor, HAND_IN, hand_in)
    fresh, system = _locked(hand_in), system_in(actor.agency.partnership_id)
    if fresh.sent_at:
        raise NotPossibleNow(SENT)
    with acting_as(system):
        contact = draft_of(fresh)
    if contact is None:
        raise NotPossibleNow(GONE)
    return fresh, contact, system


def _to_take(actor: User, hand_in: HandIn) -> HandIn:
    authorize(actor, TAKE, hand_in)
    return _locked(hand_in)


def _locked(hand_in: HandIn) -> HandIn:
    related = HandIn.objects.select_related("agency", "sent_by").defer("sent_by__password")  # which no job may read
    return related.select_for_update(of=("self",)).get(pk=hand_in.pk)


def _take_up_by(plan: HandInPlan, now: datetime, system: User) -> Due:
    """Danger before risk before anything else."""
    code = "hand_in_high" if plan.risk == Level.HIGH else "hand_in"
    code = "hand_in_danger" if plan.report.danger == Danger.YES else code
    return due_by(code, now, system.agency.partnership_id)


def _report(actor: User, plan: HandInPlan, step: StepPlan, now: datetime) -> ContactReport:
    """The contact: a professional's, who follows it by themself. What it is about may be left open."""
    report = plan.report
    risk = f"Risk as they see it: {Level(plan.risk).label}." if plan.risk else ""
    caller = replace(
        report.of_caller,
        name=actor.name,
        organisation=actor.agency.name,
        call_back=report.of_caller.call_back or actor.email,
        checked=Checked.KNOWN,
    )
    return replace(
        report,
        channel=Channel.REFERRAL_FORM,
        happened_at=now,
        caller=Caller.PROFESSIONAL,
        danger=report.danger or Danger.UNKNOWN,
        cut_short=not report.kind,
        is_told=True,
        opinion=f"{risk}\n{report.opinion}".strip()[:5_000],
        of_caller=caller,
        step=step,
        no_step_reason="",
    )


def _log(system: User, contact: Contact, report: ContactReport, now: datetime) -> None:
    log_contact(actor=system, contact=contact, report=report, now=now)


def _name_referrer(contact: Contact, actor: User) -> None:
    """Who handed it in stands in the case too, as what they are there."""
    person = Person.objects.create(partnership_id=actor.agency.partnership_id)
    Party.objects.create(
        case_id=contact.case_id,
        person=person,
        role=PartyRole.REFERRER,
        name=actor.name,
        folded_name=fold(actor.name),
    )


def _receive(actor: User, hand_in: HandIn, now: datetime) -> None:
    hand_in.received_at, hand_in.received_by = now, actor
    hand_in.save(update_fields=["received_at", "received_by"])


def _tell(hand_in: HandIn, now: datetime, *, is_asked: bool = False) -> None:
    system = system_in(hand_in.agency.partnership_id)
    tell_hander_in(actor=system, hand_in=hand_in, now=now, is_asked=is_asked)


def _whom_to_tell(hand_in: HandIn) -> list[User]:
    """Whoever sent it, while they are there and read mail; or else a supervisor of their agency."""
    sender = hand_in.sent_by
    if sender and sender.is_active and sender.agency_id == hand_in.agency_id and sender.role != Role.SERVICE_ACCOUNT:
        return [sender]
    supervisors = User.objects.filter(agency=hand_in.agency_id, is_active=True, role=Role.SUPERVISOR)
    return list(supervisors.defer("password").order_by("pk")[:1])
