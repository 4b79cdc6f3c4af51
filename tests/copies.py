"""Specs run again and again in copies of one process, each with something done to the program first.

The database and the world are made once, by the first run. What a copy does ends with it.
"""

import os
import signal
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from django.db import connection
from pytest_django.plugin import blocking_manager_key

from config.lock.apply import make_second_lock

PASSED, FAILED, BROKEN, UNCHANGED = range(4)
LONGEST_SECONDS = 600


class Unchanged(Exception):
    """What was done to the program does not show while it runs."""


def say(config: pytest.Config, text: str) -> None:
    with config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(text, flush=True)


def passes(items: Sequence[pytest.Item], then: pytest.Item) -> str:
    """What the first that fails says, or nothing. What is made once for all of them stays, because `then` follows."""
    for item, following in zip(items, [*items[1:], then], strict=True):
        for report in runtestprotocol(item, nextitem=following, log=False):
            if report.failed:
                return report.longreprtext or "failed"
    return ""


def first_run(session: pytest.Session, database: str) -> None:
    """Everything as it is, in a database of its own, which a copy may change. Ends all where something fails."""
    connection.settings_dict["TEST"]["NAME"] = database
    if problem := passes(session.items, session.items[0]):
        say(session.config, problem)
        pytest.exit("As they are these specs must pass, and one does not.", returncode=1)


def in_a_copy(session: pytest.Session, items: Sequence[pytest.Item], change: Callable[[], Any]) -> int | None:
    """What becomes of the specs once the program was changed; None where they do not end."""
    connection.close()  # nobody shares one
    child = os.fork()
    if child == 0:
        signal.alarm(LONGEST_SECONDS)
        os._exit(_tried(session, items, change))
    _, status = os.waitpid(child, 0)
    return os.WEXITSTATUS(status) if os.WIFEXITED(status) else None


def lock_again(session: pytest.Session) -> None:
    """The second lock as it is in this process, whatever a copy made of it."""
    with session.config.stash[blocking_manager_key].unblock():
        make_second_lock()


def _tried(session: pytest.Session, items: Sequence[pytest.Item], change: Callable[[], Any]) -> int:
    try:
        with session.config.stash[blocking_manager_key].unblock():
            change()
    except Unchanged:
        return UNCHANGED
    except Exception:
        return BROKEN
    return FAILED if passes(items, session.items[0]) else PASSED
