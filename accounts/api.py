"""Workers, invitations and agencies by API: the same commands as the pages."""

from collections.abc import Callable
from uuid import UUID

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import commands, queries, serializers
from accounts.api_errors import answers
from accounts.authorization import authorize
from accounts.bodies import NothingIn
from accounts.models import Agency, Invitation, User
from accounts.versions import ETAG, IF_MATCH, matched, tagged


class SignedIn(Request):
    """A request as every endpoint gets it: the permission classes let nobody else through."""

    user: User


class Workers(APIView):
    permissions = {"get": "accounts.invite_worker", "post": "accounts.invite_worker"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="list_workers",
        description="Whom you look after: there and ended, invited, and on the way to your agency.",
        responses=answers(serializers.WorkersOut),
    )
    def get(self, request: SignedIn) -> Response:
        found = {
            "workers": queries.workers_for(request.user),
            "invitations": queries.invitations_for(request.user),
            "coming": queries.coming_to(request.user),
        }
        return Response(serializers.WorkersOut(found).data)

    @extend_schema(
        operation_id="invite_worker",
        description="Have a link sent to somebody, by which they choose a password and join.",
        request=serializers.InviteIn,
        responses=answers(serializers.InvitationOut, 400, success=201),
    )
    def post(self, request: SignedIn) -> Response:
        said = serializers.InviteIn.read(request.data)
        agency = agency_named(request.user, "agency", said.pop("agency", request.user.agency_id))
        invitation = commands.invite_worker(actor=request.user, agency=agency, now=timezone.now(), **said)
        return Response(serializers.InvitationOut(invitation).data, status=201)


class SendInvitationAgain(APIView):
    permissions = {"post": "accounts.invite_worker"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="send_invitation_again",
        description="Send another link. The one before no longer works.",
        request=None,
        parameters=[IF_MATCH],
        responses=answers(serializers.InvitationOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        return done_to(request, public_id, commands.send_invitation_again)


class TakeBackInvitation(APIView):
    permissions = {"post": "accounts.invite_worker"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="take_back_invitation",
        description="Its link no longer works.",
        request=None,
        parameters=[IF_MATCH],
        responses=answers(serializers.InvitationOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        return done_to(request, public_id, commands.take_back_invitation)


class ShowWorker(APIView):
    permissions = {"get": "accounts.change_role"}

    @extend_schema(
        operation_id="read_worker",
        description="Somebody whom you look after.",
        parameters=[ETAG],
        responses=answers(serializers.WorkerOut, 404),
    )
    def get(self, request: SignedIn, public_id: UUID) -> Response:
        worker = queries.get_worker(request.user, public_id)
        return tagged(request.user, serializers.worker_body(request.user, worker))


class ChangeRole(APIView):
    permissions = {"post": "accounts.change_role"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="change_role",
        description="Give them another role at their agency. Their sessions end.",
        request=serializers.RoleIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.WorkerOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        worker = worker_to_act_on(request, public_id, "accounts.change_role")
        said = serializers.RoleIn.read(request.data)
        worker = commands.change_role(actor=request.user, worker=worker, now=timezone.now(), **said)
        return tagged(request.user, serializers.worker_body(request.user, worker))


class EndWorker(APIView):
    permissions = {"post": "accounts.end_worker"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="end_worker",
        description="They leave, at once: their sessions end, and what waited for them passes on.",
        request=None,
        parameters=[IF_MATCH],
        responses=answers(serializers.WorkerOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        worker = worker_to_act_on(request, public_id, "accounts.end_worker")
        NothingIn.read(request.data)
        worker = commands.end_worker(actor=request.user, worker=worker, now=timezone.now())
        return tagged(request.user, serializers.worker_body(request.user, worker))


class ReleaseWorker(APIView):
    permissions = {"post": "accounts.release_worker"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="release_worker",
        description="They leave for another agency, which may then invite them. They lose everything now.",
        request=serializers.ReleaseIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.WorkerOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        worker = worker_to_act_on(request, public_id, "accounts.release_worker")
        to = agency_named(request.user, "to", serializers.ReleaseIn.read(request.data)["to"])
        worker = commands.release_worker(actor=request.user, worker=worker, to=to, now=timezone.now())
        return tagged(request.user, serializers.worker_body(request.user, worker))


class Agencies(APIView):
    permissions = {"get": "accounts.release_worker"}

    @extend_schema(
        operation_id="list_agencies",
        description="The agencies that take part in your partnership.",
        responses=answers(serializers.AgenciesOut),
    )
    def get(self, request: SignedIn) -> Response:
        return Response(serializers.AgenciesOut({"agencies": queries.agencies_for(request.user)}).data)


def done_to(request: SignedIn, public_id: UUID, command: Callable[..., Invitation]) -> Response:
    """An invitation as a command leaves it."""
    invitation = matched(request, lambda: queries.get_invitation(request.user, public_id), serializers.invitation_body)
    NothingIn.read(request.data)
    changed = command(actor=request.user, invitation=invitation, now=timezone.now())
    return tagged(request.user, serializers.invitation_body(request.user, changed))


def worker_to_act_on(request: SignedIn, public_id: UUID, action: str) -> User:
    def find() -> User:
        worker = queries.get_worker(request.user, public_id)
        authorize(request.user, action, worker)
        return worker

    return matched(request, find, serializers.worker_body)


def agency_named(actor: User, field: str, pk: int) -> Agency:
    """An agency of the partnership. Raises DRF's `ValidationError` for any other."""
    found = queries.agencies_for(actor).filter(pk=pk).first()
    if found is None:
        raise ValidationError({field: "Name an agency of your partnership, by its id."})
    return found


routes = [
    path("workers/", Workers.as_view(), name="api_workers"),
    path("workers/<uuid:public_id>/", ShowWorker.as_view(), name="api_worker"),
    path("workers/<uuid:public_id>/role", ChangeRole.as_view(), name="api_change_role"),
    path("workers/<uuid:public_id>/end", EndWorker.as_view(), name="api_end_worker"),
    path("workers/<uuid:public_id>/release", ReleaseWorker.as_view(), name="api_release_worker"),
    path("invitations/<uuid:public_id>/again", SendInvitationAgain.as_view(), name="api_send_invitation_again"),
    path("invitations/<uuid:public_id>/take-back", TakeBackInvitation.as_view(), name="api_take_back_invitation"),
    path("agencies/", Agencies.as_view(), name="api_agencies"),
]
