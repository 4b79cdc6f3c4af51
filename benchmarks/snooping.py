"""A week of honest work by some hundred people, and what others among them should not have read: invented, from a seed.

Honest is also what looks odd: evenings and weekends on duty, busy days, an hour through one's whole caseload, work for
an absent colleague, referrals that end and begin again, surnames that many have, typing errors, and now and then a case
that was opened by mistake or because somebody asked.
"""

import random
import unicodedata
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

OPEN, ACT, SEARCH, CONTACT = (
    "casework.view_case",
    "casework.complete_step",
    "casework.find_person",
    "casework.log_contact",
)
DAYS, EVENING, NIGHT = 5, 20, 23
ACTS, ALSO_ACTS, LATER = 0.35, 0.85, 20  # how often one does something in what one opened; for a colleague; in hours
MISTAKES = 0.003  # of what is opened honestly, without anything that explains it


@dataclass(frozen=True)
class Worker:
    pk: int
    agency: int
    name: str
    is_partner: bool


@dataclass
class Planted:
    """One who should not have looked: by which way, at which case if at one, and which rule should speak."""

    kind: str
    rule: str
    worker: int
    case: int | None


@dataclass
class Week:
    """What the log holds of it, in hours from a Monday at midnight, and what else was planted for it to be compared."""

    chance: random.Random
    begin: datetime
    workers: list[Worker]
    own: dict[int, list[int]]
    duty: dict[int, list[int]]  # by day, the cases whose next step anybody on duty takes
    events: list[dict[str, Any]] = field(default_factory=list)
    planted: list[Planted] = field(default_factory=list)
    tainted: set[tuple[int, int | None]] = field(default_factory=set)
    parties: list[tuple[int, str]] = field(default_factory=list)
    telephones: list[tuple[int, int]] = field(default_factory=list)  # whose is that of which case
    addresses: list[tuple[int, int]] = field(default_factory=list)
    reads: int = 0

    def write(self, worker: Worker, action: str, hours: float, case: int | None = None, **more: Any) -> None:
        self.events.append(
            {
                "id": uuid.uuid4(),
                "at": self.begin + timedelta(hours=hours),
                "actor_id": worker.pk,
                "agency_id": worker.agency,
                "action": action,
                "case_id": case,
                "outcome": "allowed",
                "shown_ids": [],
                "is_deliberate": action != SEARCH,
                "detail": {},
            }
            | more
        )

    # What honest people do.

    def read(self, worker: Worker, hours: float, case: int, *, acts: float = ACTS, within: float = 0.4) -> None:
        self.reads += 1
        self.write(worker, OPEN, hours, case)
        if self.chance.random() < acts:
            self.write(worker, ACT, hours + self.chance.uniform(0.02, within), case)

    def take_contact(self, worker: Worker, hours: float) -> None:
        """Somebody rings: are they known? One of those found is opened, and the contact is logged in another case."""
        found = self.chance.sample([case for cases in self.own.values() for case in cases], 3)
        self.write(worker, SEARCH, hours, shown_ids=found, detail={"criteria": ["name", "telephone"]})
        if self.chance.random() < 0.6:
            self.read(worker, hours + 0.05, found[0], acts=0)
        self.write(worker, CONTACT, hours + self.chance.uniform(0.2, 0.8), self.chance.choice(found[1:]))

    def work(self, worker: Worker, day: int, count: int, absent: Worker | None, until: float = 17.5) -> None:
        for _ in range(count):
            hours, lot = day * 24 + self.chance.uniform(8.5, until), self.chance.random()
            if lot < MISTAKES:
                self.read(worker, hours, self.somebody_elses(worker), acts=0)
            elif lot < 0.08 and absent and self.own[absent.pk]:
                self.read(worker, hours, self.chance.choice(self.own[absent.pk]), acts=ALSO_ACTS, within=LATER)
            elif lot < 0.14 and not worker.is_partner and self.duty[day]:
                self.read(worker, hours, self.chance.choice(self.duty[day]), acts=0.5)
            elif lot < 0.22 and not worker.is_partner:
                self.take_contact(worker, hours)
            elif self.own[worker.pk]:
                self.read(worker, hours, self.chance.choice(self.own[worker.pk]))
        for _ in range(self.chance.choice([0, 0, 0, 0, 1, 1, 2])):
            self.write(worker, OPEN, day * 24 + self.chance.uniform(9, 17), outcome="not_found")

    def be_on_duty(self, worker: Worker, begin: float, hours: int) -> None:
        at = begin
        while at < begin + hours:
            if self.chance.random() < 0.7:
                self.take_contact(worker, at)
            else:
                self.read(worker, at, self.chance.choice(self.own[worker.pk]))
            at += self.chance.uniform(0.2, 0.7)

    def go_through_all(self, worker: Worker, day: int) -> None:
        """An hour before one's supervision."""
        cases = self.own[worker.pk][:20]
        for place, case in enumerate(cases):
            self.read(worker, day * 24 + 13 + place / len(cases), case, acts=0)

    def somebody_elses(self, worker: Worker) -> int:
        while True:
            case = self.chance.choice(self.own[self.chance.choice(self.workers).pk] or [0])
            if case and case not in self.own[worker.pk]:
                return case

    def be_honest(self) -> None:
        away = {worker.pk for worker in self.workers if self.chance.random() < 1 / 15}
        there = [worker for worker in self.workers if worker.pk not in away]
        absent = [worker for worker in self.workers if worker.pk in away]
        for worker in there:
            busy, through = self.chance.randrange(DAYS), self.chance.random() < 0.1
            same = [each for each in absent if each.is_partner == worker.is_partner]
            colleague = self.chance.choice(same) if same and self.chance.random() < 0.3 else None
            for day in range(DAYS):
                late = EVENING + 0.5 if self.chance.random() < 0.03 else 17.5
                self.work(worker, day, 55 if day == busy else self.chance.randint(12, 30), colleague, late)
            if through:
                self.go_through_all(worker, busy)
        on_duty = [worker for worker in there if not worker.is_partner and self.own[worker.pk]]
        for day in range(7):
            for worker in self.chance.sample(on_duty, min(3, len(on_duty))):
                self.be_on_duty(worker, day * 24 + (EVENING if day < DAYS else 10), 3 if day < DAYS else 8)

    # What others do.

    def snoop(self, worker: Worker, hours: float, case: int) -> None:
        self.tainted.add((worker.pk, case))
        self.write(worker, OPEN, hours, case)

    def plant(self, kind: str, worker: Worker, place: int) -> None:
        rule, way = KINDS[kind]
        hours = self.chance.randrange(DAYS) * 24 + self.chance.uniform(9, 17)
        case = way(self, worker, hours, place)
        self.planted.append(Planted(kind, rule, worker.pk, case))
        self.tainted.add((worker.pk, case))


