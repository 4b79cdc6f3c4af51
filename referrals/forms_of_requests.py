"""The shape of what is typed on the pages of requests for information."""

from typing import Any, ClassVar

from django import forms

from accounts.fields import DayField
from casework.categories import Category
from casework.forms import Gov, long_text, radios, text
from casework.forms_of_sharing import ShareForm
from referrals.models import InformationRequest, Refusal, RequestKind, VictimNotice
from referrals.plans import RequestPlan

ANSWERS = [("not_held", "We do not hold it"), ("refuse", "We will not share it, because")]


class FurtherForm(forms.Form):
    """What more is asked for, and why it is needed."""

    categories = forms.MultipleChoiceField(
        label="What do you ask for?", choices=Category.choices, widget=forms.CheckboxSelectMultiple
    )
    material = forms.CharField(label="What exactly?", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    necessity = forms.CharField(
        label="Why is it necessary, and not more than is needed?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def plan(self) -> RequestPlan:
        data = self.cleaned_data
        return RequestPlan(**data | {"categories": tuple(data["categories"])})


class AskForm(FurtherForm):
    """A victim information request, with the grounds that the law asks."""

    kind = radios([each for each in RequestKind.choices if each[0] != RequestKind.FURTHER], label="For whom?")
    about = forms.CharField(
        label="About which case?", max_length=20, help_text="Its reference, as you were given it, like 7K3M-9PXQ-2T4."
    )
    period_from = DayField(label="The first day, if only some days are asked for", noun="The first day", required=False)
    period_until = DayField(label="The last day, if only some days are asked for", noun="The last day", required=False)
    enquiry = long_text(500, 3, label="To which reasonable line of enquiry is it relevant?")
    other_means = long_text(500, 3, label="What else was considered, or tried, to find it out?")
    counselling = long_text(
        500,
        3,
        label="If you ask for what was said: why?",
        help_text="What was told to a supporter in confidence is asked for only if it is likely to be of substantial "
        "value.",
    )
    notice = radios(VictimNotice.choices, label="Has the victim been told that you ask?")
    field_order = ("kind", "about", "categories", "material", "period_from", "period_until", "enquiry", "necessity")
    gov: ClassVar[Gov] = {name: {"optional": False} for name in ("enquiry", "other_means", "counselling")}


class RefuseForm(forms.Form):
    """Not held, or why it will not be shared."""

    answer = radios(ANSWERS, label="Your answer")
    refusal = forms.ChoiceField(label="Why will you not share it?", choices=[("", "Does not apply"), *Refusal.choices])
    words = text(500, label="In a sentence")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["refusal"].required = False


class GiveForm(ShareForm):
    """The decision to share what was asked for, or less of it."""

    def __init__(self, *args: Any, request: InformationRequest, **options: Any) -> None:
        super().__init__(*args, case=request.case, recipient=request.asker, **options)
        asked = [(name, label) for name, label in Category.choices if name in request.categories]
        self.fields["categories"].choices = asked  # type: ignore[attr-defined]
