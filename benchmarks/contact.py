"""How many contacts are logged in a second, with all that goes with one, against bare INSERTs of the same rows.

On a PostgreSQL of its own, thrown away. One contact is what a caseworker's page does: a draft is begun, the person is
looked for, and the contact is logged, each in a transaction of its own, as the web's login, with matching, safe
contact, both locks, versions and audit. The bare ones are the rows that one such contact left, sent into tables without
triggers, policies, keys or indexes, in one transaction. Clients are threads of two processes.
"""

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"

import django

django.setup()

from django.apps import apps  # noqa: E402 - Django must be set up before its models are read
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.commands import add_worker, found_partnership  # noqa: E402
from accounts.models import User  # noqa: E402
from accounts.roles import Role  # noqa: E402
from audit.acting import acting_as  # noqa: E402
from benchmarks.measure import load, median, quantile, table  # noqa: E402
from benchmarks.names import FAMILY, GIVEN  # noqa: E402
from benchmarks.server import superuser, thrown_away_after, told  # noqa: E402
from casework.commands import log_contact, start_contact  # noqa: E402
from casework.models import RouteKind, Safety, StepKind  # noqa: E402
from casework.plans import ContactReport, RouteReport, StepPlan, VictimReport  # noqa: E402
from casework.queries import Probe, find_person  # noqa: E402
from config.localdb import BASE_DIR  # noqa: E402
from config.lock.roles import WEB  # noqa: E402

PROCESSES, SECRET = 2, "one story told once"
VIEWS = {"casework_live_group_grant"}
ROWS_OF = sorted({m._meta.db_table for m in apps.get_models() if m._meta.app_label in ("casework", "audit")} - VIEWS)


def said(number: int) -> ContactReport:
    """Somebody else each time."""
    name = f"{GIVEN[number % len(GIVEN)]} {FAMILY[number // len(GIVEN) % len(FAMILY)]}"
    telephone = f"07700 {number % 1_000_000:06}"
    now = timezone.now()
    return ContactReport(
        channel="phone",
        happened_at=now,
        caller="victim",
        danger="no",
        kind="domestic_abuse",
        said="He came back on Tuesday, and took the keys. " * 5,
        victim=VictimReport(name=name, language="English"),
        routes=(RouteReport(RouteKind.PHONE, telephone, Safety.SAFE, windows="mon-fri 9:30-15:00"),),
        step=StepPlan(StepKind.CALL_BACK, now + timedelta(hours=24), "call_back"),
    )


def ours(actor: User, number: int) -> None:
    report = said(number)
    with acting_as(actor):
        draft = start_contact(actor=actor, case=None, now=timezone.now())
    with acting_as(actor):
        find_person(actor=actor, probe=Probe(telephone=report.routes[0].value, name=report.victim.name))  # type: ignore[union-attr]
    with acting_as(actor):
        log_contact(actor=actor, contact=draft, report=report, now=timezone.now())


