"""What the sabotaged variants of the run do wrong. Only their settings name it; nothing of it is in the product."""

from contextvars import ContextVar

import psycopg
from django.http import HttpRequest, HttpResponse

from accounts.middleware import GetResponse
from audit import log
from audit.models import AuditEvent
from config.localdb import NAME

SETTINGS = {
    "none": "tests.crash.settings",
    "key": "tests.crash.without_keys",
    "audit": "tests.crash.late_audit",
    "commit": "tests.crash.settings",
}
_held: ContextVar[list[AuditEvent] | None] = ContextVar("held", default=None)


class EventsAfterwards:
    """Holds back the events of a request until its transaction is over, as somebody might who finds the log slow."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.insert, log._insert = log._insert, self.hold

    def __call__(self, request: HttpRequest) -> HttpResponse:
        _held.set(events := [])
        response = self.get_response(request)
        self.insert(events)
        return response

    def hold(self, events: list[AuditEvent]) -> None:
        """Outside a request, as in a job, nothing is held back."""
        held = _held.get()
        self.insert(events) if held is None else held.extend(events)


def sabotage(what: str, address: str) -> None:
    """What is wrong with the database itself, which is thrown away."""
    if what == "audit":
        unguard(address)
    if what == "commit":
        answer_early(address)


def answer_early(address: str) -> None:
    """A commit is answered before it is on the disk, where it is written after a while: long enough for few kills."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {NAME} SET synchronous_commit = off")
        connection.execute("ALTER SYSTEM SET wal_writer_delay = '5s'")
        connection.execute("SELECT pg_reload_conf()")


def unguard(address: str) -> None:
    """Take away the triggers that would refuse a change without its event, on this throw-away database."""
    with psycopg.connect(address) as connection:
        tables = connection.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'change_needs_its_event'"
        ).fetchall()
        assert tables, "the guard has another name now"
        for (table,) in tables:
            connection.execute(f"DROP TRIGGER change_needs_its_event ON {table}")
