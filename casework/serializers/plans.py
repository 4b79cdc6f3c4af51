"""The shapes of the API of safety plans."""

from rest_framework import serializers

from accounts.bodies import Moment, Strict
from casework.models import PlanPart

Out = serializers.Serializer
Words = serializers.CharField
PARTS = ", ".join(PlanPart.values)


class PlanOut(Out):
    """One version, in their words."""

    version = serializers.IntegerField()
    parts = serializers.DictField(child=Words(), help_text=f"By part: {PARTS}.")
    present = Words(help_text="Who was there.")
    notes = Words(help_text="What may be given to them: it says neither where nor what.")
    made_at = Moment()


class PlanVersionOut(PlanOut):
    id = serializers.UUIDField(source="public_id")
    made_by = Words(source="made_by.name")


class PlansOut(Out):
    standing = PlanVersionOut(allow_null=True)
    before = PlanVersionOut(many=True)


class PlanMadeOut(Out):
    id = serializers.UUIDField(source="public_id")
    version = serializers.IntegerField()


class PlanIn(Strict):
    parts = serializers.DictField(child=Words(max_length=2000, allow_blank=True), help_text=f"By part: {PARTS}.")
    present = Words(max_length=200)
    notes = Words(max_length=1000, required=False, allow_blank=True, default="")
    after = serializers.IntegerField(min_value=0, help_text="The version that you wrote it upon; 0 for none.")


class GiveIn(Strict):
    route = serializers.UUIDField(help_text="A way to reach them, which must be safe now.")


class NotesOut(Out):
    title = Words()
    notes = Words()
