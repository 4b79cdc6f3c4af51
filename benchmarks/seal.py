"""What sealing the log and verifying it costs: events a second, what a seal adds to who writes, and bytes.

On a PostgreSQL of its own, thrown away. Writers are paired: a slot without a sealer and one with it, in turn. At the
end falsified exports are given to the verifier, each from a seed, and clean ones too.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"

import django

django.setup()

import psycopg  # noqa: E402 - Django must be set up before its models are read
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from audit import notes, verify_export  # noqa: E402
from audit.seal import BATCH, newest, seal  # noqa: E402
from audit.verify import checker, look  # noqa: E402
from benchmarks.measure import load, median, table  # noqa: E402
from benchmarks.server import superuser, thrown_away_after, told  # noqa: E402
from config.localdb import BASE_DIR, NAME, PORT  # noqa: E402
from config.lock.roles import SEALER, WEB  # noqa: E402
from tests.sealing import PLAIN  # noqa: E402
from tests.tampering import OURS, WAYS, made  # noqa: E402

LIKE_A_READING = PLAIN | {
    "actor_id": "17",
    "agency_id": "3",
    "action": "'casework.view_case'",
    "purpose": "'casework'",
    "subject_type": "'case'",
    "subject_id": "4711",
    "case_id": "4711",
    "categories": "'{contact,identity,risk}'",
    "request_id": "gen_random_uuid()",
    "door": "'page'",
}
INTO = f"INSERT INTO audit_event ({', '.join(LIKE_A_READING)})"
VALUES = ", ".join(LIKE_A_READING.values())
PER_TRANSACTION = 10  # of the events that are filled in


def connect(login: str) -> psycopg.Connection[tuple[Any, ...]]:
    at = settings.LOCAL_DATABASE
    return psycopg.connect(host=str(at.socket), port=PORT, dbname=NAME, user=login, autocommit=True)


def write_for(seconds: float) -> int:
    """Events that one client writes, each committed by itself."""
    count, until = 0, time.perf_counter() + seconds
    with connect(WEB) as server:
        while time.perf_counter() < until:
            server.execute(f"{INTO} VALUES ({VALUES})")
            count += 1
    return count


def written(clients: int, seconds: float) -> float:
    """Events a second of so many clients together."""
    with ThreadPoolExecutor(clients) as pool:
        return sum(pool.map(write_for, [seconds] * clients)) / seconds


@contextmanager
def sealer() -> Iterator[None]:
    """The product's own, each second. It has begun when something is sealed."""
    words = [sys.executable, str(BASE_DIR / "manage.py"), "seal_audit", "--loop", "--every", "1"]
    before = newest()
    with connect(WEB) as server:
        server.execute(f"{INTO} VALUES ({VALUES})")
    running = subprocess.Popen(words, env=os.environ | {"DATABASE_LOGIN": "sealer"})  # noqa: S603 - our own words
    try:
        while (last := newest()) is None or (before and last.size == before.size):
            if running.poll() is not None:
                raise SystemExit("The sealer ended.")
            time.sleep(0.1)
        yield
    finally:
        running.terminate()
        running.wait()


def paired(clients: int, seconds: float, rounds: int) -> dict[str, list[float]]:
    """Events a second without and with the sealer; each second round begins with the other one."""
    found: dict[str, list[float]] = {"without": [], "with": []}
    for number in range(rounds):
        for way in ["without", "with"][:: -1 if number % 2 else 1]:
            if way == "without":
                found[way].append(written(clients, seconds))
                continue
            with sealer():
                found[way].append(written(clients, seconds))
    return found


def fill(count: int) -> None:
    """So many events, some to a transaction."""
    rows = f"{INTO} SELECT {VALUES} FROM generate_series(1, {PER_TRANSACTION})"
    with superuser(settings.LOCAL_DATABASE) as server:
        server.execute("SET synchronous_commit = off")
        server.execute(f"DO $$ BEGIN FOR i IN 1..{count // PER_TRANSACTION} LOOP {rows}; COMMIT; END LOOP; END $$")
        server.execute("VACUUM ANALYZE audit_event")


def timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def seal_all() -> None:
    while (one := seal(notes.signer())) and one.size - one.first >= BATCH:
        pass


def seal_a_few() -> float:
    """Milliseconds of one seal of ten events, whatever the log's size."""
    fill(PER_TRANSACTION)
    return timed(lambda: seal(notes.signer())) * 1000


