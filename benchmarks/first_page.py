"""What a page of a list and an opened case cost: for big and small agencies, with and without the second lock, and
against guardian's own way, on the same data in the same run.

Each is what the product does for a request, as the web's login: its transaction, its statements, the record of the
reading, and the commit. The request's own way through HTTP is `benchmarks.http`.
"""

import argparse
import json
import os
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"

import django

django.setup()

from django.conf import settings  # noqa: E402 - Django must be set up before its models are read
from django.db import connection  # noqa: E402
from guardian.shortcuts import get_objects_for_user  # noqa: E402

from accounts.models import User  # noqa: E402
from audit.acting import acting_as  # noqa: E402
from benchmarks.measure import Taken, load, median, quantile, ratio, table, take  # noqa: E402
from benchmarks.server import second_lock, superuser, thrown_away_after, told  # noqa: E402
from benchmarks.world import FRONT_DOOR, MEASURED, fill, make_world, seal_for_real  # noqa: E402
from casework.models import Case  # noqa: E402
from casework.policy import grants_of  # noqa: E402
from casework.queries import cases_for, read_case  # noqa: E402
from casework.queries.cases import PAGE  # noqa: E402
from config.lock.roles import MIGRATOR, OWNER, WEB  # noqa: E402
from referrals.queries import inbox_for  # noqa: E402

ROUNDS = 4  # each way is tried in turn, so that what else the machine does hits all alike
WARM = 5
DEEP = 0.8  # how far down its list an agency's deep page begins
OPTIONS = dict(settings.DATABASES["default"]["OPTIONS"])
AIM_LOCK, AIM_GROWTH = 2.0, 1.5
FIRST, DEEPER, OPEN, INBOX, GUARDIAN = "first page", "deep page", "open a case", "inbox", "guardian's first page"
AIMED = (FIRST, OPEN)
Key = tuple[int, str, str, str]  # cases, agency, what, way


@dataclass(frozen=True)
class Reader:
    """A worker, and what of their agency's cases is opened and where its deep page begins; empty without cases."""

    user: User
    case: str = ""
    deep: str = ""


@dataclass(frozen=True)
class Way:
    """As which login, with the second lock or without, what is measured."""

    login: str
    lock: bool
    acts: tuple[str, ...]


WAYS = {
    "lock on": Way(WEB, True, (FIRST, DEEPER, OPEN, INBOX, GUARDIAN)),
    "lock off": Way(WEB, False, (FIRST, DEEPER, OPEN, INBOX)),
    "owner": Way(MIGRATOR, True, (GUARDIAN,)),  # whom row-level security does not hold
}


def guardians_page(user: User) -> list[Case]:
    """What guardian's documentation says to do. It knows neither bars nor seals, and records nothing."""
    found = get_objects_for_user(user, "casework.view_case", Case, with_superuser=False, accept_global_perms=False)
    return list(found.select_related("agency", "owner").order_by("-received_at", "-pk")[: PAGE + 1])


ACTS: dict[str, Callable[[Reader], object]] = {
    FIRST: lambda reader: cases_for(actor=reader.user),
    DEEPER: lambda reader: cases_for(actor=reader.user, after=reader.deep),
    OPEN: lambda reader: read_case(actor=reader.user, reference=reader.case, purpose="casework"),
    INBOX: lambda reader: inbox_for(actor=reader.user),
    GUARDIAN: lambda reader: guardians_page(reader.user),
}


def applies(act: str, agency: str, reader: Reader) -> bool:
    needed = {DEEPER: reader.deep, OPEN: reader.case, INBOX: agency != FRONT_DOOR}
    return bool(needed.get(act, True))


def reader_of(user: User) -> Reader:
    with acting_as(user):
        grants = grants_of(user, "view_case").filter(received_at__isnull=False)
        cases = grants.order_by("-received_at", "-content_object")
        count = cases.count()
        if not count:
            return Reader(user)
        named = [cases[place].content_object.reference for place in (0, int(count * DEEP))]
        return Reader(user, *named)


def sign_in(login: str) -> None:
    """Everything from here on as this login; as the migrator it becomes the owner."""
    connection.close()
    connection.settings_dict["USER"] = login
    connection.settings_dict["OPTIONS"] = OPTIONS | ({"assume_role": OWNER} if login == MIGRATOR else {})
    settings.ACTS_AS = OWNER if login == MIGRATOR else login


def measure(cases: int, readers: dict[str, Reader], repeat: int, rounds: int) -> dict[Key, list[Taken]]:
    taken: dict[Key, list[Taken]] = defaultdict(list)
    warm = min(WARM, repeat)
    for _ in range(rounds):
        for name, way in WAYS.items():
            second_lock(settings.LOCAL_DATABASE, on=way.lock)
            sign_in(way.login)
            for agency, reader in readers.items():
                for act in (act for act in way.acts if applies(act, agency, reader)):
                    taken[cases, agency, act, name] += [_take(act, reader) for _ in range(warm + repeat)][warm:]
    second_lock(settings.LOCAL_DATABASE, on=True)
    sign_in(WEB)
    return taken


