"""Writing the log: `record` for what happened, `@command` for acts that must not happen unrecorded."""

from __future__ import annotations

import functools
import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from django.db import DatabaseError, connection, models

from audit.acting import acting_as
from audit.models import AuditEvent, Outcome

P = ParamSpec("P")
R = TypeVar("R")

# What may stand in `detail`: codes, ids and numbers. A sentence, a written name or a telephone number does not fit.
CODE = re.compile(r"[a-z][a-z0-9_.:-]{0,59}")

MONTHS_AHEAD = 13
PROBE = (
    "SAVEPOINT probed; INSERT INTO audit_event "
    "(id, action, outcome, reason, purpose, subject_type, categories, shown_ids, is_deliberate, detail, door) "
    "VALUES (gen_random_uuid(), 'audit.probe', 'allowed', '', '', '', '{}', '{}', true, '{}', ''); "
    "ROLLBACK TO SAVEPOINT probed; RELEASE SAVEPOINT probed"
)
FIELDS = [field for field in AuditEvent._meta.concrete_fields if field.name not in {"at", "acting_for_id"}]
COLUMNS = [str(field.column) for field in FIELDS]


class AuditMissing(Exception):
    """A command ended without recording what it did, and was undone."""


class NotACode(ValueError):
    """Somebody tried to write a value into the log, where only ids and codes may stand."""


class NotRecorded(Exception):
    """The log takes no event: whatever it was to tell of is undone and shown to nobody."""


@dataclass
class Recorded:
    """How many events were written since somebody began to watch, and whether one could not be."""

    events: int = 0
    has_gap: bool = False


@dataclass(frozen=True)
class Door:
    """By which way in the present work came, in which request, and from which network, as a code."""

    name: str = "command"
    request_id: uuid.UUID | None = None
    network: str | None = None


_door: ContextVar[Door] = ContextVar("audit_door", default=Door())  # noqa: B039 - frozen
_recorded: ContextVar[list[str] | None] = ContextVar("audit_recorded", default=None)
_watched: ContextVar[Recorded | None] = ContextVar("audit_watched", default=None)
_acts: ContextVar[list[AuditEvent] | None] = ContextVar("audit_acts", default=None)


@contextmanager
def through(door: Door) -> Iterator[None]:
    """Every event recorded inside carries this door and request."""
    token = _door.set(door)
    try:
        yield
    finally:
        _door.reset(token)


@contextmanager
def watched() -> Iterator[Recorded]:
    """What is recorded inside, counted; and a gap is known, whatever is made of the exception that told of it."""
    recorded = Recorded()
    token = _watched.set(recorded)
    try:
        yield recorded
    finally:
        _watched.reset(token)


@contextmanager
def acts_watched() -> Iterator[list[AuditEvent]]:
    """The events that commands record inside, first to last. Readings are not among them."""
    acts: list[AuditEvent] = []
    token = _acts.set(acts)
    try:
        yield acts
    finally:
        _acts.reset(token)


def record(
    *,
    actor: Any,
    action: str,
    subject: models.Model | None = None,
    case_id: int | None = None,
    outcome: Outcome = Outcome.ALLOWED,
    reason: str = "",
    purpose: str = "",
    categories: Iterable[str] = (),
    shown: Iterable[int] = (),
    deliberate: bool = True,
    **detail: Any,
) -> None:
    """Write one event in the present transaction. Raises `NotACode` for anything but ids and codes."""
    record_many(
        actor=actor,
        action=action,
        subjects=[subject],
        case_id=case_id,
        outcome=outcome,
        reason=reason,
        purpose=purpose,
        categories=categories,
        shown=shown,
        deliberate=deliberate,
        **detail,
    )


def record_many(
    *,
    actor: Any,
    action: str,
    subjects: Iterable[models.Model | None],
    case_id: int | None = None,
    outcome: Outcome = Outcome.ALLOWED,
    reason: str = "",
    purpose: str = "",
    categories: Iterable[str] = (),
    shown: Iterable[int] = (),
    deliberate: bool = True,
    **detail: Any,
) -> None:
    """Write one event for each subject, as `record` does, in one statement."""
    door = _door.get()
    common = {
        "actor_id": getattr(actor, "pk", None),
        "agency_id": getattr(actor, "agency_id", None),
        "action": _code(action),
        "outcome": Outcome(outcome).value,
        "reason": _code(reason),
        "purpose": _code(purpose),
        "categories": sorted(_code(category) for category in categories),
        "shown_ids": list(shown),
        "is_deliberate": deliberate,
        "detail": {name: _code(value) for name, value in detail.items()},
        "request_id": door.request_id,
        "door": door.name,
        "network": door.network,
    }
    events = [AuditEvent(**common, **_about(subject, case_id)) for subject in subjects]
    _insert(events)
    if events and (recorded := _recorded.get()) is not None:
        recorded.append(action)
        if (acts := _acts.get()) is not None:
            acts.extend(events)


def command(function: Callable[P, R]) -> Callable[P, R]:
    """Run in one transaction as its actor, and undo it unless the function itself recorded what it did.

    An event recorded by a command it calls does not count. Raises `AuditMissing`.
    """

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        token = _recorded.set([])
        try:
            with acting_as(kwargs.get("actor")):
                result = function(*args, **kwargs)
                if not _recorded.get():
                    raise AuditMissing(f"{function.__module__}.{function.__qualname__} recorded nothing")
                return result
        finally:
            _recorded.reset(token)

    wrapper.is_command = True  # type: ignore[attr-defined]
    return wrapper


def must_be_writable() -> None:
    """Raise `NotRecorded` unless an event could be written now, in the present transaction. It is not kept."""
    _write(PROBE)


def make_partitions() -> None:
    """Make the log's partitions for this month and the months ahead. Can be run again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_make_partitions(%s)", [MONTHS_AHEAD])


def _about(subject: models.Model | None, case_id: int | None) -> dict[str, Any]:
    if subject is None:
        return {"subject_type": "", "subject_id": None, "case_id": case_id}
    label = subject._meta.model_name or ""
    own_case = subject.pk if label == "case" else getattr(subject, "case_id", None)
    return {"subject_type": label, "subject_id": subject.pk, "case_id": case_id or own_case}


def _code(value: Any) -> Any:
    if value is None or isinstance(value, bool | int) or value == "":
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_code(item) for item in value]
    if isinstance(value, str) and CODE.fullmatch(value):
        return str(value)
    raise NotACode("only ids and codes may be written to the log")


def _insert(events: list[AuditEvent]) -> None:
    """Insert by column: the database sets `at`, `xid`, `db_user` and `acting_for_id`, which nobody may choose."""
    if not events:
        return
    columns, row = ", ".join(COLUMNS), "(" + ", ".join(["%s"] * len(FIELDS)) + ")"
    values = [field.get_db_prep_save(getattr(e, field.attname), connection) for e in events for field in FIELDS]
    _write(f"INSERT INTO audit_event ({columns}) VALUES {', '.join([row] * len(events))}", values)  # noqa: S608
    if (recorded := _watched.get()) is not None:
        recorded.events += len(events)


def _write(statement: str, values: list[Any] | None = None) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
    except DatabaseError as error:
        if (recorded := _watched.get()) is not None:
            recorded.has_gap = True
        raise NotRecorded from error
