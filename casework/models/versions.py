"""What each record of a case held, from each change to the next: values, so apart from the log, which holds none."""

import json
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Model

from casework.models.sealed import Mark, Sealed, SealedField


class VersionAct(models.TextChoices):
    ADDED = "added", "Added"
    CHANGED = "changed", "Changed"
    REMOVED = "removed", "Removed"
    FOUND = "found", "There when versions began"


class Exact(json.JSONDecoder):
    """Reads a number with a point as it was written."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"parse_float": Decimal})


class RecordVersion(models.Model):
    """One record as it stood after one change; what was removed, as it stood before.

    Written by a trigger on every record's table, and by nothing else. The table also names the transaction, as the
    log does: that ties a version to its events. `at` is the transaction's beginning, as an event's is.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(editable=False)
    act = models.CharField(max_length=10, choices=VersionAct)
    record = models.CharField(max_length=63, help_text="The table.")
    row_id = models.BigIntegerField()
    case_id = models.BigIntegerField()
    held = models.JSONField(decoder=Exact, help_text="The row. What is sealed stands in it sealed.")

    class Meta:
        managed = False
        default_permissions = ()

    @property
    def model(self) -> type[Model]:
        return next(model for model in apps.get_models() if model._meta.db_table == self.record)

    def as_it_stood(self) -> Model:
        """The record itself. What is sealed in it opens, for its place is the same. Not for saving."""
        fields = self.model._meta.concrete_fields
        return self.model.from_db(None, [field.attname for field in fields], [self._value(field) for field in fields])

    def _value(self, field: Any) -> Any:
        """Never left to be looked up later: that would find what the record holds now."""
        if field.column in self.held:
            return _read(field, self.held[field.column])
        return None if isinstance(field, Mark) else field.get_default()  # of a column that came later, or is not kept

    def __str__(self) -> str:
        return f"{self.record} {self.row_id} {self.act}"


def _read(field: Any, value: Any) -> Any:
    if value is not None and isinstance(field, SealedField):
        return Sealed(bytes.fromhex(value.removeprefix("\\x")))
    return (field.target_field if field.is_relation else field).to_python(value)
