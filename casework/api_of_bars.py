"""The API of who must not see a case."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import SignedIn
from accounts.api_errors import answers
from accounts.authorization import authorize
from accounts.models import Agency, User
from accounts.versions import ETAG, IF_MATCH, matched, tagged
from casework import commands, queries, serializers
from casework.models import Bar, BarProposal, Case
from casework.plans import AddressReport


class CaseBars(APIView):
    permissions = {"get": "casework.view_bars", "post": "casework.bar_from_case"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="read_bars",
        description="Who must not see a case: its bars, and whom its seal names. Recorded.",
        parameters=[ETAG],
        responses=answers(serializers.ShuttingOut, 404),
    )
    def get(self, request: SignedIn, reference: str) -> Response:
        case = queries.get_case(request.user, reference, "casework.view_bars")
        shutting = queries.read_shutting(actor=request.user, case=case)
        return tagged(request.user, serializers.shutting_body(shutting))

    @extend_schema(
        operation_id="bar_from_case",
        description="Bar a worker or a whole agency from a case: to them it does not exist from now on. What waits for "
        "them passes to you.",
        request=serializers.BarIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.BarOut, 400, 404, 409, 412, success=201),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        case = case_to_shut(request, reference, "casework.bar_from_case")
        said = serializers.BarIn.read(request.data)
        who = one_worker(request.user, said["worker"]) if said["worker"] else one_agency(request.user, said["agency"])
        bar = commands.bar_from_case(actor=request.user, case=case, who=who, reason=said["reason"], now=timezone.now())
        return Response(serializers.BarOut(bar).data, status=201)


class LiftBar(APIView):
    permissions = {"post": "casework.lift_bar"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="lift_bar",
        description="Let somebody find the case again, as far as it is shared with them or their agency holds it.",
        request=serializers.NothingIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.BarOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        def find() -> Bar:
            bar = queries.get_bar(request.user, public_id)
            authorize(request.user, "casework.lift_bar", bar.case)
            return bar

        bar = matched(request, find, lambda actor, bar: seen(actor, bar.case))
        serializers.NothingIn.read(request.data)
        return Response(serializers.BarOut(commands.lift_bar(actor=request.user, bar=bar, now=timezone.now())).data)


class Seal(APIView):
    permissions = {"post": "casework.seal_case"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="seal_case",
        description="Let only the named workers find the case: two or more, a supervisor among them. What waits for "
        "others passes to you.",
        request=serializers.SealIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.ShuttingOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        case = case_to_shut(request, reference, "casework.seal_case")
        said = serializers.SealIn.read(request.data)
        named = [request.user, *workers_named(request.user, said["workers"], "workers")]
        commands.seal_case(actor=request.user, case=case, workers=named, reason=said["reason"], now=timezone.now())
        return Response(seen(request.user, case))


class NameInSeal(APIView):
    permissions = {"post": "casework.seal_case"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="name_in_seal",
        description="Let one more worker find a sealed case.",
        request=serializers.NamedIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.ShuttingOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        case = case_to_shut(request, reference, "casework.seal_case")
        worker = one_worker(request.user, serializers.NamedIn.read(request.data)["worker"])
        commands.name_in_seal(actor=request.user, case=case, worker=worker, now=timezone.now())
        return Response(seen(request.user, case))


class TakeOffSeal(APIView):
    permissions = {"post": "casework.seal_case"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="take_off_seal",
        description="Let a worker no longer find a sealed case. Two stay, a supervisor and yourself among them.",
        request=serializers.NamedIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.ShuttingOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        case = case_to_shut(request, reference, "casework.seal_case")
        worker = one_worker(request.user, serializers.NamedIn.read(request.data)["worker"])
        commands.take_off_seal(actor=request.user, case=case, worker=worker, now=timezone.now())
        return Response(seen(request.user, case))


class Unseal(APIView):
    permissions = {"post": "casework.unseal_case"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="unseal_case",
        description="Lift the seal: who holds the case, or has a share of it, finds it again.",
        request=serializers.NothingIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.ShuttingOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        case = case_to_shut(request, reference, "casework.unseal_case")
        serializers.NothingIn.read(request.data)
        commands.unseal_case(actor=request.user, case=case, now=timezone.now())
        return Response(seen(request.user, case))


class Proposals(APIView):
    permissions = {"get": "casework.view_proposals"}

    @extend_schema(
        operation_id="list_proposals",
        description="The bars that are proposed, because a worker is like somebody in a case, and that wait for an "
        "answer; the oldest first. Recorded.",
        parameters=[serializers.ProposalsQuery],
        responses=answers(serializers.ProposalPageOut, 400),
    )
    def get(self, request: SignedIn) -> Response:
        said = serializers.ProposalsQuery.read(request.query_params)
        return Response(serializers.ProposalPageOut(queries.proposals_for(actor=request.user, **said)).data)


class AcceptProposal(APIView):
    permissions = {"post": "casework.answer_proposal"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="accept_proposal",
        description="Bar the worker who is proposed, or their whole agency.",
        request=serializers.AcceptIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.BarOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        proposal = proposal_to_answer(request, public_id)
        said = serializers.AcceptIn.read(request.data)
        who = proposal.worker if said["who"] == "worker" else proposal.worker.agency
        given = {"who": who, "reason": said["reason"], "now": timezone.now()}
        bar = commands.accept_proposal(actor=request.user, proposal=proposal, **given)
        return Response(serializers.BarOut(bar).data)


class DismissProposal(APIView):
    permissions = {"post": "casework.answer_proposal"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="dismiss_proposal",
        description="Bar nobody, and say why.",
        request=serializers.DismissIn,
        parameters=[IF_MATCH],
        responses=answers(None, 400, 404, 409, 412, success=204),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        proposal = proposal_to_answer(request, public_id)
        said = serializers.DismissIn.read(request.data)
        commands.dismiss_proposal(actor=request.user, proposal=proposal, now=timezone.now(), **said)
        return Response(status=204)


class Declarations(APIView):
    permissions = {"get": "casework.declare_mark", "post": "casework.declare_mark"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="read_declarations",
        description="How many telephone numbers and addresses of your own you have declared.",
        responses=answers(serializers.DeclaredOut),
    )
    def get(self, request: SignedIn) -> Response:
        return Response(serializers.DeclaredOut(queries.declared(request.user)).data)

    @extend_schema(
        operation_id="declare_mark",
        description="Declare a telephone number or an address of your own, so that a bar is proposed where it stands "
        "in a new case. The value is not kept.",
        request=serializers.DeclareIn,
        responses=answers(serializers.DeclaredOut, 400),
    )
    def post(self, request: SignedIn) -> Response:
        said = serializers.DeclareIn.read(request.data)
        address = AddressReport(said["lines"], said["postcode"])
        commands.declare_mark(actor=request.user, telephone=said["telephone"], address=address, now=timezone.now())
        return Response(serializers.DeclaredOut(queries.declared(request.user)).data)


class WithdrawMarks(APIView):
    permissions = {"post": "casework.declare_mark"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="withdraw_marks",
        description="Take back what you have declared.",
        request=serializers.NothingIn,
        responses=answers(None, 400, success=204),
    )
    def post(self, request: SignedIn) -> Response:
        serializers.NothingIn.read(request.data)
        commands.withdraw_marks(actor=request.user, now=timezone.now())
        return Response(status=204)


def proposal_to_answer(request: SignedIn, public_id: UUID) -> BarProposal:
    def find() -> BarProposal:
        proposal = queries.get_proposal(request.user, public_id)
        authorize(request.user, "casework.answer_proposal", proposal)
        return proposal

    return matched(request, find, lambda actor, proposal: serializers.ProposalOut(proposal).data)


def case_to_shut(request: SignedIn, reference: str, action: str) -> Case:
    def find() -> Case:
        case = queries.get_case(request.user, reference, action)
        authorize(request.user, action, case)
        return case

    return matched(request, find, seen)


def seen(actor: User, case: Case) -> Any:
    """What `read_bars` would answer now."""
    return serializers.shutting_body(queries.shutting_of(actor, case))


def workers_named(actor: User, emails: Collection[str], field: str) -> list[User]:
    """The workers of the partnership who have these email addresses. Raises DRF's `ValidationError` for any other."""
    agencies = Agency.objects.filter(partnership=actor.agency.partnership_id)
    found = queries.workers_of(agencies, emails)
    if len(found) < len({email.lower() for email in emails}):
        raise ValidationError({field: "Name workers of your partnership by their email addresses."})
    return found


