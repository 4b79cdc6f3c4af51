"""Form fields of what is said of several people at once."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from casework.plans import ChildReport

MOST_CHILDREN, OLDEST_CHILD = 15, 17


class ChildrenField(forms.CharField):
    """A line for each child: name, age, school, in this order, with commas between; what is not known is left out.

    The value is a list of `ChildReport`. A line that begins with a number is a child whose name was not said.
    """

    def __init__(self, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 3})
        super().__init__(required=False, max_length=3_000, widget=widget, **options)

    def clean(self, value: Any) -> Any:
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > MOST_CHILDREN:
            raise ValidationError(f"Enter at most {MOST_CHILDREN} children.")
        return [read_child(line) for line in lines]


def read_child(line: str) -> ChildReport:
    """Raises `ValidationError` for an age that no child has."""
    name, *rest = [part.strip() for part in line.split(",")]
    if name.isdecimal():
        name, rest = "", [name, *rest]
    age = int(rest.pop(0)) if rest and rest[0].isdecimal() else None
    if age is not None and age > OLDEST_CHILD:
        raise ValidationError(f"A child is at most {OLDEST_CHILD}. Enter whoever is older as somebody else.")
    return ChildReport(name=name[:200], age_said=age, school=", ".join(rest)[:200])
