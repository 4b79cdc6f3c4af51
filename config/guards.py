"""The triggers that guard records, made anew from the code's own tables after each migrate.

Two kinds: a change needs its event in the same transaction (every table of the guarded apps), and a status
changes only along its table of transitions. Plain SQL triggers, because what a library's trigger protects, the
application could unprotect.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model

from accounts.transitions import Transition
from casework.models import Case, Contact
from casework.states import CASE_TRANSITIONS, CONTACT_TRANSITIONS
from referrals.models import Referral
from referrals.states import REFERRAL_TRANSITIONS

NEEDS_EVENT, STATUS_MOVES = "change_needs_its_event", "status_changes_along_its_table"
GUARDED_APPS = ("accounts", "casework", "referrals", "oversight")
MACHINES: dict[type[Model], list[Transition]] = {
    Case: CASE_TRANSITIONS,
    Contact: CONTACT_TRANSITIONS,
    Referral: REFERRAL_TRANSITIONS,
}


def guarded_models() -> Iterator[type[Model]]:
    """Every model of ours that has a table."""
    yield from (m for m in apps.get_models() if m._meta.app_label in GUARDED_APPS and m._meta.managed)


def case_column(model: type[Model]) -> str:
    """The column that names a row's case; empty where a row belongs to none."""
    if model is Case:
        return "id"
    for field in model._meta.concrete_fields:
        if field.related_model is Case:
            return str(field.column)
    return ""


def pairs(transitions: list[Transition]) -> list[str]:
    """The moves that a table allows, as from>to."""
    return sorted({f"{source}>{move.target}" for move in transitions for source in move.sources})


def make_guards(**kwargs: Any) -> None:
    """Put every trigger in place that is missing or was made from another table. Can be run again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text, tgname, tgargs FROM pg_trigger WHERE NOT tgisinternal")
        present = {(table, name): bytes(arguments) for table, name, arguments in cursor.fetchall()}
        for (table, name), (arguments, statement) in wanted().items():
            if present.get((table, name)) != "".join(f"{each}\0" for each in arguments).encode():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}; {statement}")


def wanted() -> dict[tuple[str, str], tuple[list[str], str]]:
    """By table and name of each trigger: its arguments, and the statement that makes it."""
    events = {
        (model._meta.db_table, NEEDS_EVENT): ([case_column(model)], _needs_event(model)) for model in guarded_models()
    }
    moves = {
        (model._meta.db_table, STATUS_MOVES): (pairs(table), _status_moves(model, table))
        for model, table in MACHINES.items()
    }
    return events | moves


def _needs_event(model: type[Model]) -> str:
    return (
        f"CREATE CONSTRAINT TRIGGER {NEEDS_EVENT} AFTER INSERT OR UPDATE OR DELETE ON {model._meta.db_table} "
        f"DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_required('{case_column(model)}')"
    )


def _status_moves(model: type[Model], transitions: list[Transition]) -> str:
    allowed = ", ".join(f"'{pair}'" for pair in pairs(transitions))
    return (
        f"CREATE TRIGGER {STATUS_MOVES} BEFORE UPDATE OF status ON {model._meta.db_table} "
        f"FOR EACH ROW EXECUTE FUNCTION audit_status_moves({allowed})"
    )
