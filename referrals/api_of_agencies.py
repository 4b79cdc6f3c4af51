"""Ending an agency's part in the partnership by API."""

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import SignedIn
from accounts.api_errors import answers
from accounts.authorization import authorize
from accounts.commands import end_agency
from accounts.models import Agency, User
from accounts.queries import get_agency
from accounts.versions import ETAG, IF_MATCH, matched, tagged
from casework.serializers import NothingIn
from referrals import queries, serializers


class EndAgency(APIView):
    permissions = {"get": "accounts.end_agency", "post": "accounts.end_agency"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="read_what_ends_with_an_agency",
        description="What would end with this agency if it left, in numbers.",
        parameters=[ETAG],
        responses=answers(serializers.EndsOut, 404),
    )
    def get(self, request: SignedIn, number: int) -> Response:
        return tagged(request.user, ends_body(request.user, get_agency(request.user, number)))

    @extend_schema(
        operation_id="end_agency",
        description="End its part in the partnership: its shares, what waits for it, and its workers' accounts.",
        request=None,
        parameters=[IF_MATCH],
        responses=answers(None, 400, 404, 409, 412, success=204),
    )
    def post(self, request: SignedIn, number: int) -> Response:
        def find() -> Agency:
            agency = get_agency(request.user, number)
            authorize(request.user, "accounts.end_agency", agency)
            return agency

        agency = matched(request, find, ends_body)
        NothingIn.read(request.data)
        end_agency(actor=request.user, agency=agency, now=timezone.now())
        return Response(status=204)


def ends_body(actor: User, agency: Agency) -> dict[str, object]:
    return dict(serializers.EndsOut(queries.what_ends_with(actor, agency)).data)


routes = [path("agencies/<int:number>/end", EndAgency.as_view(), name="api_end_agency")]
