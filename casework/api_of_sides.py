"""The API of two-sided cases, for the one named senior practitioner; and who that is."""

from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import SignedIn
from accounts.api_errors import answers
from accounts.authorization import authorize
from accounts.models import User
from accounts.versions import ETAG, IF_MATCH, matched, tagged
from casework import commands, queries, serializers
from casework.models import TwoSided


class Pairs(APIView):
    permissions = {"get": "casework.view_two_sides"}

    @extend_schema(
        operation_id="list_two_sides",
        description="The two-sided cases, the newest first, 25 at a time. For the named senior practitioner alone.",
        parameters=[serializers.PairsQuery],
        responses=answers(serializers.PairPageOut, 400),
    )
    def get(self, request: SignedIn) -> Response:
        said = serializers.PairsQuery.read(request.query_params)
        return Response(serializers.PairPageOut(queries.pairs_for(actor=request.user, **said)).data)


class OnePair(APIView):
    permissions = {"get": "casework.view_two_sides", "post": "casework.judge_two_sides"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="read_two_sides",
        description="Why a pair was found, what leads to each case, and what was judged. The reading is recorded, in "
        "the history of neither case.",
        parameters=[ETAG],
        responses=answers(serializers.PairViewOut, 404),
    )
    def get(self, request: SignedIn, reference: str) -> Response:
        view = queries.read_pair(actor=request.user, reference=reference)
        return tagged(request.user, serializers.pair_body(view))

    @extend_schema(
        operation_id="judge_two_sides",
        description="Write down what you found of a pair. Earlier judgements stay; the newest stands.",
        request=serializers.JudgeSidesIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.SidesJudgementOut, 400, 404, 412, success=201),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        def find() -> TwoSided:
            pair = queries.get_pair(request.user, reference)
            authorize(request.user, "casework.judge_two_sides", pair)
            return pair

        pair = matched(request, find, seen_pair)
        said = serializers.JudgeSidesIn.read(request.data)
        judged = commands.judge_two_sides(actor=request.user, pair=pair, now=timezone.now(), **said)
        return Response(serializers.SidesJudgementOut(judged).data, status=201)


class Senior(APIView):
    permissions = {"get": "casework.view_senior_practitioner"}

    @extend_schema(
        operation_id="read_senior_practitioner",
        description="Who is the named senior practitioner, who alone learns of two-sided cases.",
        responses=answers(serializers.SeniorOut),
    )
    def get(self, request: SignedIn) -> Response:
        return Response(serializers.SeniorOut({"senior": queries.senior_of(request.user)}).data)


def seen_pair(actor: User, pair: TwoSided) -> Any:
    """The pair as `read_pair` would answer it now."""
    return serializers.pair_body(queries.pair_view(actor, pair))


routes = [
    path("matters/", Pairs.as_view(), name="api_pairs"),
    path("matters/<str:reference>/", OnePair.as_view(), name="api_two_sides"),
    path("senior-practitioner", Senior.as_view(), name="api_senior_practitioner"),
]
