"""The shapes of the API of a shift: whom to call back, and the handover board."""

from rest_framework import serializers

from accounts.bodies import Code, Moment, Strict
from casework.models import RouteKind, StepKind
from casework.safe_contact import SENTENCES

Out = serializers.Serializer
Words = serializers.CharField


class HandoverIn(Strict):
    words = serializers.CharField(max_length=1000, help_text="Cases by their references; no names, numbers, addresses.")


class CallbackOut(Out):
    step = serializers.UUIDField(source="step.public_id")
    case = Words(source="step.case.reference")
    due_at = Moment(source="step.due_at")
    owner = Words(source="step.owner", allow_null=True, help_text="Null: the duty queue.")
    route = serializers.UUIDField(source="way.public_id", default=None, allow_null=True, help_text="To use it by.")
    kind = Code(RouteKind.choices, source="way.kind", default=None, allow_null=True)
    may = serializers.BooleanField()
    code = Code(list(SENTENCES.items()), source="verdict.code", default=None, allow_null=True)
    until = Moment(source="verdict.until", default=None, allow_null=True)
    opens = Moment(source="verdict.opens", default=None, allow_null=True)
    missed = serializers.IntegerField(help_text="Safe windows that passed since, in which nobody tried.")


class CallbacksOut(Out):
    callbacks = CallbackOut(many=True)


class DueOut(Out):
    step = serializers.UUIDField(source="public_id")
    case = Words(source="case.reference")
    kind = Code(StepKind.choices)
    due_at = Moment()
    owner = Words(allow_null=True, help_text="Null: the duty queue.")


class NoteOut(Out):
    id = serializers.UUIDField(source="public_id")
    words = Words()
    written_at = Moment()
    written_by = Words(source="written_by.name")
    taken_at = Moment(allow_null=True)
    taken_by = Words(source="taken_by.name", default=None, allow_null=True)


class UnderWayOut(Out):
    case = Words(source="case.reference")
    worker = Words(source="worker.name")
    started_at = Moment()


class BoardOut(Out):
    late = DueOut(many=True)
    soon = DueOut(many=True, help_text="Due within twelve hours.")
    missed = CallbackOut(many=True)
    under_way = UnderWayOut(many=True, help_text="Whom somebody is reaching now, and has not said what came of it.")
    notes = NoteOut(many=True, help_text="Handed over, and not yet taken over.")
    taken = NoteOut(many=True)
