"""The API of odd access."""

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import SignedIn
from accounts.api_errors import answers
from accounts.authorization import authorize
from accounts.versions import ETAG, IF_MATCH, matched, tagged
from oversight import commands, queries, serializers
from oversight.commands.alerts import FIND
from oversight.models import Alert
from oversight.queries.alerts import shown_alert

VIEW, ANSWER = "oversight.view_alerts", "oversight.answer_alert"


class Alerts(APIView):
    permissions = {"get": VIEW, "post": FIND}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="list_alerts",
        description="Whose access to cases is odd, newest first, 25 at a time; never your own. It is recorded.",
        parameters=[serializers.AlertsQuery],
        responses=answers(serializers.AlertPageOut, 400),
    )
    def get(self, request: SignedIn) -> Response:
        said = serializers.AlertsQuery.read(request.query_params)
        return Response(serializers.AlertPageOut(queries.alerts_for(actor=request.user, **said)).data)

    @extend_schema(
        operation_id="find_odd_access",
        description="Look through the last days now. What is found stands in the list; twice finds nothing twice.",
        request=serializers.NothingIn,
        responses=answers(None, 400, success=204),
    )
    def post(self, request: SignedIn) -> Response:
        serializers.NothingIn.read(request.data)
        commands.find_odd_access(actor=request.user, now=timezone.now())
        return Response(status=204)


class AlertRules(APIView):
    permissions = {"get": VIEW}

    @extend_schema(
        operation_id="list_alert_rules",
        description="The rules by which odd access is found, in plain words.",
        responses=answers(serializers.RulesOut),
    )
    def get(self, request: SignedIn) -> Response:
        return Response(serializers.RulesOut({"rules": queries.rules()}).data)


class AlertFigures(APIView):
    permissions = {"get": VIEW}

    @extend_schema(
        operation_id="alert_figures",
        description="What was found of alerts by month and by rule, over twelve months.",
        responses=answers(serializers.AlertFiguresOut),
    )
    def get(self, request: SignedIn) -> Response:
        figures = queries.alert_figures(actor=request.user, now=timezone.now())
        return Response(serializers.AlertFiguresOut(figures).data)


class ShowAlert(APIView):
    permissions = {"get": VIEW}

    @extend_schema(
        operation_id="read_alert",
        description="One alert, the rules that spoke, and the events behind it. It is recorded.",
        parameters=[ETAG],
        responses=answers(serializers.AlertOut, 404),
    )
    def get(self, request: SignedIn, reference: str) -> Response:
        read = queries.read_alert(actor=request.user, reference=reference)
        return tagged(request.user, serializers.AlertOut(read).data)


class AnswerAlert(APIView):
    permissions = {"post": ANSWER}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="answer_alert",
        description="Say what you found of somebody else's access, and why.",
        request=serializers.AnswerAlertIn,
        parameters=[IF_MATCH],
        responses=answers(None, 400, 404, 409, 412, success=204),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        alert = alert_to_answer(request, reference)
        said = serializers.AnswerAlertIn.read(request.data)
        commands.answer_alert(actor=request.user, alert=alert, now=timezone.now(), **said)
        return Response(status=204)


def alert_to_answer(request: SignedIn, reference: str) -> Alert:
    def find() -> Alert:
        alert = queries.get_alert(request.user, reference)
        authorize(request.user, ANSWER, alert)
        return alert

    return matched(request, find, lambda actor, alert: serializers.AlertOut(shown_alert(alert)).data)


routes = [
    path("alerts/", Alerts.as_view(), name="api_alerts"),
    path("alerts/rules", AlertRules.as_view(), name="api_alert_rules"),
    path("alerts/figures", AlertFigures.as_view(), name="api_alert_figures"),
    path("alerts/<str:reference>/", ShowAlert.as_view(), name="api_alert"),
    path("alerts/<str:reference>/answer", AnswerAlert.as_view(), name="api_answer_alert"),
]
