"""Loading the reference data that rules read, and a partnership's changing of it for itself."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from accounts.authorization import authorize
from accounts.models import Partnership, User
from audit.log import command, record
from casework import grading
from casework.models import LawfulBasis, Reference, RiskInstrument, RiskRule
from casework.plans import WordingPlan
from casework.queries import fields_to_change, instrument_in_force, standing_row

KEPT = "What was asked or graded by it must stay as it was: begin a new version on another day."
Graded = RiskInstrument | RiskRule


@command
def load_reference(*, actor: User, rows: Iterable[Reference | LawfulBasis]) -> dict[str, int]:
    """Bring what is shipped up to what is given; how many rows, by table. What a partnership has of its own stays.

    A code that begins on the same day is replaced; none is ever removed. Of an instrument or a rule, only what is not
    asked or graded by is replaced: raises `ValidationError`.
    """
    authorize(actor, "casework.load_reference")
    by_model: dict[type[models.Model], list[models.Model]] = {}
    for row in rows:
        by_model.setdefault(type(row), []).append(row)
    counts = {model._meta.model_name or "": _bring_up(model, given) for model, given in by_model.items()}
    record(actor=actor, action="casework.load_reference", **counts)  # type: ignore[arg-type]  # counts by table
    return counts


@command
def change_reference(
    *, actor: User, row: Reference, said: Mapping[str, Any], valid_from: date, now: datetime
) -> Reference:
    """Let something be otherwise in the actor's partnership from a day on: a row of its own, which what stood before
    makes way for. What exists already keeps what it was made by. Raises `ValidationError` by field.

    `row` is of the code that changes; `said` holds what is otherwise, and its source.
    """
    authorize(actor, "casework.keep_reference")
    model, partnership = type(row), actor.agency.partnership_id
    if valid_from < timezone.localdate(now):
        raise ValidationError({"valid_from": "It can begin today or later, never in the past."})
    before = standing_row(model, row.code, valid_from, partnership)
    kept = {name: getattr(before, name) for name in fields_to_change(model)}
    own = model._default_manager.select_for_update().filter(code=row.code, partnership=partnership)
    later = own.filter(valid_from__gt=valid_from).order_by("valid_from").first()
    until = later.valid_from if later else None
    dates = {"valid_from": valid_from, "valid_until": until}
    changed = model(code=row.code, partnership_id=partnership, **kept | dict(said) | dates)
    changed.full_clean(exclude=["valid_until", "partnership"], validate_unique=False, validate_constraints=False)
    own.filter(valid_from__lt=valid_from).exclude(valid_until__lte=valid_from).update(valid_until=valid_from)
    model._default_manager.bulk_create(
        [changed],
        update_conflicts=True,
        unique_fields=["code", "partnership", "valid_from"],
        update_fields=[*fields_to_change(model), "valid_until"],
    )
    record(actor=actor, action="casework.keep_reference", subject=changed, table=model._meta.model_name, code=row.code)
    return changed


@command
def load_wording(*, actor: User, partnership: Partnership, plan: WordingPlan) -> RiskInstrument:
    """A new version of an instrument for one partnership, with the words that it may use. Raises `ValidationError`."""
    authorize(actor, "casework.load_reference")
    shipped = instrument_in_force(plan.code, partnership.pk, plan.begins)
    if shipped is None:
        raise ValidationError("There is no such instrument.")
    items = [item | {"wording": plan.wording.get(item["code"], "")} for item in shipped.content["items"]]
    if unknown := plan.wording.keys() - {item["code"] for item in items}:
        raise ValidationError(f"The instrument has no items {', '.join(sorted(unknown))}.")
    if not plan.licence.strip():
        raise ValidationError("Say by whose leave these words are used.")
    loaded = RiskInstrument(
        code=shipped.code,
        partnership=partnership,
        name=shipped.name,
        of_pair=shipped.of_pair,
        content=shipped.content | {"items": items},
        licence=plan.licence,
        source=plan.source,
        valid_from=timezone.localdate(plan.begins),
        valid_until=plan.retires_on,
    )
    _bring_one(loaded)
    record(actor=actor, action="casework.load_reference", instruments=1)
    return loaded


def _bring_up(model: type[models.Model], rows: list[models.Model]) -> int:
    """Of the shipped rows. A basis in law is everybody's; what was asked and graded by is never replaced."""
    if issubclass(model, RiskInstrument | RiskRule):
        for row in rows:
            _bring_one(cast(Graded, row))
        return len(rows)
    unique = ["code", "partnership", "valid_from"] if issubclass(model, Reference) else ["code", "valid_from"]
    changing = [f.name for f in model._meta.fields if f.name not in {"id", *unique}]
    model._default_manager.bulk_create(rows, update_conflicts=True, unique_fields=unique, update_fields=changing)
    return len(rows)


def _bring_one(row: Graded) -> None:
    is_rule = isinstance(row, RiskRule)
    if problems := (grading.problems_of_rule if is_rule else grading.problems_of_instrument)(row.content):
        raise ValidationError([f"{row.code}: {problem}" for problem in problems])
    model = type(row)
    same = {"code": row.code, "partnership": row.partnership, "valid_from": row.valid_from}
    standing = model._default_manager.filter(**same).first()
    if standing is None:
        row.save(force_insert=True)
        return
    if standing.content != row.content:
        raise ValidationError(f"{row.code}: {KEPT}")
    changing = [name for name in ("name", "licence", "source", "valid_until") if hasattr(row, name)]
    for name in changing:
        setattr(standing, name, getattr(row, name))
    standing.save(update_fields=changing)
