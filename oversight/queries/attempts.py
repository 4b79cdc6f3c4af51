"""Attempts: who tried to reach a case that is shut to them, by a bar or a seal. For the audit lead alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.authorization import authorize
from accounts.models import User
from audit.log import record
from oversight.policy import visible_attempts
from oversight.queries.history import NOBODY, PAGE, act_of, page_of


@dataclass(frozen=True)
class Attempt:
    """An act or a reading that was refused, of somebody to whom the case is shut. `case` is its reference."""

    id: UUID
    at: datetime
    who: str
    agency: str
    action: str
    door: str
    case: str


@dataclass(frozen=True)
class AttemptPage:
    """A page of attempts, newest first. `before` begins the next page; None on the last."""

    attempts: list[Attempt]
    before: UUID | None


def attempts_for(*, actor: User, before: UUID | None = None) -> AttemptPage:
    """A page of attempts in the actor's partnership, newest first. Recorded, with how many.

    Not at which cases: that would tell whoever reads their histories.
    """
    authorize(actor, "oversight.view_attempts")
    events = visible_attempts(actor)
    found: list[Any] = list(page_of(events, events, before)[: PAGE + 1])
    shown = found[:PAGE]
    record(actor=actor, action="oversight.view_attempts", purpose="supervision", count=len(shown))
    people = User.objects.select_related("agency").in_bulk({event.actor_id for event in shown if event.actor_id})
    attempts = [_attempt(event, people.get(event.actor_id or 0)) for event in shown]
    return AttemptPage(attempts, attempts[-1].id if len(found) > PAGE else None)


def _attempt(event: Any, actor: User | None) -> Attempt:
    return Attempt(
        id=event.pk,
        at=event.at,
        who=actor.name if actor else NOBODY,
        agency=actor.agency.name if actor else "",
        action=act_of(event),
        door=event.door,
        case=event.reference,
    )
