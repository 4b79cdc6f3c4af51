"""Where else than in an answer something may stand: logs, standard output, mails, what waits, what is kept."""

import io
import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.core import mail
from django.db import connection
from procrastinate.contrib.django import app

from accounts.sessions import SessionStore
from config.lock.roles import JOBS
from config.logs import Line
from tests.as_the_web import become

LOGGERS = ("", "django", "gunicorn.error", "gunicorn.access", "procrastinate")
# Tables in which more is kept than records: what was done, what waits, who is signed in, what was answered.
KEEPS = re.compile(r"INSERT INTO \W*(audit_event|accounts_notice)|procrastinate_defer_job")
# Of a session what it says: its key and its signature are random, and in so many letters are six of any word.
SESSION = 'INSERT INTO "django_session"'


@dataclass
class Written:
    """What was written while somebody listened, by where."""

    log: io.StringIO = field(default_factory=io.StringIO)
    out: io.StringIO = field(default_factory=io.StringIO)
    kept: list[str] = field(default_factory=list)
    of_postgresql: str = ""

    def taken(self) -> tuple[str, str]:
        """What the database was given to keep since this was asked last: notices, and the rest."""
        notices = [text for text in self.kept if "accounts_notice" in text]
        rest = [text for text in self.kept if "accounts_notice" not in text]
        self.kept.clear()
        return "\n".join(notices), "\n".join(rest)

    def watch(self, execute: Any, statement: Any, parameters: Any, many: bool, context: Any) -> Any:
        if SESSION in str(statement):
            self.kept.append(str(SessionStore().decode(parameters[1])))
        elif KEEPS.search(str(statement)):
            self.kept.append(f"{statement} {parameters}")
        return execute(statement, parameters, many, context)

    @property
    def texts(self) -> dict[str, str]:
        return {"logs": self.log.getvalue(), "standard output": self.out.getvalue(), "PostgreSQL": self.of_postgresql}


@contextmanager
def listening() -> Iterator[Written]:
    """The logs of processes in the form in which they are written, what is printed, and PostgreSQL's own log."""
    written = Written()
    handler = logging.StreamHandler(written.log)
    handler.setFormatter(Line())
    loggers = [logging.getLogger(name) for name in LOGGERS]
    for logger in loggers:
        logger.addHandler(handler)
    start = server_log().stat().st_size if server_log() else 0
    with redirect_stdout(written.out), redirect_stderr(written.out), connection.execute_wrapper(written.watch):
        yield written
    for logger in loggers:
        logger.removeHandler(handler)
    if server_log():
        with server_log().open("rb") as log:
            log.seek(start)
            written.of_postgresql = log.read().decode(errors="replace")


def server_log() -> Any:
    """The embedded server's; another server's log cannot be read from here."""
    return settings.LOCAL_DATABASE.log if hasattr(settings, "LOCAL_DATABASE") else None


def work() -> None:
    """Do what waits, as the worker's role does it, inside the present transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, task_name, args, attempts FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id")
        waiting = cursor.fetchall()
        for number, name, arguments, attempts in waiting:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [number])
            job = SimpleNamespace(id=number, task_name=name, attempts=attempts)
            with become(JOBS):
                app.tasks[name].func(SimpleNamespace(job=job), **json.loads(arguments))
            cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = %s", [number])


def mails() -> Iterator[tuple[str, str]]:
    """To whom, and the whole of it as it goes out; each once."""
    for message in mail.outbox:
        yield message.to[0], message.message().as_string()
    mail.outbox.clear()
