"""The shape of what is typed on the pages of oversight."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from accounts.fields import DayField, MomentField
from accounts.models import Agency
from audit.models import Outcome
from casework.categories import Category
from casework.models import EmergencyReason, Finding, read_reference
from oversight.queries import DOORS, LISTED, OPENED, HistoryFilter


class FindHistoryForm(forms.Form):
    """Which case."""

    reference = forms.CharField(label="Case reference", max_length=20, help_text="For example 4KX9-02TB-MWD.")
    gov: ClassVar[dict[str, dict[str, Any]]] = {"reference": {"width": 20}}

    def clean_reference(self) -> str:
        reference = read_reference(self.cleaned_data["reference"])
        if reference is None:
            raise forms.ValidationError("This is not a reference of ours. One sign may be wrong: check it.")
        return reference


class EmergencyForm(FindHistoryForm):
    """Which case, why now, and what of it. Short: somebody is waiting."""

    reason = forms.ChoiceField(
        label="Why do you need to open it now?", choices=EmergencyReason.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label="What has happened?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One sentence. A supervisor of the agency that holds the case reads it.",
    )
    categories = forms.MultipleChoiceField(
        label="What do you need to see?",
        choices=Category.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="Only what helps now. You can open no other case in this way until this one was reviewed.",
    )


class ReviewForm(forms.Form):
    """What a supervisor found."""

    finding = forms.ChoiceField(label="What did you find?", choices=Finding.choices, widget=forms.RadioSelect)
    review = forms.CharField(
        label="What did you look at, and why do you find so?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="No names, numbers or places.",
    )


class RetryForm(forms.Form):
    """Which stopped job. Only the page itself fills it in."""

    job = forms.IntegerField(min_value=1, max_value=2**63 - 1)


class HistoryForm(forms.Form):
    """What to show of a history."""

    person = forms.TypedChoiceField(label="Person", coerce=int, empty_value=None, required=False)
    agency = forms.TypedChoiceField(label="Agency", coerce=int, empty_value=None, required=False)
    outcome = forms.ChoiceField(label="Outcome", choices=[("", "All"), *Outcome.choices], required=False)
    purpose = forms.ChoiceField(label="What for", required=False)
    category = forms.ChoiceField(label="Category", choices=[("", "All"), *Category.choices], required=False)
    kind = forms.ChoiceField(
        label="Opened or listed",
        choices=[("", "All"), (OPENED, "Opened or acted on"), (LISTED, "Shown in a list")],
        required=False,
    )
    door = forms.ChoiceField(label="From", choices=[("", "All"), *DOORS.items()], required=False)
    network = forms.ChoiceField(label="Network", required=False)
    since = DayField(label="Since", noun="The first day", required=False)
    until = DayField(label="Until", noun="The last day", required=False)

    def chosen(self) -> HistoryFilter:
        """What is asked for; nothing, while something typed is wrong."""
        return HistoryFilter(**self.cleaned_data) if self.is_valid() else HistoryFilter()


class ReplayForm(forms.Form):
    """About whom, and about when."""

    agency = forms.ChoiceField(label="Which agency?")
    moment = MomentField(
        label="At which moment?", noun="The moment", help_text="In London's time. The minute itself counts."
    )

    def __init__(self, *args: Any, agencies: Iterable[Agency], **options: Any) -> None:
        super().__init__(*args, **options)
        self.agencies = {str(agency.pk): agency for agency in agencies}
        self.fields["agency"].choices = [(pk, agency.name) for pk, agency in self.agencies.items()]  # type: ignore[attr-defined]

    def clean_agency(self) -> Agency:
        return self.agencies[self.cleaned_data["agency"]]

    def clean_moment(self) -> datetime:
        """The end of the minute, or now where that is still to come."""
        moment, now = self.cleaned_data["moment"], timezone.now()
        if moment > now:
            raise forms.ValidationError("The moment must be in the past.")
        return min(moment + timedelta(seconds=59.999999), now)
