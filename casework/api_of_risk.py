"""The API of risk: assessing it, why it is what it is, countersigning what lowers it, and MARAC referrals."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.urls import path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import SignedIn
from accounts.api_errors import answers
from accounts.authorization import authorize
from accounts.models import User
from accounts.versions import ETAG, IF_MATCH, IF_MATCH_OVER_WORDS, SAVED_ETAG, matched, tag_of, tagged
from casework import commands, queries, serializers
from casework.api import case_to_act_on
from casework.models import Case, Party, RiskAssessment


class Instruments(APIView):
    permissions = {"get": "casework.assess_risk"}

    @extend_schema(
        operation_id="list_instruments",
        description="The tools that begin an assessment in your partnership today.",
        responses=answers(serializers.InstrumentsOut),
    )
    def get(self, request: SignedIn) -> Response:
        tools = queries.instruments_of(request.user.agency.partnership_id, timezone.now())
        return Response(serializers.InstrumentsOut({"instruments": tools}).data)


class Why(APIView):
    permissions = {"get": "casework.view_case"}

    @extend_schema(
        operation_id="read_risk",
        description="Why the risk is what it is, how old that is, and by which gates it goes to MARAC. For whoever may "
        "see risk. The reading is recorded.",
        parameters=[ETAG],
        responses=answers(serializers.WhyOut, 404),
    )
    def get(self, request: SignedIn, reference: str) -> Response:
        view = queries.read_why(actor=request.user, reference=reference, now=timezone.now())
        return tagged(request.user, serializers.why_body(view))


class Assessments(APIView):
    permissions = {"post": "casework.assess_risk"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="start_assessment",
        description="Begin a draft, about one alleged perpetrator where the tool asks of a pair; or correct one.",
        request=serializers.BeginAssessmentIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.AssessmentBegunOut, 400, 404, 409, 412, success=201),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        case, now = case_to_act_on(request, reference, "casework.assess_risk"), timezone.now()
        said = serializers.BeginAssessmentIn.read(request.data)
        corrected = queries.get_assessment(request.user, said["corrects"]) if said["corrects"] else None
        tools = {each.code: each for each in queries.instruments_for(case, now)}
        instrument = corrected.instrument if corrected else tools.get(said["instrument"])
        if instrument is None:
            raise ValidationError({"instrument": "Choose one of the tools for this kind of case."})
        about: dict[str, Any] = {
            "instrument": instrument,
            "alleged": party_of(case, said["alleged"]),
            "supersedes": corrected,
        }
        begun = commands.start_assessment(actor=request.user, case=case, now=now, **about)
        return Response(serializers.AssessmentBegunOut(begun).data, status=201)


class OneAssessment(APIView):
    permissions = {"get": "casework.assess_risk", "put": "casework.assess_risk"}
    needs_version = {"put": True}

    @extend_schema(
        operation_id="read_assessment",
        description="A draft to go on with, or a signed assessment. The reading is recorded.",
        parameters=[ETAG],
        responses=answers(serializers.AssessmentDraftOut, 404),
    )
    def get(self, request: SignedIn, public_id: UUID) -> Response:
        assessment = queries.read_assessment(actor=request.user, public_id=public_id)
        return tagged(request.user, serializers.assessment_body(assessment))

    @extend_schema(
        operation_id="save_assessment",
        description="Keep what is answered so far: any JSON object, of at most 200 fields and 64 kB.",
        request=OpenApiTypes.OBJECT,
        parameters=[IF_MATCH_OVER_WORDS, SAVED_ETAG],
        responses=answers(None, 400, 404, 409, 412, 428, success=204),
    )
    def put(self, request: SignedIn, public_id: UUID) -> Response:
        assessment = assessment_to_act_on(request, public_id, "casework.assess_risk")
        draft = serializers.DraftField().run_validation(request.data)
        saved = commands.save_assessment(actor=request.user, assessment=assessment, draft=draft, now=timezone.now())
        return Response(status=204, headers={"ETag": tag_of(request.user, serializers.assessment_body(saved))})


class SignAssessment(APIView):
    permissions = {"post": "casework.sign_assessment"}
    needs_version = {"post": True}

    @extend_schema(
        operation_id="sign_assessment",
        description="Sign: it never changes from now on, its grade becomes the level of the case, and what it asks for "
        "at once next steps. A judgement below the tool's waits for a second person. This takes the place of what was "
        "saved as a draft: If-Match is needed when something was.",
        request=serializers.SignAssessmentIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.AssessmentDraftOut, 400, 404, 409, 412, 428),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        assessment = assessment_to_act_on(request, public_id, "casework.sign_assessment")
        plan = serializers.assessment_plan(serializers.SignAssessmentIn.read(request.data), request.user)
        signed = commands.sign_assessment(actor=request.user, assessment=assessment, plan=plan, now=timezone.now())
        return Response(serializers.assessment_body(signed))


class Countersign(APIView):
    permissions = {"post": "casework.countersign_risk"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="countersign_risk",
        description="Agree, as a second person, that the risk is lower. If-Match takes the ETag of the risk.",
        request=serializers.NothingIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.RiskLevelOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        def find() -> Case:
            case = queries.get_case(request.user, reference, "casework.countersign_risk")
            authorize(request.user, "casework.countersign_risk", case)
            return case

        case = matched(request, find, seen_why)
        serializers.NothingIn.read(request.data)
        waiting = queries.get_waiting_level(request.user, case.reference)
        level = commands.countersign_risk(actor=request.user, level=waiting, now=timezone.now())
        return Response(serializers.RiskLevelOut(level).data)


class MaracReferrals(APIView):
    permissions = {"post": "casework.note_marac"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="note_marac",
        description="Note that a pair was referred to MARAC: it is flagged from then on.",
        request=serializers.MaracIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.MaracOut, 400, 404, 412, success=201),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        case = case_to_act_on(request, reference, "casework.note_marac")
        said = serializers.MaracIn.read(request.data)
        said["alleged"] = party_of(case, said["alleged"])
        noted = commands.note_marac(actor=request.user, case=case, now=timezone.now(), **said)
        return Response(serializers.MaracOut(noted).data, status=201)


def assessment_to_act_on(request: SignedIn, public_id: UUID, action: str) -> RiskAssessment:
    def find() -> RiskAssessment:
        assessment = queries.get_assessment(request.user, public_id, action)
        authorize(request.user, action, assessment)
        return assessment

    def seen(actor: User, assessment: RiskAssessment) -> Any:
        return serializers.assessment_body(assessment)

    return matched(request, find, seen, writes_over=lambda each: bool(each.draft))


def seen_why(actor: User, case: Case) -> Any:
    """The risk as `read_risk` would answer it now."""
    return serializers.why_body(queries.why_of(actor, case, timezone.now(), names=True))


def party_of(case: Case, public_id: UUID | None) -> Party | None:
    """An alleged perpetrator of the case. Raises `ValidationError` for anybody else."""
    if public_id is None:
        return None
    found = next((party for party in queries.alleged_in(case) if party.public_id == public_id), None)
    if found is None:
        raise ValidationError({"alleged": "Choose an alleged perpetrator of this case."})
    return found


routes = [
    path("risk-instruments/", Instruments.as_view(), name="api_instruments"),
    path("cases/<str:reference>/risk", Why.as_view(), name="api_why"),
    path("cases/<str:reference>/risk/countersign", Countersign.as_view(), name="api_countersign_risk"),
    path("cases/<str:reference>/assessments", Assessments.as_view(), name="api_start_assessment"),
    path("cases/<str:reference>/marac-referrals", MaracReferrals.as_view(), name="api_note_marac"),
    path("assessments/<uuid:public_id>/", OneAssessment.as_view(), name="api_assessment"),
    path("assessments/<uuid:public_id>/sign", SignAssessment.as_view(), name="api_sign_assessment"),
]
