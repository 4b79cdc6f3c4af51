"""The shapes of the API of the police visit after a burglary: what goes out of it, and what is said of it."""

from typing import Any

from rest_framework import serializers

from accounts.bodies import Code, Moment, Strict, text
from casework.models import Aftercare, Channel, Danger, Duty, Measure, VisitAnswer, Visitor, WhyNoVisit
from casework.plans import OfferPlan, VisitPlan, VisitRecord
from casework.states import VisitStatus

Out = serializers.Serializer
Words = serializers.CharField
STAGES = [
    (status.value, status.label)
    for status in (VisitStatus.EVIDENCE, VisitStatus.SURVEY, VisitStatus.AFTERCARE, VisitStatus.CLOSED)
]


class AnsweredOut(Out):
    code = Words()
    asked = Words()
    said = Code(Danger.choices)


class VisitScreenOut(Out):
    """What was asked at the first report, and answered."""

    screen = AnsweredOut(many=True)
    screened_at = Moment(allow_null=True)


class VisitTimesOut(Out):
    slots = Words(help_text="When a visit suits them.")


class VisitOut(Out):
    """The offer of a police visit, its answer, and what came of it."""

    status = Code(VisitStatus.choices)
    reported_at = Moment()
    is_urgent = serializers.BooleanField(help_text="To be offered on the same day.")
    due_at = Moment(help_text="By when it is offered, or, once accepted, made.")
    offered_at = Moment(allow_null=True)
    offered_how = Code(Channel.choices, allow_blank=True)
    interpreter = serializers.BooleanField(allow_null=True)
    advised = serializers.BooleanField(help_text="They were told how to keep the scene.")
    answered_at = Moment(allow_null=True)
    why_not = Code(WhyNoVisit.choices, allow_blank=True)
    scheduled_for = Moment(allow_null=True)
    visitor = Code(Visitor.choices, allow_blank=True)
    visitor_name = Words()
    visitor_number = Words()
    check_words = Words(help_text="By which the victim knows who comes.")
    attended_at = Moment(allow_null=True)
    missed_at = Moment(allow_null=True)
    times_missed = serializers.IntegerField()
    evidence = serializers.ListField(child=Code(Duty.choices))
    measures = serializers.ListField(child=Code(Measure.choices))
    aftercare = serializers.ListField(child=Code(Aftercare.choices))
    found = Words()
    closed_at = Moment(allow_null=True)
    crime_recorded_at = Moment(allow_null=True)
    forensics_asked_at = Moment(allow_null=True)


class ScreenVisitIn(Strict):
    answers = serializers.DictField(
        child=Code(Danger.choices), help_text="By the code of each question. What is left out is not known."
    )


class OfferVisitIn(Strict):
    offered_how = Code(Channel.choices)
    slots = text(300)
    interpreter = serializers.BooleanField(default=None, allow_null=True)
    advised = serializers.BooleanField(default=False)


class AnswerVisitIn(Strict):
    answer = Code(VisitAnswer.choices)
    why_not = Code(WhyNoVisit.choices, default="", allow_blank=True, help_text="Where they want none.")


class ScheduleVisitIn(Strict):
    scheduled_for = Moment()
    visitor = Code(Visitor.choices)
    visitor_name = serializers.CharField(max_length=100)
    visitor_number = text(40)
    check_words = serializers.CharField(max_length=60)


class AttendVisitIn(Strict):
    attended = serializers.BooleanField(help_text="False: it is offered anew, with a next step of the holder's.")
    visitor = Code(Visitor.choices, default="", allow_blank=True, help_text="Who came, where nobody was announced.")


def codes(choices: Any) -> serializers.ListField:
    return serializers.ListField(child=Code(choices), default=list, max_length=len(choices))


class RecordVisitIn(Strict):
    stage = Code(STAGES)
    evidence = codes(Duty.choices)
    measures = codes(Measure.choices)
    aftercare = codes(Aftercare.choices)
    found = text(1000)


def offer_plan(said: dict[str, Any]) -> OfferPlan:
    return OfferPlan(**said)


def visit_plan(said: dict[str, Any]) -> VisitPlan:
    return VisitPlan(**said)


def visit_record(said: dict[str, Any]) -> VisitRecord:
    return VisitRecord(**said | {name: tuple(said[name]) for name in VisitRecord.TICKS})
