"""The API of contacts and cases: each endpoint fetches through queries, checks the shape, and calls one command."""

from uuid import UUID

from django.urls import path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api_errors import answers
from accounts.authorization import NotVisible
from accounts.models import User
from casework import commands, queries, serializers


class SignedIn(Request):
    """A request as every endpoint gets it: `DeclaredPermission` let nobody else through."""

    user: User


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
        parameters=[serializers.CaseQuery],
        responses=answers(serializers.CaseViewOut, 400, 404),
    )
    def get(self, request: SignedIn, reference: str) -> Response:
        said = serializers.CaseQuery.read(request.query_params)
        purpose = said.get("purpose") or queries.purpose_of(request.user)
        view = queries.read_case(actor=request.user, reference=reference, purpose=purpose)
        return Response(serializers.CaseViewOut(serializers.case_view(view)).data)


class OpenCase(APIView):
    permissions = {"post": "casework.open_case"}

    @extend_schema(
        operation_id="open_case",
        description="Turn an intake into an open case, owned by you, with its next step.",
        request=serializers.OpenIn,
        responses=answers(serializers.CaseSummaryOut, 400, 404, 409),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        case = queries.get_case(request.user, reference, "casework.open_case")
        said = serializers.OpenIn.read(request.data)
        step = serializers.step_plan(said["next_step"], request.user)
        case = commands.open_case(actor=request.user, case=case, step=step, now=timezone.now())
        return Response(serializers.CaseSummaryOut(case).data)


class RiskLevels(APIView):
    permissions = {"post": "casework.judge_risk"}

    @extend_schema(
        operation_id="judge_risk",
        description="Add a judgement of risk. Earlier ones stay; the newest stands.",
        request=serializers.RiskLevelIn,
        responses=answers(serializers.RiskLevelOut, 400, 404, success=201),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        case = queries.get_case(request.user, reference, "casework.judge_risk")
        said = serializers.RiskLevelIn.read(request.data)
        judged = commands.judge_risk(actor=request.user, case=case, now=timezone.now(), **said)
        return Response(serializers.RiskLevelOut(judged).data, status=201)


class Link(APIView):
    permissions = {"post": "casework.link_person"}

    @extend_schema(
        operation_id="link_person",
        description="Say that a party of this case is the same person as one of another case. No value moves.",
        request=serializers.LinkIn,
        responses=answers(None, 400, 404, 409, success=204),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        case = queries.get_case(request.user, reference, "casework.link_person")
        said = serializers.LinkIn.read(request.data)
        party, same = (queries.get_party(request.user, said[name]) for name in ("party", "same_as"))
        if party.case_id != case.pk:
            raise NotVisible("casework.link_person", case)
        commands.link_person(actor=request.user, party=party, to=same)
        return Response(status=204)


class CompleteStep(APIView):
    permissions = {"post": "casework.complete_step"}

    @extend_schema(
        operation_id="complete_step",
        description="Settle a next step, and say what comes after it.",
        request=serializers.CompleteStepIn,
        responses=answers(None, 400, 404, 409, success=204),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        step = queries.get_step(request.user, public_id)
        said = serializers.CompleteStepIn.read(request.data)
        then = serializers.step_plan(said["then"], request.user) if "then" in said else None
        commands.complete_step(actor=request.user, step=step, outcome=said["outcome"], then=then, now=timezone.now())
        return Response(status=204)


class Contacts(APIView):
    permissions = {"get": "casework.view_contact", "post": "casework.start_contact"}

    @extend_schema(
        operation_id="list_drafts",
        description="Your own drafts, newest first, at most 50.",
        responses=answers(serializers.ContactsOut),
    )
    def get(self, request: SignedIn) -> Response:
        drafts = queries.drafts_for(request.user).select_related("case")
        return Response(serializers.ContactsOut({"contacts": drafts}).data)

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

    @extend_schema(
        operation_id="read_draft",
        description="A draft of yours, to go on with. The reading is recorded.",
        responses=answers(serializers.DraftOut, 404),
    )
    def get(self, request: SignedIn, reference: str) -> Response:
        contact = queries.read_draft(actor=request.user, reference=reference)
        return Response(serializers.DraftOut(contact).data)

    @extend_schema(
        operation_id="save_draft",
        description="Keep what is typed so far: any JSON object, of at most 200 fields and 64 kB.",
        request=OpenApiTypes.OBJECT,
        responses=answers(None, 400, 404, 409, success=204),
    )
    def put(self, request: SignedIn, reference: str) -> Response:
        contact = queries.get_contact(request.user, reference)
        draft = serializers.DraftField().run_validation(request.data)
        commands.save_draft(actor=request.user, contact=contact, draft=draft)
        return Response(status=204)


class LogContact(APIView):
    permissions = {"post": "casework.log_contact"}

    @extend_schema(
        operation_id="log_contact",
        description="Log a draft. What was said of the victim becomes records of the case, each in its category.",
        request=serializers.ContactIn,
        responses=answers(serializers.ContactOut, 400, 404, 409),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        contact = queries.get_contact(request.user, reference)
        report = serializers.contact_report(serializers.ContactIn.read(request.data), request.user)
        contact = commands.log_contact(actor=request.user, contact=contact, report=report, now=timezone.now())
        return Response(serializers.ContactOut(contact).data)


class SearchPeople(APIView):
    """A search, by POST: what is searched for is personal, and must not stand in an address."""

    permissions = {"post": "casework.find_person"}

    @extend_schema(
        operation_id="search_people",
        description="Who may be known already, among the cases that you may see, most reasons first.",
        request=serializers.ProbeIn,
        responses=answers(serializers.MatchesOut, 400),
    )
    def post(self, request: SignedIn) -> Response:
        probe = queries.Probe(**serializers.ProbeIn.read(request.data))
        matches = queries.find_person(actor=request.user, probe=probe)
        return Response(serializers.MatchesOut({"matches": matches}).data)


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


routes = [
    path("cases/", Cases.as_view(), name="api_cases"),
    path("cases/<str:reference>/", OneCase.as_view(), name="api_case"),
    path("cases/<str:reference>/open", OpenCase.as_view(), name="api_open_case"),
    path("cases/<str:reference>/risk-levels", RiskLevels.as_view(), name="api_risk_levels"),
    path("cases/<str:reference>/link", Link.as_view(), name="api_link_person"),
    path("steps/<uuid:public_id>/complete", CompleteStep.as_view(), name="api_complete_step"),
    path("contacts/", Contacts.as_view(), name="api_contacts"),
    path("contacts/<str:reference>/draft", Draft.as_view(), name="api_draft"),
    path("contacts/<str:reference>/log", LogContact.as_view(), name="api_log_contact"),
    path("people/search", SearchPeople.as_view(), name="api_search_people"),
    path("lawful-bases/", LawfulBases.as_view(), name="api_lawful_bases"),
]
