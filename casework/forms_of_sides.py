"""The shape of what is typed on the pages of two-sided cases."""

from typing import Any

from django import forms

from accounts.models import User
from casework.models import SidesFinding


class JudgeSidesForm(forms.Form):
    """What the named senior practitioner found of a pair."""

    finding = forms.ChoiceField(
        label="Who is the person on both sides?", choices=SidesFinding.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label="What did you look at, and why do you find so?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Who does what to whom, who is afraid of whom, and since when. Nobody else reads it.",
    )


class NameSeniorForm(forms.Form):
    """Which of the senior practitioners of the front door."""

    worker = forms.ModelChoiceField(User.objects.none(), label="Who is the named senior practitioner?")

    def __init__(self, *args: Any, able: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["worker"].queryset = able  # type: ignore[attr-defined]
