"""Loading the reference data that rules read: how long things may take, and why the law lets us share."""

from collections.abc import Iterable

from django.db import models

from accounts.authorization import authorize
from accounts.models import User
from audit.log import command, record
from casework.models import AttemptStandard, CodeRule, LawfulBasis, ServiceStandard


@command
def load_reference(
    *,
    actor: User,
    standards: Iterable[ServiceStandard],
    bases: Iterable[LawfulBasis],
    ladders: Iterable[AttemptStandard] = (),
    rules: Iterable[CodeRule] = (),
) -> tuple[int, int]:
    """Bring the tables up to what is given. A code that begins on the same day is replaced; none is ever removed."""
    authorize(actor, "casework.load_reference")
    counts = _bring_up(ServiceStandard, list(standards)), _bring_up(LawfulBasis, list(bases))
    _bring_up(AttemptStandard, list(ladders))
    _bring_up(CodeRule, list(rules))
    record(actor=actor, action="casework.load_reference", standards=counts[0], bases=counts[1])
    return counts


def _bring_up(model: type[models.Model], rows: list[models.Model]) -> int:
    changing = [f.name for f in model._meta.fields if f.name not in {"id", "code", "valid_from"}]
    model._default_manager.bulk_create(
        rows, update_conflicts=True, unique_fields=["code", "valid_from"], update_fields=changing
    )
    return len(rows)
