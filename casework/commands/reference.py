"""Loading the reference data that rules read: how long things take, why the law lets us share, how risk is asked."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from accounts.authorization import authorize
from accounts.models import Partnership, User
from audit.log import command, record
from casework import grading
from casework.models import AttemptStandard, LawfulBasis, RiskInstrument, RiskRule, ServiceStandard
from casework.plans import WordingPlan
from casework.queries import instrument_in_force

KEPT = "What was asked or graded by it must stay as it was: begin a new version on another day."
Graded = RiskInstrument | RiskRule


@command
def load_reference(
    *,
    actor: User,
    standards: Iterable[ServiceStandard],
    bases: Iterable[LawfulBasis],
    ladders: Iterable[AttemptStandard] = (),
    instruments: Iterable[RiskInstrument] = (),
    rules: Iterable[RiskRule] = (),
) -> tuple[int, int]:
    """Bring the tables up to what is given. A code that begins on the same day is replaced; none is ever removed.

    Of an instrument or a rule, only what is not asked or graded by is replaced: raises `ValidationError`.
    """
    authorize(actor, "casework.load_reference")
    counts = _bring_up(ServiceStandard, list(standards)), _bring_up(LawfulBasis, list(bases))
    _bring_up(AttemptStandard, list(ladders))
    for instrument in instruments:
        _bring_one(instrument, grading.problems_of_instrument(instrument.content))
    for rule in rules:
        _bring_one(rule, grading.problems_of_rule(rule.content))
    record(actor=actor, action="casework.load_reference", standards=counts[0], bases=counts[1])
    return counts


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
    _bring_one(loaded, grading.problems_of_instrument(loaded.content))
    record(actor=actor, action="casework.load_reference", instruments=1)
    return loaded


def _bring_up(model: type[models.Model], rows: list[models.Model]) -> int:
    changing = [f.name for f in model._meta.fields if f.name not in {"id", "code", "valid_from"}]
    model._default_manager.bulk_create(
        rows, update_conflicts=True, unique_fields=["code", "valid_from"], update_fields=changing
    )
    return len(rows)


def _bring_one(row: Graded, problems: list[str]) -> None:
    if problems:
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
