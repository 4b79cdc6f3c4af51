"""How much snooping among honest work the rules of odd access find, and how often they speak of honest people.

Each seed is a week of invented work by some hundred people (`benchmarks.snooping`) in which others look at what is none
of theirs, by every way that a rule is for and by one that none can tell from a mistake. The product's own command
looks for it. Of each way: how many were planted, of how many its rule spoke, and of how many any did; then the alerts
about honest people for a thousand of their readings. The thresholds were chosen on the first seed; what they are worth,
the others say.
"""

import argparse
import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"

import django

django.setup()

from django.conf import settings  # noqa: E402 - Django must be set up before its models are read
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402
from psycopg import Connection  # noqa: E402
from psycopg.types.json import Jsonb  # noqa: E402

from accounts.models import User  # noqa: E402
from benchmarks.measure import table  # noqa: E402
from benchmarks.names import names  # noqa: E402
from benchmarks.server import superuser, thrown_away_after  # noqa: E402
from benchmarks.snooping import KINDS, Week, Worker  # noqa: E402
from benchmarks.world import FRONT_DOOR, fill, make_world  # noqa: E402
from casework.queries import fold  # noqa: E402
from oversight.commands import find_odd_access  # noqa: E402

CHOSEN_ON, SEEDS = 1, (1, 2, 3, 4, 5)
QUIET = "one quiet look"
PARTNERS = 5  # one worker in so many is of the partner agency
Server = Connection[Any]
LOG = (
    "id, at, actor_id, agency_id, action, outcome, reason, purpose, subject_type, subject_id, case_id, categories, "
    "shown_ids, is_deliberate, detail, request_id, door"
)
FORGET = """
    DELETE FROM oversight_alertevent; DELETE FROM oversight_alert; DELETE FROM casework_staffmark;
    DELETE FROM casework_barproposal; DELETE FROM casework_party WHERE role <> 'victim'; TRUNCATE audit_event;
    UPDATE casework_nextstep SET owner_id = NULL, rung = 'duty';
    UPDATE referrals_referral
    SET owner_id = NULL, status = 'accepted', ended_at = NULL, ended_by_id = NULL, outcome = '',
        outcome_code = '', as_wanted = '', climbs_at = due_at"""


