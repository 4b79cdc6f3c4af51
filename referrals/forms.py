"""The shape of what is typed on the pages of referrals."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from accounts.fields import DayField
from accounts.models import User
from casework.forms_of_sharing import PROPOSED, ShareForm
from casework.models import ALTERNATIVES
from referrals.models import AsWanted, DeclineReason, OutcomeCode, Referral, Service, Urgency, WithdrawReason


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


class SendForm(ShareForm):
    """What is asked, and the decision to share. The service proposes what it usually gets."""

    asked = forms.CharField(
        label="What do you ask them to do?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="They read this before they accept. Leave out names, numbers and places.",
    )
    field_order = ("asked",)

    def __init__(self, *args: Any, actor: User, referral: Referral, now: datetime, **options: Any) -> None:
        service = referral.service
        usual = {
            "asked": referral.asked,
            "purpose": service.purpose,
            "basis": PROPOSED[service.purpose][0],
            "categories": service.usual_categories,
        }
        about: dict[str, Any] = {"actor": actor, "case": referral.case, "recipient": service.agency, "now": now}
        super().__init__(*args, **about, **options | {"initial": usual})

    def typed(self) -> str:
        """What is asked as it is typed now, right or wrong, for the preview."""
        return str(self["asked"].value() or "")


class DeclineForm(forms.Form):
    """Why the answer is no."""

    reason = forms.ChoiceField(
        label="Why can you not take this on?", choices=DeclineReason.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(label="Anything that helps them find another way", max_length=500, required=False)


class CompleteForm(forms.Form):
    """How it ended."""

    outcome_code = forms.ChoiceField(label="What came of it?", choices=OutcomeCode.choices, widget=forms.RadioSelect)
    as_wanted = forms.ChoiceField(label="Was it what they wanted?", choices=AsWanted.choices, widget=forms.RadioSelect)
    outcome = forms.CharField(
        label="In your words",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The agency that asked will read this.",
    )


class WithdrawForm(forms.Form):
    """Why it is taken back."""

    reason = forms.ChoiceField(
        label="Why do you take it back?",
        choices=[(r.value, r.label) for r in WithdrawReason if r != WithdrawReason.SHARE_ENDED],
        widget=forms.RadioSelect,
        help_text="What was sent wrongly is recalled: they no longer find it, and are told to use nothing of it.",
    )


class AskForm(forms.Form):
    """What is missing before it can be answered."""

    question = forms.CharField(
        label="What do you need to know?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The clock of your answer stands still until they have added it.",
    )


class ResubmitForm(forms.Form):
    """What the sender adds."""

    added = forms.CharField(
        label="What do you add?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="They read this before they accept. Leave out names, numbers and places.",
    )


class WaitForm(forms.Form):
    """Until when it waits for a place."""

    until = DayField(
        label="Until which day do they wait?", noun="The day", help_text="Then it goes back to the agency that sent it."
    )

    def clean_until(self) -> datetime:
        """The end of that day in London."""
        day: date = self.cleaned_data["until"]
        return timezone.make_aware(datetime.combine(day, time(17)))


class DuplicateForm(forms.Form):
    """Which referral it repeats."""

    of = forms.CharField(label="Which is the reference of the other referral?", max_length=20)


class GiveUpForm(forms.Form):
    """That nobody was reached, and which other way to them was considered."""

    alternative = forms.ChoiceField(
        label="Which other way to them did you consider?",
        choices=[*ALTERNATIVES, ("", "None")],
        widget=forms.RadioSelect,
        required=False,
    )
