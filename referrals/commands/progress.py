"""How it goes on with a referral, said by the addressed agency: taken note of, asked, waiting, in touch, ended."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError

from accounts.authorization import NotPossibleNow, authorize
from accounts.models import NoticeKind, User
from accounts.roles import Role
from accounts.transitions import move
from audit.log import command
from casework.models import ALTERNATIVES, ContactAttempt, Level, StepOutcome
from casework.plans import ATTEMPT_ENDED
from casework.queries import Due, due_by, tried_since
from referrals import states
from referrals.commands.following import acknowledged, decide_next, end, follow, follower_of, runs, watch_on
from referrals.models import AsWanted, OutcomeCode, Referral
from referrals.notices import tell_sender
from referrals.queries import get_referral
from referrals.queries.levels import attempts_asked, next_attempt_by

LONGEST_WAIT = timedelta(days=366)


@command
def acknowledge_referral(*, actor: User, referral: Referral, now: datetime) -> Referral:
    """Say that it was received, and take its answer upon oneself."""
    authorize(actor, states.ACKNOWLEDGE.permission, referral)
    due = Due(referral.answer_by or referral.due_at, "service_level")
    stamps = acknowledged(referral, actor, now)
    return move(referral, states.ACKNOWLEDGE, actor=actor, owner=actor, **stamps, **runs(due))


@command
def ask_about_referral(*, actor: User, referral: Referral, question: str, now: datetime) -> Referral:
    """Ask the sender for what is missing. The clock of the answer stands still until they have added it."""
    authorize(actor, states.ASK.permission, referral)
    if not question.strip():
        raise ValidationError({"question": "Say what you need to know before you can answer."})
    left = max((referral.answer_by or now) - now, timedelta(0))
    due = due_by("more_information", now, actor.agency.partnership_id)
    asked = move(
        referral,
        states.ASK,
        actor=actor,
        question=question,
        answer_left=left,
        owner_agency=referral.sender,
        owner=follower_of(referral),
        **acknowledged(referral, actor, now),
        **runs(due),
    )
    follow(asked, actor, StepOutcome.DONE, watch_on(asked, due), now)
    tell_sender(asked, NoticeKind.REFERRAL_CHANGED, actor=actor, now=now)
    return asked


@command
def put_on_waiting_list(*, actor: User, referral: Referral, until: datetime, now: datetime) -> Referral:
    """Keep it for a place until then, when it goes back to its sender by itself."""
    authorize(actor, states.WAIT.permission, referral)
    if not now < until <= now + LONGEST_WAIT:
        raise ValidationError({"until": "Say until when they wait: a day to come, within a year."})
    due = Due(until, "waiting_list")
    stamps = acknowledged(referral, actor, now)
    waits = move(referral, states.WAIT, actor=actor, owner=actor, waits_until=until, **stamps, **runs(due))
    follow(waits, actor, StepOutcome.DONE, watch_on(waits, due), now)
    tell_sender(waits, NoticeKind.REFERRAL_CHANGED, actor=actor, now=now)
    return waits


@command
def set_aside_duplicate(*, actor: User, referral: Referral, of: str, now: datetime) -> Referral:
    """Say that the same was sent before, under the reference `of`. Raises `NotVisible` for one they do not find."""
    authorize(actor, states.DUPLICATE.permission, referral)
    other = get_referral(actor, of)
    if other.pk == referral.pk or other.service.agency_id != referral.service.agency_id:
        raise ValidationError({"of": "Give the reference of the other referral to your agency."})
    stamps = acknowledged(referral, actor, now)
    aside = end(referral, states.DUPLICATE, actor=actor, now=now, then=decide_next, duplicate_of=other, **stamps)
    tell_sender(aside, NoticeKind.REFERRAL_CHANGED, actor=actor, now=now)
    return aside


@ATTEMPT_ENDED.fill
def _tried(attempt: ContactAttempt, actor: User, now: datetime) -> None:
    """Whoever accepted a referral tries to reach them: when they try again follows from its standard."""
    live = Referral.objects.filter(case=attempt.case_id, service__agency=attempt.agency_id)
    for referral in live.filter(status__in=states.CONTACT.sources).order_by("pk"):
        due = Due(next_attempt_by(referral, now), "next_attempt")
        move(referral, states.CONTACT, actor=actor, **runs(due))


@command
def engage(*, actor: User, referral: Referral, now: datetime) -> Referral:
    """Say that they are in touch, for the first time or still. With the first the sender is no longer responsible."""
    authorize(actor, states.ENGAGE.permission, referral)
    due = due_by("engaged_review", now, actor.agency.partnership_id)
    first: dict[str, Any] = {} if referral.engaged_at else {"engaged_at": now, "engaged_by": actor}
    engaged = move(referral, states.ENGAGE, actor=actor, owner=actor, **first, **runs(due))
    follow(engaged, actor, StepOutcome.DONE, watch_on(engaged, due), now)
    if first:
        tell_sender(engaged, NoticeKind.REFERRAL_CHANGED, actor=actor, now=now)
    return engaged


@command
def give_up(*, actor: User, referral: Referral, alternative: str, now: datetime) -> Referral:
    """Say that they cannot be reached, after the attempts that the standard of their risk asks, and never silently.

    At high risk a supervisor says it, with another way to them that was considered. Raises `NotPossibleNow` with what
    is left to do, and `ValidationError`.
    """
    authorize(actor, states.GIVE_UP.permission, referral)
    if referral.answered_at and referral.ended_at is None:  # else the state says what is wrong
        asked = attempts_asked(referral, now)
        if left := tried_since(referral.case, actor.agency, referral.answered_at, asked, now):
            raise NotPossibleNow(left)
    is_high = referral.level == Level.HIGH
    if is_high and actor.role != Role.SUPERVISOR:
        raise NotPossibleNow("At high risk a supervisor says that they cannot be reached.")
    if alternative not in dict(ALTERNATIVES) and (is_high or alternative):
        raise ValidationError({"alternative": "Choose another way to them that you considered."})
    ended = end(referral, states.GIVE_UP, actor=actor, now=now, then=decide_next, alternative=alternative)
    tell_sender(ended, NoticeKind.REFERRAL_CHANGED, actor=actor, now=now)
    return ended


@command
def complete_referral(
    *, actor: User, referral: Referral, outcome_code: str, as_wanted: str, outcome: str, now: datetime
) -> Referral:
    """Say how it ended, beside what they wanted. The share ends with it, and the front door decides what comes next."""
    authorize(actor, states.COMPLETE.permission, referral)
    problems = {} if outcome_code in OutcomeCode.values else {"outcome_code": "Choose what came of it."}
    if as_wanted not in AsWanted.values:
        problems["as_wanted"] = "Choose whether it was what they wanted."
    if problems:
        raise ValidationError(problems)
    said: dict[str, Any] = {"outcome_code": outcome_code, "as_wanted": as_wanted, "outcome": outcome}
    completed = end(
        referral, states.COMPLETE, actor=actor, now=now, then=decide_next, detail={"outcome_code": outcome_code}, **said
    )
    tell_sender(completed, NoticeKind.REFERRAL_CHANGED, actor=actor, now=now)
    return completed
