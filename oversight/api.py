"""The API of oversight: who saw and did what in a case; and the description of the API itself."""

from functools import cache
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import SignedIn
from accounts.api_errors import answers
from accounts.authorization import NotPossibleNow, authorize
from accounts.gate import signed_in
from accounts.versions import ETAG, IF_MATCH, matched, tagged
from casework import commands
from casework.models import EmergencyAccess, read_reference
from casework.queries import emergencies_for, get_emergency, own_emergency, read_emergency, review_of
from oversight import queries, serializers


class History(APIView):
    permissions = {"get": "oversight.view_case_history"}

    @extend_schema(
        operation_id="read_case_history",
        description="Who saw and did what in a case, newest first, 50 at a time. The reading is itself recorded.",
        parameters=[serializers.HistoryQuery],
        responses=answers(serializers.HistoryOut, 400, 404),
    )
    def get(self, request: SignedIn, reference: str) -> Response:
        said = serializers.HistoryQuery.read(request.query_params)
        before = said.pop("before")
        history = queries.read_history(
            actor=request.user, reference=reference, chosen=queries.HistoryFilter(**said), before=before
        )
        return Response(serializers.HistoryOut(history).data)


class Days(APIView):
    permissions = {"get": "oversight.view_case_history"}

    @extend_schema(
        operation_id="read_case_days",
        description="The same by day and person: how often each opened the case, saw it in a list, acted, and was "
        "refused. The reading is itself recorded.",
        parameters=[serializers.DaysQuery],
        responses=answers(serializers.DaysOut, 400, 404),
    )
    def get(self, request: SignedIn, reference: str) -> Response:
        said = serializers.DaysQuery.read(request.query_params)
        before = said.pop("before")
        chosen = queries.HistoryFilter(**said)
        days = queries.read_days(actor=request.user, reference=reference, chosen=chosen, before=before)
        return Response(serializers.DaysOut(days).data)


class Changes(APIView):
    permissions = {"get": "oversight.view_changes"}

    @extend_schema(
        operation_id="read_changes",
        description="What one act changed in a case: the fields, and for who may see them now their values before and "
        "after. The reading is itself recorded.",
        parameters=[serializers.ChangesQuery],
        responses=answers(serializers.ChangesOut, 400, 404),
    )
    def get(self, request: SignedIn, reference: str) -> Response:
        said = serializers.ChangesQuery.read(request.query_params)
        return Response(
            serializers.ChangesOut(queries.read_changes(actor=request.user, reference=reference, **said)).data
        )


class Replay(APIView):
    permissions = {"get": "oversight.view_replay"}

    @extend_schema(
        operation_id="read_replay",
        description="What an agency could know of a case at a past moment, and what it had seen by then, with the "
        "values as they stood. Auditors get categories and times, and no values. The reading is itself recorded.",
        parameters=[serializers.ReplayQuery],
        responses=answers(serializers.ReplayOut, 400, 404),
    )
    def get(self, request: SignedIn, reference: str) -> Response:
        case = queries.get_replayed(request.user, reference)
        said = serializers.ReplayQuery.read(request.query_params)
        agency = queries.agencies_of(case).filter(pk=said.pop("agency") or case.agency_id).first()
        if agency is None:
            raise ValidationError({"agency": ["This is no agency of the partnership."]})
        moment = said.pop("moment") or timezone.now()
        found = queries.read_replay(actor=request.user, reference=reference, agency=agency, moment=moment, **said)
        return Response(serializers.ReplayOut(found).data)


class Attempts(APIView):
    permissions = {"get": "oversight.view_attempts"}

    @extend_schema(
        operation_id="list_attempts",
        description="Who tried to reach a case that is shut to them, by a bar or a seal, newest first, 50 at a time. "
        "For the audit lead alone. The reading is itself recorded.",
        parameters=[serializers.AttemptsQuery],
        responses=answers(serializers.AttemptPageOut, 400),
    )
    def get(self, request: SignedIn) -> Response:
        said = serializers.AttemptsQuery.read(request.query_params)
        return Response(serializers.AttemptPageOut(queries.attempts_for(actor=request.user, **said)).data)


