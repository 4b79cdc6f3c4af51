"""What becomes of each kind of record when its case is erased: docs/decisions/0034-erasure.md."""

from collections.abc import Iterable
from typing import Any

from django.db import models

from casework.categories import FIELDS, PERMISSION
from casework.models import (
    Address,
    Alias,
    Attachment,
    BarProposal,
    CallerDetails,
    CaseClock,
    CaseKey,
    Closing,
    ConsentRecord,
    Contact,
    ContactAttempt,
    ContactRoute,
    EmergencyCall,
    EqualityAnswer,
    Incident,
    MaracReferral,
    MatchKey,
    Neighbour,
    NextStep,
    Note,
    Party,
    PersonJudgement,
    PublishedOutcome,
    QuietAsk,
    RiskAssessment,
    RiskLevel,
    RouteOverride,
    SafetyPlan,
    SidesJudgement,
    TwoSided,
    Visit,
)
from casework.models.sealed import SealedField

# These go whole, with their versions, in this order: they are nothing but what is known of people, or tell who they
# are. A blanked row would still tell how many children there were. An app above adds its own, as of categories.
GOES: list[type[models.Model]] = [
    Attachment,
    SafetyPlan,
    PublishedOutcome,
    Incident,
    Neighbour,
    Visit,
    CaseClock,
    ContactAttempt,
    RouteOverride,
    ContactRoute,
    Address,
    EqualityAnswer,
    Alias,
    MatchKey,
    PersonJudgement,
    RiskLevel,
    Closing,
    RiskAssessment,
    MaracReferral,
    Party,
    CallerDetails,
    EmergencyCall,
    Contact,
    Note,
    BarProposal,
    QuietAsk,
    SidesJudgement,
    TwoSided,
    CaseKey,
]
# The others stay, because they say who did what. Of each is emptied what belongs to a category that can be shared,
# whatever was typed, and what is named here as well; but not words that name no person.
EMPTIED: dict[type[models.Model], tuple[str, ...]] = {ConsentRecord: ("interpreter", "capacity")}
SAYS_NOTHING: dict[type[models.Model], tuple[str, ...]] = {NextStep: ("due_source",)}
TYPED = (models.CharField, models.TextField, models.JSONField, models.BinaryField, SealedField)
IN_ITS_PLACE = "Erased"


def emptied(model: type[models.Model]) -> list[Any]:
    """The fields of a record that stays, which the erasing of its case empties."""
    fields: Iterable[Any] = model._meta.concrete_fields
    return [field for field in fields if _is_emptied(model, field, FIELDS[model][field.name])]


def _is_emptied(model: type[models.Model], field: Any, category: str) -> bool:
    if category in PERMISSION or field.name in EMPTIED.get(model, ()):
        return True
    is_typed = isinstance(field, TYPED) and not field.choices and not field.unique
    return is_typed and field.name not in SAYS_NOTHING.get(model, ())
