"""Forms over what somebody else may have changed since they were shown: both texts, box by box, and neither lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.utils import ErrorDict

from accounts.models import User


@dataclass(frozen=True)
class Standing:
    """What stands there now, by the names of the boxes as they would be typed, and who put it there. `at` is aware."""

    typed: Mapping[str, Any]
    by: User
    at: datetime


class Contestable(forms.Form):
    """A form that can be shown again beside what stands there now. It must be makeable of typed values alone."""

    standing: Standing | None = None
    there: Mapping[str, str] = {}

    def contest(self, standing: Standing) -> bool:
        """Keep what was typed, and put what stands there beside each box in which it is something else.

        From now on the form's errors are these alone. False, and nothing else, where there is no such box.
        """
        other = type(self)(standing.typed)
        there = {name: in_words(other[name]) for name in self.fields if is_other(self[name], other[name])}
        if not there:
            return False
        self.refuse("Somebody saved this after you opened it. Nothing is written over yet: both texts are below.")
        self.standing, self.there = standing, there
        for name in there:
            self.add_error(name, f"“{self[name].label}” is something else now")
        return True

    def refuse(self, message: str) -> None:
        """Keep what was typed, with this as the one thing that is wrong."""
        self._errors, self.cleaned_data = ErrorDict(), {}
        self.add_error(None, message)


def is_other(mine: BoundField, theirs: BoundField) -> bool:
    """Whether two boxes say different things. What stands in a box before anybody types is nothing said."""
    said, there = in_words(mine), in_words(theirs)
    return said != there and not (there == "" and mine.value() == mine.field.initial)


def in_words(bound: BoundField) -> str:
    """What a box holds, as people read it."""
    value = bound.value()
    if isinstance(value, Mapping):
        return " ".join(str(part) for part in value.values() if part)
    labels = {str(code): str(label) for code, label in getattr(bound.field, "choices", []) if code != ""}
    if isinstance(value, list):
        return ", ".join(labels.get(str(code), str(code)) for code in value)
    words = "" if value is None else str(value)
    return labels.get(words, words).replace("\r\n", "\n").strip()
