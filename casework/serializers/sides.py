"""The shapes of the API of two-sided cases."""

from typing import Any

from rest_framework import serializers

from accounts.bodies import Code, Moment, Strict
from casework.models import Likeness, Side, SidesFinding
from casework.queries import PairView
from casework.serializers.answers import CaseSummaryOut

Out = serializers.Serializer


class PairsQuery(Strict):
    after = serializers.CharField(default="", max_length=13, help_text="The `after` of the page before.")


class PairOut(Out):
    reference = serializers.CharField()
    side = Code(Side.choices)
    why = serializers.ListField(child=Code(Likeness.choices))
    found_at = Moment()


class PairListedOut(PairOut):
    is_judged = serializers.BooleanField(help_text="Whether it was judged since it was found.")


class PairPageOut(Out):
    pairs = PairListedOut(many=True)
    after = serializers.CharField(allow_null=True, help_text="Send it as `after` to get the next page.")


class SidesJudgementOut(Out):
    finding = Code(SidesFinding.choices)
    words = serializers.CharField()
    judged_at = Moment()
    judged_by = serializers.CharField()


class PairViewOut(Out):
    pair = PairOut()
    first = CaseSummaryOut(allow_null=True, help_text="Null: held by an agency that shares nothing of it with yours.")
    second = CaseSummaryOut(allow_null=True, help_text="Null, as above.")
    judgements = SidesJudgementOut(many=True)


class JudgeSidesIn(Strict):
    finding = Code(SidesFinding.choices)
    words = serializers.CharField(max_length=1000)


class SeniorOut(Out):
    name = serializers.CharField(source="senior", allow_null=True, help_text="Null: nobody is named.")


def pair_body(view: PairView) -> dict[str, Any]:
    """The whole answer about one pair."""
    return PairViewOut(view).data
