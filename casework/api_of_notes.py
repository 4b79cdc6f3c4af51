"""The API of a case's timeline and of its notes."""

from typing import Any
from uuid import UUID

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import SignedIn
from accounts.api_errors import answers
from accounts.authorization import authorize
from accounts.models import User
from accounts.versions import IF_MATCH, matched
from casework import commands, queries, serializers
from casework.api import case_to_act_on
from casework.forms_of_notes import wanted
from casework.models import Note


class Timeline(APIView):
    permissions = {"get": "casework.view_case"}

    @extend_schema(
        operation_id="read_timeline",
        description="Whatever happened in a case that you may see, the newest first, 25 at a time. Recorded.",
        parameters=[serializers.TimelineQuery],
        responses=answers(serializers.TimelineOut, 400, 404),
    )
    def get(self, request: SignedIn, reference: str) -> Response:
        case = queries.get_case(request.user, reference)
        said = serializers.TimelineQuery.read(request.query_params)
        after = said.pop("after")
        page = queries.timeline_of(actor=request.user, case=case, wanted=wanted(**said), after=after)
        return Response(serializers.TimelineOut(page).data)


class Notes(APIView):
    permissions = {"post": "casework.write_note"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="write_note",
        description="Write a note. It is never changed: another can take its place.",
        request=serializers.NoteIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.WrittenNoteOut, 400, 404, 412, success=201),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        case = case_to_act_on(request, reference, "casework.write_note")
        said = serializers.NoteIn.read(request.data)
        note = commands.write_note(actor=request.user, case=case, now=timezone.now(), **said)
        return Response(serializers.note_body(note), status=201)


class ReplaceNote(APIView):
    permissions = {"post": "casework.write_note"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="replace_note",
        description="Write another note in the place of one, which stays. 409 where somebody did already.",
        request=serializers.NoteIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.WrittenNoteOut, 400, 404, 409, 412, success=201),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        note = matched(request, lambda: self.found(request, public_id), seen_note)
        said = serializers.NoteIn.read(request.data)
        new = commands.replace_note(actor=request.user, note=note, now=timezone.now(), **said)
        return Response(serializers.note_body(new), status=201)

    def found(self, request: SignedIn, public_id: UUID) -> Note:
        note = queries.get_note(request.user, public_id)
        authorize(request.user, "casework.write_note", note.case)
        return note


def seen_note(actor: User, note: Note) -> Any:
    return serializers.note_body(note)


routes = [
    path("cases/<str:reference>/timeline", Timeline.as_view(), name="api_timeline"),
    path("cases/<str:reference>/notes", Notes.as_view(), name="api_notes"),
    path("notes/<uuid:public_id>/replace", ReplaceNote.as_view(), name="api_replace_note"),
]
