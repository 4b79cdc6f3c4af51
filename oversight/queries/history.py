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
from oversight.policy import showing, visible_events

PAGE = 50
MOST_EXPORTED = 10_000
NOBODY = "Somebody not signed in"
READING = ("view_", "find_", "export_", "reveal_")
OPENED, LISTED = "opened", "listed"
DOORS = {"page": "Page", "api": "API", "job": "Job", "command": "Command"}


@dataclass(frozen=True)
class HistoryFilter:
    """What to show of a history. Days are London's; empty means all."""

    person: int | None = None
    agency: int | None = None
    outcome: str = ""
    purpose: str = ""
    category: str = ""
    kind: str = ""  # OPENED or LISTED
    door: str = ""
    network: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class HistoryLine:
    """One event, in words. `network` is a code, the same for the same network; empty where it is not known."""

    id: UUID
    at: datetime
    who: str
    agency: str
    acting_for: str
    action: str
    outcome: str
    refused: bool
    purpose: str
    categories: tuple[str, ...]
    how: str
    door: str
    network: str
    request: UUID | None


@dataclass(frozen=True)
class Among:
    """What stands in a history, to narrow it by."""

    people: list[User]
    agencies: list[Agency]
    purposes: list[str]
    networks: list[str]


@dataclass(frozen=True)
class History:
    """A page of a case's history, newest first. `before` begins the next page; None on the last."""

    case: Case
    lines: list[HistoryLine]
    before: UUID | None
    among: Among


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
    found = list(page_of(narrowed(events, chosen, case), events, before)[: PAGE + 1])
    return History(
        case=case,
        lines=in_words(case, found[:PAGE]),
        before=found[PAGE - 1].pk if len(found) > PAGE else None,
        among=among(events),
    )


def export_history(*, actor: User, reference: str, chosen: HistoryFilter) -> History:
    """The history as it goes into a file: at most the newest 10,000 events. Recorded, with how many."""
    case = get_case(actor, reference, "oversight.export_case_history")
    authorize(actor, "oversight.export_case_history", case)
    found = list(newest_first(narrowed(visible_events(actor, case), chosen, case))[:MOST_EXPORTED])
    record(
        actor=actor,
        action="oversight.export_case_history",
        subject=case,
        purpose="supervision",
        criteria=[name for name, value in vars(chosen).items() if value],
        count=len(found),
    )
    return History(case=case, lines=in_words(case, found), before=None, among=Among([], [], [], []))


def narrowed(events: QuerySet[AuditEvent], chosen: HistoryFilter, case: Case) -> QuerySet[AuditEvent]:
    asked = {
        "actor_id": chosen.person,
        "agency_id": chosen.agency,
        "outcome": chosen.outcome,
        "purpose": chosen.purpose,
        "door": chosen.door,
        "network": chosen.network,
    }
    events = events.filter(**{name: value for name, value in asked.items() if value})
    if chosen.category:
        events = events.filter(of_itself(case), showing(chosen.category))
    if chosen.kind:
        opened = of_itself(case) & Q(is_deliberate=True)
        events = events.filter(opened if chosen.kind == OPENED else ~opened)
    if chosen.since:
        events = events.filter(at__gte=_midnight(max(chosen.since, date(1900, 1, 1))))
    if chosen.until and chosen.until < date.max - timedelta(days=1):
        events = events.filter(at__lt=_midnight(chosen.until + timedelta(days=1)))
    return events


def of_itself(case: Case) -> Q:
    """Not the events of another case, in a list of which this one stood."""
    return Q(case_id=case.pk) | Q(case_id__isnull=True)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def newest_first(events: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
    return events.order_by("-at", "-id")


def page_of(events: QuerySet[AuditEvent], among: QuerySet[AuditEvent], before: UUID | None) -> QuerySet[AuditEvent]:
    last = among.filter(pk=before).first() if before else None
    if last is None:
        return newest_first(events)
    return newest_first(events.filter(Q(at__lt=last.at) | Q(at=last.at, id__lt=last.pk)))


def among(events: QuerySet[AuditEvent]) -> Among:
    found = set(events.values_list("actor_id", "agency_id", "purpose", "network").distinct())
    people, agencies, purposes, networks = zip(*found, strict=True) if found else ((), (), (), ())
    return Among(
        people=list(User.objects.filter(pk__in=set(people)).order_by("name", "pk")),
        agencies=list(Agency.objects.filter(pk__in=set(agencies)).order_by("name", "pk")),
        purposes=sorted(set(filter(None, purposes))),
        networks=sorted(set(filter(None, networks))),
    )


def in_words(case: Case, events: list[AuditEvent]) -> list[HistoryLine]:
    people = User.objects.in_bulk({event.actor_id for event in events if event.actor_id})
    named = {each for event in events for each in (event.agency_id, event.acting_for_id) if each}
    agencies = Agency.objects.in_bulk(named)
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
        acting_for=agencies[event.acting_for_id].name if event.acting_for_id in agencies else "",
        action=act_of(event),
        outcome=Outcome(event.outcome).label,
        refused=event.outcome in {Outcome.REFUSED, Outcome.NOT_FOUND},
        purpose=purpose_in_words(event.purpose),
        categories=() if is_of_another else tuple(str(Category(name).label) for name in event.categories),
        how="Shown in a list" if is_of_another else _how(event),
        door=DOORS.get(event.door, event.door),
        network=event.network or "",
        request=event.request_id,
    )


def purpose_in_words(code: str) -> str:
    return code.replace("_", " ").capitalize()


def act_of(event: AuditEvent) -> str:
    """What was done or tried, in words."""
    return event.action.partition(".")[2].replace("_", " ").capitalize()


def _how(event: AuditEvent) -> str:
    if not event.is_deliberate:
        return "Shown in a list"
    return "Read" if event.action.partition(".")[2].startswith(READING) else "Done"
