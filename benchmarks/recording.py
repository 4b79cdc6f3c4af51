"""What writing down who saw and did what adds to a request, for `benchmarks.audit`: slots of each way, in turn."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

import psutil
from django.conf import settings

from benchmarks import seal
from benchmarks.http import used
from benchmarks.measure import median, ratio
from benchmarks.writers import NOTES, PLAIN, WAYS, Slot, said
from config.localdb import BASE_DIR
from config.lock.roles import WEB
from tests.crash.database import postmaster

PROCESSES = 4
NOTHING, PLAINLY, OURS, THEIRS = "unrecorded", "plain table", "ours", "django-auditlog"
TABLES = f"""
    CREATE TABLE benchmark_note (id bigint PRIMARY KEY, words text NOT NULL, count int NOT NULL);
    INSERT INTO benchmark_note SELECT n, repeat('What was said. ', 20), 0 FROM generate_series(1, {NOTES}) n;
    CREATE TABLE benchmark_kept_note (LIKE benchmark_note INCLUDING ALL);
    INSERT INTO benchmark_kept_note SELECT * FROM benchmark_note;
    CREATE TRIGGER change_leaves_a_version AFTER UPDATE ON benchmark_kept_note
        FOR EACH ROW EXECUTE FUNCTION casework_keep_version('id', '', '{{}}');
    CREATE CONSTRAINT TRIGGER change_needs_its_event AFTER UPDATE ON benchmark_kept_note
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_required('id');
    CREATE TABLE {PLAIN} (LIKE audit_event);
    ALTER TABLE {PLAIN} DROP xid, DROP db_user, ALTER at SET DEFAULT now(), ADD PRIMARY KEY (id);
    CREATE INDEX ON {PLAIN} (case_id, at) WHERE case_id IS NOT NULL;
    CREATE INDEX ON {PLAIN} USING gin (shown_ids) WHERE shown_ids <> '{{}}';
    CREATE INDEX ON {PLAIN} (actor_id, at);
    GRANT SELECT, INSERT, UPDATE ON benchmark_note, benchmark_kept_note, {PLAIN}, auditlog_logentry TO {WEB};
    GRANT SELECT ON django_content_type TO {WEB};
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {WEB}"""


@dataclass
class Taken:
    """One slot: how many acts, the median of how long they took, and processor time for each."""

    per_second: float
    median_ms: float
    app_us: float
    database_us: float

    @property
    def cpu_us(self) -> float:
        return self.app_us + self.database_us


Slots = dict[str, list[Taken]]


class Clients:
    """Processes of clients that stay, and what all that runs here has used of the processors."""

    def __init__(self, processes: list[subprocess.Popen[str]]) -> None:
        self.processes = processes

    def go(self, way: str, clients: int, seconds: float) -> Taken:
        working = self.processes[: min(PROCESSES, clients)]
        app, database = self.used()
        for process in working:
            process.stdin.write(said(Slot(way, clients // len(working), seconds)))  # type: ignore[union-attr]
            process.stdin.flush()  # type: ignore[union-attr]
        took = [each for process in working for each in json.loads(process.stdout.readline())]  # type: ignore[union-attr]
        app_after, database_after = self.used()
        acts = len(took) + clients  # each began with one that is not counted in its time
        return Taken(
            per_second=len(took) / seconds,
            median_ms=median(took) * 1000,
            app_us=(app_after - app) / acts * 1e6,
            database_us=(database_after - database) / acts * 1e6,
        )

    def used(self) -> tuple[float, float]:
        """Ours, the sealer's among it; and PostgreSQL's."""
        server = postmaster(settings.LOCAL_DATABASE)
        return used_below(psutil.Process()), used_below(server) if server else 0.0


def used_below(process: psutil.Process) -> float:
    """By what it started. Who ends at this moment is none of whom we ask about."""
    seconds = 0.0
    for child in process.children():
        with suppress(psutil.NoSuchProcess):
            seconds += used(child)
    return seconds


@contextmanager
def processes(count: int) -> Iterator[Clients]:
    command = [sys.executable, "-m", "benchmarks.writers"]
    with ExitStack() as ended:
        started = [
            ended.enter_context(
                subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=BASE_DIR)  # noqa: S603
            )
            for _ in range(count)
        ]
        try:
            yield Clients(started)
        finally:
            for process in started:
                process.stdin.close()  # type: ignore[union-attr]


def paired(at: list[int], seconds: float, rounds: int) -> dict[int, Slots]:
    """By how many clients, and by way: one slot in each round."""
    found: dict[int, Slots] = {count: {way: [] for way in WAYS} for count in at}
    with processes(min(PROCESSES, max(at))) as ours, seal.sealer():
        for count in at:
            for number in range(rounds):
                for way in list(WAYS)[:: -1 if number % 2 else 1]:
                    found[count][way].append(ours.go(way, count, seconds))
    return found


def compared(slots: Slots, act: str) -> dict[str, float | None]:
    """How many times as much ours takes as the plain table, and django-auditlog as ours: medians of pairs."""

    def of(kind: str, what: str) -> list[float]:
        return [getattr(taken, what) for taken in slots[f"{act}, {kind}"]]

    def added(kind: str, what: str) -> float:
        return median(of(kind, what)) - median(of(NOTHING, what))

    def pairs(one: str, other: str, what: str) -> float:
        return round(median([a / b for a, b in zip(of(one, what), of(other, what), strict=True)]), 2)

    plain = f"{act}, {PLAINLY}" in slots
    return {
        "plain/ours, acts a second": pairs(PLAINLY, OURS, "per_second") if plain else None,
        "ours/plain, CPU": pairs(OURS, PLAINLY, "cpu_us") if plain else None,
        "ours/plain, added CPU": ratio(added(OURS, "cpu_us"), added(PLAINLY, "cpu_us")) if plain else None,
        "ours/plain, added time": ratio(added(OURS, "median_ms"), added(PLAINLY, "median_ms")) if plain else None,
        "ours/auditlog, acts a second": pairs(OURS, THEIRS, "per_second"),
        "auditlog/ours, added CPU": ratio(added(THEIRS, "cpu_us"), added(OURS, "cpu_us")),
        "auditlog/ours, added time": ratio(added(THEIRS, "median_ms"), added(OURS, "median_ms")),
    }


def said_of(found: list[Taken]) -> dict[str, float]:
    """The medians of its slots."""
    return {name: round(median([getattr(taken, name) for taken in found]), 2) for name in vars(found[0])}
