"""The API of erasing a case, and of the legal holds that beat it."""

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
from accounts.versions import ETAG, IF_MATCH, matched, tagged
from casework import commands, queries, serializers
from casework.models import Case, Erasure, LegalHold


class CaseErasure(APIView):
    permissions = {"get": "casework.view_erasure", "post": "casework.ask_erasure"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="read_erasure",
        description="Whether a case is to be erased, or was, and the legal holds on it. Recorded.",
        parameters=[ETAG],
        responses=answers(serializers.ErasingOut, 404),
    )
    def get(self, request: SignedIn, reference: str) -> Response:
        case = queries.get_case(request.user, reference, "casework.view_erasure")
        return tagged(request.user, serializers.erasing_body(queries.read_erasing(actor=request.user, case=case)))

    @extend_schema(
        operation_id="ask_erasure",
        description="Ask that a case be erased. Somebody else must approve it; 409 while a legal hold stands on it, or "
        "something still runs in it.",
        request=serializers.ErasureIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.ErasureOut, 400, 404, 409, 412, success=201),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        case = case_to_decide(request, reference, "casework.ask_erasure")
        said = serializers.ErasureIn.read(request.data)
        erasure = commands.ask_erasure(actor=request.user, case=case, now=timezone.now(), **said)
        return Response(serializers.ErasureOut(erasure).data, status=201)


class ApproveErasure(APIView):
    permissions = {"post": "casework.approve_erasure"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="approve_erasure",
        description="Approve the erasure that somebody else asked for. It is carried out at once, and for good.",
        request=serializers.NothingIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.ErasureOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        erasure = erasure_to_answer(request, public_id, "casework.approve_erasure")
        serializers.NothingIn.read(request.data)
        done = commands.approve_erasure(actor=request.user, erasure=erasure, now=timezone.now())
        return Response(serializers.ErasureOut(done).data)


class RefuseErasure(APIView):
    permissions = {"post": "casework.refuse_erasure"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="refuse_erasure",
        description="Keep the case: refuse what somebody asked for, or take back what you asked for.",
        request=serializers.NothingIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.ErasureOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        erasure = erasure_to_answer(request, public_id, "casework.refuse_erasure")
        serializers.NothingIn.read(request.data)
        refused = commands.refuse_erasure(actor=request.user, erasure=erasure, now=timezone.now())
        return Response(serializers.ErasureOut(refused).data)


class Holds(APIView):
    permissions = {"post": "casework.place_hold"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="place_hold",
        description="Place a legal hold on a case: while it stands, the case cannot be erased.",
        request=serializers.HoldIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.HoldOut, 400, 404, 409, 412, success=201),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        case = case_to_decide(request, reference, "casework.place_hold")
        said = serializers.HoldIn.read(request.data)
        hold = commands.place_hold(actor=request.user, case=case, now=timezone.now(), **said)
        return Response(serializers.HoldOut(hold).data, status=201)


class LiftHold(APIView):
    permissions = {"post": "casework.lift_hold"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="lift_hold",
        description="Lift a legal hold.",
        request=serializers.NothingIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.HoldOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        def find() -> LegalHold:
            hold = queries.get_hold(request.user, public_id)
            authorize(request.user, "casework.lift_hold", hold)
            return hold

        hold = matched(request, find, lambda actor, hold: seen(actor, hold.case))
        serializers.NothingIn.read(request.data)
        return Response(serializers.HoldOut(commands.lift_hold(actor=request.user, hold=hold, now=timezone.now())).data)


def case_to_decide(request: SignedIn, reference: str, action: str) -> Case:
    def find() -> Case:
        case = queries.get_case(request.user, reference, action)
        authorize(request.user, action, case)
        return case

    return matched(request, find, seen)


def erasure_to_answer(request: SignedIn, public_id: UUID, action: str) -> Erasure:
    def find() -> Erasure:
        erasure = queries.get_erasure(request.user, public_id, action)
        authorize(request.user, action, erasure)
        return erasure

    return matched(request, find, lambda actor, erasure: seen(actor, erasure.case))


def seen(actor: User, case: Case) -> Any:
    """What `read_erasure` would answer now."""
    return serializers.erasing_body(queries.erasing_of(actor, case))


routes = [
    path("cases/<str:reference>/erasure", CaseErasure.as_view(), name="api_case_erasure"),
    path("erasures/<uuid:public_id>/approve", ApproveErasure.as_view(), name="api_approve_erasure"),
    path("erasures/<uuid:public_id>/refuse", RefuseErasure.as_view(), name="api_refuse_erasure"),
    path("cases/<str:reference>/holds", Holds.as_view(), name="api_place_hold"),
    path("holds/<uuid:public_id>/lift", LiftHold.as_view(), name="api_lift_hold"),
]
