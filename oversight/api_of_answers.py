"""The API of the victim's question: who has looked at my file?"""

from typing import Any
from uuid import UUID

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import SignedIn
from accounts.api_errors import answers
from accounts.models import User
from accounts.versions import ETAG, IF_MATCH, matched, tagged
from casework.models import Case
from oversight import commands, queries
from oversight import serializers_of_answers as serializers

GIVE, DECIDE = "oversight.give_answer", "oversight.decide_naming"


class WhoLooked(APIView):
    permissions = {"get": GIVE, "post": GIVE}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="list_answers",
        description="What victims of a case were told of who has looked at their file, and the ways confirmed as safe "
        "by which they can be told now. The reading is recorded.",
        parameters=[ETAG],
        responses=answers(serializers.VictimAsksOut, 404),
    )
    def get(self, request: SignedIn, reference: str) -> Response:
        asked = queries.read_asked(actor=request.user, reference=reference)
        return tagged(request.user, serializers.VictimAsksOut(asked).data)

    @extend_schema(
        operation_id="give_answer",
        description="Tell a victim who has looked at their file, by a way that is confirmed as safe. The answer is "
        "what you read out, or print and hand over: nothing is sent.",
        request=serializers.AnswerVictimIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.ToldOut, 400, 404, 409, 412, success=201),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        case = matched(request, lambda: queries.get_asked(request.user, reference), seen)
        said = serializers.AnswerVictimIn.read(request.data)
        party = queries.get_victim(case, said.pop("party"))
        answer = commands.give_answer(actor=request.user, party=party, now=timezone.now(), **said)
        return Response(serializers.ToldOut(queries.in_plain_words(answer)).data, status=201)


class GivenAnswer(APIView):
    permissions = {"get": GIVE}

    @extend_schema(
        operation_id="read_answer",
        description="What a victim was told of who has looked at their file, as it was told. The reading is recorded.",
        responses=answers(serializers.ToldOut, 404),
    )
    def get(self, request: SignedIn, public_id: UUID) -> Response:
        return Response(serializers.ToldOut(queries.read_answer(actor=request.user, public_id=public_id)).data)


class StaffNames(APIView):
    permissions = {"get": DECIDE, "post": DECIDE}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="read_naming",
        description="Whether workers of your agency are named to victims who ask who has looked at their file.",
        responses=answers(serializers.NamingOut),
    )
    def get(self, request: SignedIn) -> Response:
        return Response(serializers.NamingOut({"is_named": is_named(request.user.agency_id)}).data)

    @extend_schema(
        operation_id="decide_naming",
        description="Decide it, from now on. What was told before stays as it was.",
        request=serializers.NamingIn,
        responses=answers(serializers.NamingOut, 400, success=201),
    )
    def post(self, request: SignedIn) -> Response:
        said = serializers.NamingIn.read(request.data)
        naming = commands.decide_naming(actor=request.user, now=timezone.now(), **said)
        return Response(serializers.NamingOut({"is_named": naming.is_named}).data, status=201)


def seen(actor: User, case: Case) -> Any:
    """What `list_answers` would answer now."""
    return serializers.VictimAsksOut(queries.asked_of(actor, case)).data


def is_named(agency_id: int) -> bool:
    return agency_id in queries.agencies_that_name()


routes = [
    path("cases/<str:reference>/answers", WhoLooked.as_view(), name="api_who_looked"),
    path("answers/<uuid:public_id>/", GivenAnswer.as_view(), name="api_given_answer"),
    path("staff-names", StaffNames.as_view(), name="api_staff_names"),
]
