"""Refusals are recorded: whoever tried what they may not leaves a trace, which no rollback reaches."""

import re
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.urls import path
from rest_framework.response import Response
from rest_framework.views import APIView

import config.urls
from accounts.authorization import Denied, NotVisible, authorize
from accounts.gate import Page, public
from casework.commands import judge_risk
from casework.models import RiskLevel, new_reference
from casework.queries import get_case, read_case
from tests.conftest import events
from tests.factories import TOKENS, at


class ReadCase(Page):
    permission = "casework.view_case"

    def get(self, request, reference):
        view = read_case(actor=request.user, reference=reference, purpose="casework")
        return HttpResponse(repr([entry.values for section in view.sections for entry in section.entries]))


class JudgeRisk(Page):
    permission = "casework.view_case"  # anybody who reads cases comes in: the command refuses

    def post(self, request, reference):
        case = get_case(request.user, reference)
        judge_risk(actor=request.user, case=case, level="high", why="Because", now=at())
        return HttpResponse("judged")


class WriteAndBeRefused(Page):
    """Writes what it may, and then is refused what it may not."""

    permission = "casework.view_case"

    def post(self, request, reference):
        case = get_case(request.user, reference)
        judge_risk(actor=request.user, case=case, level="high", why="Because", now=at())
        authorize(request.user, "casework.import_burglaries")


class BreakDown(Page):
    permission = "casework.view_case"

    def post(self, request, reference):
        case = get_case(request.user, reference)
        judge_risk(actor=request.user, case=case, level="high", why="Because", now=at())
        raise ZeroDivisionError


class CaseByApi(APIView):
    permissions = {"get": "casework.view_case"}

    def get(self, request, reference):
        view = read_case(actor=request.user, reference=reference, purpose="casework")
        return Response({"shown": repr(view.sections)})


@public
def welcome(request):
    return HttpResponse("welcome")


urlpatterns = [
    path("spec/cases/<reference>", ReadCase.as_view()),
    path("spec/cases/<reference>/risk", JudgeRisk.as_view()),
    path("spec/cases/<reference>/write", WriteAndBeRefused.as_view()),
    path("spec/cases/<reference>/break", BreakDown.as_view()),
    path("spec/welcome", welcome),
    path("api/spec/cases/<reference>", CaseByApi.as_view()),
    *config.urls.urlpatterns,  # the frame of every page links to them
]


@pytest.fixture(autouse=True)
def these_pages(settings):
    settings.ROOT_URLCONF = __name__


def refused(**more):
    return [e for e in events("casework.view_case", **more) if e.outcome != "allowed"]


def without(response, reference):
    """The answer without what is different each time: the address that was asked, and the form's own token."""
    text = response.content.decode().replace(reference, "")
    return re.sub(r'csrfmiddlewaretoken" value="\w+"', "", text)


DOORS = pytest.mark.parametrize(("door", "address"), [("page", "/spec/cases/{}"), ("api", "/api/spec/cases/{}")])
WHO = pytest.mark.parametrize(
    ("who", "status", "outcome"),
    [
        ("caseworker", 200, None),
        ("colleague", 200, None),
        ("supervisor", 200, None),
        ("partner", 200, None),
        ("partner_supervisor", 200, None),
        ("auditor", 403, "refused"),
        ("police_system", 403, "refused"),
        ("officer", 404, "not_found"),
        ("outsider", 404, "not_found"),
    ],
)


@DOORS
@WHO
def test_by_page_and_by_api_the_same_people_are_let_in_and_the_same_refusals_written(
    world, accepted, door, address, who, status, outcome
):
    client = world.page(who) if door == "page" else world.api(who)
    response = client.get(address.format(accepted.case.reference))
    assert response.status_code == status
    assert (TOKENS.name in response.content.decode()) == (status == 200 and door == "page")
    assert [(e.actor_id, e.outcome, e.door) for e in refused()] == (
        [(world.people[who].pk, outcome, door)] if outcome else []
    )


@DOORS
def test_the_case_that_somebody_was_refused_is_named_in_the_log_and_not_in_the_answer(world, case, door, address):
    hidden = world.page("outsider").get(address.format(case.reference))
    nothing = world.page("outsider").get(address.format(missing := new_reference()))
    assert hidden.status_code == nothing.status_code == 404
    assert without(hidden, case.reference) == without(nothing, missing)
    assert sorted(event.case_id or 0 for event in refused()) == [0, case.pk]


@DOORS
def test_a_refusal_says_in_which_request(world, case, door, address):
    world.page("outsider").get(address.format(case.reference))
    world.page("outsider").get(address.format(case.reference))
    requests = {event.request_id for event in refused()}
    assert len(requests) == 2
    assert {type(request) for request in requests} == {UUID}


def test_a_command_that_refuses_is_written_with_what_was_tried(world, accepted):
    response = world.page("partner").post(f"/spec/cases/{accepted.case.reference}/risk")
    (event,) = events("casework.judge_risk", outcome="refused")
    assert response.status_code == 403
    assert (event.actor_id, event.agency_id, event.case_id, event.subject_type) == (
        world.partner.pk,
        world.agencies["harbour"].pk,
        accepted.case_id,
        "case",
    )
    assert RiskLevel.objects.count() == 1


def test_what_breaks_down_is_undone_with_its_events(world, case):
    client = world.page("caseworker")
    client.raise_request_exception = False
    assert client.post(f"/spec/cases/{case.reference}/break").status_code == 500
    assert RiskLevel.objects.count() == 1
    assert len(events("casework.judge_risk")) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("for_real")
def test_a_refusal_is_truly_committed(world, accepted):
    world.page("outsider").get(f"/spec/cases/{accepted.case.reference}")
    world.page("auditor").get(f"/spec/cases/{accepted.case.reference}")
    assert sorted(event.outcome for event in refused()) == ["not_found", "refused"]


def test_what_was_written_before_a_refusal_is_undone_with_it(world, case):
    assert world.page("caseworker").post(f"/spec/cases/{case.reference}/write").status_code == 403
    assert len(events("casework.import_burglaries", outcome="refused")) == 1
    assert RiskLevel.objects.count() == 1


@DOORS
def test_whoever_is_not_signed_in_learns_nothing(world, case, door, address):
    response = world.page("anonymous").get(address.format(case.reference))
    nothing = world.page("anonymous").get(address.format(new_reference()))
    assert response.status_code == nothing.status_code == {"page": 302, "api": 403}[door]
    assert TOKENS.name not in response.content.decode()
    assert events("casework.view_case") == []


def test_everybody_may_come_in_where_it_says_so(world):
    assert world.page("anonymous").get("/spec/welcome").content == b"welcome"


def test_no_answer_is_kept_by_the_browser(world, case):
    response = world.page("caseworker").get(f"/spec/cases/{case.reference}")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("refusal", [Denied, NotVisible])
def test_a_refusal_says_which_act_it_is_about(world, case, refusal):
    caught = refusal("casework.view_case", case)
    assert (caught.action, caught.subject, str(caught)) == ("casework.view_case", case, "casework.view_case")
