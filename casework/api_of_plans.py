"""The API of the safety plan: as it stands, a new version, and giving them its notes."""

from uuid import UUID

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import SignedIn
from accounts.api_errors import answers
from accounts.authorization import NotPossibleNow, authorize
from accounts.versions import IF_MATCH
from casework import commands, queries, serializers
from casework.api import case_to_act_on
from casework.neutral import TITLE
from casework.policy import clock


class Plan(APIView):
    permissions = {"get": "casework.view_plan", "post": "casework.write_plan"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="read_plan",
        description="The safety plan that stands, and the versions before it.",
        responses=answers(serializers.PlansOut, 404),
    )
    def get(self, request: SignedIn, reference: str) -> Response:
        case = queries.get_case(request.user, reference, "casework.view_plan")
        return Response(serializers.PlansOut(queries.read_plan(actor=request.user, case=case)).data)

    @extend_schema(
        operation_id="write_plan",
        description="Add a version. 409 where somebody else wrote one since `after`.",
        request=serializers.PlanIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.PlanMadeOut, 400, 404, 409, 412, success=201),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        case = case_to_act_on(request, reference, "casework.write_plan")
        said = serializers.PlanIn.read(request.data)
        made = commands.write_plan(actor=request.user, case=case, now=clock(), **said)
        return Response(serializers.PlanMadeOut(made).data, status=201)


class GivePlan(APIView):
    permissions = {"post": "casework.give_plan"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="give_plan",
        description="The notes of the plan, to be given by a way that is safe at this moment. 409, with why, if not.",
        request=serializers.GiveIn,
        responses=answers(serializers.NotesOut, 400, 404, 409),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        plan = queries.get_plan(request.user, public_id, "casework.give_plan")
        authorize(request.user, "casework.give_plan", plan)
        said = serializers.GiveIn.read(request.data)
        ways = {each.route.public_id: each.route for each in queries.giving_ways(request.user, plan, clock())}
        if said["route"] not in ways:
            raise NotPossibleNow("Choose a way to reach the person whom the plan is for.")
        notes = commands.give_plan(actor=request.user, plan=plan, route=ways[said["route"]], now=clock())
        return Response(serializers.NotesOut({"title": TITLE, "notes": notes}).data)


routes = [
    path("cases/<str:reference>/plan", Plan.as_view(), name="api_plan"),
    path("plans/<uuid:public_id>/give", GivePlan.as_view(), name="api_give_plan"),
]
