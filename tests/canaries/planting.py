"""A canary into every field of every record of a case, from the models themselves and the table of fields."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from audit.acting import _keeping as keys_kept
from casework.models import Address, Case, ContactRoute, LiveGroupGrant
from casework.models.people import ABOUT
from casework.queries import fold, read_telephone
from config.guards import ONCE, SAID_ONCE
from tests.canaries.oracle import Oracle
from tests.canaries.tokens import Canaries

VIEWS = {LiveGroupGrant}  # of GroupGrant's rows
FOUND_BY = {"reference", "uuid"}  # planted as they are: the record was named so when it was made
MOMENTS = {"past", "future", "until"}


def records_of_cases() -> dict[type[Model], str]:
    """Every model that is a case, points at one, or points at a record of one, however far; and by which lookup."""
    found = {Case: "pk"}
    waiting = [Case]
    while waiting:
        below = waiting.pop(0)
        for model in sorted(set(apps.get_models()) - VIEWS, key=lambda model: model._meta.label):
            for name in [f.name for f in model._meta.concrete_fields if f.related_model is below]:
                if model not in found:
                    found[model] = name if below is Case else f"{name}__{found[below]}"
                    waiting.append(model)
    return found


def plant(canaries: Canaries, oracle: Oracle, case: Case, state: str) -> None:
    """Fill every record of this case. The first to be filled are those that others are made from."""
    for record in list(records_of(case)):
        model = type(record).__name__
        kinds = {name: said.kind for name, said in oracle.fields[model].items() if said.kind}
        for name, kind in kinds.items():
            place = f"{model}.{name}"
            _fill(canaries, record, name, kind, (state, place, oracle.category_of(place, role_of(record))))
        _made_from_it(record)
        if kinds:
            record.save()


def records_of(case: Case) -> Iterator[Model]:
    """Every record that belongs to this case, those that name the case itself first."""
    for model, lookup in records_of_cases().items():
        yield from model.objects.filter(**{lookup: case.pk}).order_by("pk")  # type: ignore[attr-defined]


def role_of(record: Model) -> str:
    """Whose it is, where the case is not about them; a way to reach somebody that holds no longer is nobody's."""
    if isinstance(record, ContactRoute) and record.superseded_at:
        return "superseded"
    party = getattr(record, "party", record)
    role: str = getattr(party, "role", "")
    return role if role not in ABOUT else ""


def _fill(canaries: Canaries, record: Any, name: str, kind: str, of: tuple[str, str, str]) -> None:
    standing = getattr(record, name)
    only_where_filled, kind = kind.endswith("?"), kind.rstrip("?")
    if only_where_filled and not standing:
        return
    if kind in FOUND_BY:
        canaries.know(kind, of, standing)
    elif kind == "typed":
        setattr(record, name, {key: canaries.plant("words", of) for key in ("said", "name", "when_safe")})
    elif kind == "answers":
        with_words = {"15": {"answer": "yes", "comment": canaries.plant("words", of), "source": "police"}}
        setattr(record, name, {**(standing or {}), **with_words})
    elif kind == "until" and standing < timezone.now():
        return  # what has ended must not begin again; what runs is only ever shortened
    else:
        longest = getattr(record._meta.get_field(name), "max_length", None) or 0
        value = canaries.plant(kind, of, longest)
        is_moment = kind in MOMENTS and record._meta.get_field(name).get_internal_type() == "DateTimeField"
        setattr(record, name, at_noon(value) if is_moment else value)


def at_noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def _made_from_it(record: Any) -> None:
    """What the product itself makes from a value."""
    if hasattr(record, "folded_name"):
        record.folded_name = fold(record.name)
    if isinstance(record, Address):
        record.mark = record.marked()
    if isinstance(record, ContactRoute):
        record.e164 = read_telephone(record.value)
        record.mark = record.marked()


@contextmanager
def unguarded() -> Iterator[None]:
    """What was said once stays, also in tests: unless the owner of the tables lifts it, here, for the planting."""
    tables = [model._meta.db_table for model in ONCE]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("; ".join(f"ALTER TABLE {table} DISABLE TRIGGER {SAID_ONCE}" for table in tables))
        with keys_kept():
            yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("; ".join(f"ALTER TABLE {table} ENABLE TRIGGER {SAID_ONCE}" for table in tables))
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
