"""Each benchmark runs, at a tiny size, and ends with one line of JSON. How fast anything is, no test says."""

import json
import os
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path
from typing import Any

from fasteners import InterProcessLock

from config.localdb import BASE_DIR


def last_line(*words: str) -> dict[str, Any]:
    command = [sys.executable, "-m", *words]
    plain = {name: value for name, value in os.environ.items() if name not in ("MODE", "DATABASE_LOGIN")}
    with InterProcessLock(Path(tempfile.gettempdir()) / f"front-door-benchmarks-{os.getuid()}.lock"):  # one at a time
        done = subprocess.run(command, cwd=BASE_DIR, env=plain, capture_output=True, text=True, check=True)  # noqa: S603
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_reach_is_measured_with_the_second_lock_and_without_and_against_guardian():
    found = last_line("benchmarks.reach", "--cases", "200", "400", "--repeat", "1", "--rounds", "1")
    assert found["settings"]["fsync"] == "on"
    figures = found["figures"]
    assert {(each["way"], each["lock"]) for each in figures} == set(
        product(["ours", "guardian's"], ["lock on", "lock off"])
    )
    assert {each["cases"] for each in figures} == {200, 400}
    assert all(each["median_ms"] > 0 and each["buffers"] > 0 for each in figures)
    assert all(aim["worst"] for aim in found["aims"].values())


def test_requests_are_measured_through_the_real_server():
    found = last_line("benchmarks.http", "--cases", "200", "--seconds", "0.2", "--rounds", "1")
    assert all(figures["acts"] for figures in found["figures"].values())
    assert found["figures"]["inbox, API"]["statements"] >= found["figures"]["SELECT 1"]["statements"] > 0
    assert found["figures"]["inbox, page"]["statements"] <= found["figures"]["inbox, API"]["statements"] + 2
    assert found["aims"]["inbox_of_select_1"]["found"] > 0


def test_matching_is_measured_by_what_it_finds_and_what_it_takes_for_somebody_else():
    found = last_line("benchmarks.matching", "--people", "300", "--probes", "30")
    assert found["figures"]["recall@5"] > found["figures"]["found in the strong band"] > 0
    assert found["figures"]["precision of the strong band"] == 1
    assert found["aims"]["median ms"]["aim"] == 5


def test_sealing_is_measured():
    found = last_line("benchmarks.vault")["microseconds"]
    assert min(found.values()) > 0


def test_the_log_is_measured_against_a_plain_table_and_against_auditlog_and_its_sealing_and_verifying():
    words = ["--events", "300", "--clients", "2", "--seconds", "0.1", "--rounds", "1", "--tamper", "14"]
    found = last_line("benchmarks.audit", *words)
    assert len(found["figures"]["2"]) == 7
    assert all(figures["per_second"] > 0 for figures in found["figures"]["2"].values())
    assert found["compared"]["2"]["view"]["plain/ours, acts a second"] > 0
    assert min(*found["bytes_an_event"].values(), *found["log"]["events_a_second"].values()) > 0
    assert found["log"]["events"] > 300
    assert found["tampering"] == {"tampered": 14, "found": 14, "named rightly": 14, "clean": 1, "false alarms": 0}


def test_snooping_among_honest_work_is_looked_for():
    found = last_line("benchmarks.odd_access", "--seeds", "1", "--people", "30", "--cases", "400", "--each", "1")
    assert found["honest_reads"] > 1000
    assert {row["planted"] for row in found["kinds"].values()} == {1}
    assert 0.5 < found["recall"] <= 1


def test_referrals_are_measured_on_their_whole_way_and_in_their_inboxes():
    words = ["--sizes", "300", "600", "--clients", "2", "--seconds", "0.3", "--repeat", "2"]
    found = last_line("benchmarks.referrals", *words)
    assert all(figures["a second"] > 0 for of in found["figures"].values() for figures in of.values())
    assert found["rows"]["referrals_referral"] == 1
    assert (found["jobs"]["left"], found["jobs"]["jobs a second"] > 0) == (0, True)
    assert found["aims"]["statements constant"]["reached"]


def test_near_repeats_are_looked_for():
    found = last_line("benchmarks.near_repeats", "--incidents", "2000", "--searches", "20")
    assert found["figures"]["searches"] == 20
    assert found["figures"]["found, most"] >= 1
    assert found["aims"]["p99 ms"]["aim"] == 20
