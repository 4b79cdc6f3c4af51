"""The shape of what is typed about case audits."""

from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.fields import DayField
from oversight.models import Answer, AuditFinding, AuditQuestion, Drawn
from oversight.plans import AuditPlan

PREFIX = "question_"


class DrawForm(forms.Form):
    """Among which cases chance draws."""

    how = forms.ChoiceField(label="Which cases?", choices=Drawn.choices, widget=forms.RadioSelect)


class FinishForm(forms.Form):
    """The checklist as it stands, and what was found. Made of the questions that it is given."""

    finding = forms.ChoiceField(
        label="What did you find, all in all?", choices=AuditFinding.choices, widget=forms.RadioSelect
    )
    feedback = forms.CharField(
        label="What do you say to the worker?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="What was good, and what to do otherwise. They read it and answer. No names, numbers or places.",
    )
    follow_up_on = DayField(
        label="When will you look at it again?",
        noun="The day",
        required=False,
        help_text="Needed where something must be put right.",
    )

    def __init__(self, *args: Any, questions: Iterable[AuditQuestion], **options: Any) -> None:
        super().__init__(*args, **options)
        asked = {f"{PREFIX}{question.code}": question.text for question in questions}
        for name, text in asked.items():
            self.fields[name] = forms.ChoiceField(label=text, choices=Answer.choices, widget=forms.RadioSelect)
        self.order_fields(asked)
        self.gov = {name: {"inline": True, "legend_size": "s"} for name in asked}

    def plan(self) -> AuditPlan:
        data = self.cleaned_data
        answers = {name.removeprefix(PREFIX): value for name, value in data.items() if name.startswith(PREFIX)}
        return AuditPlan(answers, data["finding"], data["feedback"], data["follow_up_on"])


class AnswerForm(forms.Form):
    """What the worker says to it."""

    answer = forms.CharField(
        label="What do you say to it?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="That you have read it, and what you will do.",
    )


class FollowUpForm(forms.Form):
    """What became of it."""

    followed_up = forms.CharField(
        label="What did you look at again, and what has changed?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