def monday(after: int) -> datetime:
    """Midnight of a Monday to come: the log has no place for months that are over."""
    day = timezone.localtime() + timedelta(days=after)
    return (day - timedelta(days=day.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)


def hire(server: Server, workers: dict[str, User], count: int) -> list[Worker]:
    """So many people at the front door and at its big partner, called as people are."""
    hired = []
    for number, name in zip(range(count), names(7), strict=False):
        is_partner = number % PARTNERS == 0
        like = workers["big" if is_partner else FRONT_DOOR]
        (pk,) = server.execute(
            "INSERT INTO accounts_user (public_id, email, name, agency_id, role, is_active, is_superuser, joined_at, "
            "placed_at, password) VALUES (gen_random_uuid(), %s, %s, %s, %s, true, false, now(), now(), '') "
            "RETURNING id",
            [f"worker-{number}@benchley.example", name, like.agency_id, like.role],
        ).fetchone() or (0,)
        hired.append(Worker(pk, like.agency_id, name, is_partner))
    return hired


def dealt(server: Server, chance: random.Random, workers: list[Worker], begin: datetime) -> tuple[Any, Any]:
    """Whose each case is, of those at the front door and of those referred to its partner; and the duty queue's."""
    held = [pk for (pk,) in server.execute(
        "SELECT c.id FROM casework_case c JOIN accounts_agency a ON a.id = c.agency_id WHERE a.name = %s ORDER BY c.id",
        [FRONT_DOOR],
    )]  # fmt: skip
    referred = [pk for (pk,) in server.execute(
        "SELECT r.case_id FROM referrals_referral r JOIN accounts_agency a ON a.id = r.owner_agency_id "
        "WHERE a.name = 'big' ORDER BY r.case_id"
    )]  # fmt: skip
    own: dict[int, list[int]] = {worker.pk: [] for worker in workers}
    duty: dict[int, list[int]] = {day: [] for day in range(5)}
    ours, theirs = [[w.pk for w in workers if w.is_partner is is_partner] for is_partner in (False, True)]
    for place, case in enumerate(held):
        if place % 12 == 0:
            duty[chance.randrange(5)].append(case)
        else:
            own[chance.choice(ours)].append(case)
    for case in referred:
        own[chance.choice(theirs)].append(case)
    steps = [(pk, "worker", begin + timedelta(days=20), case) for pk in ours for case in own[pk]]
    steps += [
        (None, "duty", begin + timedelta(days=day, hours=16), case) for day, cases in duty.items() for case in cases
    ]
    with server.cursor() as cursor:
        cursor.executemany(
            "UPDATE casework_nextstep SET owner_id = %s, rung = %s, due_at = %s WHERE case_id = %s", steps
        )
        of_partner = [(pk, case) for pk in theirs for case in own[pk]]
        cursor.executemany("UPDATE referrals_referral SET owner_id = %s WHERE case_id = %s", of_partner)
        # One in fifteen referrals has ended lately, and is looked at once more.
        cursor.executemany(
            "UPDATE referrals_referral SET status = 'completed', ended_at = %s, ended_by_id = owner_id, "
            "outcome = 'Safe', outcome_code = 'supported', as_wanted = 'yes', climbs_at = NULL WHERE case_id = %s",
            [(begin - timedelta(days=6), case) for _, case in of_partner if case % 15 == 0],
        )
    return own, duty


def write(server: Server, week: Week) -> None:
    """What happened, and what was planted to be compared, past the triggers."""
    rest = {"reason": "", "purpose": "", "subject_type": "", "subject_id": None, "categories": [], "request_id": None}
    wanted = [name.strip() for name in LOG.split(",")]
    with server.cursor() as cursor, cursor.copy(f"COPY audit_event ({LOG}) FROM STDIN") as copy:
        for event in week.events:
            whole = rest | {"door": "page"} | event | {"detail": Jsonb(event["detail"])}
            copy.write_row([whole[name] for name in wanted])
    with server.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO casework_party (public_id, case_id, person_id, role, name, folded_name, language, "
            "access_needs, support_needs) VALUES (gen_random_uuid(), %s, %s, 'alleged', %s, %s, '', '', '') "
            "ON CONFLICT DO NOTHING",
            [(case, case, name, fold(name)) for case, name in week.parties],
        )
        cursor.executemany(
            "INSERT INTO casework_staffmark (worker_id, kind, mark, declared_at) "
            "SELECT %s, 'telephone', mark, now() FROM casework_contactroute WHERE case_id = %s LIMIT 1",
            week.telephones,
        )
        cursor.executemany(
            "INSERT INTO casework_barproposal (public_id, worker_id, case_id, why, proposed_at, dismissed) "
            "VALUES (gen_random_uuid(), %s, %s, '{victim_address}', now(), '')",
            week.addresses,
        )
    server.execute("ANALYZE")


def judged(server: Server, week: Week) -> dict[str, Any]:
    """What was found of what was planted, and what of honest people."""
    spoke = set(server.execute(
        "SELECT a.worker_id, a.about_case, e.rule FROM oversight_alert a "
        "JOIN oversight_alertevent e ON e.alert_id = a.id"
    ))  # fmt: skip
    alerts = {(worker, case) for worker, case, _ in spoke}
    of_kind = {}
    for kind in KINDS:
        planted = [each for each in week.planted if each.kind == kind]
        of_kind[kind] = {
            "planted": len(planted),
            "by its rule": sum((each.worker, each.case, each.rule) in spoke for each in planted),
            "found": sum((each.worker, each.case) in alerts for each in planted),
        }
    honest = alerts - week.tainted
    rules = Counter(rule for worker, case, rule in spoke if (worker, case) in honest)
    return {"kinds": of_kind, "reads": week.reads, "honest_alerts": len(honest), "honest_by_rule": dict(rules)}


def one_week(server: Server, seed: int, hired: list[Worker], system: User, each: int) -> dict[str, Any]:
    chance, begin = random.Random(seed), monday(75)  # noqa: S311 - to repeat, not to guess
    for statement in FORGET.split(";"):
        server.execute(statement)
    own, duty = dealt(server, chance, hired, begin)
    week = Week(chance, begin, hired, own, duty)
    week.be_honest()
    snoopers = iter(chance.sample(hired, len(hired)) * 2)
    for kind in KINDS:
        for place in range(each):
            week.plant(kind, next(snoopers), place)
    write(server, week)
    began = time.monotonic()
    for day in range(1, 9):  # as by night: what is done later explains nothing that was told by then
        find_odd_access(actor=system, now=begin + timedelta(days=day, hours=3.5))
    took = round((time.monotonic() - began) / 8, 2)
    connection.close()
    return judged(server, week) | {"seed": seed, "events": len(week.events), "seconds": took}


def summed(weeks: Iterable[dict[str, Any]]) -> dict[str, Any]:
    weeks = list(weeks)
    kinds = {
        kind: {name: sum(week["kinds"][kind][name] for week in weeks) for name in ("planted", "by its rule", "found")}
        for kind in KINDS
    }
    clear = [row for kind, row in kinds.items() if kind != QUIET]
    reads, alerts = sum(week["reads"] for week in weeks), sum(week["honest_alerts"] for week in weeks)
    by_rule = sum((Counter(week["honest_by_rule"]) for week in weeks), Counter[str]())
    return {
        "kinds": kinds,
        "recall": round(sum(row["found"] for row in clear) / sum(row["planted"] for row in clear), 4),
        "recall_with_quiet_looks": round(
            sum(row["found"] for row in kinds.values()) / sum(row["planted"] for row in kinds.values()), 4
        ),
        "honest_reads": reads,
        "honest_alerts": alerts,
        "alerts_per_1000_honest_reads": round(1000 * alerts / max(reads, 1), 2),
        "honest_by_rule": dict(by_rule.most_common()),
    }


def said_of(found: dict[str, Any]) -> Iterator[str]:
    head = ["planted", "rule", "how many", "its rule spoke", "found", "recall"]
    rows = [
        [kind, KINDS[kind][0], row["planted"], row["by its rule"], row["found"], row["found"] / max(row["planted"], 1)]
        for kind, row in found["kinds"].items()
    ]
    yield table(head, rows)
    yield f"recall of all but quiet looks {found['recall']:.1%}, with them {found['recall_with_quiet_looks']:.1%}"
    yield f"{found['honest_reads']:,} honest reads, {found['honest_alerts']} alerts about them: "
    yield f"{found['alerts_per_1000_honest_reads']} per 1,000; by rule {found['honest_by_rule']}"


def run(seeds: list[int], people: int, cases: int, each: int) -> dict[str, Any]:
    database = settings.LOCAL_DATABASE
    with thrown_away_after(database):
        workers = make_world()
        fill(database, 1, cases + 1)
        system = User.objects.get(role="system", agency=workers[FRONT_DOOR].agency)
        connection.close()
        with superuser(database) as server:
            server.execute("SET session_replication_role = replica")
            hired = hire(server, workers, people)
            weeks = [one_week(server, seed, hired, system, each) for seed in seeds]
        connection.close()
    for name, chosen in (("chosen on", True), ("other", False)):
        of_these = [week for week in weeks if (week["seed"] == CHOSEN_ON) is chosen]
        if of_these:
            print(f"\n{name} seed(s) {[week['seed'] for week in of_these]}, {people} people, {cases:,} cases")
            print("\n".join(said_of(summed(of_these))))
    took, events = [week["seconds"] for week in weeks], [week["events"] for week in weeks]
    print(f"\na night's looking took {took} s, among {events} events in the week")
    others = [week for week in weeks if week["seed"] != CHOSEN_ON]
    return {"people": people, "cases": cases, "seeds": seeds, **summed(others or weeks), "weeks": weeks}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.odd_access", description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS), metavar="N")
    parser.add_argument("--people", type=int, default=250)
    parser.add_argument("--cases", type=int, default=6000)
    parser.add_argument("--each", type=int, default=15, help="how many are planted of each way")
    asked = parser.parse_args()
    found = run(asked.seeds, asked.people, asked.cases, asked.each)
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
