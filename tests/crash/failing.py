"""Failpoints, found while the work runs: before each statement, before and after each commit, before the answer.

Who asks for it is struck at the first point at which its kind of victim was not struck before, in that act. So nobody
lists the points, and a new statement of the product is a new one. Nothing of this is in the product.
"""

import hashlib
import json
import os
import re
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections
from django.http import HttpRequest, HttpResponse

from accounts import work
from accounts.middleware import GetResponse
from tests.crash.database import postmaster
from tests.crash.strikes import AT_JOBS, Strike, first_there, read

STRIKES = Path(os.environ.get("CRASH_STRIKES", os.devnull))
HEADER = "X-Strike"
VARIES = re.compile(r"\d+|(?:%s(?:, )?)+")  # names of savepoints, and how many values there are
SHOWN = 120
STRUCK_JOB = "accounts.send_notice"


def kill_web() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def kill_backend() -> None:
    connection.ensure_connection()
    os.kill(connection.connection.info.backend_pid, signal.SIGKILL)


def kill_postgresql() -> None:
    if server := postmaster(settings.LOCAL_DATABASE):
        server.kill()


VICTIMS: dict[str, Callable[[], None]] = {
    "web worker": kill_web,
    "job worker": kill_web,
    "backend": kill_backend,
    "PostgreSQL": kill_postgresql,
}


class Points:
    """The points of one attempt. `every` chooses, by the seed, one in so many of all."""

    def __init__(self, victim: str, act: str, attempt: str = "", every: int = 1, seed: int = 0) -> None:
        self.victim, self.act, self.attempt, self.every, self.seed = victim, act, attempt, every, seed
        self._seen: Counter[str] = Counter()
        self._is_struck = False
        self._before = {each.point for each in read(STRIKES) if (each.victim, each.act) == (victim, act)}

    def reach(self, words: str) -> None:
        plain = VARIES.sub("#", words)
        self._seen[plain] += 1
        point = f"{_digest(plain)}-{self._seen[plain]}"
        if self._is_struck or point in self._before or int(_digest(f"{self.seed} {point}"), 16) % self.every:
            return
        if first_there(STRIKES, Strike(self.victim, self.act, self.attempt, point, plain[:SHOWN])):
            self._is_struck = True
            VICTIMS[self.victim]()

    @contextmanager
    def watched(self) -> Iterator[None]:
        real = connections[connection.alias]
        commit = real.commit

        def committing() -> None:
            self.reach("before the commit")
            commit()
            self.reach("after the commit")

        def asked(execute: Any, sql: Any, parameters: Any, many: bool, context: Any) -> Any:
            self.reach(str(sql))
            return execute(sql, parameters, many, context)

        real.commit = committing
        try:
            with real.execute_wrapper(asked):
                yield
        finally:
            del real.commit  # that of its class again


class StruckAtPoints:
    """Outermost, for requests that ask for it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if HEADER not in request.headers:
            return self.get_response(request)
        points = Points(**json.loads(request.headers[HEADER]))
        with points.watched():
            response = self.get_response(request)
        points.reach("before the answer")
        return response


def strike_at_jobs() -> None:
    """Have job workers die at the failpoints of sending a notice, for as long as the run wants that."""
    real = work.do

    def do(permission: str, *more: Any) -> None:
        if permission != STRUCK_JOB or not STRIKES.with_name(AT_JOBS).exists():
            return real(permission, *more)
        points = Points("job worker", permission)
        with points.watched():
            real(permission, *more)
        points.reach("done, and not marked as done")
        return None

    work.do = do


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:10]
