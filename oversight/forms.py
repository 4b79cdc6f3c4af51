"""The shape of what is typed on the pages of oversight."""

from typing import Any, ClassVar

from django import forms

from accounts.fields import DayField
from audit.models import Outcome
from casework.models import read_reference
from oversight.queries import HistoryFilter


class FindHistoryForm(forms.Form):
    """Which case."""

    reference = forms.CharField(label="Case reference", max_length=20, help_text="For example 4KX9-02TB-MWD.")
    gov: ClassVar[dict[str, dict[str, Any]]] = {"reference": {"width": 20}}

    def clean_reference(self) -> str:
        reference = read_reference(self.cleaned_data["reference"])
        if reference is None:
            raise forms.ValidationError("This is not a reference of ours. One sign may be wrong: check it.")
        return reference


class RetryForm(forms.Form):
    """Which stopped job. Only the page itself fills it in."""

    job = forms.IntegerField(min_value=1, max_value=2**63 - 1)


class HistoryForm(forms.Form):
    """What to show of a history."""

    person = forms.TypedChoiceField(label="Person", coerce=int, empty_value=None, required=False)
    agency = forms.TypedChoiceField(label="Agency", coerce=int, empty_value=None, required=False)
    outcome = forms.ChoiceField(label="Outcome", choices=[("", "All"), *Outcome.choices], required=False)
    since = DayField(label="From", noun="The first day", required=False)
    until = DayField(label="To", noun="The last day", required=False)

    def chosen(self) -> HistoryFilter:
        """What is asked for; nothing, while something typed is wrong."""
        return HistoryFilter(**self.cleaned_data) if self.is_valid() else HistoryFilter()
