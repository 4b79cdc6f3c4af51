"""Events of chosen transactions, and their sealing, inside a test's one transaction."""

from typing import Any

from django.db import connection
from django.utils import timezone

from audit.models import Checkpoint
from audit.notes import Signer
from audit.seal import Horizon, seal
from config.lock.roles import SEALER
from tests.as_the_web import become
from tests.tampering import OURS

PLAIN = {
    "id": "gen_random_uuid()",
    "action": "'test.act'",
    "outcome": "'allowed'",
    "reason": "''",
    "purpose": "''",
    "subject_type": "''",
    "categories": "'{}'",
    "shown_ids": "'{}'",
    "is_deliberate": "true",
    "detail": "'{}'",
    "door": "'command'",
}


def sql(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def past_triggers(*tables: str) -> None:
    """As only the owner can: the triggers of these tables are off until the test's transaction is undone."""
    connection.check_constraints()
    for table in tables or ("audit_event", "audit_checkpoint"):
        sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")


def write(*xids: int, **columns: str) -> None:
    """One event of each of these transactions. Needs `past_triggers`."""
    for xid in xids:
        values = PLAIN | {"xid": f"'{xid}'"} | columns
        sql(f"INSERT INTO audit_event ({', '.join(values)}) VALUES ({', '.join(values.values())})")  # noqa: S608


def sealed(high: int, signer: Signer = OURS, most: int = 1000) -> Checkpoint | None:
    """As the sealer's login: every transaction below this one has ended."""
    with become(SEALER):
        return seal(signer, horizon=Horizon(high, timezone.now()), most=most)


def next_transaction() -> int:
    """The number of the next one: nothing of this database is in one below it, whatever other databases do."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])
