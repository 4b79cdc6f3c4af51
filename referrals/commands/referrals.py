"""Sending a case's need to a partner, adding what they ask, and the partner's answer."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.authorization import NotPossibleNow, NotVisible, authorize
from accounts.models import NoticeKind, User
from accounts.transitions import move
from audit.log import command, record
from casework.commands import begin_sharing, decide_sharing
from casework.commands.cases import add_step
from casework.models import Case, StepOutcome
from casework.plans import SharePlan
from casework.policy import is_across_the_wall
from casework.queries import ACROSS, Due, due_by, must_be_whole, words_that_give_away
from casework.states import CaseStatus
from referrals import states
from referrals.commands.following import acknowledged, decision_of, end, find_another, follow, runs, watch, watch_on
from referrals.commands.rerouting import reroute
from referrals.models import Referral, Service, ServiceStatus
from referrals.notices import tell_addressee, tell_sender
from referrals.plans import AS_SUGGESTED, Choice
from referrals.queries import at_sending, levels_of, services_for_case


@command
def draft_referral(
    *,
    actor: User,
    case: Case,
    service: Service,
    asked: str,
    urgency: str,
    choice: Choice = AS_SUGGESTED,
    now: datetime,
) -> Referral:
    """Begin a referral of an open case. Raises `NotPossibleNow` where one to this service is live already.

    A service whose agency must not find the case is not there: raises `NotVisible`.
    """
    authorize(actor, "referrals.draft_referral", case)
    authorize(actor, "referrals.view_service", service)
    if case.status != CaseStatus.OPEN:
        raise NotPossibleNow("Open the case first: only an open case can be referred.")
    if service.status != ServiceStatus.ACTIVE:
        raise NotPossibleNow("This service is not offered at present.")
    if is_across_the_wall(case, service.agency):
        raise NotPossibleNow(ACROSS)
    if not services_for_case(actor, case).filter(pk=service.pk).exists():
        raise NotVisible("referrals.view_service", service)
    due = due_by("referral_draft", now, case.partnership_id)
    before = Referral.objects.filter(case=case, service=service, status__in=states.ENDED).order_by("-pk").first()
    try:
        with transaction.atomic():
            referral = Referral.objects.create(
                case=case,
                service=service,
                sender=actor.agency,
                owner_agency=actor.agency,
                owner=actor,
                previous=before,
                **runs(due),
                urgency=urgency,
                asked=asked,
                chosen_against=choice.against,
                chosen_because=choice.because,
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
    stamps = at_sending(referral, now)
    due = Due(stamps["answer_by"], "service_level")
    sent = move(
        referral,
        states.SEND,
        actor=actor,
        detail={"service": referral.service_id, "categories": decision.categories},
        asked=asked,
        sent_at=now,
        sent_by=actor,
        decision=decision,
        follow_up=add_step(actor, referral.case, watch(referral, due, actor), now),
        owner_agency=referral.service.agency,
        owner=None,
        **runs(Due(stamps.pop("due_at"), stamps.pop("due_source"))),
        **stamps,
    )
    tell_addressee(sent, actor=actor, now=now)
    return sent


@command
def resubmit_referral(*, actor: User, referral: Referral, added: str, now: datetime) -> Referral:
    """Add what the partner asked. Their clock goes on where it stopped, with an hour at least.

    Raises `ValidationError` for words that give away what the case protects.
    """
    authorize(actor, "referrals.send_referral", referral)
    must_be_whole(words_that_give_away(referral.case, {"added": added}, ""))
    left = max(referral.answer_left or timedelta(0), timedelta(hours=1))
    due = Due(now + left, "service_level")
    back = move(
        referral,
        states.RESUBMIT,
        actor=actor,
        added=added,
        answer_by=due.at,
        answer_left=None,
        owner_agency=referral.service.agency,
        owner=None,
        **runs(due),
    )
    follow(back, actor, StepOutcome.DONE, watch_on(back, due), now)
    tell_addressee(back, actor=actor, now=now)
    return back


@command
def accept_referral(*, actor: User, referral: Referral, now: datetime) -> Referral:
    """Take the work on. From now on the accepting agency sees the categories that the sender decided to share.

    Until they are in touch with whom it is about, the sender stays responsible: their step goes on.
    """
    authorize(actor, "referrals.accept_referral", referral)
    due = Due(levels_of(referral, now).first_contact_by(now), "first_contact")
    accepted = move(
        referral,
        states.ACCEPT,
        actor=actor,
        detail={"categories": referral.decision.categories if referral.decision else []},
        answered_at=now,
        answered_by=actor,
        answer_left=None,
        owner_agency=actor.agency,
        owner=actor,
        **acknowledged(referral, actor, now),
        **runs(due),
    )
    begin_sharing(actor=actor, decision=decision_of(accepted), now=now)
    follow(accepted, actor, StepOutcome.DONE, watch_on(accepted, due), now)
    tell_sender(accepted, NoticeKind.REFERRAL_ACCEPTED, actor=actor, now=now)
    return accepted


@command
def decline_referral(*, actor: User, referral: Referral, reason: str, note: str, now: datetime) -> Referral:
    """Say no, and why. Nothing was shared; the case goes back to its front door with a new owned next step, and with a
    draft to whoever suits next, if anybody does."""
    declined = end(
        referral,
        states.DECLINE,
        actor=actor,
        now=now,
        then=find_another,
        detail={"reason_code": reason},
        answered_at=now,
        answered_by=actor,
        decline_reason=reason,
        decline_note=note,
        **acknowledged(referral, actor, now),
    )
    reroute(declined, now)
    tell_sender(declined, NoticeKind.REFERRAL_DECLINED, actor=actor, now=now)
    return declined
