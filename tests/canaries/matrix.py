"""The requests of the matrix: every door, in every way it can be asked, of everybody, about the case in each state."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from types import SimpleNamespace
from typing import Any

from django.db.models import Model
from django.test import Client

from accounts.models import Agency, AgencyKind, User
from casework.models import Case, PersonJudgement, SharingAgreement, TwoSided
from oversight.models import Alert
from referrals.models import HandIn, Service
from tests.asking import DOORS, address_of, send
from tests.canaries.worlds import Planted
from tests.doors import Door
from tests.ids import Ids
from tests.sample import WHOLE
from tests.world import World

# What an address names, and where a case keeps it.
NAMED: dict[str, Callable[[Case], list[Any]]] = {
    "": lambda case: [None],
    "directory": lambda case: [
        SimpleNamespace(reference=each.entry["id"]) for each in Service.objects.order_by("pk")[:2]
    ],
    "case": lambda case: [case],
    "contact": lambda case: list(case.contacts.order_by("-status", "pk")[:2]),
    "step": lambda case: list(case.steps.order_by("pk")[:2]),
    "assessment": lambda case: list(case.assessments.order_by("-signed_at", "pk")),
    "address": lambda case: list(case.addresses.order_by("pk")),
    "share": lambda case: list(case.decisions.order_by("pk")),
    "consent": lambda case: list(case.consents.order_by("pk")),
    "referral": lambda case: list(case.referrals.order_by("pk")),
    "request": lambda case: list(case.requests.order_by("pk")),
    "review": lambda case: list(case.emergencies.order_by("pk")),
    "bar": lambda case: list(case.bars.order_by("pk")),
    "audit": lambda case: list(case.audits.order_by("pk")),
    "feedback": lambda case: list(case.audits.exclude(status="drawn").order_by("pk")),
    "alert": lambda case: list(Alert.objects.filter(about_case=case.pk)),
    "answer": lambda case: list(case.given_answers.order_by("pk")),
    "erasure": lambda case: list(case.erasures.order_by("pk")),
    "hold": lambda case: list(case.holds.order_by("pk")),
    "route": lambda case: list(case.routes.order_by("pk")),
    "reaching": lambda case: list(case.attempts.order_by("pk")),
    "override": lambda case: list(case.route_overrides.order_by("pk")),
    "neighbour": lambda case: list(case.neighbours.order_by("pk")),
    "clock": lambda case: list(case.clocks.order_by("pk")),
    "plan": lambda case: list(case.plans.order_by("pk")),
    "file": lambda case: list(case.attachments.order_by("pk")),
    "closing": lambda case: list(case.closings.order_by("pk")),
    "offer": lambda case: list(case.steps.filter(kind="take_over")),
    "absence": lambda case: [],
    "note": lambda case: list(case.notes.order_by("pk")),
    "ask": lambda case: list(case.asks.order_by("pk")),
    "judgement": lambda case: list(PersonJudgement.objects.filter(case=case).order_by("pk")),
    "handover": lambda case: [],
    "hand_in": lambda case: list(HandIn.objects.filter(case=case)),
    "matter": lambda case: list(TwoSided.objects.filter(first=case)),
    "proposal": lambda case: list(case.bar_proposals.order_by("pk")),
    "worker": lambda case: list(User.objects.filter(agency=case.agency).order_by("pk")[:2]),
    "invitation": lambda case: [],
    "agency": lambda case: list(Agency.objects.filter(partnership=case.partnership, kind=AgencyKind.SUPPORT)),
    "agreement": lambda case: list(SharingAgreement.objects.filter(partnership=case.partnership)[:1]),
}
Names = dict[tuple[int, str], list[str]]  # by case and kind: how its records are named in an address
# How else a door that takes a body is asked: as it wants, with nothing, and with what it does not know.
BODIES = ("right", "empty", "wrong")
# What a reading endpoint could be talked into: other forms, fields to sort and to search by, shorter answers.
QUERIES = ("", "?format=json", "?ordering=name&name__startswith=Z&search=Z&postcode=ZZ9&fields=name&expand=parties")
TURNS = 2  # of each door and method, where only a sample is asked
SEARCHES = ("known_already", "api_search_people")
BY = {"telephone": "ContactRoute.value", "name": "Party.name", "date_of_birth": "Party.date_of_birth"}


@dataclass(frozen=True)
class Way:
    """One way to ask a door."""

    door: Door
    method: str
    more: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.method, self.door.name, self.more)))


@dataclass(frozen=True)
class Asked:
    """One request: how, by whom, about the case in which state, and which of its records."""

    way: Way
    who: str
    state: str
    turn: int

    def __str__(self) -> str:
        return f"{self.way} as {self.who} about {self.state} ({self.turn})"


def ways() -> list[Way]:
    """All of every door."""
    found = []
    for door in DOORS.values():
        for method in [method.upper() for method in door.methods]:
            found += [Way(door, method, more) for more in (QUERIES if method == "GET" else BODIES)]
        if door.name in SEARCHES:
            found += [Way(door, "POST", f"by {criterion}") for criterion in BY]
    return found


def requests(people: list[str], states: list[str]) -> Iterator[Asked]:
    """All: every door and method, everybody, each state, while the ways to ask it take turns; or a sample, in which
    each door is asked in two ways, a search in each, and everybody about each state."""
    everybody = itertools.cycle(around(people, states))
    for n, of_door in enumerate(grouped(ways(), lambda way: (way.door.name, way.method))):
        if WHOLE:
            about = states if of_door[0].door.of or of_door[0].door.name in SEARCHES else states[:1]
            for turn, (who, state) in enumerate(around(people, about)):
                yield Asked(of_door[(turn + turn // len(about)) % len(of_door)], who, state, turn)
            continue
        for turn in range(len(of_door) if of_door[0].door.name in SEARCHES else TURNS):
            yield Asked(of_door[(n + turn) % len(of_door)], *next(everybody), turn)


def grouped(items: list[Way], by: Callable[[Way], Any]) -> list[list[Way]]:
    found: dict[Any, list[Way]] = {}
    for item in items:
        found.setdefault(by(item), []).append(item)
    return list(found.values())


def around(people: list[str], states: list[str]) -> list[tuple[str, str]]:
    """Everybody with each state, in an order in which neither stays the same."""
    return [(people[(a + b) % len(people)], state) for a in range(len(people)) for b, state in enumerate(states)]


@dataclass
class Asker:
    """Asks in a planted world."""

    made: Planted
    clients: dict[str, Client]
    names: Names = field(default_factory=dict)  # whatever is asked is undone: they stay what they are

    def ids(self, state: str, door: Door, turn: int) -> Ids:
        return ids_of(self.made.world, self.made.cases[state], door, turn, self.names)

    def send(self, asked: Asked) -> tuple[Any, str]:
        """The answer, and what the request itself named."""
        way, state = asked.way, asked.state
        ids = self.ids(state, way.door, asked.turn)
        body: dict[str, Any] = {}

        def instead(right: dict[str, Any]) -> dict[str, Any]:
            body.update(self.body(asked, right))
            return body

        client = self.clients[asked.who]
        if way.method == "GET":
            address = address_of(way.door, ids)
            return client.get(address + way.more), address
        answer = send(client, way.door, way.method, ids, instead=instead)
        return answer, f"{answer.request['PATH_INFO']} {body} {self.typed(asked)}"

    def typed(self, asked: Asked) -> str:
        """What was searched for, whole, where a page takes it in parts."""
        criterion = asked.way.more.removeprefix("by ")
        return self.value(asked.state, BY[criterion]) if criterion in BY else ""

    def body(self, asked: Asked, right: dict[str, Any]) -> dict[str, Any]:
        more = asked.way.more
        if more.startswith("by "):
            criterion = more.removeprefix("by ")
            is_api = asked.way.door.name.startswith("api_")
            return searched_for(criterion, self.value(asked.state, BY[criterion]), is_api=is_api)
        return {"right": right, "empty": {}, "wrong": right | {"zz": "Zz"}}[more]

    def value(self, state: str, place: str) -> str:
        return next(t.value for t in self.made.canaries.tokens if (t.case, t.place) == (state, place))


def ids_of(world: World, case: Case, door: Door, turn: int = 0, names: Names | None = None) -> Ids:
    """What the address and the body name: of this case, where it has such a record; else what nobody has."""
    names = {} if names is None else names
    party = str(case.parties.earliest("pk").public_id)
    base = Ids.absent(Ids("", "", "", "", party, world.services["elsewhere"].pk, email=world.outsider.email))
    named: dict[str, Any] = {}
    for kind in {each.name for each in fields(Ids)} & NAMED.keys() | {door.of} - {""}:
        if (case.pk, kind) not in names:
            names[case.pk, kind] = [name_of(record) for record in NAMED[kind](case)]
        if found := names[case.pk, kind]:
            named[kind] = found[turn % len(found)]
    return Ids(**vars(base) | named)


def searched_for(criterion: str, value: str, *, is_api: bool) -> dict[str, Any]:
    if criterion != "date_of_birth" or is_api:
        return {criterion: value}
    year, month, day = value.split("-")
    return {f"date_of_birth_{name}": part for name, part in (("day", day), ("month", month), ("year", year))}


def name_of(record: Model) -> str:
    return str(getattr(record, "reference", "") or getattr(record, "public_id", "") or record.pk)
