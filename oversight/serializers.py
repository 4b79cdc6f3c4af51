"""The shapes of the API of case histories."""

from datetime import date

from rest_framework import serializers

from audit.models import Outcome
from casework.serializers import Code, Moment, Strict

Out = serializers.Serializer
Words = serializers.CharField
LARGEST_ID = 2**63 - 1


class HistoryQuery(Strict):
    person = serializers.IntegerField(default=None, min_value=1, max_value=LARGEST_ID)
    agency = serializers.IntegerField(default=None, min_value=1, max_value=LARGEST_ID)
    outcome = Code(Outcome.choices, default="", allow_blank=True)
    since = serializers.DateField(default=None, help_text="The first day, in London.")
    until = serializers.DateField(default=None, help_text="The last day, in London.")
    before = serializers.UUIDField(default=None, help_text="The `before` of the page before.")

    def validate_until(self, value: date) -> date:
        if value == date.max:
            raise serializers.ValidationError("There is no day after this one.")
        return value


class HistoryLineOut(Out):
    """One event, in words."""

    id = serializers.UUIDField()
    at = Moment()
    who = Words()
    agency = Words()
    action = Words()
    outcome = Words()
    refused = serializers.BooleanField()
    purpose = Words()
    categories = serializers.ListField(child=Words())
    how = Words()


class ActorOut(Out):
    """Somebody, or an agency, who stands in the history: their id narrows it to them."""

    id = serializers.IntegerField()
    name = Words()


class HistoryOut(Out):
    lines = HistoryLineOut(many=True)
    before = serializers.UUIDField(
        allow_null=True, help_text="Send it as `before` to get the next page; null on the last."
    )
    people = ActorOut(many=True)
    agencies = ActorOut(many=True)
