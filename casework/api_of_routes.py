"""The API of reaching somebody: using a way, saying what came of it, and saying anew whether a way is safe."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import SignedIn
from accounts.api_errors import answers
from accounts.authorization import authorize
from accounts.versions import ETAG, IF_MATCH, matched, tagged
from casework import commands, queries, serializers
from casework.api import case_to_act_on, seen_case
from casework.forms_of_ways import colleague
from casework.models import ContactAttempt, ContactRoute, RouteOverride
from casework.policy import clock

R = TypeVar("R", ContactRoute, ContactAttempt, RouteOverride)


class UseRoute(APIView):
    permissions = {"post": "casework.use_route"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="use_route",
        description="Set out to reach somebody by this way. 409, with why, where it is not safe now. "
        "Read the attempt for the number.",
        request=serializers.NothingIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.ContactAttemptOut, 400, 404, 409, 412, success=201),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        route = route_to_act_on(request, public_id, "casework.use_route")
        serializers.NothingIn.read(request.data)
        attempt = commands.use_route(actor=request.user, route=route, now=clock())
        return Response(serializers.ContactAttemptOut(attempt).data, status=201)


class Attempt(APIView):
    permissions = {"get": "casework.view_attempt"}

    @extend_schema(
        operation_id="read_contact_attempt",
        description="The number and what to say, while you use it and it is safe. Recorded each time.",
        parameters=[ETAG],
        responses=answers(serializers.ReachingOut, 404, 409),
    )
    def get(self, request: SignedIn, public_id: UUID) -> Response:
        attempt = queries.get_attempt(request.user, public_id)
        reaching = queries.read_attempt(actor=request.user, attempt=attempt, now=clock())
        return tagged(request.user, serializers.reaching_body(reaching))


class EndAttempt(APIView):
    permissions = {"post": "casework.end_attempt"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="end_contact_attempt",
        description="Say what came of it.",
        request=serializers.OutcomeIn,
        parameters=[IF_MATCH],
        responses=answers(None, 400, 404, 409, 412, success=204),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        attempt = attempt_to_act_on(request, public_id, "casework.end_attempt")
        said = serializers.OutcomeIn.read(request.data)
        commands.end_attempt(actor=request.user, attempt=attempt, now=clock(), **said)
        return Response(status=204)


class CheckWord(APIView):
    permissions = {"post": "casework.view_attempt"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="check_word",
        description="Whether a word is the one that was agreed. No agreed word is ever shown. Recorded each time.",
        request=serializers.WordIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.PassedOut, 400, 404, 412),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        attempt = attempt_to_act_on(request, public_id, "casework.view_attempt")
        said = serializers.WordIn.read(request.data)
        passed = commands.check_word(actor=request.user, attempt=attempt, **said)
        return Response(serializers.PassedOut({"passed": passed}).data)


class ConfirmRoute(APIView):
    permissions = {"post": "casework.confirm_route"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="confirm_route",
        description="Say anew whether a way is safe. 409 where somebody else did meanwhile.",
        request=serializers.ConfirmationIn,
        parameters=[IF_MATCH],
        responses=answers(None, 400, 404, 409, 412, success=204),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        route = route_to_act_on(request, public_id, "casework.confirm_route")
        said = serializers.confirmation(serializers.ConfirmationIn.read(request.data))
        commands.confirm_route(actor=request.user, route=route, said=said, now=clock())
        return Response(status=204)


class OverrideRoute(APIView):
    permissions = {"post": "casework.override_route"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="override_route",
        description="Let a way be used for some hours although it is not safe. Never at your own request.",
        request=serializers.OverrideIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.OverrideOut, 400, 404, 409, 412, success=201),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        route = route_to_act_on(request, public_id, "casework.override_route")
        said = serializers.OverrideIn.read(request.data)
        try:
            said["asked_by"] = colleague(request.user, said["asked_by"])
        except ValidationError as error:
            raise ValidationError({"asked_by": error.messages}) from None
        override = commands.override_route(actor=request.user, route=route, now=clock(), **said)
        return Response(serializers.OverrideOut(override).data, status=201)


class EndOverride(APIView):
    permissions = {"post": "casework.end_override"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="end_override",
        description="End it before its time.",
        request=serializers.NothingIn,
        parameters=[IF_MATCH],
        responses=answers(None, 400, 404, 409, 412, success=204),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        override = override_to_act_on(request, public_id)
        serializers.NothingIn.read(request.data)
        commands.end_override(actor=request.user, override=override, now=clock())
        return Response(status=204)


class ReportChange(APIView):
    permissions = {"post": "casework.report_change"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="report_change",
        description="Say that they moved or separated: what was right before is in doubt until they say so again.",
        request=serializers.ChangeIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.DoubtedOut, 400, 404, 412),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        case = case_to_act_on(request, reference, "casework.report_change")
        said = serializers.ChangeIn.read(request.data)
        doubted = commands.report_change(actor=request.user, case=case, now=clock(), **said)
        return Response(serializers.DoubtedOut({"doubted": doubted}).data)


def route_to_act_on(request: SignedIn, public_id: UUID, action: str) -> ContactRoute:
    """A way, an attempt and an override are read as parts of their case, so their version is the case's."""
    return to_act_on(request, lambda: queries.get_route(request.user, public_id, action), action)


def attempt_to_act_on(request: SignedIn, public_id: UUID, action: str) -> ContactAttempt:
    return to_act_on(request, lambda: queries.get_attempt(request.user, public_id, action), action)


def override_to_act_on(request: SignedIn, public_id: UUID) -> RouteOverride:
    return to_act_on(request, lambda: queries.get_override(request.user, public_id), "casework.end_override")


def to_act_on(request: SignedIn, find: Callable[[], R], action: str) -> R:
    def found() -> R:
        record = find()
        authorize(request.user, action, record)
        return record

    return matched(request, found, lambda actor, record: seen_case(actor, record.case))


routes = [
    path("routes/<uuid:public_id>/use", UseRoute.as_view(), name="api_use_route"),
    path("routes/<uuid:public_id>/confirm", ConfirmRoute.as_view(), name="api_confirm_route"),
    path("routes/<uuid:public_id>/override", OverrideRoute.as_view(), name="api_override_route"),
    path("overrides/<uuid:public_id>/end", EndOverride.as_view(), name="api_end_override"),
    path("reaching/<uuid:public_id>/", Attempt.as_view(), name="api_contact_attempt"),
    path("reaching/<uuid:public_id>/end", EndAttempt.as_view(), name="api_end_contact_attempt"),
    path("reaching/<uuid:public_id>/word", CheckWord.as_view(), name="api_check_word"),
    path("cases/<str:reference>/change", ReportChange.as_view(), name="api_report_change"),
]
