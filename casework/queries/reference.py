"""Reference data as it stands on a day: how long things may take, and why the law lets us share."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.db.models import F, Model, Q, QuerySet
from django.utils import timezone

from accounts.authorization import NotVisible
from accounts.models import User
from casework.models import (
    EDITABLE,
    IN_FORCE,
    Case,
    CaseKind,
    LawfulBasis,
    Level,
    NextStep,
    Reference,
    ServiceStandard,
    Visit,
)

VULNERABLE = "burglary_vulnerable"
R = TypeVar("R", bound=Reference)
OF_A_ROW = {"id", "code", "partnership", "valid_from", "valid_until"}


@dataclass(frozen=True)
class Due:
    """A due time (aware) and where it comes from: the code of a service standard, or "worker"."""

    at: datetime
    source: str


@dataclass(frozen=True)
class Change:
    """What would change in one row: labels with what stands and what would; and how much of the old goes on."""

    values: list[tuple[str, Any, Any]]
    go_on: int


def in_force(on: date) -> Q:
    return Q(valid_from__lte=on) & (Q(valid_until__isnull=True) | Q(valid_until__gt=on))


def standing(model: type[R], on: date, partnership_id: int) -> QuerySet[R]:
    """The rows of a table in force on a day: of each code the partnership's own first, then what is shipped."""
    ours = Q(partnership=partnership_id) | Q(partnership__isnull=True)
    own_first = F("partnership").asc(nulls_last=True)
    return model._default_manager.filter(in_force(on), ours).order_by("code", own_first, "-valid_from")


def standing_row(model: type[R], code: str, on: date, partnership_id: int) -> R:
    """The one that holds. Raises the model's `DoesNotExist` for an unknown code."""
    row = _holding(model, code, on, partnership_id)
    if row is None:
        raise model.DoesNotExist(code)
    return row


def _holding(model: type[R], code: str, on: date, partnership_id: int) -> R | None:
    """Under the code that is asked for, also where it is that of a wider one: see `Reference.is_narrowed`."""
    rows = standing(model, on, partnership_id)
    row, (wider, _, by) = rows.filter(code=code).first(), code.rpartition("-")
    if row is None and wider and model.is_narrowed(by, partnership_id):
        row = rows.filter(code=wider).first()
        if row:
            row.code = code
    return row


def due_by(code: str, now: datetime, partnership_id: int) -> Due:
    """When something must be done that begins now. Raises `ServiceStandard.DoesNotExist` for an unknown code."""
    standard = standing_row(ServiceStandard, code, timezone.localdate(now), partnership_id)
    return Due(at=now + timedelta(hours=standard.hours), source=code)


def urgency_of(case: Case) -> str:
    """The code by which a case is hurried and somebody in it is tried: its risk, or its kind where none is judged."""
    stands = case.risk_levels.filter(IN_FORCE).order_by("-judged_at", "-pk")
    level: str | None = stands.values_list("level", flat=True).first()
    if level or case.kind != CaseKind.BURGLARY:
        return level or Level.STANDARD.value
    urgent = Visit.objects.filter(case=case, is_urgent=True).exists()
    return VULNERABLE if urgent else CaseKind.BURGLARY.value


def lawful_bases(now: datetime) -> QuerySet[LawfulBasis]:
    """Those in force today, in the order of the catalogue; not the conditions, which only go beside one."""
    return LawfulBasis.objects.filter(in_force(timezone.localdate(now)), is_condition=False).order_by("pk")


def rows_of(actor: User, table: str, today: date) -> list[Reference]:
    """What holds today of one table, and what the partnership has planned. Raises `NotVisible`."""
    model = editable(table)
    rows: dict[str, Reference] = {}
    for row in standing(model, today, actor.agency.partnership_id):
        rows.setdefault(row.code, row)
    planned = model._default_manager.filter(partnership=actor.agency.partnership_id, valid_from__gt=today)
    return sorted([*rows.values(), *planned], key=lambda row: (row.code, row.valid_from))


def row_to_change(actor: User, table: str, code: str, on: date) -> Reference:
    """The row of that code that holds. Raises `NotVisible`."""
    row = _holding(editable(table), code, on, actor.agency.partnership_id)
    if row is None:
        raise NotVisible("casework.keep_reference", named=code)
    return row


def editable(table: str) -> type[Reference]:
    """The table of this name. Raises `NotVisible`."""
    if table not in EDITABLE:
        raise NotVisible("casework.keep_reference", named=table)
    return EDITABLE[table]


def fields_to_change(model: type[Model]) -> list[str]:
    """The names of what a row of reference data says."""
    return [field.name for field in model._meta.concrete_fields if field.name not in OF_A_ROW]


def change_of(actor: User, row: Reference, said: dict[str, Any]) -> Change:
    """What the partnership would have otherwise; open next steps keep the due time that they have."""
    labels = {field.name: str(field.verbose_name) for field in row._meta.concrete_fields}
    values = [(labels[n], getattr(row, n), v) for n, v in said.items() if n in labels and getattr(row, n) != v]
    going_on = NextStep.objects.filter(owner_agency=actor.agency_id, done_at=None, due_source=row.code)
    return Change(values, going_on.count() if isinstance(row, ServiceStandard) else 0)
