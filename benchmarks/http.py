"""What a request costs through the real server: gunicorn with the product's settings, as the web's login.

The floor is `SELECT 1`: in a Django without any middleware, and inside the product's own. Requests per second move with
whatever else the machine does; the seconds of processor for each request do not, so both are given.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"

import django

django.setup()

import psutil  # noqa: E402 - Django must be set up before its models are read
from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from accounts.models import User  # noqa: E402
from benchmarks.client import Load, said  # noqa: E402
from benchmarks.measure import load, median, quantile, ratio, statements_timed, table  # noqa: E402
from benchmarks.server import thrown_away_after, told  # noqa: E402
from benchmarks.world import FRONT_DOOR, fill, make_world  # noqa: E402
from config import gunicorn  # noqa: E402
from config.management.commands.demo import web_server  # noqa: E402
from tests.crash.clock import Clock  # noqa: E402
from tests.crash.database import backends  # noqa: E402
from tests.crash.programs import Program, free_port  # noqa: E402

BACKEND = settings.AUTHENTICATION_BACKENDS[0]
TOKEN = "abcdefghijklmnopqrstuvwxyz012345"  # noqa: S105 - a token against forgery is any 32 letters, sent twice
ROUNDS = 3  # each is tried in turn, so that what else the machine does hits all alike
FLOOR, INBOX = "SELECT 1, no middleware", "inbox, API"
AIM = 0.3
SECONDS_TO_START = 30  # on a slow machine


@dataclass(frozen=True)
class Asked:
    """What is asked for, by whom of the world, of which of the two servers."""

    path: str
    who: str = "big"
    bare: bool = False


ASKED = {
    "a file": Asked("/static/frontend/LICENCE"),
    FLOOR: Asked("/select-1", bare=True),
    "SELECT 1": Asked("/select-1"),
    INBOX: Asked("/api/v1/referrals/inbox"),
    "inbox, page": Asked("/inbox/"),
    "cases, API": Asked("/api/v1/cases/"),
    "log a contact, API": Asked("", FRONT_DOOR),
}


@dataclass
class Taken:
    """The seconds each act took, round by round, and the processors' time for all of them together."""

    rounds: list[list[float]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    app: float = 0.0
    database: float = 0.0

    @property
    def acts(self) -> int:
        return sum(map(len, self.rounds))

    def figures(self) -> dict[str, Any]:
        each = [value * 1000 for found in self.rounds for value in found] or [0.0]
        per_second = [len(found) / seconds for found, seconds in zip(self.rounds, self.seconds, strict=True)]
        count = max(self.acts, 1)
        return {
            "per_second": round(median(per_second), 1),
            "median_ms": round(median(each), 2),
            "p95_ms": round(quantile(each, 0.95), 2),
            "app_cpu_us": round(self.app / count * 1e6),
            "database_cpu_us": round(self.database / count * 1e6),
            "acts": self.acts,
        }


@dataclass
class Server:
    """One gunicorn, with or without the product's middleware."""

    program: Program
    port: int

    def workers_seconds(self) -> float:
        return sum(used(process) for process in self.program.children())


def used(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


@contextmanager
def serving(folder: Path, options: list[str]) -> Iterator[dict[bool, Server]]:
    """Both servers, by whether they are bare, ended whatever happens."""
    servers = {}
    try:
        for bare in (True, False):
            port = free_port()
            os.environ["BENCHMARK_BARE"] = "yes" if bare else ""
            words = [*web_server(port), *options]
            servers[bare] = Server(Program(words, "benchmarks.settings", folder / f"web-{bare}.log"), port)
            servers[bare].program.start()
        yield servers
    finally:
        for server in servers.values():
            server.program.end()


def put_on(wanted: Load) -> list[float]:
    """The load, from a process of its own."""
    client = [sys.executable, "-m", "benchmarks.client"]
    done = subprocess.run(client, input=said(wanted), capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise RuntimeError(done.stderr)
    return list(map(float, json.loads(done.stdout)))


def wait(server: Server, clock: Clock, cookies: dict[str, str]) -> None:
    def answers() -> bool:
        try:
            return bool(put_on(Load(server.port, cookies, 1, 0.01, "/select-1")))
        except RuntimeError:
            return False

    clock.until(answers, "the web server to answer")


def cookies_of(workers: dict[str, User]) -> dict[str, dict[str, str]]:
    """Signed in without the form: limits on signing in are no part of this."""
    found = {}
    for name in {asked.who for asked in ASKED.values()}:
        client = Client()
        client.force_login(workers[name], backend=BACKEND)
        found[name] = {settings.SESSION_COOKIE_NAME: client.session.session_key, settings.CSRF_COOKIE_NAME: TOKEN}
    return found


def statements(asked: Asked, cookies: dict[str, str]) -> int | None:
    """How many statements one such request sends, in this process. BEGIN, COMMIT and the health check do not count."""
    if not asked.path or asked.bare:
        return None
    client = Client()
    client.cookies.load(cookies)
    for _ in range(2):  # the first request of a process looks some things up for ever
        with statements_timed() as found:
            client.get(asked.path)
    return len(found)


def measure(server: Server, wanted: Load, taken: Taken) -> None:
    """One round; the first fifth of it is not counted."""
    put_on(replace(wanted, seconds=wanted.seconds / 5))
    serving_database = backends(settings.LOCAL_DATABASE)
    app, database = server.workers_seconds(), sum(map(used, serving_database))
    began = time.perf_counter()
    acts = put_on(wanted)
    taken.seconds.append(max(wanted.seconds, 0.001) if acts else time.perf_counter() - began)
    taken.rounds.append(acts)
    taken.app += server.workers_seconds() - app
    taken.database += sum(map(used, serving_database)) - database


def rows(figures: dict[str, dict[str, Any]]) -> list[list[Any]]:
    floor = figures[FLOOR]
    return [
        [
            name,
            *(found[key] for key in ("per_second", "median_ms", "p95_ms", "app_cpu_us", "database_cpu_us")),
            found["statements"],
            ratio(found["per_second"], floor["per_second"]),
            ratio(cpu(floor), cpu(found)),
        ]
        for name, found in figures.items()
    ]


def cpu(found: dict[str, Any]) -> float:
    return float(found["app_cpu_us"] + found["database_cpu_us"])


HEAD = ["", "req/s", "median ms", "p95 ms", "app CPU us", "PG CPU us", "statements", "of the floor", "by CPU"]


def run(options: argparse.Namespace) -> dict[str, Any]:
    words = [f"--workers={options.workers}", f"--threads={options.threads}"]
    taken = {name: Taken() for name in ASKED}
    with thrown_away_after(settings.LOCAL_DATABASE), tempfile.TemporaryDirectory() as folder:
        workers = make_world()
        fill(settings.LOCAL_DATABASE, 1, options.cases + 1)
        about = told(settings.LOCAL_DATABASE) | {"workers": options.workers, "threads": options.threads}
        about |= {"database": os.environ.get("BENCHMARK_DATABASE", "as in the product")}
        before = load()
        print(f"{' '.join(f'{name}={value}' for name, value in about.items())}; load {before}", flush=True)
        cookies = cookies_of(workers)
        counted = {name: statements(asked, cookies[asked.who]) for name, asked in ASKED.items()}
        connection.close()
        with serving(Path(folder), words) as servers:
            for server in servers.values():
                wait(server, Clock(SECONDS_TO_START), cookies["big"])
            for _ in range(options.rounds):
                for name, asked in ASKED.items():
                    server, who = servers[asked.bare], cookies[asked.who]
                    wanted = Load(server.port, who, options.connections, options.seconds, asked.path)
                    measure(server, wanted, taken[name])
    figures = {name: found.figures() | {"statements": counted[name]} for name, found in taken.items()}
    print(f"\n{table(HEAD, rows(figures))}\nload {load()}")
    reached = ratio(figures[INBOX]["per_second"], figures[FLOOR]["per_second"])
    aims = {"inbox_of_select_1": {"found": reached, "aim": AIM, "reached": (reached or 0) >= AIM}}
    return {"settings": about, "load": [before, load()], "aims": aims, "figures": figures}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.http", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="of load on each, in each round")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--workers", type=int, default=gunicorn.workers)
    parser.add_argument("--threads", type=int, default=gunicorn.threads)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--cases", type=int, default=10_000)
    print(json.dumps(run(parser.parse_args())))


if __name__ == "__main__":
    main()