def one_worker(actor: User, email: str) -> User:
    return workers_named(actor, [email], "worker")[0]


def one_agency(actor: User, pk: int) -> Agency:
    found = Agency.objects.filter(partnership=actor.agency.partnership_id, pk=pk).first()
    if found is None:
        raise ValidationError({"agency": "Name an agency of your partnership, by its id."})
    return found


routes = [
    path("cases/<str:reference>/bars", CaseBars.as_view(), name="api_case_bars"),
    path("bars/<uuid:public_id>/lift", LiftBar.as_view(), name="api_lift_bar"),
    path("proposals/", Proposals.as_view(), name="api_proposals"),
    path("proposals/<uuid:public_id>/accept", AcceptProposal.as_view(), name="api_accept_proposal"),
    path("proposals/<uuid:public_id>/dismiss", DismissProposal.as_view(), name="api_dismiss_proposal"),
    path("declarations/", Declarations.as_view(), name="api_declarations"),
    path("declarations/withdraw", WithdrawMarks.as_view(), name="api_withdraw_marks"),
    path("cases/<str:reference>/seal", Seal.as_view(), name="api_seal_case"),
    path("cases/<str:reference>/seal/name", NameInSeal.as_view(), name="api_name_in_seal"),
    path("cases/<str:reference>/seal/take-off", TakeOffSeal.as_view(), name="api_take_off_seal"),
    path("cases/<str:reference>/seal/lift", Unseal.as_view(), name="api_unseal_case"),
]
