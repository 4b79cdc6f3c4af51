"""The shape of what is typed when a case closes, opens again, or changes hands."""

from typing import Any, ClassVar

from django import forms

from casework.forms import Gov, StepForm, radios
from casework.models import ALTERNATIVES, CaseOutcome, SafetyAdvice, outcomes_of
from casework.plans import ClosingPlan


class ClosingForm(forms.Form):
    """How a case ended. What is asked depends on its kind, and on the risk that stands."""

    outcome = radios(CaseOutcome.choices, label="How did it end?")
    advice = radios(SafetyAdvice.choices, label="Were they given safety advice?")
    tried = forms.ChoiceField(
        choices=[("", ""), *ALTERNATIVES],
        required=False,
        label="Another way to them that was considered",
        help_text="Needed at high risk when they could not be reached.",
    )
    words = forms.CharField(
        label="How it ended, in a sentence",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What was agreed, and what they can do if it starts again.",
    )

    def __init__(self, *args: Any, kind: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["outcome"].choices = [(each.value, each.label) for each in outcomes_of(kind)]  # type: ignore[attr-defined]

    def plan(self) -> ClosingPlan:
        return ClosingPlan(**self.cleaned_data)


class TurnDownForm(forms.Form):
    """Why a case must not close yet."""

    why = forms.CharField(label="What is still to be done?", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class ReopenForm(StepForm):
    """What happens next in a case that is opened again. It always has a next step."""

    gov: ClassVar[Gov] = {"step_owner": {"inline": True}}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not data.get("step_kind") and "step_kind" not in self.errors:
            self.add_error("step_kind", "Say what happens next")
        return data
