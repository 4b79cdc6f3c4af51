"""The history of a case: who did and saw what in it, what for, and what was refused."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.authorization import authorize
from accounts.models import Agency, User
from audit.log import record
from audit.models import AuditEvent, Outcome
from casework.categories import Category
from casework.models import Case
from casework.queries import get_case
from oversight.policy import visible_events

PAGE = 50
MOST_EXPORTED = 10_000
NOBODY = "Somebody not signed in"
READING = ("view_", "find_", "export_", "reveal_")


@dataclass(frozen=True)
class HistoryFilter:
    """What to show of a history. Days are London's; empty means all."""

    person: int | None = None
    agency: int | None = None
    outcome: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class HistoryLine:
    """One event, in words."""

    id: UUID
    at: datetime
    who: str
    agency: str
    action: str
    outcome: str
    refused: bool
    purpose: str
    categories: tuple[str, ...]
    how: str


@dataclass(frozen=True)
class History:
    """A page of a case's history, newest first. `before` begins the next page; None on the last."""

    case: Case
    lines: list[HistoryLine]
    before: UUID | None
    people: list[User]
    agencies: list[Agency]


def read_history(*, actor: User, reference: str, chosen: HistoryFilter, before: UUID | None = None) -> History:
    """A page of the history of a case. Reading it is itself recorded."""
    case = get_case(actor, reference, "oversight.view_case_history")
    authorize(actor, "oversight.view_case_history", case)
    record(
        actor=actor,
        action="oversight.view_case_history",
        subject=case,
        purpose="supervision",
        criteria=[name for name, value in vars(chosen).items() if value],
    )
    events = visible_events(actor, case)
    people, agencies = _who(events)
    found = list(page_of(_narrowed(events, chosen), events, before)[: PAGE + 1])
    return History(
        case=case,
        lines=in_words(case, found[:PAGE]),
        before=found[PAGE - 1].pk if len(found) > PAGE else None,
        people=people,
        agencies=agencies,
    )


def export_history(*, actor: User, reference: str, chosen: HistoryFilter) -> History:
    """The history as it goes into a file: at most the newest 10,000 events. Recorded, with how many."""
    case = get_case(actor, reference, "oversight.export_case_history")
    authorize(actor, "oversight.export_case_history", case)
    found = list(newest_first(_narrowed(visible_events(actor, case), chosen))[:MOST_EXPORTED])
    record(
        actor=actor,
        action="oversight.export_case_history",
        subject=case,
        purpose="supervision",
        criteria=[name for name, value in vars(chosen).items() if value],
        count=len(found),
    )
    return History(case=case, lines=in_words(case, found), before=None, people=[], agencies=[])


def _narrowed(events: QuerySet[AuditEvent], chosen: HistoryFilter) -> QuerySet[AuditEvent]:
    if chosen.person:
        events = events.filter(actor_id=chosen.person)
    if chosen.agency:
        events = events.filter(agency_id=chosen.agency)
    if chosen.outcome:
        events = events.filter(outcome=chosen.outcome)
    if chosen.since:
        events = events.filter(at__gte=_midnight(max(chosen.since, date(1900, 1, 1))))
    if chosen.until and chosen.until < date.max - timedelta(days=1):
        events = events.filter(at__lt=_midnight(chosen.until + timedelta(days=1)))
    return events


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def newest_first(events: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
    return events.order_by("-at", "-id")


def page_of(events: QuerySet[AuditEvent], among: QuerySet[AuditEvent], before: UUID | None) -> QuerySet[AuditEvent]:
    last = among.filter(pk=before).first() if before else None
    if last is None:
        return newest_first(events)
    return newest_first(events.filter(Q(at__lt=last.at) | Q(at=last.at, id__lt=last.pk)))


def _who(events: QuerySet[AuditEvent]) -> tuple[list[User], list[Agency]]:
    people = User.objects.filter(pk__in=events.values("actor_id")).order_by("name", "pk")
    agencies = Agency.objects.filter(pk__in=events.values("agency_id")).order_by("name", "pk")
    return list(people), list(agencies)


def in_words(case: Case, events: list[AuditEvent]) -> list[HistoryLine]:
    people = User.objects.in_bulk({event.actor_id for event in events if event.actor_id})
    agencies = Agency.objects.in_bulk({event.agency_id for event in events if event.agency_id})
    return [_line(case, event, people, agencies) for event in events]


def _line(case: Case, event: AuditEvent, people: dict[int, User], agencies: dict[int, Agency]) -> HistoryLine:
    # In the event of another case this one only stood in a list: what was shown of that one was not shown of this.
    is_of_another = event.case_id not in (None, case.pk)
    actor, agency = people.get(event.actor_id or 0), agencies.get(event.agency_id or 0)
    return HistoryLine(
        id=event.pk,
        at=event.at,
        who=actor.name if actor else NOBODY,
        agency=agency.name if agency else "",
        action=act_of(event),
        outcome=Outcome(event.outcome).label,
        refused=event.outcome in {Outcome.REFUSED, Outcome.NOT_FOUND},
        purpose=event.purpose.replace("_", " ").capitalize(),
        categories=() if is_of_another else tuple(str(Category(name).label) for name in event.categories),
        how="Shown in a list" if is_of_another else _how(event),
    )


def act_of(event: AuditEvent) -> str:
    """What was done or tried, in words."""
    return event.action.partition(".")[2].replace("_", " ").capitalize()


def _how(event: AuditEvent) -> str:
    if not event.is_deliberate:
        return "Shown in a list"
    return "Read" if event.action.partition(".")[2].startswith(READING) else "Done"
