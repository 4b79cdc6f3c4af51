"""Who acts, told to the database: row-level security asks it of every row. Without it there are no rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import connection, transaction

# The settings that `act_as` sets. Local to the transaction, so that a pooled connection takes nothing along.
SETTINGS = ("app.user_id", "app.agency_id", "app.group_id", "app.case_id", "role")

_acting: ContextVar[tuple[int | None, int | None] | None] = ContextVar("acting", default=None)
_kept: ContextVar[dict[Any, Any] | None] = ContextVar("kept", default=None)


@contextmanager
def acting_as(actor: Any, case_id: int | None = None) -> Iterator[None]:
    """One transaction in which the database shows what this user may see, and as this program's own role.

    Nobody (`None`, or who is not signed in) sees nothing. `case_id` names the subject of a job: the worker's role
    sees that case and no other. Nested, the inner actor holds until its end; the same actor keeps the subject.
    """
    with _keeping(), _acting_as((getattr(actor, "pk", None), case_id)):
        yield


def kept_while_acting() -> dict[Any, Any]:
    """What may be kept in mind until the outermost `acting_as` ends, and no longer. Outside of any, nothing is kept."""
    kept = _kept.get()
    return {} if kept is None else kept


@contextmanager
def _keeping() -> Iterator[None]:
    if _kept.get() is not None:
        yield
        return
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


@contextmanager
def _acting_as(wanted: tuple[int | None, int | None]) -> Iterator[None]:
    case_id = wanted[1]
    if (current := _acting.get()) and current[0] == wanted[0] and case_id in (None, current[1]):
        with transaction.atomic():
            yield
        return
    is_nested = connection.in_atomic_block
    token = _acting.set(wanted)
    try:
        with transaction.atomic():
            before = _tell(*wanted, ask_first=is_nested)
            yield
            if is_nested and not connection.needs_rollback:
                _put_back(before)  # a released savepoint keeps SET LOCAL
    finally:
        _acting.reset(token)


def _tell(user_id: int | None, case_id: int | None, *, ask_first: bool) -> list[str]:
    asked = [f"coalesce(current_setting('{name}', true), '')" for name in SETTINGS] if ask_first else []
    columns = ", ".join([*asked, "act_as(%s, %s)", "set_config('role', %s, true)"])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}", [user_id, case_id, settings.ACTS_AS])
        return list(cursor.fetchone()[: len(asked)])


def _put_back(values: list[str]) -> None:
    columns = ", ".join(f"set_config('{name}', %s, true)" for name in SETTINGS)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}", values)
