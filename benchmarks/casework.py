"""Whether a day's work stays quick among a million cases: the day's list, mine and on duty, and the timeline of a case
that has thousands of entries; as the web's login, with the second lock, recorded, then rolled back.

    python -m benchmarks.casework [--cases 1000000] [--entries 5000]
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
from django.db import connection, transaction  # noqa: E402

from accounts.models import User  # noqa: E402
from audit.acting import acting_as  # noqa: E402
from benchmarks.measure import load, median, quantile, statements_timed, take  # noqa: E402
from benchmarks.server import superuser, thrown_away_after, told  # noqa: E402
from benchmarks.world import FRONT_DOOR, fill, make_world  # noqa: E402
from casework.models import Case  # noqa: E402
from casework.queries import Wanted, get_case, steps_for, timeline_of  # noqa: E402

AIM_MS = 50
WARM = 3
# One case becomes long: contacts and notes in turns, a minute apart, over what it has already.
LENGTHEN = """
    INSERT INTO casework_note (public_id, case_id, agency_id, words, disclosable, written_at, written_by_id)
    SELECT gen_random_uuid(), c.id, c.agency_id, repeat('What was noted. ', 20), 'ask', now() - n * interval '1 minute',
           c.owner_id
    FROM casework_case c, generate_series(1, %(entries)s, 2) n WHERE c.id = %(case)s;
    INSERT INTO casework_contact (reference, case_id, status, started_at, started_by_id, channel, happened_at, caller,
        said, danger, kind, logged_at, logged_by_id, no_step_reason)
    SELECT 'L' || n, c.id, 'logged', now(), c.owner_id, 'phone', now() - n * interval '1 minute', 'victim',
           repeat('What was said. ', 20), 'no', c.kind, now(), c.owner_id, 'advice_given'
    FROM casework_case c, generate_series(2, %(entries)s, 2) n WHERE c.id = %(case)s"""

Act = Callable[[User, Case], object]
ACTS: dict[str, Act] = {
    "my day's list": lambda user, case: steps_for(user),
    "duty list": lambda user, case: steps_for(user, whose="duty"),
    "timeline, first page": lambda user, case: timeline_of(actor=user, case=case, wanted=Wanted()),
    "timeline, a page in the middle": lambda user, case: timeline_of(
        actor=user, case=case, wanted=Wanted(), after=MIDDLE["after"]
    ),
    "timeline, notes alone": lambda user, case: timeline_of(actor=user, case=case, wanted=Wanted(kinds=("note",))),
}
MIDDLE = {"after": ""}


def say(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {words}", file=sys.stderr, flush=True)


def whole(user: User, case: Case, act: Act) -> None:
    with acting_as(user):
        act(user, case)
        transaction.set_rollback(True)


def measure(user: User, reference: str, repeat: int) -> dict[str, Any]:
    """Milliseconds of each act, as a request does it, and how many statements it is."""
    found = {}
    with acting_as(user):
        case = get_case(user, reference)
    for name, act in ACTS.items():
        taken = [take(lambda act=act: whole(user, case, act)).whole for _ in range(WARM + repeat)][WARM:]  # type: ignore[misc]
        with statements_timed() as statements:
            whole(user, case, act)
        found[name] = {
            "median_ms": round(median(taken), 1),
            "p95_ms": round(quantile(taken, 0.95), 1),
            "statements": len(statements),
        }
    return found


def lengthened(user: User, entries: int) -> tuple[str, str]:
    """A case of this worker's with so many entries, and where the middle of its timeline begins; and a short one."""
    with superuser(settings.LOCAL_DATABASE) as server:
        server.execute("SET session_replication_role = replica")
        found = server.execute(
            "SELECT id, reference FROM casework_case WHERE owner_id = %s ORDER BY id DESC LIMIT 2", [user.pk]
        ).fetchall()
        (number, long), (_, short) = found
        for statement in LENGTHEN.split(";\n"):
            server.execute(statement, {"case": number, "entries": entries})
        middle = server.execute("SELECT now() - %s * interval '1 minute'", [entries // 2]).fetchone()
        server.execute("VACUUM ANALYZE casework_note, casework_contact")
    MIDDLE["after"] = f"{middle[0].isoformat()}~0" if middle else ""  # type: ignore[attr-defined]
    return str(long), str(short)


def run(cases: int, entries: int, repeat: int) -> dict[str, Any]:
    database = settings.LOCAL_DATABASE
    with thrown_away_after(database):
        say("making the world")
        worker, before = make_world()[FRONT_DOOR], load()
        said = told(database)
        say(f"filling up to {cases:,} cases")
        fill(database, 1, cases + 1)
        long, short = lengthened(worker, entries)
        say("measuring")
        figures = {
            f"{entries:,} entries": measure(worker, long, repeat),
            "a short case": measure(worker, short, repeat),
        }
        connection.close()
    table(cases, figures)
    worst = max(each["median_ms"] for acts in figures.values() for each in acts.values())
    constant = all(
        len({acts[name]["statements"] for acts in figures.values()}) == 1 for name in ACTS if "middle" not in name
    )
    aims = {
        "median ms": {"aim": AIM_MS, "found": worst, "reached": worst < AIM_MS},
        "statements constant": {"aim": True, "found": constant, "reached": constant},
    }
    print(f"\nload {before}, {load()}; aims {aims}")
    return {"settings": said, "cases": cases, "entries": entries, "figures": figures, "aims": aims}


def table(cases: int, figures: dict[str, Any]) -> None:
    print(f"\n{cases:,} cases; milliseconds in the median and the 95th hundredth, and statements")
    for case, acts in figures.items():
        print(f"\n{case}")
        for name, each in acts.items():
            print(f"  {name:<32}{each['median_ms']:>8} {each['p95_ms']:>8} {each['statements']:>6}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.casework", description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--entries", type=int, default=5_000)
    parser.add_argument("--repeat", type=int, default=30)
    asked = parser.parse_args()
    print(json.dumps(run(asked.cases, asked.entries, asked.repeat)))


if __name__ == "__main__":
    main()
