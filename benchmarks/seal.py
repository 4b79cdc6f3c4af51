"""What sealing the log and verifying it costs, for `benchmarks.audit`: events a second, what a seal adds to writers.

Writers are paired: a slot without a sealer and one with it, in turn. Falsified exports are given to the verifier, each
from a seed, and clean ones too.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"

import django

django.setup()

import psycopg  # noqa: E402 - Django must be set up before its models are read
from django.conf import settings  # noqa: E402

from audit import notes, verify_export  # noqa: E402
from audit.seal import BATCH, newest, seal  # noqa: E402
from audit.verify import checker, look  # noqa: E402
from benchmarks.server import superuser  # noqa: E402
from config.localdb import BASE_DIR, NAME, PORT  # noqa: E402
from config.lock.roles import WEB  # noqa: E402
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
