"""Clients of an act of the product, against bare INSERTs of the rows that one such act leaves.

The bare ones are sent into tables without triggers, policies, keys or indexes, in one transaction. Clients are threads
of two processes: `serve` is one of them, started again from the benchmark's own module by `measured`.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from benchmarks.measure import median, quantile, table
from benchmarks.server import superuser
from config.lock.roles import WEB

PROCESSES = 2
TABLES = """
    SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition AND relname ~ %s ORDER BY relname"""
Act = Callable[[int], object]
Rows = dict[str, list[str]]


def bare(rows: Rows) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for name, values in rows.items():
            for value in values:
                cursor.execute(
                    f"INSERT INTO bare_{name} SELECT * FROM jsonb_populate_record(NULL::bare_{name}, %s::jsonb)",
                    [value],
                )


def client(act: Act, begin: threading.Barrier, seconds: float, first: int) -> list[float]:
    act(first)  # connects, and looks up what is looked up once
    begin.wait()
    took: list[float] = []
    until = time.perf_counter() + seconds
    while (began := time.perf_counter()) < until:
        act(first + 1 + len(took))
        took.append(time.perf_counter() - began)
    return took


def serve(ours: Act, threads: int, seconds: float, way: str, place: int) -> None:
    """One process of clients: reads the rows of one act from its input, and prints how long each act took."""
    rows = json.loads(sys.stdin.read())
    acts: dict[str, Act] = {"ours": ours, "bare": lambda n: bare(rows)}
    begin = threading.Barrier(threads)
    with ThreadPoolExecutor(threads) as pool:
        runs = [pool.submit(client, acts[way], begin, seconds, (place * threads + n) * 100_000) for n in range(threads)]
        sys.stdout.write(json.dumps([took for run in runs for took in run.result()]))


def measured(module: str, way: str, clients: int, seconds: float, rows: Rows) -> dict[str, float]:
    processes = min(PROCESSES, clients)
    command = [sys.executable, "-m", module, "--serve", way, "--seconds", str(seconds)]
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


def rows_of_one(ours: Act, named: str) -> Rows:
    """What one act leaves in tables that are named so, as JSON; with a bare table of each made for it."""
    with superuser(settings.LOCAL_DATABASE) as server:
        tables = [str(name) for (name,) in server.execute(TABLES, [named]).fetchall()]
        before = {name: count(server, name) for name in tables}
        ours(1)
        found = {}
        for name in tables:
            if more := count(server, name) - before[name]:
                newest = f"SELECT to_jsonb(t)::text FROM {name} t ORDER BY xmin::text::bigint DESC LIMIT {more}"
                found[name] = [row for (row,) in server.execute(newest).fetchall()]
                server.execute(f"CREATE TABLE bare_{name} AS SELECT * FROM {name} WHERE false")
                server.execute(f"GRANT SELECT, INSERT ON bare_{name} TO {WEB}")
    return found


def count(server: Any, name: str) -> int:
    (found,) = server.execute(f"SELECT count(*) FROM {name}").fetchone()
    return int(found)


def compared(module: str, clients: list[int], seconds: float, rows: Rows) -> dict[str, dict[str, dict[str, float]]]:
    return {
        str(count): {way: measured(module, way, count, seconds, rows) for way in ("ours", "bare")} for count in clients
    }


def show(what: str, found: dict[str, Any]) -> None:
    head = ["clients", f"{what}s a second", "median ms", "p99 ms", "bare a second", "bare median ms", "bare/ours"]
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
    print(f"\n{sum(found['rows'].values())} rows a {what}: " + ", ".join(f"{n} {c}" for n, c in found["rows"].items()))
