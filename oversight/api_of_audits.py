"""The API of case audits."""

from uuid import UUID

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import SignedIn
from accounts.api_errors import answers
from accounts.authorization import authorize
from accounts.versions import ETAG, IF_MATCH, matched, tagged
from oversight import commands, queries, serializers
from oversight.models import CaseAudit
from oversight.plans import AuditPlan

AUDIT, ANSWER = "oversight.audit_case", "oversight.answer_audit"


class Audits(APIView):
    permissions = {"get": AUDIT, "post": AUDIT}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="list_audits",
        description="The case audits of your agency, newest drawn first.",
        parameters=[serializers.AfterQuery],
        responses=answers(serializers.AuditPageOut, 400),
    )
    def get(self, request: SignedIn) -> Response:
        said = serializers.AfterQuery.read(request.query_params)
        return Response(serializers.AuditPageOut(queries.audits_for(actor=request.user, **said)).data)

    @extend_schema(
        operation_id="draw_audit",
        description="Draw a case of your agency to audit, by chance. It is never one of your own.",
        request=serializers.DrawIn,
        responses=answers(serializers.AuditOut, 400, 409, success=201),
    )
    def post(self, request: SignedIn) -> Response:
        said = serializers.DrawIn.read(request.data)
        audit = commands.draw_audit(actor=request.user, now=timezone.now(), **said)
        return Response(serializers.AuditOut(audit).data, status=201)


class AuditFigures(APIView):
    permissions = {"get": AUDIT}

    @extend_schema(
        operation_id="audit_figures",
        description="What your agency's audits found by month and by question, over twelve months.",
        responses=answers(serializers.FiguresOut),
    )
    def get(self, request: SignedIn) -> Response:
        return Response(serializers.FiguresOut(queries.audit_figures(actor=request.user, now=timezone.now())).data)


class AuditQuestions(APIView):
    permissions = {"get": AUDIT}

    @extend_schema(
        operation_id="list_audit_questions",
        description="The checklist of case audits as it stands today.",
        responses=answers(serializers.QuestionsOut),
    )
    def get(self, request: SignedIn) -> Response:
        today = timezone.localdate()
        return Response(serializers.QuestionsOut({"questions": queries.questions_on(today)}).data)


class Audit(APIView):
    permissions = {"get": AUDIT}

    @extend_schema(
        operation_id="read_audit",
        description="One case audit of your agency. It is recorded.",
        parameters=[ETAG],
        responses=answers(serializers.AuditOut, 404),
    )
    def get(self, request: SignedIn, public_id: UUID) -> Response:
        audit = queries.read_audit(actor=request.user, public_id=public_id, action=AUDIT)
        return tagged(request.user, serializers.AuditOut(audit).data)


class FinishAudit(APIView):
    permissions = {"post": AUDIT}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="finish_audit",
        description="Say what you found: an answer for each question, a finding, and words for the worker.",
        request=serializers.FinishIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.AuditOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        audit = audit_to_act_on(request, public_id, AUDIT)
        plan = AuditPlan(**serializers.FinishIn.read(request.data))
        audit = commands.finish_audit(actor=request.user, audit=audit, plan=plan, now=timezone.now())
        return Response(serializers.AuditOut(audit).data)


class FollowUpAudit(APIView):
    permissions = {"post": AUDIT}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="follow_up_audit",
        description="Write down what became of what was found. That ends the audit.",
        request=serializers.FollowUpIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.AuditOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        audit = audit_to_act_on(request, public_id, AUDIT)
        said = serializers.FollowUpIn.read(request.data)
        audit = commands.follow_up_audit(actor=request.user, audit=audit, now=timezone.now(), **said)
        return Response(serializers.AuditOut(audit).data)


class Feedback(APIView):
    permissions = {"get": ANSWER}

    @extend_schema(
        operation_id="list_feedback",
        description="What supervisors found of your own work, newest first.",
        parameters=[serializers.AfterQuery],
        responses=answers(serializers.AuditPageOut, 400),
    )
    def get(self, request: SignedIn) -> Response:
        said = serializers.AfterQuery.read(request.query_params)
        return Response(serializers.AuditPageOut(queries.feedback_for(actor=request.user, **said)).data)


class AnswerFeedback(APIView):
    permissions = {"get": ANSWER, "post": ANSWER}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="read_feedback",
        description="What a supervisor found of your work in one case. It is recorded.",
        parameters=[ETAG],
        responses=answers(serializers.AuditOut, 404),
    )
    def get(self, request: SignedIn, public_id: UUID) -> Response:
        audit = queries.read_audit(actor=request.user, public_id=public_id, action=ANSWER)
        return tagged(request.user, serializers.AuditOut(audit).data)

    @extend_schema(
        operation_id="answer_feedback",
        description="Answer what was found of your work.",
        request=serializers.AnswerIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.AuditOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        audit = audit_to_act_on(request, public_id, ANSWER)
        said = serializers.AnswerIn.read(request.data)
        audit = commands.answer_audit(actor=request.user, audit=audit, now=timezone.now(), **said)
        return Response(serializers.AuditOut(audit).data)


def audit_to_act_on(request: SignedIn, public_id: UUID, permission: str) -> CaseAudit:
    def find() -> CaseAudit:
        audit = queries.get_audit(request.user, public_id, permission)
        authorize(request.user, permission, audit)
        return audit

    return matched(request, find, lambda actor, audit: serializers.AuditOut(audit).data)


routes = [
    path("audits/", Audits.as_view(), name="api_audits"),
    path("audits/questions", AuditQuestions.as_view(), name="api_audit_questions"),
    path("audits/figures", AuditFigures.as_view(), name="api_audit_figures"),
    path("audits/<uuid:public_id>/", Audit.as_view(), name="api_audit"),
    path("audits/<uuid:public_id>/finish", FinishAudit.as_view(), name="api_finish_audit"),
    path("audits/<uuid:public_id>/follow-up", FollowUpAudit.as_view(), name="api_follow_up_audit"),
    path("feedback/", Feedback.as_view(), name="api_feedback"),
    path("feedback/<uuid:public_id>/", AnswerFeedback.as_view(), name="api_answer_feedback"),
]
