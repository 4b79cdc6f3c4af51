"""The shape of what is typed about the police visit after a burglary."""

from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from accounts.fields import DayField, MomentField
from casework.forms import YES_NO, Gov, long_text, radios, text, ticks
from casework.models import (
    Aftercare,
    Channel,
    Danger,
    Duty,
    Measure,
    Overlap,
    Visit,
    VisitAnswer,
    Visitor,
    VisitRule,
    WhyNoVisit,
)
from casework.plans import CrimeReport, OfferPlan, VisitPlan, VisitRecord
from casework.states import VISIT_TRANSITIONS, VisitStatus

STAGES = [VisitStatus.EVIDENCE, VisitStatus.SURVEY, VisitStatus.AFTERCARE, VisitStatus.CLOSED]


class ScreenForm(forms.Form):
    """The questions of the first report. What is not answered is not known, which is not no."""

    def __init__(self, *data: Any, asked: list[VisitRule]) -> None:
        super().__init__(*data)
        for each in asked:
            self.fields[each.code] = radios(Danger.choices, label=each.question, required=False, initial=Danger.UNKNOWN)
        self.gov: Gov = {each.code: {"inline": True} for each in asked}

    def answers(self) -> dict[str, str]:
        return {code: said for code, said in self.cleaned_data.items() if said}


class OfferForm(forms.Form):
    """How the visit was offered."""

    offered_how = radios([c for c in Channel.choices if c[0] != Channel.MARAC], label="How was it offered?")
    slots = text(300, label="When does a visit suit them?", help_text="Days and times, in their words.")
    interpreter = radios(YES_NO, label="Do they need an interpreter at the visit?", required=False, initial="")
    advised = forms.BooleanField(label="I told them how to keep the scene, as above", required=False)
    gov: ClassVar[Gov] = {"interpreter": {"inline": True}}

    def plan(self) -> OfferPlan:
        said = self.cleaned_data
        interpreter = {"yes": True, "no": False}.get(said["interpreter"])
        return OfferPlan(**said | {"interpreter": interpreter})


class AnswerForm(forms.Form):
    """How the offer was answered."""

    answer = radios(VisitAnswer.choices, label="Do they want a visit?")
    why_not = radios(WhyNoVisit.choices, label="If they want none, why?", required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        declined = data.get("answer") == VisitAnswer.DECLINED
        if declined and not data.get("why_not"):
            self.add_error("why_not", "Choose why they want no visit")
        if not declined:
            data["why_not"] = ""
        return data


class ScheduleForm(forms.Form):
    """Who comes and when."""

    scheduled_for = MomentField(label="When is the visit?", noun="The visit")
    visitor = radios(Visitor.choices, label="Who comes?")
    visitor_name = forms.CharField(label="Their name", max_length=100)
    visitor_number = text(40, label="Number on their warrant or identity card")
    check_words = forms.CharField(
        label="Words by which the victim knows them",
        max_length=60,
        help_text="Two or three words that nobody would guess. Tell the victim; whoever comes says them at the door.",
    )

    def clean_scheduled_for(self) -> Any:
        moment = self.cleaned_data["scheduled_for"]
        if moment and moment <= timezone.now():
            raise forms.ValidationError("The visit must be in the future")
        return moment

    def plan(self) -> VisitPlan:
        return VisitPlan(**self.cleaned_data)


class AttendForm(forms.Form):
    """Whether the visit took place."""

    attended = radios([("yes", "Yes"), ("no", "No: it must be offered again")], label="Did the visit take place?")
    visitor = radios(Visitor.choices, label="Who came, if it was somebody else?", required=False)

    def said(self) -> dict[str, Any]:
        return {"attended": self.cleaned_data["attended"] == "yes", "visitor": self.cleaned_data["visitor"]}


class RecordForm(forms.Form):
    """What was done. What is ticked already stays so."""

    stage = radios([], label="How far has it come?")
    evidence = ticks(Duty.choices, label="What was done at the scene?")
    measures = ticks(Measure.choices, label="What would make the home more secure?")
    aftercare = ticks(Aftercare.choices, label="What help was arranged?")
    found = long_text(1000, 4, label="What was found")

    def __init__(self, data: Any = None, *, visit: Visit) -> None:
        done = {name: getattr(visit, name) for name in (*VisitRecord.TICKS, "found")}
        super().__init__(data, initial=done)
        reached = {move.target for move in VISIT_TRANSITIONS if visit.status in move.sources}
        self.fields["stage"].choices = [(s.value, s.label) for s in STAGES if s in reached]  # type: ignore[attr-defined]

    def said(self) -> VisitRecord:
        data = self.cleaned_data
        return VisitRecord(**data | {name: tuple(data[name]) for name in VisitRecord.TICKS})


class CrimeForm(forms.Form):
    """What the police call it and have done."""

    number = text(
        60,
        label="The police's number",
        help_text="As they gave it: 01/1234567/26, 1234567/24, CAD 1234/27NOV26, or the receipt of an online report.",
    )
    force = text(100, label="Which police force, if the number does not say so?")
    happened_on = DayField(label="On which day did it happen?", noun="The day", required=False)
    is_recorded = forms.BooleanField(label="The police have recorded the crime", required=False)
    forensics_asked = forms.BooleanField(label="Forensics were asked for", required=False)

    def report(self) -> CrimeReport:
        return CrimeReport(**self.cleaned_data)


class OverlapForm(forms.Form):
    """Whether it could be somebody they were with."""

    answer = radios(Overlap.choices, label="Could this be somebody they were with?")


class TellForm(forms.Form):
    """Whether a home was warned."""

    was_told = radios([("yes", "Warned"), ("no", "Not reached")], label="Were they warned?")

    def said(self) -> dict[str, bool]:
        return {"was_told": self.cleaned_data["was_told"] == "yes"}
