"""The API of consent, shares and agreements."""

from datetime import datetime
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
from accounts.queries import agencies_for
from accounts.versions import ETAG, IF_MATCH, matched, tagged
from casework import commands, queries, serializers
from casework.api import case_to_act_on
from casework.models import ConsentRecord, LawfulBasis, SharingDecision
from casework.plans import ConsentPlan, SharePlan


class CaseSharing(APIView):
    permissions = {"get": "casework.decide_sharing"}

    @extend_schema(
        operation_id="read_sharing",
        description="What was said to sharing of a case, and what is shared of it, newest first. Recorded.",
        parameters=[ETAG],
        responses=answers(serializers.SharingOut, 404),
    )
    def get(self, request: SignedIn, reference: str) -> Response:
        case = queries.get_case(request.user, reference, "casework.decide_sharing")
        sharing = queries.read_sharing(actor=request.user, case=case)
        return tagged(request.user, serializers.sharing_body(sharing))


class Consents(APIView):
    permissions = {"post": "casework.record_consent"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="record_consent",
        description="Write down what the victim said to being shared about, or why they were not asked.",
        request=serializers.ConsentIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.ConsentOut, 400, 404, 412, success=201),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        case = case_to_act_on(request, reference, "casework.record_consent")
        said = serializers.ConsentIn.read(request.data)
        recipient = agency_named(request.user, said["recipient"]) if said["recipient"] else None
        plan = ConsentPlan(**said | {"recipient": recipient, "categories": tuple(said["categories"])})
        consent = commands.record_consent(actor=request.user, case=case, plan=plan, now=timezone.now())
        return Response(serializers.ConsentOut(consent).data, status=201)


class WithdrawConsent(APIView):
    permissions = {"post": "casework.withdraw_consent"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="withdraw_consent",
        description="They no longer agree: every share that rests on it ends now. Answers who saw what already. "
        "If-Match takes the ETag of what is shared of the case.",
        request=None,
        parameters=[IF_MATCH],
        responses=answers(serializers.WithdrawnOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        def find() -> ConsentRecord:
            found = queries.get_consent(request.user, public_id)
            authorize(request.user, "casework.withdraw_consent", found)
            return found

        consent = matched(request, find, seen_sharing)
        serializers.NothingIn.read(request.data)
        consent = commands.withdraw_consent(actor=request.user, consent=consent, now=timezone.now())
        seen = queries.who_saw(request.user, consent)
        return Response(serializers.WithdrawnOut({"consent": consent, "seen": seen}).data)


class EndSharing(APIView):
    permissions = {"post": "casework.end_sharing"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="end_sharing",
        description="End a share now. A live referral that it came with is taken back.",
        request=None,
        parameters=[IF_MATCH],
        responses=answers(serializers.ShareOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        share = share_to_act_on(request, public_id, "casework.end_sharing")
        serializers.NothingIn.read(request.data)
        commands.end_sharing(actor=request.user, decision=share, now=timezone.now())
        return again(request.user, public_id)


class ShortenSharing(APIView):
    permissions = {"post": "casework.shorten_sharing"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="shorten_sharing",
        description="Let a share end earlier than was decided.",
        request=serializers.UntilIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.ShareOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        share = share_to_act_on(request, public_id, "casework.shorten_sharing")
        said = serializers.UntilIn.read(request.data)
        commands.shorten_sharing(actor=request.user, decision=share, now=timezone.now(), **said)
        return again(request.user, public_id)


class WidenSharing(APIView):
    permissions = {"post": "casework.widen_sharing"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="widen_sharing",
        description="Share more with an agency that has a share, or for longer, by a decision of its own.",
        request=serializers.ShareIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.ShareOut, 400, 404, 409, 412, success=201),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        share = share_to_act_on(request, public_id, "casework.widen_sharing")
        said, now = serializers.ShareIn.read(request.data), timezone.now()
        basis = basis_in_force(said["basis"], now)
        plan = SharePlan(**serializers.share_plan_of(said, basis, share.recipient))
        wider = commands.widen_sharing(actor=request.user, decision=share, plan=plan, now=now)
        return Response(serializers.ShareOut(wider).data, status=201)


class Agreements(APIView):
    permissions = {"get": "casework.view_agreement"}

    @extend_schema(
        operation_id="list_agreements",
        description="The information-sharing agreements of your partnership.",
        responses=answers(serializers.AgreementsOut),
    )
    def get(self, request: SignedIn) -> Response:
        return Response(serializers.AgreementsOut({"agreements": queries.agreements_for(request.user)}).data)


def share_to_act_on(request: SignedIn, public_id: UUID, action: str) -> SharingDecision:
    """A share is read with what else is shared of its case, or by itself: either version will do."""

    def find() -> SharingDecision:
        share = queries.get_share(request.user, public_id)
        authorize(request.user, action, share)
        return share

    return matched(request, find, seen_sharing, lambda actor, share: serializers.ShareOut(share).data)


def seen_sharing(actor: User, record: ConsentRecord | SharingDecision) -> Any:
    """What is shared of its case, as `read_sharing` would answer it now."""
    return serializers.sharing_body(queries.sharing_of(actor, record.case))


def again(actor: User, public_id: UUID) -> Response:
    """The share as a command left it."""
    return Response(serializers.ShareOut(queries.get_share(actor, public_id)).data)


def agency_named(actor: User, pk: int) -> Agency:
    """An agency of the partnership. Raises DRF's `ValidationError` for any other."""
    found = agencies_for(actor).filter(pk=pk).first()
    if found is None:
        raise ValidationError({"recipient": "Name an agency of your partnership, by its id."})
    return found


def basis_in_force(code: str, now: datetime) -> LawfulBasis:
    basis = queries.lawful_bases(now).filter(code=code).first()
    if basis is None:
        raise ValidationError({"basis": "Choose one of the lawful bases that are listed."})
    return basis


routes = [
    path("cases/<str:reference>/sharing", CaseSharing.as_view(), name="api_case_sharing"),
    path("cases/<str:reference>/consents", Consents.as_view(), name="api_consents"),
    path("consents/<uuid:public_id>/withdraw", WithdrawConsent.as_view(), name="api_withdraw_consent"),
    path("shares/<uuid:public_id>/end", EndSharing.as_view(), name="api_end_sharing"),
    path("shares/<uuid:public_id>/shorten", ShortenSharing.as_view(), name="api_shorten_sharing"),
    path("shares/<uuid:public_id>/widen", WidenSharing.as_view(), name="api_widen_sharing"),
    path("agreements/", Agreements.as_view(), name="api_agreements"),
]
