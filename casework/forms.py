"""The shape of what is typed on the pages of cases. What it means is for the commands."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.contested import Contestable
from accounts.fields import MomentField
from accounts.models import User
from casework.commands.cases import LATEST
from casework.models import (
    JUDGED,
    HubKind,
    NotAsked,
    Question,
    RevealReason,
    StepKind,
    StepOutcome,
)
from casework.plans import EmergencyCallReport, EqualityReport, StepPlan
from casework.queries import Due, due_by

PLANNED = [StepKind.CALL_BACK, StepKind.REFER, StepKind.OFFER_VISIT, StepKind.DECIDE_WHAT_NEXT, StepKind.OTHER]
# The service standard that says by when, where the worker does not.
STANDARDS = {
    StepKind.CALL_BACK: "call_back",
    StepKind.REFER: "refer",
    StepKind.OFFER_VISIT: "burglary_visit_offer",
    StepKind.DECIDE_WHAT_NEXT: "decide_what_next",
}
YES_NO = [("yes", "Yes"), ("no", "No"), ("", "Not known")]
Gov = dict[str, dict[str, Any]]


def radios(choices: Any, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **options)


def text(length: int, **options: Any) -> forms.CharField:
    return forms.CharField(max_length=length, required=False, **options)


def long_text(length: int, rows: int, **options: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(max_length=length, required=False, widget=widget, **options)


def ticks(choices: Any, **options: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(choices=choices, required=False, widget=forms.CheckboxSelectMultiple, **options)


def one_of(choices: Any, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(choices=[("", ""), *choices], required=False, **options)


class StepForm(forms.Form):
    """A next step: what, by when, whose. Whether one is needed, the command knows."""

    step_kind = forms.ChoiceField(
        label="What happens next?", choices=[("", ""), *((k.value, k.label) for k in PLANNED)], required=False
    )
    step_due = MomentField(
        label="By when?",
        noun="The due time",
        required=False,
        help_text="Leave it empty for the time that our standards give for this.",
    )
    step_owner = radios(
        [("me", "Me"), ("duty", "The duty queue of my agency")], label="Who does it?", required=False, initial="me"
    )
    step_note = text(300, label="Anything the next person must know")
    gov: ClassVar[Gov] = {"step_owner": {"inline": True}}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        has_standard = data.get("step_kind") in STANDARDS
        if data.get("step_kind") and not has_standard and not data.get("step_due") and "step_due" not in self.errors:
            self.add_error("step_due", "Enter by when it must be done")
        if data.get("step_due") and data["step_due"] <= timezone.now():
            self.add_error("step_due", "The due time must be in the future")
        if data.get("step_due") and data["step_due"] > timezone.now() + LATEST:
            self.add_error("step_due", "The due time must be within a year")
        return data

    def plan(self, actor: User) -> StepPlan | None:
        """The step that was typed, or None."""
        data = self.cleaned_data
        if not data.get("step_kind"):
            return None
        owner = actor if data.get("step_owner") != "duty" else None
        kind, due = StepKind(data["step_kind"]), data["step_due"]
        due = Due(due, "worker") if due else due_by(STANDARDS[kind], timezone.now(), actor.agency.partnership_id)
        return StepPlan(kind, due.at, due.source, note=data["step_note"], owner=owner)


class EmergencyCallForm(forms.Form):
    """A call to 999, after it was made."""

    called_at = MomentField(label="When did you call?", noun="The time of the call")
    said_where = forms.BooleanField(label="I read out where they are", required=False)
    police_reference = text(40, label="Number that the police gave")
    note = text(500, label="What was agreed")

    def report(self) -> EmergencyCallReport:
        return EmergencyCallReport(**self.cleaned_data)


class HubForm(forms.Form):
    """A place where people may walk in."""

    name = forms.CharField(label="Name", max_length=100)
    code = forms.SlugField(label="Code", max_length=40, help_text="Short, without spaces, for example high-street.")
    kind = radios(HubKind.choices, label="Where is it?")


class EqualityForm(forms.Form):
    """Each question with its answer in their words, or why it was not asked. Whatever is left empty adds nothing."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for question in Question:
            self.fields[question] = text(200, label=question.label, help_text="In their own words.")
            self.fields[f"{question}_not_asked"] = forms.ChoiceField(
                choices=[("", ""), *NotAsked.choices], label=f"{question.label}: not asked because", required=False
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for question in Question:
            if data.get(question) and data.get(f"{question}_not_asked"):
                self.add_error(question, "Enter an answer or why it was not asked, not both")
        if not any(data.values()) and not self.errors:
            raise ValidationError("Answer at least one question, or say why it was not asked.")
        return data

    def reports(self) -> list[EqualityReport]:
        data = self.cleaned_data
        return [
            EqualityReport(question, data[question], data[f"{question}_not_asked"])
            for question in Question
            if data[question] or data[f"{question}_not_asked"]
        ]


class RevealForm(forms.Form):
    """What an address is revealed for."""

    reason = radios(
        RevealReason.choices,
        label="Why do you need this address now?",
        help_text="It is recorded. Show it only when you must use it.",
    )


class CompleteStepForm(StepForm):
    """How a step ended, and what comes after it."""

    outcome = radios(StepOutcome.choices, label="How did it end?")
    field_order = ["outcome"]

    def __init__(self, *args: Any, kind: str, **options: Any) -> None:
        super().__init__(*args, **options)
        of_visit = {StepOutcome.VISIT_ACCEPTED, StepOutcome.VISIT_DECLINED, StepOutcome.UNREACHABLE}
        allowed = of_visit if kind == StepKind.OFFER_VISIT else set(StepOutcome) - of_visit | {StepOutcome.UNREACHABLE}
        self.fields["outcome"].choices = [(o.value, o.label) for o in StepOutcome if o in allowed]  # type: ignore[attr-defined]


class RiskForm(Contestable):
    """A judgement of risk. The definitions are those that police use."""

    level = radios([(level.value, level.label) for level in JUDGED], label="Level of risk")
    why = forms.CharField(label="Why this level?", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    gov: ClassVar[Gov] = {
        "level": {
            "hints": {
                "standard": "Nothing now points to serious harm.",
                "medium": "There are signs of serious harm, but it is unlikely unless things change.",
                "high": "Serious harm could happen at any time.",
            }
        }
    }
