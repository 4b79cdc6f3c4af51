"""What happened at and near the home that was burgled, and which homes lie around it.

Where a home is stands sealed in the database. It is looked up in the public list while somebody looks, and is kept
nowhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django.db import connection
from django.utils import timezone

from accounts.authorization import NotVisible, authorize
from accounts.models import User
from audit.log import record
from casework.categories import Category
from casework.models import (
    AddressKind,
    Case,
    Incident,
    ListedAddress,
    Neighbour,
    Point,
    Ring,
    Visit,
    VisitRule,
    mark_of_place,
)
from casework.places import place_of
from casework.policy import cases_showing, visible_cases
from casework.policy_of_visits import visible_neighbours
from casework.queries.reference import standing
from casework.queries.visits import get_visit

REPEAT = timedelta(days=365)  # local default: the same address within 12 months
AT_HOME = (AddressKind.HOME, AddressKind.SHARED)
MOST_HOMES = 250  # the nearest: what one round of leaflets reaches
SQUARE = 100  # metres: a square of so many homes that none of them is told from the others


@dataclass(frozen=True)
class Near:
    """A burglary near this one, by the narrowest ring in which it lies."""

    incident: Incident
    ring: str
    by_month: bool  # no day is known of one of the two

    @property
    def label(self) -> str:
        return Ring(self.ring).label


@dataclass(frozen=True)
class Nearby:
    """What happened at and near a home. `is_placed`: it is known where it is, so that something could be found."""

    visit: Visit
    is_placed: bool
    repeats: list[Case]
    near: list[Near]
    neighbours: list[Neighbour]

    @property
    def told(self) -> int:
        return sum(bool(each.was_told) for each in self.neighbours)


def read_nearby(*, actor: User, case: Case, now: datetime) -> Nearby:
    """What happened at and near this home, and whom to warn. Recorded."""
    visit = get_visit(actor, case, "casework.view_nearby")
    authorize(actor, "casework.view_nearby", visit)
    spot = spot_of(case)
    near = list(near_burglaries(actor, case, spot, now)) if spot else []
    repeats = burgled_before(actor, case, now)
    neighbours = list(visible_neighbours(actor).filter(case=case).select_related("told_by"))
    record(
        actor=actor,
        action="casework.view_nearby",
        subject=visit,
        purpose="casework",
        shown=sorted({other.pk for other in repeats} | {each.incident.case_id for each in near}),
    )
    neighbours.sort(key=lambda each: each.address)  # never by how near they are
    return Nearby(visit, spot is not None, repeats, near, neighbours)


def get_neighbour(actor: User, public_id: UUID) -> Neighbour:
    """A home to warn, to act on. Raises `NotVisible`."""
    found = visible_neighbours(actor).select_related("case").filter(public_id=public_id).first()
    if found is None:
        raise NotVisible("casework.tell_neighbour", named=str(public_id))
    return found


def burgled_before(actor: User, case: Case, now: datetime) -> list[Case]:
    """Other burglaries of the same home within 12 months, of those that the actor may know of."""
    homes = case.addresses.filter(kind__in=AT_HOME, mark__isnull=False)
    marks: list[Any] = list(homes.values_list("mark", flat=True))
    if not marks:
        return []
    ids = _ids(
        "SELECT burgled_before(%s, %s, %s)", [case.partnership_id, [bytes(mark) for mark in marks], now - REPEAT]
    )
    others = visible_cases(actor).filter(pk__in=set(ids) - {case.pk})
    return list(others.order_by("-received_at", "-pk"))


def rings(now: datetime, partnership_id: int) -> list[VisitRule]:
    """The rings in force today, the narrowest first."""
    stands: dict[str, VisitRule] = {}
    for rule in standing(VisitRule, timezone.localdate(now), partnership_id).filter(code__in=Ring.values):
        stands.setdefault(rule.code, rule)
    return sorted(stands.values(), key=lambda each: each.metres or 0)


def near_burglaries(actor: User, case: Case, spot: Point, now: datetime) -> Iterable[Near]:
    """Those around this point and about these days of which the actor sees where they were, each in its narrowest ring.

    Of published records no day is known: the same month counts as within 31 days.
    """
    own = case.incidents.order_by("pk").first()
    day = (own and (own.happened_on or own.month)) or timezone.localdate(case.received_at)
    by_month = bool(own and own.happened_on is None and own.month)
    found = rings(now, case.partnership_id)
    if not found:
        return
    days = timedelta(days=max(each.days or 0 for each in found))
    ids = ids_near(case.partnership_id, spot, max(each.metres or 0 for each in found), day - days, day + days)
    others = Incident.objects.filter(pk__in=ids, case__in=cases_showing(actor, Category.LOCATION)).exclude(case=case)
    for other in others.select_related("case").order_by("-pk"):
        if ring := ring_of(found, spot, day, other, by_month=by_month):
            yield Near(other, ring.code, by_month or other.happened_on is None)


def ids_near(partnership: int, spot: Point, metres: float, first: date, last: date) -> list[int]:
    """The ids of incidents around a point, whoever may see them: for a policy to judge, never to show."""
    values = [partnership, f"({spot[0]},{spot[1]})", metres, first, last]
    return _ids("SELECT burglaries_near(%s, %s::point, %s, %s, %s)", values)


def ring_of(found: list[VisitRule], spot: Point, day: date, other: Incident, *, by_month: bool) -> VisitRule | None:
    """The narrowest ring in which another incident lies, in place and time; None outside all."""
    there, when = place_and_day(other)
    metres = ((spot[0] - there[0]) ** 2 + (spot[1] - there[1]) ** 2) ** 0.5
    whole_months = by_month or other.happened_on is None
    months = abs((day.year - when.year) * 12 + day.month - when.month)
    for ring in found:
        in_time = months <= (ring.days or 0) // 31 if whole_months else abs((day - when).days) <= (ring.days or 0)
        if metres <= (ring.metres or 0) and in_time:
            return ring
    return None


def place_and_day(incident: Incident) -> tuple[Point, date]:
    """Of one that has both; the first day of the month where no other is known."""
    return cast(Point, incident.spot), cast(date, incident.happened_on or incident.month)


def spot_of(case: Case) -> Point | None:
    """Where it was, as exactly as whoever asks may see: the home from the public list, or the published point."""
    home = home_of(case)
    if home:
        return home.spot
    published = case.incidents.exclude(spot=None).order_by("pk").first()
    return published.spot if published else None


def home_of(case: Case) -> ListedAddress | None:
    """The burgled home in the public list of addresses; None where it is not there, or is kept from whoever asks."""
    homes = case.addresses.filter(kind__in=AT_HOME, party__role="victim").order_by("-pk")
    places = [place_of(address.lines, address.postcode) for address in homes]
    listed = ListedAddress.objects.filter(partnership=case.partnership_id, place__in=filter(None, places))
    return min(listed, key=lambda each: places.index(each.place), default=None)


def square_of(spot: Point) -> Point:
    """The middle of the square that a point lies in: as near as a home is ever kept in clear."""
    return tuple(each // SQUARE * SQUARE + SQUARE / 2 for each in spot)  # type: ignore[return-value]


def homes_around(case: Case, home: ListedAddress, metres: int) -> list[ListedAddress]:
    """The listed homes around one, but for itself and for any that stand on no list. Nobody learns which, or why."""
    there = f"({home.spot[0]},{home.spot[1]})"
    near = ListedAddress.objects.raw(
        "SELECT * FROM casework_listedaddress WHERE partnership_id = %s AND spot <@ circle(%s::point, %s) "
        "ORDER BY spot <-> %s::point, id LIMIT %s",
        [case.partnership_id, there, metres, there, MOST_HOMES],
    )
    found = [each for each in near if each.place != home.place]
    out = set(_ids("SELECT kept_off_list(%s, %s)", [case.pk, [mark_of_place(each.place) for each in found]]))
    return [each for number, each in enumerate(found, 1) if number not in out]


def _ids(statement: str, values: list[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [number for (number,) in cursor.fetchall()]
