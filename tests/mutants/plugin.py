"""pytest, which runs the specs once as they are and then once for each mutant, in a copy of the process.

The copies share the database that the first run made. `--minutes` ends it early, after a fair sample.
"""

import json
import os
import signal
import time
from collections import Counter

import pytest
from _pytest.runner import runtestprotocol
from django.db import connection

KILLED, SURVIVED, IS_NONE, RUNS_NOT = "killed", "survived", "is no program", "does not run again"
ENDS_NOT = "does not end"
BY_CODE = {0: SURVIVED, 1: KILLED, 2: IS_NONE, 3: RUNS_NOT}
LONGEST_SECONDS = 600


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--minutes", type=float, default=1e9, help="begin no further mutant after so many minutes")
    parser.addoption("--seed", type=int, default=1, help="in which order they are tried")


def passes(items: list[pytest.Item], *, shows: bool = False) -> bool:
    """Whether all of them do. What is made once for all of them stays."""
    for item, then in zip(items, [*items[1:], items[0]], strict=True):
        for report in runtestprotocol(item, nextitem=then, log=False):
            if report.failed:
                print(report.longreprtext if shows else "")
                return False
    return True


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    from tests.mutants.made import LOCK, Mutant, make_second_lock, mutants  # noqa: PLC0415 - needs Django

    connection.settings_dict["TEST"]["NAME"] = "test_mutants"  # of its own: a mutant may change what the database holds
    if not passes(session.items, shows=True):
        pytest.exit("As they are these specs must pass, and one does not.", returncode=1)
    config, began = session.config, time.monotonic()
    found, results = mutants(config.getoption("--seed")), Counter[str]()
    survivors: list[Mutant] = []
    for mutant in found:
        if time.monotonic() - began > 60 * config.getoption("--minutes"):
            break
        connection.close()  # nobody shares one
        became = in_a_copy(session.items, mutant)
        results[became] += 1
        survivors += [mutant] if became == SURVIVED else []
        print(f"{became:20} {mutant}", flush=True)
        if mutant.module == LOCK:
            with unblocked():
                make_second_lock()
    for survivor in survivors:
        print("SURVIVED", survivor)
    figures = {"there are": len(found), **results, "seconds": round(time.monotonic() - began)}
    print(json.dumps(figures | {"survivors": [str(survivor) for survivor in survivors]}))
    return True


def in_a_copy(items: list[pytest.Item], mutant: object) -> str:
    child = os.fork()
    if child == 0:
        signal.alarm(LONGEST_SECONDS)
        os._exit(tried(items, mutant))
    _, status = os.waitpid(child, 0)
    return BY_CODE[os.WEXITSTATUS(status)] if os.WIFEXITED(status) else ENDS_NOT


def tried(items: list[pytest.Item], mutant: object) -> int:
    from tests.mutants.made import ChangesNothing, put_in_place  # noqa: PLC0415 - needs Django

    try:
        with unblocked():
            put_in_place(mutant)
    except ChangesNothing:
        return 3
    except Exception:
        return 2
    return 0 if passes(items) else 1


def unblocked():
    from pytest_django.plugin import blocking_manager_key  # noqa: PLC0415

    return PLUGIN_CONFIG[0].stash[blocking_manager_key].unblock()


PLUGIN_CONFIG: list[pytest.Config] = []


def pytest_configure(config: pytest.Config) -> None:
    PLUGIN_CONFIG.append(config)
