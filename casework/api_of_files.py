"""The API of files: what is attached to a case, attaching one, and opening one."""

from uuid import UUID

from django.conf import settings
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import SignedIn
from accounts.api_errors import answers
from accounts.authorization import authorize
from accounts.parsers import StrictJSONParser
from accounts.versions import IF_MATCH, matched
from casework import commands, queries, serializers
from casework.api import case_to_act_on, seen_case
from casework.models import Attachment
from casework.policy import clock


class WithAFile(StrictJSONParser):
    """A body that holds a file in Base64, which is a third longer, and some words."""

    @property
    def most_bytes(self) -> int:  # type: ignore[override]
        most: int = settings.ATTACHMENT_MAX_BYTES
        return most * 4 // 3 + 64 * 1024


class Files(APIView):
    permissions = {"get": "casework.view_attachment", "post": "casework.add_attachment"}
    needs_version = {"post": False}
    parser_classes = [WithAFile]

    @extend_schema(
        operation_id="list_files",
        description="The files of a case that you see.",
        responses=answers(serializers.FilesOut, 404),
    )
    def get(self, request: SignedIn, reference: str) -> Response:
        case = queries.get_case(request.user, reference, "casework.view_attachment")
        files = queries.read_attachments(actor=request.user, case=case)
        return Response(serializers.FilesOut({"files": files}).data)

    @extend_schema(
        operation_id="add_file",
        description="Attach a file. It is cleaned first: what is kept is not what came, and its name is not kept.",
        request=serializers.FileIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.FileOut, 400, 404, 412, success=201),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        case = case_to_act_on(request, reference, "casework.add_attachment")
        said = serializers.FileIn.read(request.data)
        made = commands.add_attachment(actor=request.user, case=case, now=clock(), **said)
        return Response(serializers.FileOut(made).data, status=201)


class OpenFile(APIView):
    permissions = {"get": "casework.view_attachment"}

    @extend_schema(
        operation_id="open_file",
        description="A file with what is in it. Recorded each time.",
        responses=answers(serializers.ContentOut, 404, 409),
    )
    def get(self, request: SignedIn, public_id: UUID) -> Response:
        file = queries.get_attachment(request.user, public_id)
        content = queries.open_attachment(actor=request.user, file=file)
        return Response(serializers.content_body(file, content))


class ScanFile(APIView):
    permissions = {"post": "casework.scan_attachment"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="scan_file",
        description="Have a file scanned again. 409 where no scanner answers.",
        request=serializers.NothingIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.FileOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        file = matched(request, lambda: self.found(request, public_id), lambda actor, file: seen_case(actor, file.case))
        serializers.NothingIn.read(request.data)
        found = commands.scan_attachment(actor=request.user, file=file, now=clock())
        return Response(serializers.FileOut(found).data)

    def found(self, request: SignedIn, public_id: UUID) -> Attachment:
        file = queries.get_attachment(request.user, public_id, "casework.scan_attachment")
        authorize(request.user, "casework.scan_attachment", file)
        return file


routes = [
    path("cases/<str:reference>/files", Files.as_view(), name="api_files"),
    path("files/<uuid:public_id>", OpenFile.as_view(), name="api_file"),
    path("files/<uuid:public_id>/scan", ScanFile.as_view(), name="api_scan_file"),
]
