"""The shapes of the API of suggestions, and of what nobody offers."""

from typing import Any

from rest_framework import serializers

from casework.models import Need
from casework.serializers import Code, Strict
from referrals.plans import GENDERS, Search
from referrals.routing import Suggestions

Out = serializers.Serializer
Words = serializers.CharField
AS_KNOWN: dict[str, Any] = {"default": None, "allow_null": True}


class SearchIn(Strict):
    """What is looked for, for this once. Left out or null: as the case has it. Codes and numbers, never words."""

    needs = serializers.ListField(child=Code(Need.choices), max_length=len(Need), **AS_KNOWN)
    gender = Code(GENDERS, **AS_KNOWN)
    wheelchair = serializers.BooleanField(**AS_KNOWN)
    interpreter = serializers.BooleanField(**AS_KNOWN)
    oldest_son = serializers.IntegerField(min_value=0, max_value=99, **AS_KNOWN)


class SuitsOut(Out):
    code = Words(help_text="Of the rule.")
    words = Words()


class SuggestionOut(Out):
    service = serializers.IntegerField(source="service.id")
    name = Words(source="service.name")
    agency = Words(source="service.agency")
    by_and_for = serializers.ListField(child=Words(), source="service.by_and_for", help_text="Whose own service it is.")
    meets = serializers.SerializerMethodField(help_text="Which of the needs it is for.")
    reasons = SuitsOut(many=True)
    ask_first = SuitsOut(many=True, help_text="What it does not say. Unknown is not no.")
    but = SuitsOut(many=True, help_text="What speaks against it, and does not exclude it.")
    excluded = SuitsOut(many=True, help_text="Why it does not suit; empty for what is suggested.")

    def get_meets(self, suggestion: Any) -> list[str]:
        return sorted(suggestion.meets)


class UnmetOut(Out):
    need = Code(Need.choices, allow_blank=True, help_text="Empty: none was named.")
    excluded = serializers.ListField(child=Words(), help_text="By which rules those who would meet it are excluded.")


class SuggestionsOut(Out):
    needs = serializers.SerializerMethodField(help_text="What was looked for.")
    suggested = SuggestionOut(many=True, help_text="The best first.")
    excluded = SuggestionOut(many=True, help_text="By name.")
    unmet = UnmetOut(many=True, help_text="The needs for which nobody is there.")

    def get_needs(self, found: Suggestions) -> list[str]:
        return sorted(found.sought.needs)


class GapsNotedOut(Out):
    gaps = serializers.ListField(
        child=Code(Need.choices, allow_blank=True), help_text="The needs that were noted; an empty one: none was named."
    )


class GapReasonOut(Out):
    code = Words(help_text="Of the rule.")
    count = serializers.IntegerField(allow_null=True, help_text="Null: fewer than five.")


class MissingOut(Out):
    month = serializers.DateField(help_text="The first day of it.")
    need = Code(Need.choices, allow_blank=True, help_text="Empty: none was named.")
    count = serializers.IntegerField(allow_null=True, help_text="Null: fewer than five, of which no reasons are told.")
    reasons = GapReasonOut(many=True)


class GapsOut(Out):
    gaps = MissingOut(many=True, help_text="The newest month first. They name no case.")


def search_of(said: dict[str, Any]) -> Search:
    needs = said["needs"]
    return Search(**said | {"needs": None if needs is None else tuple(needs)})
