"""Events as the lines that are hashed: one form, made by the database from whatever columns the log has.

What it is, docs/audit-format.md says exactly. A column that is empty is left out, so a new one, as long as it may be
empty and has no default, changes no line that was sealed before it came.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

LOG = "audit_event"
FOR_EVER = 2**63 - 1
MOMENT = """'"' || to_char(e.{} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"'"""
VALUE = "to_json(e.{})::text"


@dataclass(frozen=True)
class Range:
    """Events of the transactions from `low` to before `high`, later than `since` and not later than `until`."""

    low: int
    high: int
    since: datetime | None = None
    until: datetime | None = None

    @property
    def condition(self) -> str:
        after, before = self.since or "-infinity", self.until or "infinity"
        xids = f"e.xid >= '{int(self.low)}' AND e.xid < '{int(self.high)}'"
        if self.since is self.until is None:
            return xids
        return f"{xids} AND e.at > '{after}' AND e.at <= '{before}'"


def tables() -> list[str]:
    """The log, and each month that has left it."""
    with connection.cursor() as cursor:
        cursor.execute(
            r"SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            r" AND NOT relispartition AND relname ~ '^audit_event_\d{4}_\d{2}$' ORDER BY 1"
        )
        return [LOG, *(str(name) for (name,) in cursor.fetchall())]


def columns(table: str) -> dict[str, str]:
    """The names of its columns in order, and their types."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname, atttypid::regtype::text FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
            [table],
        )
        return dict(sorted(cursor.fetchall()))


def line_of(table: str) -> str:
    """SQL: an event `e` of this table as its line."""
    values = {
        name: (MOMENT if kind == "timestamp with time zone" else VALUE).format(name)
        for name, kind in columns(table).items()
    }
    parts = ", ".join(f"""'"{name}":' || {value}""" for name, value in values.items())
    return f"'{{' || concat_ws(',', {parts}) || '}}'"


def lines(wanted: Range, among: list[str]) -> Iterator[tuple[int, str, bytes]]:
    """The transaction, id and line of each event, in the order in which events are sealed: by transaction, then by id.

    `among` are tables of the log. All of them are fetched at once: one by one they would take twice as long.
    """
    found = " UNION ALL ".join(
        f"SELECT e.xid AS xid, e.id AS id, {line_of(table)} AS line FROM {table} e WHERE {wanted.condition}"  # noqa: S608
        for table in among
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT xid::text::bigint, id::text, line FROM ({found}) e ORDER BY e.xid, e.id")  # noqa: S608
        fetched = cursor.fetchall()
    for xid, own_id, line in fetched:
        yield xid, own_id, line.encode()
