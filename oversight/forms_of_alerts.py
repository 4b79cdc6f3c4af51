"""The shape of what is typed about odd access."""

from django import forms

from oversight.models import AlertFinding


class AnswerAlertForm(forms.Form):
    """What was found of an alert, and why."""

    finding = forms.ChoiceField(label="What did you find?", choices=AlertFinding.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label="What did you look at, and why do you find so?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="No names, numbers or places. The worker does not see it.",
    )
