"""The API of the police visit after a burglary."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import SignedIn
from accounts.api_errors import answers
from accounts.authorization import authorize
from accounts.versions import IF_MATCH, matched
from casework import commands, queries, serializers
from casework.api import seen_case
from casework.models import Neighbour, Visit


def act(name: str, description: str, body: Any) -> Callable[..., Any]:
    """The description of an endpoint that says something of a visit, which is read as part of its case."""
    return extend_schema(
        operation_id=name,
        description=description,
        request=body,
        parameters=[IF_MATCH],
        responses=answers(None, 400, 404, 409, 412, success=204),
    )


class Act(APIView):
    """Common to them: one act upon the visit of a case, whose version is the case's."""

    permissions: ClassVar[dict[str, str]] = {}
    needs_version: ClassVar = {"post": False}

    def found(self, request: SignedIn, reference: str) -> Visit:
        action = self.permissions["post"]

        def find() -> Visit:
            case = queries.get_case(request.user, reference, action)
            visit = queries.get_visit(request.user, case, action)
            authorize(request.user, action, visit)
            return visit

        return matched(request, find, lambda actor, visit: seen_case(actor, visit.case))


class Screen(Act):
    permissions = {"post": "casework.screen_visit"}

    @act("screen_visit", "Say what was answered to the questions of the first report.", serializers.ScreenVisitIn)
    def post(self, request: SignedIn, reference: str) -> Response:
        visit = self.found(request, reference)
        said = serializers.ScreenVisitIn.read(request.data)
        commands.screen_visit(actor=request.user, visit=visit, now=timezone.now(), **said)
        return Response(status=204)


class Offer(Act):
    permissions = {"post": "casework.offer_visit"}

    @act("offer_visit", "Say that a visit was offered. An earlier answer counts no more.", serializers.OfferVisitIn)
    def post(self, request: SignedIn, reference: str) -> Response:
        visit = self.found(request, reference)
        offer = serializers.offer_plan(serializers.OfferVisitIn.read(request.data))
        commands.offer_visit(actor=request.user, visit=visit, offer=offer, now=timezone.now())
        return Response(status=204)


