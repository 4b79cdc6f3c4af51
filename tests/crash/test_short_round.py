"""The crash run in small: it finds nothing wrong with the product, and finds each wrong that is done on purpose."""

import json
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import Any

import psutil
import pytest

from config.localdb import BASE_DIR
from tests.crash.clock import Clock
from tests.crash.database import crash_database, postmaster
from tests.crash.judge import FAULTS, Verdict
from tests.crash.report import Outcome
from tests.crash.run import together

SHORT = ("--seed", "7", "--contacts", "12", "--clients", "4", "--sealers", "1", "--failpoints", "some")
WRONG = ("key", "audit", "commit")
SECONDS = 1200  # for a very slow machine


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
    """One after the other on one server: as it is, without keys, with late events, with commits answered early."""
    with crash_run(*SHORT, "--sabotage", "none", *WRONG) as run:
        said, _ = run.communicate(timeout=SECONDS)
    return results(said) | {"all": {"code": run.returncode}}


def test_nothing_is_lost_doubled_or_unaudited(short_round):
    run = short_round["none"]
    assert {fault: run[fault] for fault in FAULTS} == dict.fromkeys(FAULTS, 0)
    assert (run["confirmed"] >= 12, run["clean"]) == (True, True)


def test_each_kind_of_process_was_killed_and_lost_answers_were_given_again(short_round):
    run = short_round["none"]
    assert {"web worker", "web server", "backend", "PostgreSQL", "PostgreSQL, when told"} <= {*run["kills"]}
    assert min(run["kills"].values()) >= 1
    assert run["retries"]["cut off"] > 0
    assert run["replays"] > 0


def test_the_web_was_killed_at_each_failpoint_of_sending_and_accepting_and_the_database_at_some(short_round):
    points = short_round["none"]["failpoints"]
    assert min(points["web worker"][act] for act in ("send", "accept")) > 50
    assert sum(points["backend"].values()) > 0
    assert sum(points["PostgreSQL"].values()) > 0


def test_both_sides_were_told_while_the_job_worker_was_killed(short_round):
    run = short_round["none"]
    assert run["kills"]["job worker"] >= 1
    assert run["referrals"] >= run["accepted"] > 0
    assert run["notices"] == run["referrals"] * 2 + run["accepted"]


def test_every_event_was_sealed_once_while_the_sealer_was_killed(short_round):
    run = short_round["none"]
    assert run["kills"]["sealer"] >= 1
    assert (run["sealed"] > 12 * 3, run["unsealed"]) == (True, 0)


def test_ignored_keys_are_found_as_doubled_contacts(short_round):
    assert short_round["key"]["doubled"] > 0
    assert not short_round["key"]["clean"]


def test_events_written_late_are_found_as_unaudited(short_round):
    assert short_round["audit"]["unaudited"] >= 12
    assert not short_round["audit"]["clean"]


def test_commits_that_are_answered_early_are_found_as_lost_acts(short_round):
    assert short_round["commit"]["lost"] > 0
    assert not short_round["commit"]["clean"]


def test_it_succeeds_only_where_all_is_as_it_should_be(short_round):
    found = [short_round[sabotage]["as_it_should_be"] for sabotage in ("none", *WRONG)]
    assert short_round["all"]["code"] == (not all(found))


@pytest.mark.parametrize(
    ("sabotage", "faults", "is_as_it_should_be"),
    [
        ("none", {}, True),
        ("none", {"lost": {"c1-0001"}}, False),
        ("commit", {"lost": {"c1-0001"}}, True),
        ("commit", {"doubled": {"c1-0001"}}, False),
    ],
)
def test_what_is_wrong_on_purpose_must_be_found_as_what_it_is(sabotage, faults, is_as_it_should_be):
    verdict = Verdict()
    for fault, names in faults.items():
        verdict.add(fault, names)
    outcome = Outcome(
        **dict.fromkeys((field.name for field in fields(Outcome)), 0) | {"sabotage": sabotage, "verdict": verdict}
    )
    assert outcome.is_as_it_should_be == is_as_it_should_be


def test_stopped_while_its_threads_begin_it_goes_on_with_none(monkeypatch):
    begin, clock = threading.Thread.start, Clock(SECONDS)

    def begin_and_be_stopped(thread: threading.Thread) -> None:
        begin(thread)
        raise KeyboardInterrupt

    monkeypatch.setattr(threading.Thread, "start", begin_and_be_stopped)
    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        together(clock, [lambda: clock.until(lambda: False, "nothing")] * 2)
    assert threading.active_count() == before


def test_stopped_halfway_it_leaves_nothing_running_and_no_data():
    database, clock = crash_database(), Clock(SECONDS)
    ledgers = database.home / "crash-run" / "1-none"
    shutil.rmtree(ledgers, ignore_errors=True)
    with crash_run("--contacts", "2000") as run:
        clock.until(lambda: any(ledgers.glob("*.jsonl")), "the clients to begin")
        run.send_signal(signal.SIGINT)
        assert run.wait(SECONDS) == 2
    assert (left_behind(), postmaster(database)) == ([], None)
    assert not database.data.exists()
    assert not database.socket.exists()
