"""The directory by API: what is public of it in Open Referral's shapes, and what services say of themselves."""

from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import SignedIn
from accounts.api_errors import answers
from accounts.authorization import authorize
from accounts.models import User
from accounts.versions import ETAG, IF_MATCH, matched, tagged
from casework.serializers import NothingIn
from referrals import commands, queries
from referrals.models import Service
from referrals.serializers_of_directory import (
    CapacityIn,
    DirectoryOut,
    DirectoryQuery,
    PublicServiceOut,
    directory_body,
)


class Directory(APIView):
    permissions = {"get": "referrals.view_service"}

    @extend_schema(
        operation_id="list_directory",
        description="The services of the directory in Open Referral's list shape, by name. Nothing in it is private.",
        parameters=[DirectoryQuery],
        responses=answers(DirectoryOut, 400),
    )
    def get(self, request: SignedIn) -> Response:
        said = DirectoryQuery.read(request.query_params)
        page = queries.directory_for(request.user, {}, number=said["page"], size=said["per_page"])
        return Response(directory_body(page, said["per_page"], is_full=said["full"]))


class OneService(APIView):
    permissions = {"get": "referrals.view_service"}

    @extend_schema(
        operation_id="read_service",
        description="A service as Open Referral's object, with all that it has. Nothing in it is private.",
        parameters=[ETAG],
        responses=answers(PublicServiceOut, 404),
    )
    def get(self, request: SignedIn, reference: str) -> Response:
        return tagged(request.user, shown(request.user, queries.get_service(request.user, reference)))


class Capacity(APIView):
    permissions = {"post": "referrals.say_capacity"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="say_capacity",
        description="Say how many places your own service has now. What was said before gives way.",
        request=CapacityIn,
        parameters=[IF_MATCH],
        responses=answers(None, 400, 404, 412, success=204),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        service = service_to_act_on(request, reference, "referrals.say_capacity")
        plan = CapacityIn.plan(request.data)
        commands.say_capacity(actor=request.user, service=service, plan=plan, now=timezone.now())
        return Response(status=204)


class Assure(APIView):
    permissions = {"post": "referrals.assure_service"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="assure_service",
        description="Say that all of its entry is right today. If-Match says of which entry.",
        request=None,
        parameters=[IF_MATCH],
        responses=answers(None, 400, 404, 412, success=204),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        service = service_to_act_on(request, reference, "referrals.assure_service")
        NothingIn.read(request.data)
        commands.assure_service(actor=request.user, service=service, now=timezone.now())
        return Response(status=204)


def shown(actor: User, service: Service) -> dict[str, Any]:
    return queries.public_entry(service)


def service_to_act_on(request: SignedIn, reference: str, action: str) -> Service:
    def find() -> Service:
        service = queries.get_service(request.user, reference)
        authorize(request.user, action, service)
        return service

    return matched(request, find, shown)


routes = [
    path("directory/services", Directory.as_view(), name="api_directory"),
    path("directory/services/<str:reference>", OneService.as_view(), name="api_service"),
    path("directory/services/<str:reference>/capacity", Capacity.as_view(), name="api_say_capacity"),
    path("directory/services/<str:reference>/assure", Assure.as_view(), name="api_assure_service"),
]
