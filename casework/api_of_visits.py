"""The API of the police visit after a burglary."""

from collections.abc import Callable
from typing import Any, ClassVar

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
from casework.models import Visit


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

    def done(self, request: SignedIn, reference: str, do: Callable[[Visit], Any]) -> Response:
        action = self.permissions["post"]

        def found() -> Visit:
            case = queries.get_case(request.user, reference, action)
            visit = queries.get_visit(request.user, case, action)
            authorize(request.user, action, visit)
            return visit

        do(matched(request, found, lambda actor, visit: seen_case(actor, visit.case)))
        return Response(status=204)


class Screen(Act):
    permissions = {"post": "casework.screen_visit"}

    @act("screen_visit", "Say what was answered to the questions of the first report.", serializers.ScreenVisitIn)
    def post(self, request: SignedIn, reference: str) -> Response:
        def do(visit: Visit) -> None:
            said = serializers.ScreenVisitIn.read(request.data)
            commands.screen_visit(actor=request.user, visit=visit, now=timezone.now(), **said)

        return self.done(request, reference, do)


class Offer(Act):
    permissions = {"post": "casework.offer_visit"}

    @act("offer_visit", "Say that a visit was offered. An earlier answer counts no more.", serializers.OfferVisitIn)
    def post(self, request: SignedIn, reference: str) -> Response:
        def do(visit: Visit) -> None:
            offer = serializers.offer_plan(serializers.OfferVisitIn.read(request.data))
            commands.offer_visit(actor=request.user, visit=visit, offer=offer, now=timezone.now())

        return self.done(request, reference, do)


class Answer(Act):
    permissions = {"post": "casework.answer_visit"}

    @act(
        "answer_visit",
        "Say how the offer was answered. Its next step is settled, and what usually follows is opened. "
        "409 for somebody who was not tried often enough.",
        serializers.AnswerVisitIn,
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        def do(visit: Visit) -> None:
            said = serializers.AnswerVisitIn.read(request.data)
            commands.answer_visit(actor=request.user, visit=visit, then=None, now=timezone.now(), **said)

        return self.done(request, reference, do)


class Schedule(Act):
    permissions = {"post": "casework.schedule_visit"}

    @act(
        "schedule_visit", "Say who comes, when, and how the victim knows that it is them.", serializers.ScheduleVisitIn
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        def do(visit: Visit) -> None:
            plan = serializers.visit_plan(serializers.ScheduleVisitIn.read(request.data))
            commands.schedule_visit(actor=request.user, visit=visit, plan=plan, now=timezone.now())

        return self.done(request, reference, do)


class Attend(Act):
    permissions = {"post": "casework.attend_visit"}

    @act("attend_visit", "Say whether the visit took place.", serializers.AttendVisitIn)
    def post(self, request: SignedIn, reference: str) -> Response:
        def do(visit: Visit) -> None:
            said = serializers.AttendVisitIn.read(request.data)
            commands.attend_visit(actor=request.user, visit=visit, now=timezone.now(), **said)

        return self.done(request, reference, do)


class Record(Act):
    permissions = {"post": "casework.record_visit"}

    @act("record_visit", "Say how far it has come. What was ticked before stays ticked.", serializers.RecordVisitIn)
    def post(self, request: SignedIn, reference: str) -> Response:
        def do(visit: Visit) -> None:
            said = serializers.visit_record(serializers.RecordVisitIn.read(request.data))
            commands.record_visit(actor=request.user, visit=visit, said=said, now=timezone.now())

        return self.done(request, reference, do)


routes = [
    path("cases/<str:reference>/visit/screen", Screen.as_view(), name="api_screen_visit"),
    path("cases/<str:reference>/visit/offer", Offer.as_view(), name="api_offer_visit"),
    path("cases/<str:reference>/visit/answer", Answer.as_view(), name="api_answer_visit"),
    path("cases/<str:reference>/visit/schedule", Schedule.as_view(), name="api_schedule_visit"),
    path("cases/<str:reference>/visit/attend", Attend.as_view(), name="api_attend_visit"),
    path("cases/<str:reference>/visit/record", Record.as_view(), name="api_record_visit"),
]
