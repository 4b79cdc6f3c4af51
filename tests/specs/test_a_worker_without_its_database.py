"""A worker whose database goes away ends with a failure, for whoever runs it to start another; it is never deaf.

A real worker beside a PostgreSQL of its own, which is killed and started again.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from config.localdb import BASE_DIR, LocalDatabase
from config.lock.roles import JOBS
from tests.crash.clock import Clock
from tests.crash.database import address, crash_database, postmaster, start_again, thrown_away_after
from tests.crash.programs import Program, job_worker

NAME = f"worker{os.environ.get('PYTEST_XDIST_WORKER', '')}"  # each test process has a server of its own
SETTINGS = "tests.crash.settings"
SECONDS = 120  # for a very slow machine
MAKE_WORLD = "import django; django.setup(); from tests.crash.world import make_world; make_world(1)"
LOSSES = 3
TASK = "accounts.clear_sessions"
# To write that this job is done is refused: as if the connection broke at that very statement.
REFUSE_MARKS = f"""
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$;
    CREATE TRIGGER refuse BEFORE UPDATE ON procrastinate_jobs
        FOR EACH ROW WHEN (NEW.status = 'succeeded' AND NEW.task_name = '{TASK}') EXECUTE FUNCTION refuse();
"""
ALLOW_MARKS = "DROP FUNCTION refuse() CASCADE"


@dataclass
class Place:
    """A worker and its database. `until` waits for what a test expects, and fails when it does not come."""

    database: LocalDatabase
    worker: Program
    clock: Clock

    def until(self, look: Callable[[], Any], what: str) -> Any:
        return self.clock.until(look, what)

    def ask(self, statement: str) -> list[Any]:
        """As the superuser."""
        with psycopg.connect(address(self.database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return [row[0] for row in cursor.fetchall()] if cursor.description else []

    def workers(self) -> list[int]:
        return self.ask("SELECT id FROM procrastinate_workers")

    def put_off(self) -> int:
        columns = "INSERT INTO procrastinate_jobs (queue_name, task_name, args)"
        (job,) = self.ask(f"{columns} VALUES ('default', '{TASK}', '{{}}') RETURNING id")
        return int(job)

    def state(self, job: int) -> str:
        return str(self.ask(f"SELECT status::text FROM procrastinate_jobs WHERE id = {job}")[0])  # noqa: S608

    def works(self) -> bool:
        """Whether work that is put off now gets done."""
        job = self.put_off()
        return bool(self.until(lambda: self.state(job) == "succeeded", "a job to be done"))

    def has_failed(self) -> bool:
        return self.worker.running is not None and self.worker.running.poll() == 1

    def ended(self) -> int:
        """The worker's status, once it ended by itself."""
        assert self.worker.running
        self.until(lambda: self.worker.running.poll() is not None, "the worker to end")
        return int(self.worker.running.returncode)


@pytest.fixture(scope="module")
def database() -> Iterator[LocalDatabase]:
    """A server of these tests' own, with a partnership."""
    with pytest.MonkeyPatch.context() as patch, thrown_away_after(crash_database(NAME)) as server:
        patch.setenv("CRASH_DATABASE", NAME)
        patch.delenv("DATABASE_LOGIN")  # the tests' own
        words = [sys.executable, "-c", MAKE_WORLD]
        subprocess.run(words, check=True, cwd=BASE_DIR, env=os.environ | {"DJANGO_SETTINGS_MODULE": SETTINGS})  # noqa: S603
        yield server


@pytest.fixture
def place(database: LocalDatabase, tmp_path: Path) -> Iterator[Place]:
    """The worker at work."""
    worker = job_worker(SETTINGS, tmp_path)
    place = Place(database, worker, Clock(SECONDS))
    place.ask("DELETE FROM procrastinate_workers")  # of an earlier test, which killed it
    try:
        worker.start()
        place.until(place.workers, "the worker to begin")
        yield place
    finally:
        worker.end()


def test_when_it_was_killed_and_is_back_the_worker_has_failed_and_a_new_one_works(place):
    assert place.works()
    postmaster(place.database).kill()
    start_again(place.database, place.clock)
    assert place.ended() == 1
    assert "The worker ended, for its database went away" in place.worker.says.read_text()
    place.worker.see_that_it_runs()
    assert place.works()


def test_told_to_end_it_has_not_failed(place):
    place.worker.process.terminate()
    place.worker.process.send_signal(2)
    assert place.ended() == 0
    assert place.workers() == []


def test_when_its_connections_broke_it_goes_on_or_has_failed_and_is_never_deaf(place):
    for _ in range(LOSSES):
        place.ask(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{JOBS}'")  # noqa: S608
        job = place.put_off()
        place.until(lambda job=job: place.state(job) == "succeeded" or place.has_failed(), "a job, or the end")
        place.worker.see_that_it_runs()
    assert place.works()


def test_when_it_could_not_write_that_a_job_is_done_it_ends_and_so_leaves_it_to_be_rescued(place):
    place.ask(REFUSE_MARKS)
    job = place.put_off()
    try:
        assert place.ended() == 1
    finally:
        place.ask(ALLOW_MARKS)
    assert place.state(job) == "doing"
    assert place.workers() == []  # and work whose worker is gone is put back: see test_work_that_waits.py
