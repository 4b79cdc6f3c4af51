"""What is typed of somebody who may be known already."""

import re
from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from accounts.fields import DayField
from casework.forms import Gov, text
from casework.forms_of_bars import WarnedForm
from casework.forms_of_contacts import ContactForm
from casework.models import AskAnswer, RouteKind
from casework.queries import Probe, read_telephone


class ProbeForm(forms.Form):
    """What is known of somebody who may be known already."""

    telephone = text(40, label="Telephone number", help_text="In any way of typing it.")
    name = text(200, label="Name")
    aliases = text(500, label="Other names", help_text="What else they are called, divided by commas.")
    date_of_birth = DayField(label="Date of birth", noun="Date of birth", required=False)
    postcode = text(10, label="Postcode")
    gov: ClassVar[Gov] = {"postcode": {"width": 10}, "telephone": {"width": 20}}

    def clean_telephone(self) -> str:
        value: str = self.cleaned_data["telephone"].strip()
        if value:
            read_telephone(value)
        return value

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not any(data.values()):
            raise ValidationError("Enter a telephone number, a name, a date of birth or a postcode.")
        return data

    def probe(self) -> Probe:
        aliases = tuple(name.strip() for name in self.cleaned_data["aliases"].split(",") if name.strip())
        return Probe(**self.cleaned_data | {"aliases": aliases})


class WhyForm(forms.Form):
    """Why two parties are said to be one person, or not; of which two, the page before told."""

    party = forms.CharField(widget=forms.HiddenInput, required=False)
    same_as = forms.CharField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(label="What makes you sure?", max_length=300)


class AnswerAskForm(WarnedForm):
    """What somebody else is told of a person whom we may know."""

    is_asked = False
    answer = forms.ChoiceField(label="What are they told?", choices=AskAnswer.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label="What they read",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="With your name and agency. Enough to speak with each other: share more by a referral.",
    )
    reason = forms.CharField(label="Why?", max_length=300, help_text="Only your agency reads it.")


class UndoForm(WarnedForm):
    """Why something that was said of who is whom is taken back."""

    is_asked = False
    reason = forms.CharField(label="Why is it taken back?", max_length=300)


def said_so_far(typed: QueryDict) -> Probe:
    """What the form of a contact says of the victim while it is being filled in: what makes no sense is left out."""
    by_telephone = typed.get("route_kind") in {RouteKind.PHONE, RouteKind.SMS, "", None}
    names = re.split(r"[,\n]", typed.get("aliases", ""))
    return Probe(
        telephone=_clean("route_value", typed, read_telephone) or "" if by_telephone else "",
        name=_clean("name", typed) or "",
        date_of_birth=_clean("date_of_birth", typed),
        postcode=_clean("postcode", typed) or "",
        aliases=tuple(name.strip() for name in names if name.strip()),
    )


def _clean(name: str, typed: QueryDict, read: Callable[[str], Any] = lambda value: value) -> Any:
    """A field of that form by itself; None where what was typed is none."""
    field = ContactForm.base_fields[name]
    try:
        value = field.clean(field.widget.value_from_datadict(typed, {}, name))
        return read(value) if value else None
    except ValidationError:
        return None
