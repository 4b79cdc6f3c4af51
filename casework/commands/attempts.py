"""Using a way to reach somebody, saying what came of it, and a supervisor's word that one may be used all the same."""

import hmac
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.authorization import NotPossibleNow, authorize
from accounts.models import User
from accounts.roles import Role
from audit.log import command, record
from casework.models import (
    TRIED,
    AttemptOutcome,
    ContactAttempt,
    ContactRoute,
    NextStep,
    RouteOverride,
    RouteOverrideReason,
)
from casework.plans import ATTEMPT_ENDED
from casework.policy_of_ways import visible_attempts
from casework.queries import ladder_of
from casework.safe_contact import FOR_GOOD, may_use

UNDER_WAY = "attempt_is_one_at_a_time_for_each_worker_and_route"


@command
def use_route(*, actor: User, route: ContactRoute, now: datetime) -> ContactAttempt:
    """Set out to reach somebody by this way, which the database's clock `now` decides about.

    Raises `NotPossibleNow` with the reason where it may not be used, or the actor is using it already.
    """
    authorize(actor, "casework.use_route", route)
    verdict = may_use(route, now)
    if not verdict.may:
        raise NotPossibleNow(verdict.why)
    try:
        with transaction.atomic():
            attempt = ContactAttempt.objects.create(
                case_id=route.case_id,
                route=route,
                override=verdict.override,
                agency=actor.agency,
                worker=actor,
                started_at=now,
            )
    except IntegrityError as error:
        if UNDER_WAY not in str(error):
            raise
        raise NotPossibleNow("You are using it already. Say first what came of that.") from error
    record(actor=actor, action="casework.use_route", subject=attempt, reason=verdict.code, categories=["contact"])
    return attempt


@command
def end_attempt(*, actor: User, attempt: ContactAttempt, outcome: str, now: datetime) -> ContactAttempt:
    """Say what came of it. What makes the way doubtful puts it in doubt for everybody, until it is said anew."""
    authorize(actor, "casework.end_attempt", attempt)
    if outcome not in AttemptOutcome.values:
        raise ValidationError({"outcome": "Choose what came of it."})
    fresh = visible_attempts(actor).select_for_update(of=("self",)).get(pk=attempt.pk)
    if fresh.ended_at:
        raise NotPossibleNow("What came of this is written down already.")
    fresh.ended_at, fresh.outcome = now, outcome
    fresh.save(update_fields=["ended_at", "outcome"])
    record(actor=actor, action="casework.end_attempt", subject=fresh, outcome_code=outcome)
    if outcome in TRIED:
        ATTEMPT_ENDED(attempt=fresh, actor=actor, now=now)
    return fresh


@command
def check_word(*, actor: User, attempt: ContactAttempt, whose: str, word: str) -> bool:
    """Whether this is the word that was agreed: theirs, by which we know them, or ours. No word is ever shown.

    Where none was agreed, none passes.
    """
    authorize(actor, "casework.view_attempt", attempt)
    agreed = attempt.route.our_word if whose == "ours" else attempt.route.code_word
    passed = bool(agreed) and hmac.compare_digest(_plain(word), _plain(agreed))
    record(actor=actor, action="casework.view_attempt", subject=attempt, whose=whose, passed=passed)
    return passed


@command
def override_route(
    *, actor: User, route: ContactRoute, reason: str, words: str, hours: int, asked_by: User | None, now: datetime
) -> RouteOverride:
    """Let one way be used for so many hours although it is not safe. Never at one's own request.

    Raises `ValidationError` by field; `NotPossibleNow` for a way that nobody may ever use.
    """
    authorize(actor, "casework.override_route", route)
    problems = {} if reason in RouteOverrideReason.values else {"reason": "Choose why it must be used."}
    if not words.strip():
        problems["words"] = "Say in a sentence what has happened."
    if not 1 <= hours <= 4:
        problems["hours"] = "Choose from one to four hours."
    if asked_by and (asked_by == actor or asked_by.agency_id != actor.agency_id):
        problems["asked_by"] = "Choose who asked you, of your agency. What one asks for oneself, another decides."
    if problems:
        raise ValidationError(problems)
    verdict = may_use(route, now)
    if verdict.code in FOR_GOOD:
        raise NotPossibleNow(verdict.why)
    override = RouteOverride.objects.create(
        case_id=route.case_id,
        route=route,
        reason=reason,
        words=words,
        asked_by=asked_by,
        given_at=now,
        given_by=actor,
        until=now + timedelta(hours=hours),
    )
    record(actor=actor, action="casework.override_route", subject=override, reason=reason, against=verdict.code)
    return override


@command
def end_override(*, actor: User, override: RouteOverride, now: datetime) -> RouteOverride:
    """End it before its time."""
    authorize(actor, "casework.end_override", override)
    fresh = RouteOverride.objects.select_for_update().get(pk=override.pk)
    if fresh.ended_at or fresh.until <= now:
        raise NotPossibleNow("It has ended already.")
    fresh.ended_at, fresh.ended_by = now, actor
    fresh.save(update_fields=["ended_at", "ended_by"])
    record(actor=actor, action="casework.end_override", subject=fresh)
    return fresh


def check_tried(actor: User, step: NextStep, now: datetime) -> None:
    """Part of a command, never one by itself: nobody counts as unreachable before they were tried often enough.

    Of high risk only a supervisor says it. Raises `NotPossibleNow` with what is left to do.
    """
    ladder = ladder_of(step.case, step.opened_at, now)
    if ladder.left:
        raise NotPossibleNow(ladder.left)
    if ladder.is_high and actor.role != Role.SUPERVISOR:
        raise NotPossibleNow("At high risk a supervisor decides that they cannot be reached, and what comes instead.")


def _plain(word: str) -> bytes:
    return " ".join(word.casefold().split()).encode()