class Emergency(APIView):
    permissions = {"post": "casework.open_in_emergency"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="open_in_emergency",
        description="Let yourself into a case of another agency for four hours, because somebody may come to harm. Its "
        "holder's supervisors are told at once and review it; until they did, you can open no other case so.",
        request=serializers.EmergencyIn,
        responses=answers(serializers.EmergencyOut, 400, 404, 409, success=201),
    )
    def post(self, request: SignedIn) -> Response:
        said = serializers.EmergencyIn.read(request.data)
        reference = read_reference(said.pop("reference")) or ""
        access = commands.open_in_emergency(actor=request.user, reference=reference, now=timezone.now(), **said)
        return Response(serializers.EmergencyOut(access).data, status=201)


class CloseEmergency(APIView):
    permissions = {"post": "casework.close_emergency"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="close_emergency",
        description="End your emergency access before its time.",
        request=serializers.NothingIn,
        responses=answers(serializers.EmergencyOut, 400, 409),
    )
    def post(self, request: SignedIn) -> Response:
        serializers.NothingIn.read(request.data)
        access = own_emergency(request.user)
        if access is None:
            raise NotPossibleNow("You have no emergency access that is open.")
        access = commands.close_emergency(actor=request.user, access=access, now=timezone.now())
        return Response(serializers.EmergencyOut(access).data)


class EmergencyReviews(APIView):
    permissions = {"get": "casework.review_emergency"}

    @extend_schema(
        operation_id="list_emergency_reviews",
        description="The emergency accesses to cases of your agency that nobody has reviewed, the longest ago first.",
        parameters=[serializers.AfterQuery],
        responses=answers(serializers.ReviewPageOut, 400),
    )
    def get(self, request: SignedIn) -> Response:
        said = serializers.AfterQuery.read(request.query_params)
        return Response(serializers.ReviewPageOut(emergencies_for(actor=request.user, **said)).data)


class ReviewEmergency(APIView):
    permissions = {"get": "casework.review_emergency", "post": "casework.review_emergency"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="read_emergency_review",
        description="An emergency access to a case of your agency, and what was read under it. It is recorded.",
        parameters=[ETAG],
        responses=answers(serializers.ReviewOut, 404),
    )
    def get(self, request: SignedIn, public_id: UUID) -> Response:
        review = read_emergency(actor=request.user, public_id=public_id)
        return tagged(request.user, serializers.ReviewOut(review).data)

    @extend_schema(
        operation_id="review_emergency",
        description="Say whether it was right to open the case. Nobody reviews their own. The access ends with that.",
        request=serializers.ReviewIn,
        parameters=[IF_MATCH],
        responses=answers(None, 400, 404, 409, 412, success=204),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        access = emergency_to_review(request, public_id)
        said = serializers.ReviewIn.read(request.data)
        commands.review_emergency(actor=request.user, access=access, now=timezone.now(), **said)
        return Response(status=204)


def emergency_to_review(request: SignedIn, public_id: UUID) -> EmergencyAccess:
    def find() -> EmergencyAccess:
        access = get_emergency(request.user, public_id, "casework.review_emergency")
        authorize(request.user, "casework.review_emergency", access)
        return access

    return matched(request, find, lambda actor, access: serializers.ReviewOut(review_of(access)).data)


FORMS = {form.media_type: form for form in SpectacularAPIView.renderer_classes}


@cache
def document(media_type: str) -> str | bytes:
    """The OpenAPI document in one form, made once by each process: it is the same for everybody."""
    return FORMS[media_type]().render(SchemaGenerator().get_schema(public=True), renderer_context={})


class Schema(SpectacularAPIView):
    """The OpenAPI document, for whoever is signed in: it describes, and reveals no record."""

    permission_classes = [IsAuthenticated]

    @extend_schema(exclude=True)
    def get(self, request: SignedIn, *args: Any, **kwargs: Any) -> HttpResponse:
        media_type = request.accepted_renderer.media_type
        return HttpResponse(document(media_type), content_type=media_type)


routes = [
    path("emergency", Emergency.as_view(), name="api_emergency"),
    path("emergency/close", CloseEmergency.as_view(), name="api_close_emergency"),
    path("reviews/", EmergencyReviews.as_view(), name="api_emergency_reviews"),
    path("reviews/<uuid:public_id>/", ReviewEmergency.as_view(), name="api_review_emergency"),
    path("attempts/", Attempts.as_view(), name="api_attempts"),
    path("cases/<str:reference>/history", History.as_view(), name="api_case_history"),
    path("cases/<str:reference>/history/days", Days.as_view(), name="api_case_days"),
    path("cases/<str:reference>/changes", Changes.as_view(), name="api_changes"),
    path("cases/<str:reference>/replay", Replay.as_view(), name="api_replay"),
    path("schema", signed_in(Schema.as_view()), name="api_schema"),
]
