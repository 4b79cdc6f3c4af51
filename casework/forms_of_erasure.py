"""The shape of what is typed about erasing a case, and about holding it."""

from typing import ClassVar

from django import forms

from casework.forms_of_bars import Gov, WarnedForm
from casework.models import ErasureGround, HoldReason


class AskForm(WarnedForm):
    """On what ground a case is to be erased. That it is asked for changes nothing yet."""

    is_asked = False
    ground = forms.ChoiceField(label="Why may it be erased?", choices=ErasureGround.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label="What does that rest on?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Which decision, order or rule, of when, and where it is kept. It is erased with the case.",
    )


class ApproveForm(WarnedForm):
    """That one has made sure; what it does is shown before it is done."""

    certain = forms.BooleanField(label="I have read on what ground, and made sure that nobody needs this case any more")


class RefuseForm(WarnedForm):
    """Nothing to say: the page shows what is refused."""

    is_asked = False


class HoldForm(WarnedForm):
    """Why a case must be kept."""

    is_asked = False
    reason = forms.ChoiceField(label="Why must it be kept?", choices=HoldReason.choices, widget=forms.RadioSelect)
    gov: ClassVar[Gov] = {}
