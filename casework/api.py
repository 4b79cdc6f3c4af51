"""The API of contacts and cases: each endpoint fetches through queries, checks the shape, and calls one command."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

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
from casework.models import Case, Contact, NextStep


class Cases(APIView):
    permissions = {"get": "casework.view_case"}

    @extend_schema(
        operation_id="list_cases",
        description="The cases that you may know of, newest received first, 25 at a time.",
        parameters=[serializers.CasesQuery],
        responses=answers(serializers.CasePageOut, 400),
    )
    def get(self, request: SignedIn) -> Response:
        said = serializers.CasesQuery.read(request.query_params)
        page = queries.cases_for(actor=request.user, **said)
        return Response(serializers.CasePageOut(page).data)


class OneCase(APIView):
    permissions = {"get": "casework.view_case"}

    @extend_schema(
        operation_id="read_case",
        description="A case with those of its categories that you may see. The reading is recorded.",
        parameters=[serializers.CaseQuery, ETAG],
        responses=answers(serializers.CaseViewOut, 400, 404),
    )
    def get(self, request: SignedIn, reference: str) -> Response:
        said = serializers.CaseQuery.read(request.query_params)
        purpose = said.get("purpose") or queries.purpose_of(request.user)
        view = queries.read_case(actor=request.user, reference=reference, purpose=purpose)
        return tagged(request.user, serializers.case_body(view))


class OpenCase(APIView):
    permissions = {"post": "casework.open_case"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="open_case",
        description="Turn an intake into an open case, owned by you, with its next step.",
        request=serializers.OpenIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.CaseSummaryOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        case = case_to_act_on(request, reference, "casework.open_case")
        said = serializers.OpenIn.read(request.data)
        step = serializers.step_plan(said["next_step"], request.user)
        case = commands.open_case(actor=request.user, case=case, step=step, now=timezone.now())
        return Response(serializers.CaseSummaryOut(case).data)


class RiskLevels(APIView):
    permissions = {"post": "casework.judge_risk"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="judge_risk",
        description="Add a judgement of risk. Earlier ones stay; the newest stands.",
        request=serializers.RiskLevelIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.RiskLevelOut, 400, 404, 412, success=201),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        case = case_to_act_on(request, reference, "casework.judge_risk")
        said = serializers.RiskLevelIn.read(request.data)
        judged = commands.judge_risk(actor=request.user, case=case, now=timezone.now(), **said)
        return Response(serializers.RiskLevelOut(judged).data, status=201)


class CompleteStep(APIView):
    permissions = {"post": "casework.complete_step"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="complete_step",
        description="Settle a next step, and say what comes after it. If-Match takes the ETag of its case.",
        request=serializers.CompleteStepIn,
        parameters=[IF_MATCH],
        responses=answers(None, 400, 404, 409, 412, success=204),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        step = step_to_act_on(request, public_id)
        said = serializers.CompleteStepIn.read(request.data)
        then = serializers.step_plan(said["then"], request.user) if "then" in said else None
        commands.complete_step(actor=request.user, step=step, outcome=said["outcome"], then=then, now=timezone.now())
        return Response(status=204)


class RevealAddress(APIView):
    """A reading, by POST: it says why. No answer of it is kept to be given again."""

    permissions = {"post": "casework.reveal_address"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="reveal_address",
        description="Show where somebody can be found. Recorded each time, with the reason.",
        request=serializers.RevealIn,
        responses=answers(serializers.RevealedAddressOut, 400, 404, 503),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        queries.get_address(request.user, public_id)
        said = serializers.RevealIn.read(request.data)
        address = queries.reveal_address(actor=request.user, public_id=public_id, **said)
        return Response(serializers.RevealedAddressOut(address).data)


class Contacts(APIView):
    permissions = {"get": "casework.view_contact", "post": "casework.start_contact"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="list_drafts",
        description="Your own drafts and those of colleagues who left, oldest first, at most 50.",
        responses=answers(serializers.ContactsOut),
    )
    def get(self, request: SignedIn) -> Response:
        return Response(serializers.ContactsOut({"contacts": queries.drafts_for(actor=request.user)}).data)

    @extend_schema(
        operation_id="start_contact",
        description="Begin a draft: of a case of your agency, or of a new intake case.",
        request=serializers.StartIn,
        responses=answers(serializers.ContactOut, 400, 404, success=201),
    )
    def post(self, request: SignedIn) -> Response:
        said = serializers.StartIn.read(request.data)
        case = queries.get_case(request.user, said["case"], "casework.start_contact") if "case" in said else None
        contact = commands.start_contact(actor=request.user, case=case, now=timezone.now())
        return Response(serializers.ContactOut(contact).data, status=201)


class Draft(APIView):
    permissions = {"get": "casework.view_contact", "put": "casework.save_draft"}
    needs_version = {"put": True}

    @extend_schema(
        operation_id="read_draft",
        description="A draft of yours, to go on with. The reading is recorded.",
        parameters=[ETAG],
        responses=answers(serializers.DraftOut, 404),
    )
    def get(self, request: SignedIn, reference: str) -> Response:
        contact = queries.read_draft(actor=request.user, reference=reference)
        return tagged(request.user, serializers.draft_body(contact))

    @extend_schema(
        operation_id="save_draft",
        description="Keep what is typed so far: any JSON object, of at most 200 fields and 64 kB.",
        request=OpenApiTypes.OBJECT,
        parameters=[IF_MATCH_OVER_WORDS, SAVED_ETAG],
        responses=answers(None, 400, 404, 409, 412, 428, success=204),
    )
    def put(self, request: SignedIn, reference: str) -> Response:
        contact = contact_to_act_on(request, reference, "casework.save_draft", writes_over=lambda _: True)
        draft = serializers.DraftField().run_validation(request.data)
        saved = commands.save_draft(actor=request.user, contact=contact, draft=draft, now=timezone.now())
        return Response(status=204, headers={"ETag": tag_of(request.user, seen_draft(request.user, saved))})


class LogContact(APIView):
    permissions = {"post": "casework.log_contact"}
    needs_version = {"post": True}

    @extend_schema(
        operation_id="log_contact",
        description="Log a draft. What was said of the victim becomes records of the case, each in its category. "
        "This takes the place of what was saved as a draft: If-Match is needed when something was.",
        request=serializers.ContactIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.ContactOut, 400, 404, 409, 412, 428),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        contact = contact_to_act_on(request, reference, "casework.log_contact", writes_over=lambda c: bool(c.draft))
        report = serializers.contact_report(serializers.ContactIn.read(request.data), request.user)
        contact = commands.log_contact(actor=request.user, contact=contact, report=report, now=timezone.now())
        return Response(serializers.ContactOut(contact).data)


class LawfulBases(APIView):
    permissions = {"get": "casework.decide_sharing"}

    @extend_schema(
        operation_id="list_lawful_bases",
        description="The lawful bases in force today, from which a decision to share names one.",
        responses=answers(serializers.LawfulBasesOut),
    )
    def get(self, request: SignedIn) -> Response:
        bases = queries.lawful_bases(timezone.now())
        return Response(serializers.LawfulBasesOut({"lawful_bases": bases}).data)


def case_to_act_on(request: SignedIn, reference: str, action: str) -> Case:
    def find() -> Case:
        case = queries.get_case(request.user, reference, action)
        authorize(request.user, action, case)
        return case

    return matched(request, find, seen_case)


def contact_to_act_on(
    request: SignedIn, reference: str, action: str, *, writes_over: Callable[[Contact], bool]
) -> Contact:
    def find() -> Contact:
        contact = queries.get_contact(request.user, reference)
        authorize(request.user, action, contact)
        return contact

    return matched(request, find, seen_draft, writes_over=writes_over)


def step_to_act_on(request: SignedIn, public_id: UUID) -> NextStep:
    """A step is read as part of its case, so its version is the case's."""

    def find() -> NextStep:
        step = queries.get_step(request.user, public_id)
        authorize(request.user, "casework.complete_step", step)
        return step

    return matched(request, find, lambda actor, step: seen_case(actor, step.case))


def seen_case(actor: User, case: Case) -> Any:
    """The case as `read_case` would answer it now."""
    return serializers.case_body(queries.view_of(actor, case))


def seen_draft(actor: User, contact: Contact) -> Any:
    """The draft as `read_draft` would answer it now."""
    return serializers.draft_body(contact)


routes = [
    path("cases/", Cases.as_view(), name="api_cases"),
    path("cases/<str:reference>/", OneCase.as_view(), name="api_case"),
    path("cases/<str:reference>/open", OpenCase.as_view(), name="api_open_case"),
    path("cases/<str:reference>/risk-levels", RiskLevels.as_view(), name="api_risk_levels"),
    path("steps/<uuid:public_id>/complete", CompleteStep.as_view(), name="api_complete_step"),
    path("addresses/<uuid:public_id>/reveal", RevealAddress.as_view(), name="api_reveal_address"),
    path("contacts/", Contacts.as_view(), name="api_contacts"),
    path("contacts/<str:reference>/draft", Draft.as_view(), name="api_draft"),
    path("contacts/<str:reference>/log", LogContact.as_view(), name="api_log_contact"),
    path("lawful-bases/", LawfulBases.as_view(), name="api_lawful_bases"),
]
