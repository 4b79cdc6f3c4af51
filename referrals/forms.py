"""The shape of what is typed on the pages of referrals."""

from datetime import datetime
from typing import Any

from django import forms

from accounts.models import User
from casework.forms_of_sharing import PROPOSED, ShareForm
from referrals.models import DeclineReason, Referral


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

    outcome = forms.CharField(
        label="What came of it?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The agency that asked will read this.",
    )