def written(name: str, place: int) -> str:
    """A name in one of twelve ways; in some of the last, only the surname is left as it was."""
    given, family = name.rsplit(" ", 1)
    accented = unicodedata.normalize("NFC", family.replace("e", "e\u0301").replace("a", "a\u0300"))
    return [
        name,
        f"{family}, {given}",
        name.upper(),
        f"{given} {accented}",
        f"  {given}   {family} ",
        f"{given.lower()} {family.upper()}",
        f"{family.upper()} {given}",
        f"{given}-{family}",
        f"{given} {family}.",
        f"{given[0]}. {family}",
        f"{given} Anne {family}",
        f"Mrs {family}",
    ][place % 12]


def themself(week: Week, worker: Worker, hours: float, place: int) -> int:
    """Half of them in a case that is theirs to work on."""
    mine = week.own[worker.pk]
    case = mine[0] if place % 2 and mine else week.somebody_elses(worker)
    week.parties.append((case, written(worker.name, place)))
    week.snoop(worker, hours, case)
    return case


def household(week: Week, worker: Worker, hours: float, place: int) -> int:
    case = week.somebody_elses(worker)
    week.parties.append((case, f"Somebody {worker.name.rsplit(' ', 1)[1]}"))
    (week.telephones if place % 2 else week.addresses).append((worker.pk, case))
    week.snoop(worker, hours, case)
    return case


