"""Whether reach stays quick: lists, deep pages, an opened case, counts, searches and grants, for big, middle and small
agencies at 10,000, 100,000 and 1,000,000 cases, with and without the second lock, and against guardian's own helpers on
the same data in the same run.

Each is what the product does for a request, as the web's login: its transaction, its statements, and the record of the
reading; then all of it is rolled back. The request's own way through HTTP is `benchmarks.http`.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"

import django

django.setup()

from django.conf import settings  # noqa: E402 - Django must be set up before its models are read
from django.db import OperationalError, connection, transaction  # noqa: E402
from psycopg import Connection  # noqa: E402

from accounts.models import User  # noqa: E402
from audit.acting import acting_as  # noqa: E402
from benchmarks.acts import ACTS, DEEP, GRANT, PROBED, Reader  # noqa: E402
from benchmarks.figures import GUARDIANS, OFF, ON, OURS, Cell, Figures, Key, said_of  # noqa: E402
from benchmarks.measure import Taken, load, statements_explained, take  # noqa: E402
from benchmarks.server import second_lock, superuser, thrown_away_after, told  # noqa: E402
from benchmarks.world import FRONT_DOOR, MEASURED, complete, fill, make_world  # noqa: E402
from casework.models import Party, SharingDecision  # noqa: E402
from casework.policy import permission_id  # noqa: E402
from config.lock.roles import WEB  # noqa: E402

ROUNDS = 2  # each way is tried in turn, so that what else the machine does hits all alike
WARM = 3
COMPARED = (FRONT_DOOR, "big", "middle", "small")  # whose acts are also done in guardian's way
CUT_OFF = "10s"  # after which PostgreSQL ends a statement; it would wait for 30 seconds in production
LISTED = """
    SELECT content_object_id AS id,
           row_number() OVER (ORDER BY received_at DESC, content_object_id DESC)::int - 1 AS place
    FROM casework_live_group_grant WHERE group_id = %(group)s AND permission_id = %(permission)s
      AND received_at IS NOT NULL AND content_object_id NOT IN (SELECT unnest(shut_to(%(user)s)))"""
LONGEST = 1.0  # seconds after which a way is slow enough not to be repeated in this round


def say(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {words}", file=sys.stderr, flush=True)


def readers_of(workers: dict[str, User]) -> dict[str, Reader]:
    """The workers that are measured, with cases as full as a case can be."""
    with superuser(settings.LOCAL_DATABASE) as server:
        listed = {name: _listed(server, workers[name]) for name in MEASURED}
    complete(settings.LOCAL_DATABASE, [case for found in listed.values() for _, case in found])
    return {name: _reader(workers[name], found) for name, found in listed.items()}


def _listed(server: Connection[Any], user: User) -> list[tuple[int, str]]:
    """Places in a worker's list, and the cases there: the one that is opened, the one where the deep page begins, and
    those whose victims are looked for."""
    asked = {"user": user.pk, "group": user.agency.group_id, "permission": permission_id("view_case")}
    (count,) = server.execute(f"SELECT count(*) FROM ({LISTED}) AS l", asked).fetchone() or (0,)
    places = [0, int(count * DEEP), *(int(count * part / (PROBED + 1)) for part in range(1, PROBED + 1))]
    wanted = (
        f"SELECT place, reference FROM ({LISTED}) AS l JOIN casework_case c USING (id) WHERE place = ANY (%(places)s)"
    )
    found = dict(server.execute(wanted, asked | {"places": places}).fetchall())
    return [(place, found[place]) for place in places] if count else []


def _reader(user: User, cases: list[tuple[int, str]]) -> Reader:
    if not cases:
        return Reader(user)
    (_, opened), (place, deep), *others = cases
    with acting_as(user):
        pending = SharingDecision.objects.filter(case__reference=opened, recipient=user.agency, began_at=None).first()
        victims = Party.objects.filter(case__reference__in=[case for _, case in others], role="victim")
        return Reader(user, place, opened, deep, pending, () if pending else tuple(victims))


def measure(figures: Figures, cases: int, readers: dict[str, Reader], repeat: int, rounds: int) -> None:
    for number in range(rounds):
        for lock in (ON, OFF):
            second_lock(settings.LOCAL_DATABASE, on=lock == ON)
            connection.close()
            for agency, reader in readers.items():
                say(f"{cases:,} cases, round {number + 1} of {rounds}, {lock}: {agency}")
                for name, act in ACTS.items():
                    for whose, way in ((OURS, act.ours), (GUARDIANS, act.guardians)):
                        if way and getattr(reader, act.needs) and (whose == OURS or agency in COMPARED):
                            key = (cases, agency, name, whose, lock)
                            _measure(figures, key, reader, way, repeat)
    second_lock(settings.LOCAL_DATABASE, on=True)
    connection.close()


def _measure(figures: Figures, key: Key, reader: Reader, way: Callable[[Reader], object], repeat: int) -> None:
    cell, began = figures.cells.setdefault(key, Cell()), time.monotonic()
    try:
        _repeat(cell, reader, way, repeat)
    except OperationalError:
        _cut_off(cell, began)


def _repeat(cell: Cell, reader: Reader, way: Callable[[Reader], object], repeat: int) -> None:
    if cell.taken and cell.median > LONGEST * 1000:
        return
    if not cell.explained.statements:
        with statements_explained() as cell.explained:
            _whole(reader, way)
    end, warm = time.monotonic() + LONGEST, min(WARM, repeat)
    for turn in range(warm + repeat):
        taken = take(lambda: _whole(reader, way))
        if turn >= warm or time.monotonic() > end:
            cell.taken.append(taken)
        if time.monotonic() > end:
            break


def _cut_off(cell: Cell, began: float) -> None:
    """PostgreSQL ended it, as it would in production: it would have taken longer than that."""
    whole = (time.monotonic() - began) * 1000
    cell.taken.append(Taken(whole, whole))
    cell.cut_off = True


def _whole(reader: Reader, way: Callable[[Reader], object]) -> None:
    with acting_as(reader.user):
        way(reader)
        transaction.set_rollback(True)


def grants_written(reader: Reader) -> int:
    """How many statements put a decision to share every category into effect."""
    written: list[str] = []

    def kept(execute: Any, sql: Any, parameters: Any, many: bool, context: Any) -> Any:
        written.append(sql)
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(kept):
        _whole(reader, ACTS[GRANT].ours)
    return sum(sql.startswith('INSERT INTO "casework_groupgrant"') for sql in written)


def run(sizes: list[int], repeat: int, rounds: int) -> dict[str, Any]:
    database, figures, filled, took, weighs = settings.LOCAL_DATABASE, Figures(), 0, {}, {}
    with thrown_away_after(database):
        say("making the world")
        workers = make_world()
        with superuser(database) as server:  # guardian reads its own tables, which production's web may not
            server.execute(f"GRANT SELECT ON guardian_userobjectpermission, guardian_groupobjectpermission TO {WEB}")
            server.execute(f"ALTER ROLE {WEB} SET statement_timeout = '{CUT_OFF}'")
        said, before = told(database), load()
        print(f"{' '.join(f'{name}={value}' for name, value in said.items())}; load {before}", flush=True)
        for cases in sizes:
            say(f"filling up to {cases:,} cases")
            began = time.monotonic()
            fill(database, filled + 1, cases + 1)
            filled, took[cases] = cases, round(time.monotonic() - began, 1)
            readers = readers_of(workers)
            measure(figures, cases, readers, repeat, rounds)
            figures.grants += [grants_written(reader) for reader in readers.values() if reader.pending]
            weighs[cases] = _megabytes()
            print(f"\n{cases:,} cases, filled in {took[cases]} s, {weighs[cases]:,} MB")
            print(figures.table(cases, list(readers)), flush=True)
        connection.close()
    aims = figures.aims(sizes)
    print(f"\n{figures.growth(sizes, list(MEASURED))}\n\n{said_of(aims)}\n\nload {load()}")
    return {
        "settings": said,
        "load": [before, load()],
        "filled_in_seconds": took,
        "megabytes": weighs,
        "aims": aims,
        "figures": figures.plain(),
    }


def _megabytes() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database()) / 1000000")
        return int(cursor.fetchone()[0])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reach", description=__doc__)
    parser.add_argument("--cases", type=int, nargs="+", default=[10_000, 100_000, 1_000_000], metavar="N")
    parser.add_argument("--repeat", type=int, default=20, help="how often each is done in a round, unless it is slow")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--strict", action="store_true", help="fail where an aim is missed")
    asked = parser.parse_args()
    found = run(sorted(asked.cases), asked.repeat, asked.rounds)
    print(json.dumps(found))
    if asked.strict and not all(aim["reached"] for aim in found["aims"].values()):
        sys.exit(1)


if __name__ == "__main__":
    main()
