"""The shapes of the API of the police visit after a burglary: what goes out of it, and what is said of it."""

from typing import Any

from rest_framework import serializers

from accounts.bodies import Code, Moment, Strict, text
from casework.crimes import NumberKind
from casework.models import Aftercare, Channel, Danger, Duty, Measure, Overlap, Ring, VisitAnswer, Visitor, WhyNoVisit
from casework.plans import CrimeReport, OfferPlan, VisitPlan, VisitRecord
from casework.queries import Nearby
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


class NumberOut(Out):
    """A number of the police's, as it was given and as it is looked up. What is odd about it is a warning, no error."""

    given = Words()
    number = Words()
    kind = Code(NumberKind.choices)
    system = Words()
    force = Words()
    warning = Words()


class GivenNumberOut(NumberOut):
    at = Moment()


class CrimeIn(Strict):
    number = text(60, help_text="In whatever form: 01/1234567/26, 1234567/24, CAD 1234/27NOV26, or a receipt.")
    force = text(100, help_text="Empty: by the number, where that says so.")
    happened_on = serializers.DateField(default=None, allow_null=True)
    is_recorded = serializers.BooleanField(default=False, help_text="The police have recorded the crime.")
    forensics_asked = serializers.BooleanField(default=False, help_text="Forensics were asked for.")


class NotedOut(Out):
    number = NumberOut(allow_null=True, help_text="Null: none was given.")


class OverlapIn(Strict):
    answer = Code(Overlap.choices, help_text="Could it be somebody they were with?")


class OverlapOut(Out):
    case = Words(allow_null=True, help_text="The case of domestic abuse of the same person; else null.")


class NearOut(Out):
    """A burglary near this one. By month: no day is known of one of the two."""

    case = Words(source="incident.case.reference")
    ring = Code(Ring.choices)
    by_month = serializers.BooleanField()


class NeighbourOut(Out):
    neighbour = serializers.UUIDField(source="public_id")
    address = Words()
    was_told = serializers.BooleanField(allow_null=True, help_text="Null: nobody has tried yet.")
    told_at = Moment(allow_null=True)
    told_by = Words(allow_null=True)


class NearbyOut(Out):
    """What happened at and near a home, and which homes to warn."""

    is_placed = serializers.BooleanField(help_text="False: it is not known where it is, so nothing near it is found.")
    repeats = serializers.ListField(child=Words(), help_text="Cases of the same home within 12 months.")
    near = NearOut(many=True)
    neighbours = NeighbourOut(many=True)


class ListedHomesOut(Out):
    listed = serializers.IntegerField()


class TellIn(Strict):
    was_told = serializers.BooleanField()


class LateOut(Out):
    case = Words(source="case.reference")
    owner = Words(source="case.owner", allow_null=True)
    status = Code(VisitStatus.choices)
    is_urgent = serializers.BooleanField()
    reported_at = Moment()
    due_at = Moment()


class VisitFiguresOut(Out):
    reported = serializers.IntegerField()
    offered = serializers.IntegerField()
    accepted = serializers.IntegerField()
    declined = serializers.IntegerField()
    unreachable = serializers.IntegerField()
    attended = serializers.IntegerField()
    missed = serializers.IntegerField(help_text="Visits that were missed at least once.")
    hours_to_attend = serializers.FloatField(allow_null=True, help_text="From the report, the middle one.")
    declined_by_reason = serializers.DictField(child=serializers.IntegerField())
    attended_by = serializers.DictField(child=serializers.IntegerField())


class VisitsOut(Out):
    red = LateOut(many=True, help_text="No offer within a day, or by its due time.")
    late = LateOut(many=True, help_text="Accepted, and no visit by its due time.")
    since = Moment(help_text="Of which burglaries the figures are: those reported from then on.")
    figures = VisitFiguresOut()


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


def crime_report(said: dict[str, Any]) -> CrimeReport:
    return CrimeReport(**said)


def nearby_body(nearby: Nearby) -> dict[str, Any]:
    """The whole answer to a reading of what is near."""
    return NearbyOut({**vars(nearby), "repeats": [case.reference for case in nearby.repeats]}).data
