"""The shape of what is typed on the pages of referrals."""

from datetime import datetime, timedelta
from typing import Any

from django import forms

from accounts.fields import MomentField
from casework.categories import Category
from casework.models import Consent, LawfulBasis, Purpose
from casework.plans import SharePlan
from casework.queries import lawful_bases
from referrals.models import DeclineReason, Referral, Service, Urgency

Gov = dict[str, dict[str, Any]]
USUAL_DAYS = 90  # a share without a reason for another length ends after three months; a local default
HELP = {
    Category.IDENTITY: "Name, date of birth, language and access needs.",
    Category.CONTACT: "Telephone numbers and other ways, each with whether and when it is safe.",
    Category.LOCATION: "Addresses, and the places of incidents.",
    Category.INCIDENT: "Crime references and what the police recorded.",
    Category.RISK: "Levels of risk, who judged and why.",
    Category.NARRATIVE: "What was said at each contact.",
    Category.HOUSEHOLD: "Children and others at home.",
    Category.ALLEGED: "What is known of the alleged perpetrator.",
    Category.NEEDS: "Support needs.",
}


class ServiceField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Service) -> str:
        return f"{obj.name} ({obj.agency.name})"


class DraftForm(forms.Form):
    """To whom, and what is asked."""

    service = ServiceField(label="Which service?", queryset=Service.objects.none(), empty_label="")
    urgency = forms.ChoiceField(
        label="How urgent is it?", choices=Urgency.choices, widget=forms.RadioSelect, initial=Urgency.ROUTINE
    )
    asked = forms.CharField(
        label="What do you ask them to do?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="They read this before they accept. Leave out names, numbers and places.",
    )

    def __init__(self, *args: Any, services: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["service"].queryset = services  # type: ignore[attr-defined]


class SendForm(forms.Form):
    """Why it is shared, what of it, and until when."""

    purpose = forms.ChoiceField(label="What is it shared for?", choices=Purpose.choices)
    basis = forms.ModelChoiceField(
        label="What lets us share it?",
        queryset=LawfulBasis.objects.none(),
        to_field_name="code",
        empty_label=None,
        widget=forms.RadioSelect,
    )
    consent = forms.ChoiceField(
        label="Do they agree?",
        choices=Consent.choices,
        widget=forms.RadioSelect,
        help_text="Agreement is not what lets us share; the agency you refer to sees what you say here.",
    )
    consent_reason = forms.CharField(
        label="If they were not asked, or do not agree: why is it shared?", max_length=500, required=False
    )
    necessity = forms.CharField(label="Why is it necessary? One sentence.", max_length=500)
    categories = forms.MultipleChoiceField(
        label="What will they see?", choices=Category.choices, widget=forms.CheckboxSelectMultiple
    )
    until = MomentField(label="Until when?", noun="The end of the share")
    gov: Gov = {"categories": {"hints": {str(c): words for c, words in HELP.items()}}}

    def __init__(self, *args: Any, referral: Referral, now: datetime, **options: Any) -> None:
        usual = {
            "purpose": referral.service.purpose,
            "basis": "6-e",
            "categories": referral.service.usual_categories,
            "until": now + timedelta(days=USUAL_DAYS),
        }
        super().__init__(*args, **options | {"initial": usual})
        bases = lawful_bases(now)
        self.fields["basis"].queryset = bases  # type: ignore[attr-defined]
        self.gov = self.gov | {"basis": {"hints": {basis.code: basis.help_text for basis in bases}}}
        self.referral = referral

    def chosen(self) -> list[str]:
        """The categories ticked now, right or wrong, for the preview."""
        ticked = self["categories"].value() or []
        return [str(name) for name in ticked if name in Category.values]

    def plan(self) -> SharePlan:
        data = self.cleaned_data
        return SharePlan(
            recipient=self.referral.service.agency,
            purpose=Purpose(data["purpose"]),
            basis=data["basis"],
            consent=Consent(data["consent"]),
            consent_reason=data["consent_reason"],
            necessity=data["necessity"],
            categories=tuple(data["categories"]),
            until=data["until"],
        )


class DeclineForm(forms.Form):
    """Why the answer is no."""

    reason = forms.ChoiceField(
        label="Why can you not take this on?", choices=DeclineReason.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(label="Anything that helps them find another way", max_length=500, required=False)


class CompleteForm(forms.Form):
    """How it ended."""

    outcome = forms.CharField(
        label="What came of it?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The agency that asked will read this.",
    )
