"""What it costs to write down who saw and did what, to seal it, and to verify a million events.

On a PostgreSQL of its own, thrown away. A client reads or saves one record and records that, as a request does. It is
paired with the same insert into a plain table, without the log's own columns, triggers, partitions and sealing, and
with django-auditlog on the same work; a sealer runs beside all of them. Each round tries every way, each second one in
the other order. Seconds of processor are surer than seconds, which move with whatever else the machine does.
"""

import argparse
import json
import os
import tempfile
from io import StringIO
from pathlib import Path
from typing import Any

os.environ |= {"DJANGO_SETTINGS_MODULE": "benchmarks.settings", "BENCHMARK_AUDITLOG": "yes"}

import django

django.setup()

from django.conf import settings  # noqa: E402 - Django must be set up before its models are read
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from accounts.commands import found_partnership  # noqa: E402
from audit.seal import newest  # noqa: E402
from benchmarks import seal  # noqa: E402
from benchmarks.measure import load, median, table  # noqa: E402
from benchmarks.recording import OURS, PLAINLY, TABLES, THEIRS, compared, paired, said_of  # noqa: E402
from benchmarks.server import superuser, thrown_away_after, told  # noqa: E402
from benchmarks.writers import PLAIN  # noqa: E402
from config.lock.roles import SEALER  # noqa: E402
from tests.ready_made import migrate  # noqa: E402


def sizes() -> dict[str, int]:
    """Bytes of each event with its indexes, so far; of ours also what its seal takes."""
    found = {}
    of = {OURS: ("audit_event", r"^audit_event_\d"), PLAINLY: (PLAIN, PLAIN), THEIRS: ("auditlog_logentry",) * 2}
    with superuser(settings.LOCAL_DATABASE) as server:
        server.execute("VACUUM ANALYZE")
        for name, (rows, tables) in of.items():
            (count,) = server.execute(f"SELECT count(*) FROM {rows}").fetchone()  # type: ignore[misc]
            found[name] = round(seal.bytes_of(tables) / max(int(str(count)), 1))
    return found


def verified(events: int, folder: Path) -> dict[str, Any]:
    """So many more events, sealed, and verified in both ways; and what a seal of a few costs before and after."""
    few = [median([seal.seal_a_few() for _ in range(5)])]
    before = newest().size
    seal.fill(events)
    seconds = {"sealed": seal.timed(seal.seal_all)}
    few.append(median([seal.seal_a_few() for _ in range(5)]))
    seconds["verified in the database"] = seal.timed(seal.verify_here)
    export = folder / "export"
    seconds["exported"] = seal.timed(lambda: call_command("export_audit", export, stdout=StringIO()))
    seconds["verified outside"] = seal.timed(lambda: seal.verify_outside(folder))
    size = newest().size
    rate = {name: round((size - before if name == "sealed" else size) / s) for name, s in seconds.items()}
    return {
        "events": size,
        "seconds": {name: round(s, 2) for name, s in seconds.items()},
        "events_a_second": rate,
        "ten_events_sealed_ms": [round(ms, 2) for ms in few],
        "bytes_of_seal": round(seal.bytes_of("^audit_checkpoint$") / size),
    }


def run(asked: argparse.Namespace) -> dict[str, Any]:
    with thrown_away_after(settings.LOCAL_DATABASE), tempfile.TemporaryDirectory() as folder:
        migrate(settings.LOCAL_DATABASE)
        found_partnership(actor=None, name="One", front_door="Front", system_email="system@one.example")
        with superuser(settings.LOCAL_DATABASE) as server:
            server.execute(TABLES)
        connection.settings_dict["USER"] = settings.ACTS_AS = SEALER
        connection.close()
        before = load()
        slots = paired(asked.clients, asked.seconds, asked.rounds) if asked.rounds else {}
        writers = seal.paired(8, asked.seconds, asked.rounds)
        log = verified(asked.events, Path(folder)) if asked.events else {}
        found = {"bytes_an_event": sizes(), "settings": told(settings.LOCAL_DATABASE)}
    return found | {
        "figures": {str(count): {way: said_of(taken) for way, taken in of.items()} for count, of in slots.items()},
        "compared": {str(count): {act: compared(of, act) for act in ("view", "save")} for count, of in slots.items()},
        "writers": {name: [round(each) for each in each_slot] for name, each_slot in writers.items()},
        "log": log,
        "tampering": seal.found_out(asked.tamper, asked.tamper // 10),
        "load": [before, load()],
    }


def show(found: dict[str, Any]) -> None:
    for count, of in found["figures"].items():
        head = [f"{count} clients", "a second", "median ms", "app CPU us", "PG CPU us"]
        print(table(head, [[way, *each.values()] for way, each in of.items()]), "\n")
    for act in ("view", "save"):
        of_act = {count: each[act] for count, each in found["compared"].items()}
        names = [name for name, value in next(iter(of_act.values()), {}).items() if value is not None]
        print(table([act, *of_act], [[name, *(each[name] for each in of_act.values())] for name in names]), "\n")
    log = found["log"]
    rows: list[list[Any]] = [[f"bytes an event, {name}", size] for name, size in found["bytes_an_event"].items()]
    rows += [[f"written {name} a sealer, events a second", median(n)] for name, n in found["writers"].items() if n]
    rows += [[f"{name}, s", s] for name, s in log.get("seconds", {}).items()]
    rows += [[f"{name}, events a second", rate] for name, rate in log.get("events_a_second", {}).items()]
    rows += [["ten events sealed, before and after, ms", " ".join(map(str, log.get("ten_events_sealed_ms", [])))]]
    rows += [[f"exports {name}", n] for name, n in found["tampering"].items()]
    print(table([f"{log.get('events', 0):,} events", ""], rows))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.audit", description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000, help="how many are verified; 0 for none")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--seconds", type=float, default=1.0, help="of each slot")
    parser.add_argument("--rounds", type=int, default=6, help="0 for none")
    parser.add_argument("--tamper", type=int, default=500, help="how many exports are falsified")
    found = run(parser.parse_args())
    show(found)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