def _take(act: str, reader: Reader) -> Taken:
    def whole() -> None:
        with acting_as(reader.user):
            ACTS[act](reader)

    return take(whole)


@dataclass
class Figures:
    """Milliseconds, by what was measured."""

    taken: dict[Key, list[Taken]] = field(default_factory=dict)

    def median(self, *key: Any) -> float | None:
        return median([each.whole for each in found]) if (found := self.taken.get(key)) else None  # type: ignore[call-overload]

    def row(self, cases: int, agency: str, act: str) -> list[Any]:
        on = self.taken[cases, agency, act, "lock on"]
        now = self.median(cases, agency, act, "lock on")
        off = self.median(cases, agency, act, "lock off")
        guardians = [self.median(cases, agency, GUARDIAN, way) for way in ("owner", "lock on")]
        theirs = [*guardians, ratio(guardians[0], now)] if act == FIRST else [None] * 3
        p95 = quantile([each.whole for each in on], 0.95)
        return [
            f"{agency}: {act}",
            now,
            p95,
            median([each.in_statements for each in on]),
            off,
            ratio(now, off),
            *theirs,
        ]

    def table(self, cases: int, agencies: list[str]) -> str:
        head = ["ms", "median", "p95", "statements", "lock off", "on/off", "guardian", "with lock", "guardian/ours"]
        acts = [act for act in ACTS if act != GUARDIAN]
        found = [(agency, act) for agency in agencies for act in acts if (cases, agency, act, "lock on") in self.taken]
        return table(head, [self.row(cases, *each) for each in found])

    def plain(self) -> list[dict[str, Any]]:
        return [
            dict(zip(("cases", "agency", "act", "way"), key, strict=True))
            | {
                "median_ms": round(median([each.whole for each in taken]), 3),
                "p95_ms": round(quantile([each.whole for each in taken], 0.95), 3),
                "statements_ms": round(median([each.in_statements for each in taken]), 3),
                "samples": len(taken),
            }
            for key, taken in self.taken.items()
        ]

    def aims(self, sizes: list[int]) -> dict[str, Any]:
        """The worst ratio of each aim, and whether it is reached."""
        aimed = [key for key in self.taken if key[2] in AIMED and key[3] == "lock on"]
        lock = [ratio(self.median(*key), self.median(*key[:3], "lock off")) for key in aimed]
        largest = [key for key in aimed if key[0] == sizes[-1] != sizes[0]]
        growth = [ratio(self.median(*key), self.median(sizes[0], *key[1:])) for key in largest]
        return {
            "second_lock_costs_at_most": _aim(lock, AIM_LOCK),
            "first_page_and_open_grow_at_most": _aim(growth, AIM_GROWTH),
        }


def _aim(found: list[float | None], most: float) -> dict[str, Any]:
    worst = max((value for value in found if value), default=None)
    return {"worst": worst, "aim": most, "reached": worst is not None and worst <= most}


def run(sizes: list[int], repeat: int, rounds: int) -> dict[str, Any]:
    database, figures, filled = settings.LOCAL_DATABASE, Figures(), 0
    with thrown_away_after(database):
        workers = make_world()
        with superuser(database) as server:  # guardian reads its own tables, which production's web may not
            server.execute(f"GRANT SELECT ON guardian_userobjectpermission, guardian_groupobjectpermission TO {WEB}")
        said, before = told(database), load()
        print(f"{' '.join(f'{name}={value}' for name, value in said.items())}; load {before}", flush=True)
        for cases in sizes:
            fill(database, filled + 1, cases + 1)
            filled = cases
            readers = {name: reader_of(workers[name]) for name in MEASURED}
            seal_for_real(database, [reader.case for reader in readers.values() if reader.case])
            figures.taken |= measure(cases, readers, repeat, rounds)
            print(f"\n{cases:,} cases\n{figures.table(cases, list(readers))}", flush=True)
        connection.close()
    aims = figures.aims(sizes)
    print(f"\n{aims}\nload {load()}")
    return {
        "settings": said,
        "load": [before, load()],
        "repeat": repeat * rounds,
        "aims": aims,
        "figures": figures.plain(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.first_page", description=__doc__)
    parser.add_argument("--cases", type=int, nargs="+", default=[10_000, 100_000], metavar="N")
    parser.add_argument("--repeat", type=int, default=25, help="how often each is done in a round")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    said = parser.parse_args()
    print(json.dumps(run(sorted(said.cases), said.repeat, said.rounds)))


if __name__ == "__main__":
    main()
