"""The API of who somebody is: whether they are known already, and that two parties are one person."""

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import SignedIn
from accounts.api_errors import answers
from accounts.authorization import NotVisible
from accounts.versions import IF_MATCH
from casework import commands, queries, serializers
from casework.api import case_to_act_on


class SearchPeople(APIView):
    """A search, by POST: what is searched for is personal, and must not stand in an address."""

    permissions = {"post": "casework.find_person"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="search_people",
        description="Who may be known already, among the cases that you may see, most reasons first.",
        request=serializers.ProbeIn,
        responses=answers(serializers.MatchesOut, 400),
    )
    def post(self, request: SignedIn) -> Response:
        probe = queries.Probe(**serializers.ProbeIn.read(request.data))
        matches = queries.find_person(actor=request.user, probe=probe)
        return Response(serializers.MatchesOut({"matches": matches}).data)


class Link(APIView):
    permissions = {"post": "casework.link_person"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="link_person",
        description="Say that a party of this case is the same person as one of another case. No value moves.",
        request=serializers.LinkIn,
        parameters=[IF_MATCH],
        responses=answers(None, 400, 404, 409, 412, success=204),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        case = case_to_act_on(request, reference, "casework.link_person")
        said = serializers.LinkIn.read(request.data)
        party, same = (queries.get_party(request.user, said[name]) for name in ("party", "same_as"))
        if party.case_id != case.pk:
            raise NotVisible("casework.link_person", case)
        commands.link_person(actor=request.user, party=party, to=same)
        return Response(status=204)


routes = [
    path("people/search", SearchPeople.as_view(), name="api_search_people"),
    path("cases/<str:reference>/link", Link.as_view(), name="api_link_person"),
]
