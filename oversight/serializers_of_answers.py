"""The shapes of the API of the victim's question: who has looked at my file?"""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from casework.models import RouteKind
from casework.serializers import Code, Moment, Strict
from oversight.models import HandedOver
from oversight.queries import Told

Out = serializers.Serializer
Words = serializers.CharField


class WayOut(Out):
    """A way to reach a victim that is confirmed as safe."""

    party = serializers.UUIDField(source="party.public_id")
    name = Words(source="party.name")
    by = Words(source="kind")
    value = Words()
    when_safe = Words()


class AnswerHeadOut(Out):
    """An answer that was given: how, when and by whom."""

    id = serializers.UUIDField(source="public_id")
    how = Words()
    given_at = Moment()
    given_by = Words(source="given_by.name")


class VictimAsksOut(Out):
    ways = WayOut(many=True)
    answers = AnswerHeadOut(many=True)


class AnswerVictimIn(Strict):
    party = serializers.UUIDField(help_text="The victim who asked.")
    by = Code(RouteKind.choices, help_text="The safe way by which it is read out, or the meeting was agreed.")
    how = Code(HandedOver.choices)
    still_safe = serializers.BooleanField(help_text="True: they said just now that the way is still safe.")


class LookOut(Out):
    """What one agency looked at on one day for one reason."""

    agency = Words()
    on = serializers.DateField()
    who = Words()
    reason = Words()
    seen = serializers.ListField(child=Words())


class ListedOut(Out):
    """Where the case only stood in lists."""

    agency = Words()
    days = serializers.IntegerField()
    first = serializers.DateField()
    last = serializers.DateField()


class ToldOut(Out):
    """What a victim was told, in plain words. Days are London's."""

    answer = AnswerHeadOut()
    looks = LookOut(many=True)
    lists = ListedOut(many=True)
    text = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_text(self, told: Told) -> list[str]:
        return [str(each) for each in [*told.looks, *told.lists]]


class NamingIn(Strict):
    is_named = serializers.BooleanField()


class NamingOut(Out):
    is_named = serializers.BooleanField()
