"""Sealing the log: what has been committed, in order, under one signed checkpoint after another.

A batch is a range of transactions that have all ended, so no late commit slips under a seal. See docs/decisions/0029.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from audit.lines import FOR_EVER, LOG, Range, lines
from audit.models import Checkpoint
from audit.notes import Said, Signer, text_of
from audit.tree import Tree, leaf

# Longer than a login may leave a transaction idle (60 s) or a statement run (30 s): those hold the seal back.
UNSEALED_ALARM_SECONDS = 120
BATCH = 20_000  # events; the last transaction of a batch is taken whole


class AnotherSeals(Exception):
    """Somebody else is sealing at this moment."""


class WasRestored(Exception):
    """This server counts transactions from before the last seal: the database came here from another one."""


class NothingYet(Exception):
    """There is nothing to go on from after a restore."""


@dataclass(frozen=True)
class Horizon:
    """Every transaction below `high` has ended. `at` is the database's time."""

    high: int
    at: datetime


def seal(signer: Signer, *, horizon: Horizon | None = None, most: int = BATCH) -> Checkpoint | None:
    """Seal what can be sealed, in one batch. Nothing when there is nothing.

    Raises `AnotherSeals` and `WasRestored`. Without a horizon it is the database's; another one is for tests.
    """
    with transaction.atomic():
        _alone()
        last, horizon = newest(), horizon or _horizon()
        low, since = (last.high, last.since) if last else (0, None)
        if horizon.high < low:
            raise WasRestored
        high = min(horizon.high, _after(Range(low, horizon.high, since), most))
        return _sealed(signer, last, Range(low, high, since), horizon.at)


def seal_restored(signer: Signer) -> Checkpoint:
    """Go on in a server that counts transactions anew: seal what the old one left, then begin its numbers again.

    Raises `AnotherSeals`, and `NothingYet` while nothing new was committed here, or nothing shows a restore.
    """
    with transaction.atomic():
        _alone()
        last, horizon = newest(), _horizon()
        if last is None or horizon.high >= last.high:
            raise NothingYet
        high, latest = _left(Range(last.high, FOR_EVER, last.since))
        tail = _sealed(signer, last, Range(last.high, high, last.since), horizon.at) if high else None
        anew = Range(0, horizon.high, max(last.at, latest or last.at))
        made = _sealed(signer, tail or last, anew, horizon.at)
        if made is None:
            raise NothingYet
        return made


def newest() -> Checkpoint | None:
    return Checkpoint.objects.defer("leaves").order_by("-size").first()


def unsealed_since() -> datetime | None:
    """When the oldest event was written that is not sealed yet; nothing when all are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_unsealed_since()")
        found: datetime | None = cursor.fetchone()[0]
        return found


def unsealed_count() -> int:
    """How many events wait for their seal, those of transactions that are still open left out."""
    last = newest()
    waiting = Range(last.high if last else 0, FOR_EVER, last.since if last else None)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {LOG} e WHERE {waiting.condition}")  # noqa: S608
        return int(cursor.fetchone()[0])


def _alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('audit seal', 0))")
        if not cursor.fetchone()[0]:
            raise AnotherSeals


def _horizon() -> Horizon:
    """Asked before the events are, in a statement of its own: what ended before this, the next one sees."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, clock_timestamp()")
        return Horizon(*cursor.fetchone())


def _after(wanted: Range, most: int) -> int:
    """The transaction after the one in which this many events are full; any number when they are fewer."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT xid::text::bigint + 1 FROM {LOG} e WHERE {wanted.condition} ORDER BY xid OFFSET %s LIMIT 1",  # noqa: S608
            [most - 1],
        )
        found = cursor.fetchone()
        return int(found[0]) if found else FOR_EVER


def _left(wanted: Range) -> tuple[int | None, datetime | None]:
    """The transaction after the last of these events, and when the latest was written."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT max(xid::text::bigint) + 1, max(at) FROM {LOG} e WHERE {wanted.condition}")  # noqa: S608
        high, latest = cursor.fetchone()
        return high, latest


def _sealed(signer: Signer, last: Checkpoint | None, events: Range, at: datetime) -> Checkpoint | None:
    tree = Tree(last.size, bytes(last.edge)) if last else Tree()
    first, leaves = tree.size, [leaf(line) for _, _, line in lines(events, [LOG])]
    if not leaves:
        return None
    tree.grow(leaves)
    said = Said(
        origin=signer.name,
        size=tree.size,
        root=tree.root,
        at=max(at, last.at) if last else at,
        previous=text_of(last.note) if last else "",
        low=events.low,
        high=events.high,
        since=events.since,
    )
    return Checkpoint.objects.create(
        size=said.size,
        first=first,
        at=said.at,
        low=said.low,
        high=said.high,
        since=said.since,
        root=said.root,
        edge=tree.edge,
        leaves=b"".join(leaves),
        note=signer.sign(said.text),
    )
