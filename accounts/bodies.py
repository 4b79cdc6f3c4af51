"""What all bodies of the API have in common: strict, sure of the time zone, and never repeating what was sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.settings import api_settings


class Strict(serializers.Serializer):
    """Refuses a field that it does not know: a misspelt one would otherwise be lost without a word."""

    @classmethod
    def read(cls, data: Any) -> dict[str, Any]:
        """What a body or a query says. Raises DRF's `ValidationError`."""
        serializer = cls(data=data)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and not set(data) <= set(self.fields):
            known = f"Only these fields are known here: {', '.join(self.fields)}." if self.fields else "Send no fields."
            raise serializers.ValidationError({api_settings.NON_FIELD_ERRORS_KEY: [known]}, code="unknown_field")
        return super().to_internal_value(data)


class NothingIn(Strict):
    """No body, or an empty object."""


class Code(serializers.ChoiceField):
    """One of a list of codes. Its error names the list, and not what was sent, which may be a person's name."""

    def __init__(self, choices: Any, **options: Any) -> None:
        super().__init__(choices, **options)
        self.error_messages["invalid_choice"] = f"Choose one of: {', '.join(map(str, self.choices))}."


class Moment(serializers.DateTimeField):
    """A moment in ISO 8601 that says its time zone."""

    default_error_messages = {"naive": "Say the time zone, as in 2026-10-21T09:30:00+01:00."}

    def enforce_timezone(self, value: datetime) -> datetime:
        if timezone.is_naive(value):
            self.fail("naive")
        return super().enforce_timezone(value)


def text(length: int, **options: Any) -> serializers.CharField:
    """Words that need not be said; left out, they are empty."""
    return serializers.CharField(max_length=length, default="", allow_blank=True, **options)
