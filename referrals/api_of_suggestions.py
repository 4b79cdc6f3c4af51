"""Which services suit a case, and what nobody offers, by API."""

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import SignedIn
from accounts.api_errors import answers
from accounts.versions import IF_MATCH
from casework.api import case_to_act_on
from casework.queries import get_case
from referrals import commands, queries
from referrals import serializers_of_suggestions as serializers


class CaseSuggestions(APIView):
    permissions = {"get": "referrals.view_suggestions", "post": "referrals.note_gap"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="suggest_services",
        description="The services that suit a case of your agency, the best first, with the reasons; those that do "
        "not, with theirs; and the needs that nobody meets. The reading is recorded.",
        parameters=[serializers.SearchIn],
        responses=answers(serializers.SuggestionsOut, 400, 404),
    )
    def get(self, request: SignedIn, reference: str) -> Response:
        case = get_case(request.user, reference, "referrals.view_suggestions")
        search = serializers.search_of(serializers.SearchIn.read(request.query_params))
        found = queries.suggestions_for(actor=request.user, case=case, search=search, now=timezone.now())
        return Response(serializers.SuggestionsOut(found).data)

    @extend_schema(
        operation_id="note_gaps",
        description="Note for commissioners which needs nobody meets. To go on looking becomes a next step of it.",
        request=serializers.SearchIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.GapsNotedOut, 400, 404, 409, 412, success=201),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        case = case_to_act_on(request, reference, "referrals.note_gap")
        search = serializers.search_of(serializers.SearchIn.read(request.data))
        gaps = commands.note_gaps(actor=request.user, case=case, search=search, now=timezone.now())
        return Response(serializers.GapsNotedOut({"gaps": gaps}).data, status=201)


class Gaps(APIView):
    permissions = {"get": "referrals.view_gaps"}

    @extend_schema(
        operation_id="list_gaps",
        description="What nobody offered in your partnership, by month, need and reason. It names no case.",
        responses=answers(serializers.GapsOut),
    )
    def get(self, request: SignedIn) -> Response:
        return Response(serializers.GapsOut({"gaps": queries.gaps_for(actor=request.user)}).data)


routes = [
    path("cases/<str:reference>/suggestions", CaseSuggestions.as_view(), name="api_case_suggestions"),
    path("gaps/", Gaps.as_view(), name="api_gaps"),
]