def verify_here() -> None:
    last = newest()
    look(
        checker(verify_export.read_keys(notes.signer().verifiers()), {}, None, last.size), 0, last.size, lambda n: None
    )


def verify_outside(folder: Path) -> None:
    (folder / "keys").write_text(notes.signer().verifiers())
    words = [sys.executable, "-I", verify_export.__file__, str(folder / "export"), "--keys", str(folder / "keys")]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own words


def bytes_of(tables: str) -> int:
    with superuser(settings.LOCAL_DATABASE) as server:
        asked = "SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class WHERE relkind = 'r' AND relname ~ %s"
        return int(server.execute(asked, [tables]).fetchone()[0])  # type: ignore[index]


def found_out(count: int, clean: int) -> dict[str, int]:
    """How many falsified exports the verifier found, and how many clean ones it called bad."""
    keys, ways = verify_export.read_keys(OURS.verifiers()), list(WAYS)
    tally = {"tampered": count, "found": 0, "named rightly": 0, "clean": clean, "false alarms": 0}
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(count + clean):
            chance = random.Random(f"benchmark {seed}")  # noqa: S311 - to be had again
            log = made(chance)
            last = verify_export.read_note(log.notes[-1], 1)
            way = ways[seed % len(ways)] if seed < count else None
            place = way(log, chance) if way else 0
            try:
                verify_export.check(log.write(Path(folder)), keys, {last.size: last.root}, lambda size: None)
            except verify_export.Bad as bad:
                tally["found" if way else "false alarms"] += 1
                tally["named rightly"] += bool(way and bad.kind in WAYS[way] and bad.event == place)
    return tally


def run(events: int, clients: int, seconds: float, rounds: int, tamper: int) -> dict[str, Any]:
    with thrown_away_after(settings.LOCAL_DATABASE), tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, str(BASE_DIR / "manage.py"), "migrate", "--verbosity", "0"], check=True)  # noqa: S603
        connection.settings_dict["USER"] = settings.ACTS_AS = SEALER
        connection.close()
        slots = paired(clients, seconds, rounds)
        small = median([seal_a_few() for _ in range(5)])
        fill(events)
        seconds_of = {"sealed": timed(seal_all)}
        large = median([seal_a_few() for _ in range(5)])
        seconds_of["verified in the database"] = timed(verify_here)
        export = Path(folder) / "export"
        seconds_of["exported"] = timed(lambda: call_command("export_audit", export, stdout=StringIO()))
        seconds_of["verified outside"] = timed(lambda: verify_outside(Path(folder)))
        size = newest().size
        sizes = {"event": bytes_of(r"^audit_event_\d"), "checkpoint": bytes_of("^audit_checkpoint$")}
        server = told(settings.LOCAL_DATABASE)
    return {
        "events": size,
        "events_a_second": {name: round((events if name == "sealed" else size) / s) for name, s in seconds_of.items()},
        "seconds": {name: round(s, 2) for name, s in seconds_of.items()},
        "one_seal_ms": {"in a small log": round(small, 2), "in a large one": round(large, 2)},
        "writers": {name: [round(each) for each in found] for name, found in slots.items()},
        "sealer_costs_writers": round(median([a / b for a, b in zip(*slots.values(), strict=True)]), 2),
        "bytes_an_event": {name: round(found / size) for name, found in sizes.items()},
        "tampering": found_out(tamper, tamper // 10),
        "clients": clients,
        "load": load(),
        "settings": server,
    }


def show(found: dict[str, Any]) -> None:
    rows: list[list[Any]] = [[f"{name}, events a second", n] for name, n in found["events_a_second"].items()]
    rows += [[f"ten events sealed {name}, ms", ms] for name, ms in found["one_seal_ms"].items()]
    rows += [[f"written {name} a sealer, events a second", median(n)] for name, n in found["writers"].items()]
    rows += [["writers without / with a sealer, median of pairs", found["sealer_costs_writers"]]]
    rows += [[f"bytes an event, {name}", n] for name, n in found["bytes_an_event"].items()]
    rows += [[f"exports {name}", n] for name, n in found["tampering"].items()]
    print(table([f"{found['events']:,} events, {found['clients']} clients", ""], rows))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.seal", description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each slot of writing")
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--tamper", type=int, default=500, help="how many exports are falsified")
    asked = parser.parse_args()
    found = run(asked.events, asked.clients, asked.seconds, asked.rounds, asked.tamper)
    show(found)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