def bare(rows: dict[str, list[str]]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for name, values in rows.items():
            for value in values:
                cursor.execute(
                    f"INSERT INTO bare_{name} SELECT * FROM jsonb_populate_record(NULL::bare_{name}, %s::jsonb)",
                    [value],
                )


def client(act: Callable[[int], None], begin: threading.Barrier, seconds: float, first: int) -> list[float]:
    act(first)  # connects, and looks up what is looked up once
    begin.wait()
    took: list[float] = []
    until = time.perf_counter() + seconds
    while (began := time.perf_counter()) < until:
        act(first + 1 + len(took))
        took.append(time.perf_counter() - began)
    return took


def serve(threads: int, seconds: float, way: str, place: int) -> None:
    """One process of clients: reads the rows of one contact from its input, and prints how long each act took."""
    rows = json.loads(sys.stdin.read())
    actor = User.objects.select_related("agency").defer("password").get(role=Role.CASEWORKER)
    acts: dict[str, Callable[[int], None]] = {"ours": lambda n: ours(actor, n), "bare": lambda n: bare(rows)}
    begin = threading.Barrier(threads)
    with ThreadPoolExecutor(threads) as pool:
        runs = [pool.submit(client, acts[way], begin, seconds, (place * threads + n) * 100_000) for n in range(threads)]
        sys.stdout.write(json.dumps([took for run in runs for took in run.result()]))


def measured(way: str, clients: int, seconds: float, rows: dict[str, list[str]]) -> dict[str, float]:
    processes = min(PROCESSES, clients)
    command = [sys.executable, "-m", "benchmarks.contact", "--serve", way, "--seconds", str(seconds)]
    started = [
        subprocess.Popen(  # noqa: S603 - our own words
            [*command, "--clients", str(clients // processes), "--place", str(place)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for place in range(processes)
    ]
    took = [each for process in started for each in json.loads(process.communicate(json.dumps(rows))[0])]
    return {
        "a second": round(len(took) / seconds, 1),
        "median ms": round(median(took) * 1000, 2),
        "p99 ms": round(quantile(took, 0.99) * 1000, 2),
    }


def rows_of_one(actor: User) -> dict[str, list[str]]:
    """What one contact leaves, by table, as JSON; with a bare table of each made for it."""
    with superuser(settings.LOCAL_DATABASE) as server:
        before = {name: count(server, name) for name in ROWS_OF}
        ours(actor, 1)
        found = {}
        for name in ROWS_OF:
            if more := count(server, name) - before[name]:
                newest = f"SELECT to_jsonb(t)::text FROM {name} t ORDER BY xmin::text::bigint DESC LIMIT {more}"
                found[name] = [row for (row,) in server.execute(newest).fetchall()]
                server.execute(f"CREATE TABLE bare_{name} AS SELECT * FROM {name} WHERE false")
                server.execute(f"GRANT SELECT, INSERT ON bare_{name} TO {WEB}")
    return found


def count(server: Any, name: str) -> int:
    (found,) = server.execute(f"SELECT count(*) FROM {name}").fetchone()
    return int(found)


def run(asked: argparse.Namespace) -> dict[str, Any]:
    with thrown_away_after(settings.LOCAL_DATABASE):
        subprocess.run([sys.executable, str(BASE_DIR / "manage.py"), "migrate", "--verbosity", "0"], check=True)  # noqa: S603
        system = found_partnership(actor=None, name="One", front_door="Front", system_email="system@one.example")
        call_command("load_reference", stdout=StringIO())
        actor = add_worker(
            actor=system,
            agency=system.agency,
            email="one@one.example",
            name="One",
            role=Role.CASEWORKER,
            password=SECRET,
        )
        connection.settings_dict["USER"] = settings.ACTS_AS = WEB
        connection.close()
        rows = rows_of_one(actor)
        before = load()
        figures = {
            str(clients): {way: measured(way, clients, asked.seconds, rows) for way in ("ours", "bare")}
            for clients in asked.clients
        }
        return {
            "figures": figures,
            "rows": {name: len(values) for name, values in rows.items()},
            "settings": told(settings.LOCAL_DATABASE),
            "load": [before, load()],
        }


def show(found: dict[str, Any]) -> None:
    head = ["clients", "contacts a second", "median ms", "p99 ms", "bare a second", "bare median ms", "bare/ours"]
    rows = [
        [
            clients,
            *of["ours"].values(),
            of["bare"]["a second"],
            of["bare"]["median ms"],
            round(of["bare"]["a second"] / of["ours"]["a second"], 2),
        ]
        for clients, of in found["figures"].items()
    ]
    print(table(head, rows))
    print(f"\n{sum(found['rows'].values())} rows a contact: " + ", ".join(f"{n} {c}" for n, c in found["rows"].items()))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.contact", description=__doc__)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--seconds", type=float, default=10.0, help="of each slot")
    parser.add_argument("--serve", choices=["ours", "bare"], help=argparse.SUPPRESS)
    parser.add_argument("--place", type=int, default=0, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        return serve(asked.clients[0], asked.seconds, asked.serve, asked.place)
    found = run(asked)
    show(found)
    print(json.dumps(found))
    return None


if __name__ == "__main__":
    main()