class Answer(Act):
    permissions = {"post": "casework.answer_visit"}

    @act(
        "answer_visit",
        "Say how the offer was answered. Its next step is settled, and what usually follows is opened. "
        "409 for somebody who was not tried often enough.",
        serializers.AnswerVisitIn,
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        visit = self.found(request, reference)
        said = serializers.AnswerVisitIn.read(request.data)
        commands.answer_visit(actor=request.user, visit=visit, then=None, now=timezone.now(), **said)
        return Response(status=204)


class Schedule(Act):
    permissions = {"post": "casework.schedule_visit"}

    @act(
        "schedule_visit", "Say who comes, when, and how the victim knows that it is them.", serializers.ScheduleVisitIn
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        visit = self.found(request, reference)
        plan = serializers.visit_plan(serializers.ScheduleVisitIn.read(request.data))
        commands.schedule_visit(actor=request.user, visit=visit, plan=plan, now=timezone.now())
        return Response(status=204)


class Attend(Act):
    permissions = {"post": "casework.attend_visit"}

    @act("attend_visit", "Say whether the visit took place.", serializers.AttendVisitIn)
    def post(self, request: SignedIn, reference: str) -> Response:
        visit = self.found(request, reference)
        said = serializers.AttendVisitIn.read(request.data)
        commands.attend_visit(actor=request.user, visit=visit, now=timezone.now(), **said)
        return Response(status=204)


class Record(Act):
    permissions = {"post": "casework.record_visit"}

    @act("record_visit", "Say how far it has come. What was ticked before stays ticked.", serializers.RecordVisitIn)
    def post(self, request: SignedIn, reference: str) -> Response:
        visit = self.found(request, reference)
        said = serializers.visit_record(serializers.RecordVisitIn.read(request.data))
        commands.record_visit(actor=request.user, visit=visit, said=said, now=timezone.now())
        return Response(status=204)


class Crime(Act):
    permissions = {"post": "casework.note_crime"}

    @extend_schema(
        operation_id="note_crime",
        description="Note the police's number, in whatever form, and what they have done. An odd number is kept, and "
        "`warning` says what is odd about it.",
        request=serializers.CrimeIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.NotedOut, 400, 404, 412),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        visit = self.found(request, reference)
        report = serializers.crime_report(serializers.CrimeIn.read(request.data))
        number = commands.note_crime(actor=request.user, visit=visit, report=report, now=timezone.now())
        return Response(serializers.NotedOut({"number": number}).data)


class AskOverlap(Act):
    permissions = {"post": "casework.ask_overlap"}

    @extend_schema(
        operation_id="ask_overlap",
        description="Say whether it could be somebody they were with. If so, a case of domestic abuse of the same "
        "person is begun, with all that was said; nobody but your agency learns of it.",
        request=serializers.OverlapIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.OverlapOut, 400, 404, 412),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        visit = self.found(request, reference)
        said = serializers.OverlapIn.read(request.data)
        case = commands.ask_overlap(actor=request.user, visit=visit, now=timezone.now(), **said)
        return Response(serializers.OverlapOut({"case": case and case.reference}).data)


class WhatIsNear(Act):
    permissions = {"get": "casework.view_nearby", "post": "casework.list_neighbours"}

    @extend_schema(
        operation_id="read_nearby",
        description="What happened at and near this home, and which homes to warn. The reading is recorded.",
        responses=answers(serializers.NearbyOut, 404),
    )
    def get(self, request: SignedIn, reference: str) -> Response:
        case = queries.get_case(request.user, reference, "casework.view_nearby")
        return Response(serializers.nearby_body(queries.read_nearby(actor=request.user, case=case, now=timezone.now())))

    @extend_schema(
        operation_id="list_neighbours",
        description="Draw up which homes near this one are to be warned, once. 409 where it is not known where it is.",
        request=serializers.NothingIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.ListedHomesOut, 400, 404, 409, 412, success=201),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        visit = self.found(request, reference)
        serializers.NothingIn.read(request.data)
        listed = commands.list_neighbours(actor=request.user, visit=visit, now=timezone.now())
        return Response(serializers.ListedHomesOut({"listed": listed}).data, status=201)


class TellNeighbour(APIView):
    permissions: ClassVar = {"post": "casework.tell_neighbour"}
    needs_version: ClassVar = {"post": False}

    @extend_schema(
        operation_id="tell_neighbour",
        description="Say whether a home was warned. If-Match takes the ETag of its case.",
        request=serializers.TellIn,
        parameters=[IF_MATCH],
        responses=answers(None, 400, 404, 412, success=204),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        def found() -> Neighbour:
            neighbour = queries.get_neighbour(request.user, public_id)
            authorize(request.user, "casework.tell_neighbour", neighbour)
            return neighbour

        neighbour = matched(request, found, lambda actor, home: seen_case(actor, home.case))
        said = serializers.TellIn.read(request.data)
        commands.tell_neighbour(actor=request.user, neighbour=neighbour, now=timezone.now(), **said)
        return Response(status=204)


class Visits(APIView):
    permissions: ClassVar = {"get": "casework.view_visits"}

    @extend_schema(
        operation_id="list_visits",
        description="Offers of a visit that are late, visits that are late, and how visits go. Recorded.",
        responses=answers(serializers.VisitsOut),
    )
    def get(self, request: SignedIn) -> Response:
        return Response(serializers.VisitsOut(queries.visits_for(actor=request.user, now=timezone.now())).data)


routes = [
    path("visits/", Visits.as_view(), name="api_visits"),
    path("cases/<str:reference>/visit/screen", Screen.as_view(), name="api_screen_visit"),
    path("cases/<str:reference>/visit/offer", Offer.as_view(), name="api_offer_visit"),
    path("cases/<str:reference>/visit/answer", Answer.as_view(), name="api_answer_visit"),
    path("cases/<str:reference>/visit/schedule", Schedule.as_view(), name="api_schedule_visit"),
    path("cases/<str:reference>/visit/attend", Attend.as_view(), name="api_attend_visit"),
    path("cases/<str:reference>/visit/record", Record.as_view(), name="api_record_visit"),
    path("cases/<str:reference>/visit/crime", Crime.as_view(), name="api_note_crime"),
    path("cases/<str:reference>/visit/overlap", AskOverlap.as_view(), name="api_ask_overlap"),
    path("cases/<str:reference>/nearby", WhatIsNear.as_view(), name="api_nearby"),
    path("neighbours/<uuid:public_id>/told", TellNeighbour.as_view(), name="api_tell_neighbour"),
]
