"""The API of a shift: whom to call back and when, and the handover board."""

from uuid import UUID

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import SignedIn
from accounts.api_errors import answers
from accounts.authorization import authorize
from accounts.models import User
from accounts.versions import IF_MATCH, matched
from casework import commands, queries, serializers
from casework.models import HandoverNote
from casework.policy import clock


class Callbacks(APIView):
    permissions = {"get": "casework.view_callbacks"}

    @extend_schema(
        operation_id="list_callbacks",
        description="Your agency's open calls back: who can be reached now first, and whose window closes soonest.",
        responses=answers(serializers.CallbacksOut),
    )
    def get(self, request: SignedIn) -> Response:
        found = queries.callbacks_for(actor=request.user, now=clock())
        return Response(serializers.CallbacksOut({"callbacks": found}).data)


class Handover(APIView):
    permissions = {"get": "casework.view_handover", "post": "casework.write_handover"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="read_handover",
        description="What is open and due for your agency, and what was handed over.",
        responses=answers(serializers.BoardOut),
    )
    def get(self, request: SignedIn) -> Response:
        return Response(serializers.BoardOut(queries.board_for(actor=request.user, now=clock())).data)

    @extend_schema(
        operation_id="write_handover",
        description="Tell the next shift what it must know. It is open until somebody else signs it.",
        request=serializers.HandoverIn,
        responses=answers(serializers.NoteOut, 400, success=201),
    )
    def post(self, request: SignedIn) -> Response:
        said = serializers.HandoverIn.read(request.data)
        note = commands.write_handover(actor=request.user, now=clock(), **said)
        return Response(serializers.NoteOut(note).data, status=201)


class TakeOver(APIView):
    permissions = {"post": "casework.take_over"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="take_over",
        description="Sign that you have taken over what somebody else handed over.",
        request=serializers.NothingIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.NoteOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        note = matched(request, lambda: self.found(request, public_id), seen_note)
        serializers.NothingIn.read(request.data)
        taken = commands.take_over(actor=request.user, note=note, now=clock())
        return Response(serializers.NoteOut(taken).data)

    def found(self, request: SignedIn, public_id: UUID) -> HandoverNote:
        note = queries.get_handover(request.user, public_id)
        authorize(request.user, "casework.take_over", note)
        return note


def seen_note(actor: User, note: HandoverNote) -> object:
    return serializers.NoteOut(note).data


routes = [
    path("callbacks/", Callbacks.as_view(), name="api_callbacks"),
    path("handover/", Handover.as_view(), name="api_handover"),
    path("handover/<uuid:public_id>/sign", TakeOver.as_view(), name="api_take_over"),
]
