"""The API of closing a case, of agreeing to that, and of opening it again."""

from typing import Any
from uuid import UUID

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import SignedIn
from accounts.api_errors import answers
from accounts.authorization import authorize
from accounts.models import User
from accounts.versions import IF_MATCH, matched
from casework import commands, queries, serializers
from casework.api import case_to_act_on
from casework.models import Closing
from casework.plans import ClosingPlan


class CloseCase(APIView):
    permissions = {"post": "casework.close_case"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="close_case",
        description="Close a case. At high risk, and where somebody could not be reached, a second person must agree: "
        "then `agreed` is null, and the case stays open until they do. 409 while somebody waits in it.",
        request=serializers.ClosingIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.ClosingOut, 400, 404, 409, 412, success=201),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        case = case_to_act_on(request, reference, "casework.close_case")
        plan = ClosingPlan(**serializers.ClosingIn.read(request.data))
        closing = commands.close_case(actor=request.user, case=case, plan=plan, now=timezone.now())
        return Response(serializers.ClosingOut(closing).data, status=201)


class ReopenCase(APIView):
    permissions = {"post": "casework.reopen_case"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="reopen_case",
        description="Open a closed case again, with its next step.",
        request=serializers.ReopenIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.CaseSummaryOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        case = case_to_act_on(request, reference, "casework.reopen_case")
        step = serializers.step_plan(serializers.ReopenIn.read(request.data)["next_step"], request.user)
        opened = commands.reopen_case(actor=request.user, case=case, step=step, now=timezone.now())
        return Response(serializers.CaseSummaryOut(opened).data)


class AgreeToClosing(APIView):
    permissions = {"post": "casework.answer_closing"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="agree_to_closing",
        description="Agree to what somebody else asked: the case closes.",
        request=serializers.NothingIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.ClosingOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        closing = closing_to_answer(request, public_id)
        serializers.NothingIn.read(request.data)
        agreed = commands.agree_to_closing(actor=request.user, closing=closing, now=timezone.now())
        return Response(serializers.ClosingOut(agreed).data)


class TurnDownClosing(APIView):
    permissions = {"post": "casework.answer_closing"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="turn_down_closing",
        description="Say why the case must not close yet: whoever asked decides what happens next.",
        request=serializers.TurnDownIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.ClosingOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        closing = closing_to_answer(request, public_id)
        said = serializers.TurnDownIn.read(request.data)
        refused = commands.turn_down_closing(actor=request.user, closing=closing, now=timezone.now(), **said)
        return Response(serializers.ClosingOut(refused).data)


def closing_to_answer(request: SignedIn, public_id: UUID) -> Closing:
    def find() -> Closing:
        closing = queries.get_closing(request.user, public_id)
        authorize(request.user, "casework.answer_closing", closing)
        return closing

    return matched(request, find, seen_closing)


def seen_closing(actor: User, closing: Closing) -> Any:
    return serializers.ClosingOut(closing).data


routes = [
    path("cases/<str:reference>/close", CloseCase.as_view(), name="api_close_case"),
    path("cases/<str:reference>/reopen", ReopenCase.as_view(), name="api_reopen_case"),
    path("closings/<uuid:public_id>/agree", AgreeToClosing.as_view(), name="api_agree_to_closing"),
    path("closings/<uuid:public_id>/turn-down", TurnDownClosing.as_view(), name="api_turn_down_closing"),
]
