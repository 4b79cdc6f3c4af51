"""Ways to reach somebody: one to act on, and the number and the script of one while it is used."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.authorization import NotPossibleNow, NotVisible, authorize
from accounts.models import User
from audit.log import record
from casework.categories import ROLE_CATEGORY, Category, category_of
from casework.models import ContactAttempt, ContactRoute, PartyRole, RouteOverride
from casework.policy_of_ways import visible_attempts, visible_overrides, visible_routes
from casework.queries.cases import CaseView, purpose_of
from casework.queries.projection import Entry
from casework.safe_contact import Verdict, may_use, verdicts

SCRIPT = (
    "value",
    "caller_id",
    "voicemail",
    "who_may_answer",
    "who_must_not",
    "if_other_answers",
    "note",
    "knows",
    "letters",
    "windows",
    "never_times",
)


@dataclass(frozen=True)
class Reaching:
    """A way while somebody uses it: the number and what to say. Neither, once it may not be used any more."""

    attempt: ContactAttempt
    verdict: Verdict
    script: dict[str, Any]
    rows: list[tuple[str, Any]]

    @property
    def route(self) -> ContactRoute:
        return self.attempt.route


def get_route(actor: User, public_id: UUID, action: str) -> ContactRoute:
    """A way to act on. Raises `NotVisible`."""
    routes = visible_routes(actor).select_related("case", "party")
    route = routes.filter(public_id=public_id).first()
    if route is None:
        raise NotVisible(action, named=str(public_id))
    return route


def get_attempt(actor: User, public_id: UUID, action: str = "casework.view_attempt") -> ContactAttempt:
    """An attempt to act on. Raises `NotVisible`."""
    attempts = visible_attempts(actor).select_related("case")
    attempt = attempts.filter(public_id=public_id).first()
    if attempt is None:
        raise NotVisible(action, named=str(public_id))
    return attempt


def get_override(actor: User, public_id: UUID) -> RouteOverride:
    """An override to act on. Raises `NotVisible`."""
    override = visible_overrides(actor).select_related("case", "route").filter(public_id=public_id).first()
    if override is None:
        raise NotVisible("casework.end_override", named=str(public_id))
    return override


def read_attempt(*, actor: User, attempt: ContactAttempt, now: datetime) -> Reaching:
    """The number and the script of an attempt that is under way, if the way may still be used. Recorded each time.

    Raises `NotPossibleNow` for one that has ended, `NotVisible` where its way is no longer theirs to see.
    """
    authorize(actor, "casework.view_attempt", attempt)
    if attempt.ended_at:
        raise NotPossibleNow("What came of this is written down already. Begin anew from the case.")
    route = visible_routes(actor).select_related("party", "case").filter(pk=attempt.route_id).first()
    if route is None:
        raise NotVisible("casework.view_attempt", attempt)
    attempt.route = route
    verdict = may_use(route, now)
    entry = Entry(route, SCRIPT if verdict.may else ())
    record(
        actor=actor,
        action="casework.view_attempt",
        subject=attempt,
        purpose=purpose_of(actor),
        reason=verdict.code,
        categories=[category_of_route(route)] if verdict.may else (),
    )
    return Reaching(attempt, verdict, entry.values, entry.rows)


def category_of_route(route: ContactRoute) -> str:
    """Of whom it is, whoever asks."""
    return ROLE_CATEGORY.get(PartyRole(route.party.role), Category.CONTACT)


def ways_of(view: CaseView, now: datetime) -> dict[int, Verdict]:
    """Of each way that this view of a case shows: whether it may be used now."""
    items: Iterable[Any] = (entry.item for section in view.sections for entry in section.entries)
    return verdicts([item for item in items if isinstance(item, ContactRoute)], now)


def attempts_of(actor: User, view: CaseView) -> list[ContactAttempt]:
    """What was done to reach them, newest first, as far as this reader may know; with the reading of the case."""
    attempts = visible_attempts(actor).filter(case=view.case).select_related("route", "worker", "agency")
    return list(attempts.order_by("-started_at", "-pk")[:25])


def overrides_of(actor: User, view: CaseView, now: datetime) -> list[RouteOverride]:
    """The overrides that are in force in a case; with the reading of it."""
    running = visible_overrides(actor).filter(case=view.case, ended_at=None, until__gt=now)
    return list(running.select_related("route", "given_by").order_by("until"))


def way_is_shown(*, actor: User, route: ContactRoute) -> None:
    """Record that a form shows what is known of a way, to be said anew."""
    category = category_of(ContactRoute, "windows", route.party.role)
    record(actor=actor, action="casework.view_case", subject=route, purpose="casework", categories=[category])
