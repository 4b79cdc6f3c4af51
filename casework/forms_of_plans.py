"""The shape of what is typed of a safety plan, and by which way its notes are given."""

from collections.abc import Iterable
from typing import Any

from django import forms

from casework.forms import long_text, radios, text
from casework.models import PlanPart, SafetyPlan
from casework.queries import GivingWay


class PlanForm(forms.Form):
    """A version of the plan: each part in their words, who was there, and what may be given to them."""

    after = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for part in PlanPart:
            self.fields[part] = long_text(2000, 3, label=part.label)
        self.fields["present"] = text(200, label="Who was there?")
        self.fields["present"].help_text = "It is their plan: they, you, and whoever else helped to make it."
        self.fields["notes"] = long_text(1000, 4, label="Notes that may be given to them")
        self.fields[
            "notes"
        ].help_text = (
            "Short lines that help them to remember, and tell nobody anything: no places, names, numbers or services."
        )

    @classmethod
    def upon(cls, standing: SafetyPlan | None) -> "PlanForm":
        """As the plan stands, to be gone through with them. Who was there is asked anew."""
        if standing is None:
            return cls(initial={"after": 0})
        return cls(initial={**standing.parts, "after": standing.version, "notes": standing.notes})

    def said(self) -> dict[str, Any]:
        data = self.cleaned_data
        parts = {part.value: data[part] for part in PlanPart}
        return {"parts": parts, **{name: data[name] for name in ("present", "notes", "after")}}

    def add_error(self, field: str | None, error: Any) -> None:
        """What is wrong with the parts together stands at the first of them."""
        if hasattr(error, "error_dict") and "parts" in error.error_dict:
            error.error_dict[PlanPart.AT_HOME] = error.error_dict.pop("parts")
        super().add_error(field, error)


class GiveForm(forms.Form):
    """By which way, and as what."""

    way = radios((), label="How do you give them the notes?", help_text="Only what is safe now is let through.")
    form = radios(
        [("print", "As a page to print"), ("text", "As plain words, to read out or to copy")],
        label="As what?",
        initial="print",
    )

    def __init__(self, *args: Any, ways: Iterable[GivingWay], **options: Any) -> None:
        super().__init__(*args, **options)
        self.ways = {str(each.route.public_id): each for each in ways}
        self.fields["way"].choices = [(name, _named(each)) for name, each in self.ways.items()]  # type: ignore[attr-defined]


def _named(way: GivingWay) -> str:
    ending = f" ending {way.route.ending}" if way.route.ending else ""
    return f"{way.route.get_kind_display()}{ending}. {way.verdict.why}"
