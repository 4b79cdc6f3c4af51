"""The API of what goes with a contact: a call to 999, answers to equality questions, and the hubs."""

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import SignedIn
from accounts.api_errors import answers
from accounts.authorization import NotPossibleNow
from accounts.versions import IF_MATCH
from casework import commands, queries, serializers
from casework.api import case_to_act_on, contact_to_act_on
from casework.plans import EmergencyCallReport


class EmergencyCalls(APIView):
    permissions = {"post": "casework.call_police"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="call_police",
        description="Write down a call to 999, also while the contact is a draft.",
        request=serializers.EmergencyCallIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.CalledOut, 400, 404, 412, success=201),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        contact = contact_to_act_on(request, reference, "casework.call_police", writes_over=lambda _: False)
        call = EmergencyCallReport(**serializers.EmergencyCallIn.read(request.data))
        made = commands.call_police(actor=request.user, contact=contact, call=call, now=timezone.now())
        return Response(serializers.CalledOut(made).data, status=201)


class Equality(APIView):
    permissions = {"post": "casework.note_equality"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="note_equality",
        description="Add what the victim answered to equality questions, or why they were not asked.",
        request=serializers.EqualityIn,
        parameters=[IF_MATCH],
        responses=answers(None, 400, 404, 409, 412, success=204),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        case = case_to_act_on(request, reference, "casework.note_equality")
        said = serializers.equality_reports(serializers.EqualityIn.read(request.data))
        commands.note_equality(actor=request.user, case=case, answers=said, now=timezone.now())
        return Response(status=204)


class Hubs(APIView):
    permissions = {"get": "casework.work_at_hub", "post": "casework.keep_hubs"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="list_hubs",
        description="The hubs that are open, where people may walk in.",
        responses=answers(serializers.HubsOut),
    )
    def get(self, request: SignedIn) -> Response:
        return Response(serializers.HubsOut({"hubs": queries.hubs_of(request.user)}).data)

    @extend_schema(
        operation_id="add_hub",
        description="Add a hub to the partnership.",
        request=serializers.HubIn,
        responses=answers(serializers.HubOut, 400, success=201),
    )
    def post(self, request: SignedIn) -> Response:
        hub = commands.add_hub(actor=request.user, **serializers.HubIn.read(request.data))
        return Response(serializers.HubOut(hub).data, status=201)


class CloseHub(APIView):
    permissions = {"post": "casework.keep_hubs"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="close_hub",
        description="Close a hub. The contacts that were taken there stay.",
        request=serializers.CloseHubIn,
        responses=answers(None, 400, 409, success=204),
    )
    def post(self, request: SignedIn) -> Response:
        hub = queries.hub_of(request.user, serializers.CloseHubIn.read(request.data)["code"])
        if hub is None:
            raise NotPossibleNow("This hub is closed already.")
        commands.close_hub(actor=request.user, hub=hub)
        return Response(status=204)


routes = [
    path("contacts/<str:reference>/emergency-calls", EmergencyCalls.as_view(), name="api_call_police"),
    path("cases/<str:reference>/equality", Equality.as_view(), name="api_note_equality"),
    path("hubs/", Hubs.as_view(), name="api_hubs"),
    path("hubs/close", CloseHub.as_view(), name="api_close_hub"),
]
