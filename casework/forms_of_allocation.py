"""The shape of what is typed when a case changes hands, when somebody is away, and of reference data."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from accounts.fields import DayField, MomentField
from accounts.models import User
from casework.forms import Gov, text
from casework.models import Reference
from casework.queries import colleagues, fields_to_change

COLLEAGUES = User.objects.none()


class OfferForm(forms.Form):
    """To whom a case is offered, and what they must know."""

    to = forms.ModelChoiceField(label="To whom?", queryset=COLLEAGUES, empty_label="")
    words = text(300, label="What they must know", help_text="Without names, numbers or addresses.")

    def __init__(self, *args: Any, actor: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to"].queryset = among(colleagues(actor))  # type: ignore[attr-defined]


class WhyNotForm(forms.Form):
    why = text(300, label="Why do you not take it?")


class AbsenceForm(forms.Form):
    """From when until when somebody is away, and who covers for them."""

    worker = forms.ModelChoiceField(label="Who is away?", queryset=COLLEAGUES, empty_label="")
    begins_at = MomentField(label="From when?", noun="The beginning")
    until = MomentField(label="Until when?", noun="The end")
    covered_by = forms.ModelChoiceField(
        label="Who covers for them?",
        queryset=COLLEAGUES,
        required=False,
        empty_label="The post on duty",
        help_text="What is theirs stays theirs, and stands in this list besides.",
    )

    def __init__(self, *args: Any, actor: User, may_of_others: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        able = colleagues(actor)
        self.fields["worker"].queryset = among(able if may_of_others else [actor])  # type: ignore[attr-defined]
        self.fields["covered_by"].queryset = among(able)  # type: ignore[attr-defined]
        if not may_of_others:
            self.fields["worker"].initial = actor


def among(workers: list[User]) -> Any:
    return User.objects.filter(pk__in=[worker.pk for worker in workers]).order_by("name", "pk")


class ReferenceForm(forms.Form):
    """What one row of reference data is to say, and from which day on. Shown once before it is done."""

    confirmed = forms.CharField(required=False, widget=forms.HiddenInput)
    gov: ClassVar[Gov] = {}

    def __init__(self, *args: Any, row: Reference, **options: Any) -> None:
        self.row = row
        names = [name for name in fields_to_change(type(row)) if name != "title"]
        fields = forms.fields_for_model(type(row), fields=names)
        now = {name: getattr(row, name) for name in names} | {"valid_from": _today()}
        super().__init__(*args, **options | {"initial": now})
        self.fields |= {name: field for name, field in fields.items() if field}
        self.fields["valid_from"] = DayField(label="From which day?", noun="The first day")

    @property
    def said(self) -> str:
        """What was typed over which row, to tell whether it is still what the changes were shown of."""
        typed = sorted((name, value) for name, value in self.cleaned_data.items() if name != "confirmed")
        return "|".join([str(self.row.pk), *(f"{name}={value}" for name, value in typed)])

    @property
    def is_confirmed(self) -> bool:
        return bool(self.cleaned_data["confirmed"]) and self.cleaned_data["confirmed"] == self.said

    def values(self) -> tuple[dict[str, Any], date]:
        """What is otherwise, and from which day."""
        said = {name: value for name, value in self.cleaned_data.items() if name not in {"confirmed", "valid_from"}}
        return said, self.cleaned_data["valid_from"]


def _today() -> date:
    return timezone.localdate()
