"""The API of what is owed: in one case, over all of them, what happened, and what became of it."""

from collections.abc import Callable
from uuid import UUID

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import SignedIn
from accounts.api_errors import answers
from accounts.authorization import authorize
from accounts.versions import IF_MATCH, matched
from casework import commands, queries, serializers
from casework.api import case_to_act_on, seen_case
from casework.models import CaseClock
from casework.plans import ClockPlan, SettlePlan
from casework.policy import clock as clock_now


class Clocks(APIView):
    permissions = {"get": "casework.view_clocks", "post": "casework.start_clock"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="read_clocks",
        description="What is owed in a case: late, to come, and settled.",
        responses=answers(serializers.ClocksOut, 404),
    )
    def get(self, request: SignedIn, reference: str) -> Response:
        case = queries.get_case(request.user, reference, "casework.view_clocks")
        found = queries.read_clocks(actor=request.user, case=case, now=clock_now())
        return Response(serializers.ClocksOut(found).data)

    @extend_schema(
        operation_id="start_clocks",
        description="Say that something happened. What is owed from then on begins to run.",
        request=serializers.ClockIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.StartedOut, 400, 404, 409, 412, success=201),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        case = case_to_act_on(request, reference, "casework.start_clock")
        plan = ClockPlan(**serializers.ClockIn.read(request.data))
        made = commands.start_clocks(actor=request.user, case=case, plan=plan, now=clock_now())
        return Response(serializers.StartedOut({"ids": [clock.public_id for clock in made]}).data, status=201)


class Entitlement(APIView):
    permissions = {"post": "casework.judge_entitlement"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="judge_entitlement",
        description="Add why somebody has enhanced rights under the Victims' Code. Nothing is taken away by it.",
        request=serializers.EntitlementIn,
        parameters=[IF_MATCH],
        responses=answers(None, 400, 404, 409, 412, success=204),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        case = case_to_act_on(request, reference, "casework.judge_entitlement")
        said = serializers.EntitlementIn.read(request.data)
        commands.judge_entitlement(actor=request.user, case=case, now=clock_now(), **said)
        return Response(status=204)


class LateClocks(APIView):
    permissions = {"get": "casework.view_clocks"}

    @extend_schema(
        operation_id="list_clocks",
        description="What is late, or soon will be, over all cases of which you see it.",
        responses=answers(serializers.LateClocksOut),
    )
    def get(self, request: SignedIn) -> Response:
        found = queries.late_clocks(actor=request.user, now=clock_now())
        return Response(serializers.LateClocksOut({"clocks": found}).data)


class SettleClock(APIView):
    permissions = {"post": "casework.settle_clock"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="settle_clock",
        description="Say what became of what is owed. 409 where it is written down already.",
        request=serializers.SettleIn,
        parameters=[IF_MATCH],
        responses=answers(None, 400, 404, 409, 412, success=204),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        clock = clock_to_act_on(request, public_id, "casework.settle_clock")
        plan = SettlePlan(**serializers.SettleIn.read(request.data))
        commands.settle_clock(actor=request.user, clock=clock, plan=plan, now=clock_now())
        return Response(status=204)


class ChaseClock(APIView):
    permissions = {"post": "casework.chase_clock"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="chase_clock",
        description="Make chasing it your own next step.",
        request=serializers.NothingIn,
        parameters=[IF_MATCH],
        responses=answers(None, 400, 404, 409, 412, success=204),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        clock = clock_to_act_on(request, public_id, "casework.chase_clock")
        serializers.NothingIn.read(request.data)
        commands.chase_clock(actor=request.user, clock=clock, now=clock_now())
        return Response(status=204)


def clock_to_act_on(request: SignedIn, public_id: UUID, action: str) -> CaseClock:
    """A clock is read as a part of its case, so its version is the case's."""

    def found() -> CaseClock:
        clock = queries.get_clock(request.user, public_id, action)
        authorize(request.user, action, clock)
        return clock

    find: Callable[[], CaseClock] = found
    return matched(request, find, lambda actor, clock: seen_case(actor, clock.case))


routes = [
    path("cases/<str:reference>/clocks", Clocks.as_view(), name="api_case_clocks"),
    path("cases/<str:reference>/entitlement", Entitlement.as_view(), name="api_entitlement"),
    path("clocks/", LateClocks.as_view(), name="api_clocks"),
    path("clocks/<uuid:public_id>/settle", SettleClock.as_view(), name="api_settle_clock"),
    path("clocks/<uuid:public_id>/chase", ChaseClock.as_view(), name="api_chase_clock"),
]
