"""The crash run in small: it finds nothing wrong with the product, and finds each wrong that is done on purpose."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psutil
import pytest

from config.localdb import BASE_DIR
from tests.crash.clock import Clock
from tests.crash.database import crash_database, postmaster
from tests.crash.judge import FAULTS

SHORT = ("--seed", "7", "--contacts", "24", "--clients", "4")
SECONDS = 600  # for a very slow machine


@contextmanager
def crash_run(*words: str) -> Iterator[subprocess.Popen[str]]:
    """The command under way; ended, if the test has not waited for its end."""
    command = [sys.executable, "-m", "tests.crash", *words]
    with subprocess.Popen(command, cwd=BASE_DIR, stdout=subprocess.PIPE, text=True) as run:  # noqa: S603 - our words
        try:
            yield run
        finally:
            if run.poll() is None:
                run.send_signal(signal.SIGINT)


def results(said: str) -> dict[str, dict[str, Any]]:
    """The line of JSON of each run, by its sabotage."""
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    return {line["sabotage"]: line for line in lines}


def left_behind() -> list[str]:
    """Processes of a crash run of this checkout, whoever started them."""
    found = []
    for process in psutil.process_iter():
        try:
            settings, folder = process.environ().get("DJANGO_SETTINGS_MODULE", ""), process.cwd()
        except psutil.Error:
            continue
        found += [process.name()] if settings.startswith("tests.crash") and folder == str(BASE_DIR) else []
    return found


@pytest.fixture(scope="module")
def short_round() -> dict[str, dict[str, Any]]:
    """One after the other on one server: as it is, without keys, with events written late."""
    with crash_run(*SHORT, "--sealers", "1", "--sabotage", "none", "key", "audit") as run:
        said, _ = run.communicate(timeout=SECONDS)
    return results(said) | {"all": {"code": run.returncode}}


def test_nothing_is_lost_doubled_or_unaudited(short_round):
    run = short_round["none"]
    assert {fault: run[fault] for fault in FAULTS} == dict.fromkeys(FAULTS, 0)
    assert (run["confirmed"], run["clean"]) == (24, True)


def test_each_kind_of_process_was_killed_and_lost_answers_were_given_again(short_round):
    run = short_round["none"]
    assert {"web worker", "web server", "backend", "PostgreSQL"} <= {*run["kills"]}
    assert min(run["kills"].values()) >= 1
    assert run["retries"]["cut off"] > 0
    assert run["replays"] > 0


def test_workers_of_the_partner_were_told_while_the_job_worker_was_killed(short_round):
    run = short_round["none"]
    assert run["kills"]["job worker"] >= 1
    assert run["referrals"] > 0
    assert run["notices"] == run["referrals"] * 2


def test_every_event_was_sealed_once_while_the_sealer_was_killed(short_round):
    run = short_round["none"]
    assert run["kills"]["sealer"] >= 1
    assert (run["sealed"] > 24 * 3, run["unsealed"]) == (True, 0)


def test_ignored_keys_are_found_as_doubled_contacts(short_round):
    assert short_round["key"]["doubled"] > 0
    assert not short_round["key"]["clean"]


def test_events_written_late_are_found_as_unaudited(short_round):
    assert short_round["audit"]["unaudited"] >= 24
    assert not short_round["audit"]["clean"]


def test_a_round_with_something_wrong_fails(short_round):
    assert short_round["all"]["code"] == 1


def test_stopped_halfway_it_leaves_nothing_running_and_no_data():
    database, clock = crash_database(), Clock(SECONDS)
    ledgers = database.home / "crash-run" / "none"
    shutil.rmtree(ledgers, ignore_errors=True)
    with crash_run("--contacts", "2000") as run:
        clock.until(lambda: any(ledgers.glob("*.jsonl")), "the clients to begin")
        run.send_signal(signal.SIGINT)
        assert run.wait(SECONDS) == 2
    assert (left_behind(), postmaster(database)) == ([], None)
    assert not database.data.exists()
    assert not database.socket.exists()