def same_telephone(week: Week, worker: Worker, hours: float, place: int) -> int:
    case = week.own[worker.pk][0] if place % 2 and week.own[worker.pk] else week.somebody_elses(worker)
    week.telephones.append((worker.pk, case))
    week.snoop(worker, hours, case)
    return case


def same_address(week: Week, worker: Worker, hours: float, place: int) -> int:
    case = week.own[worker.pk][0] if place % 2 and week.own[worker.pk] else week.somebody_elses(worker)
    week.addresses.append((worker.pk, case))
    week.snoop(worker, hours, case)
    return case


def same_surname(week: Week, worker: Worker, hours: float, place: int) -> int:
    """A cousin: somebody else's case, opened once."""
    case = week.somebody_elses(worker)
    week.parties.append((case, f"Somebody {worker.name.rsplit(' ', 1)[1]}"))
    week.snoop(worker, hours, case)
    return case


def looked_for(week: Week, worker: Worker, hours: float, place: int) -> int:
    """An old acquaintance, by name."""
    case = week.somebody_elses(worker)
    week.write(worker, SEARCH, hours - 0.1, shown_ids=[case], detail={"criteria": ["name"]})
    week.snoop(worker, hours, case)
    return case


def curious(week: Week, worker: Worker, hours: float, place: int) -> int:
    """Three cases that are none of theirs, one after another."""
    case = 0
    for number in range(3):
        case = week.somebody_elses(worker)
        week.snoop(worker, hours + number / 10, case)
    return case


def famous(week: Week, worker: Worker, hours: float, place: int) -> int:
    """Five open the same."""
    case = sorted({case for cases in week.own.values() for case in cases})[place // 5]
    week.snoop(worker, hours, case)
    return case


def passed_on(week: Week, worker: Worker, hours: float, place: int) -> int:
    """They closed their part of it weeks ago, and a colleague has it."""
    case, other = week.somebody_elses(worker), week.workers[(place + 1) % len(week.workers)]
    week.write(worker, ACT, -24 * 30, case)
    week.write(other, ACT, -24 * 25, case)
    week.snoop(worker, hours, case)
    return case


def in_a_burst(week: Week, worker: Worker, hours: float, place: int) -> None:
    for number in range(35 + place):
        if place % 3:
            week.snoop(worker, hours + number / 60, week.somebody_elses(worker))
        else:
            week.write(worker, SEARCH, hours + number / 60, detail={"criteria": ["name"]})


def by_night(week: Week, worker: Worker, hours: float, place: int) -> int:
    """Half of them their own work's cases, at an hour at which nobody works."""
    mine = week.own[worker.pk]
    case = mine[0] if place % 2 and mine else week.somebody_elses(worker)
    week.snoop(worker, place % DAYS * 24 + 25 + week.chance.random() * 3, case)
    return case


def own_name(week: Week, worker: Worker, hours: float, place: int) -> None:
    week.write(worker, SEARCH, hours, detail={"criteria": ["name", "own_name"]})


def guessing(week: Week, worker: Worker, hours: float, place: int) -> None:
    for number in range(8 + place % 5):
        week.write(worker, OPEN, hours + number / 30, outcome="not_found")


def once(week: Week, worker: Worker, hours: float, place: int) -> int:
    """One look at one case, and no search before it: as a mistake looks."""
    case = week.somebody_elses(worker)
    week.snoop(worker, hours, case)
    return case


KINDS: dict[str, tuple[str, Callable[[Week, Worker, float, int], int | None]]] = {
    "their own name": ("self", themself),
    "household": ("household", household),
    "same telephone": ("telephone", same_telephone),
    "same address": ("address", same_address),
    "same surname": ("surname", same_surname),
    "searched and opened": ("unexplained", looked_for),
    "browsing": ("unexplained", curious),
    "a famous case": ("many", famous),
    "after it passed on": ("transfer", passed_on),
    "a burst": ("burst", in_a_burst),
    "by night": ("hours", by_night),
    "searched for themself": ("own_name", own_name),
    "guessing references": ("not_found", guessing),
    "one quiet look": ("unexplained", once),
}
