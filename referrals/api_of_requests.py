"""The API of requests for information."""

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
from casework.api_of_sharing import basis_in_force
from casework.plans import SharePlan
from casework.serializers import ShareIn, share_plan_of
from referrals import commands, queries
from referrals import serializers_of_requests as serializers
from referrals.models import InformationRequest, RequestKind
from referrals.states import ANSWER, APPROVE, TAKE_BACK

VIEW, ASK = "referrals.view_request", "referrals.ask_information"
PERMISSION = {"approve": APPROVE.permission, "withdraw": TAKE_BACK.permission, "not_held": ANSWER, "refuse": ANSWER}


class Requests(APIView):
    permissions = {"get": VIEW, "post": ASK}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="list_requests",
        description="What your agency asks of others, and what it is asked: 50 of each, the newest first. Recorded.",
        responses=answers(serializers.RequestsOut),
    )
    def get(self, request: SignedIn) -> Response:
        return Response(serializers.RequestsOut(queries.requests_for(actor=request.user)).data)

    @extend_schema(
        operation_id="ask_information",
        description="Ask for information that was not shared. What the police ask, a second person approves.",
        request=serializers.RequestIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.RequestOut, 400, 404, 409, 412, success=201),
    )
    def post(self, request: SignedIn) -> Response:
        said = serializers.RequestIn.read(request.data)
        plan, now = serializers.RequestIn.plan(said), timezone.now()
        if said["kind"] == RequestKind.FURTHER:
            referral = queries.get_referral(request.user, said["referral"])
            made = commands.ask_further(actor=request.user, referral=referral, plan=plan, now=now)
        else:
            made = commands.ask_information(actor=request.user, plan=plan, now=now)
        return Response(serializers.request_body(made), status=201)


class OneRequest(APIView):
    permissions = {"get": VIEW}

    @extend_schema(
        operation_id="read_request",
        description="One request, to who asks and to who is asked. The reading is recorded.",
        parameters=[ETAG],
        responses=answers(serializers.RequestOut, 404),
    )
    def get(self, request: SignedIn, reference: str) -> Response:
        asked = queries.read_request(actor=request.user, reference=reference)
        return tagged(request.user, serializers.request_body(asked))


class AnswerRequest(APIView):
    permissions = {"post": VIEW}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="answer_request",
        description="Approve a request or take it back, for who asks; say that it is not held, or will not be shared, "
        "for who is asked.",
        request=serializers.RequestAnswerIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.RequestOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        queries.get_request(request.user, reference)
        said = serializers.RequestAnswerIn.read(request.data)
        asked = request_to_act_on(request, reference, PERMISSION[said["verb"]])
        by: dict[str, Any] = {"actor": request.user, "request": asked, "now": timezone.now()}
        if said["verb"] == "refuse":
            done = commands.refuse_information(refusal=said["refusal"], words=said["words"], **by)
        elif said["verb"] == "not_held":
            done = commands.answer_not_held(words=said["words"], **by)
        else:
            done = {"approve": commands.approve_request, "withdraw": commands.withdraw_request}[said["verb"]](**by)
        return again(request.user, done)


class GiveInformation(APIView):
    permissions = {"post": ANSWER}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="give_information",
        description="Answer a request by your decision to share what was asked for, or some of it, at once.",
        request=ShareIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.RequestOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        asked = request_to_act_on(request, reference, ANSWER)
        said, now = ShareIn.read(request.data), timezone.now()
        share = SharePlan(**share_plan_of(said, basis_in_force(said["basis"], now), asked.asker))
        return again(request.user, commands.give_information(actor=request.user, request=asked, share=share, now=now))


def request_to_act_on(request: SignedIn, reference: str, action: str) -> InformationRequest:
    def find() -> InformationRequest:
        asked = queries.get_request(request.user, reference)
        authorize(request.user, action, asked)
        return asked

    return matched(request, find, seen)


def seen(actor: User, asked: InformationRequest) -> dict[str, object]:
    return serializers.request_body(asked)


def again(actor: User, asked: InformationRequest) -> Response:
    """As a command left it: a reading too."""
    return Response(serializers.request_body(queries.read_request(actor=actor, reference=asked.reference)))


routes = [
    path("requests/", Requests.as_view(), name="api_requests"),
    path("requests/<str:reference>/", OneRequest.as_view(), name="api_request"),
    path("requests/<str:reference>/answer", AnswerRequest.as_view(), name="api_answer_request"),
    path("requests/<str:reference>/give", GiveInformation.as_view(), name="api_give_information"),
]
