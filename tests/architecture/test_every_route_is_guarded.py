"""Every route says who may come in, and lets in those people only."""

import pytest
from django.http import HttpResponse
from django.urls import path

from accounts.gate import Page
from accounts.roles import PERMISSIONS
from tests.conftest import World
from tests.doors import doors

PUBLIC = {"account_login", "account_inactive"}
FOR_EVERYBODY_SIGNED_IN = {"start", "account_logout", "account_change_password", "api_schema"}
# What each other route asks of the role, method by method where methods differ.
DECLARED = {
    "work": "casework.start_contact",
    "start_contact": "casework.start_contact",
    "contact": "casework.log_contact",
    "cases": "casework.view_case",
    "case": "casework.view_case",
    "open_case": "casework.open_case",
    "judge_risk": "casework.judge_risk",
    "known_already": "casework.find_person",
    "link_person": "casework.link_person",
    "complete_step": "casework.complete_step",
    "inbox": "referrals.accept_referral",
    "outbox": "referrals.send_referral",
    "case_referrals": "referrals.view_referral",
    "draft_referral": "referrals.draft_referral",
    "referral": "referrals.view_referral",
    "send_referral": "referrals.send_referral",
    "accept_referral": "referrals.accept_referral",
    "decline_referral": "referrals.decline_referral",
    "withdraw_referral": "referrals.withdraw_referral",
    "complete_referral": "referrals.complete_referral",
    "stopped_work": "oversight.view_stopped_work",
    "retry_work": "oversight.retry_work",
    "find_history": "oversight.view_case_history",
    "case_history": "oversight.view_case_history",
    "export_case_history": "oversight.export_case_history",
    "api_cases": {"get": "casework.view_case"},
    "api_case": {"get": "casework.view_case"},
    "api_open_case": {"post": "casework.open_case"},
    "api_risk_levels": {"post": "casework.judge_risk"},
    "api_link_person": {"post": "casework.link_person"},
    "api_complete_step": {"post": "casework.complete_step"},
    "api_contacts": {"get": "casework.view_contact", "post": "casework.start_contact"},
    "api_draft": {"get": "casework.view_contact", "put": "casework.save_draft"},
    "api_log_contact": {"post": "casework.log_contact"},
    "api_search_people": {"post": "casework.find_person"},
    "api_lawful_bases": {"get": "casework.decide_sharing"},
    "api_services": {"get": "referrals.view_service"},
    "api_case_referrals": {"get": "referrals.view_referral", "post": "referrals.draft_referral"},
    "api_inbox": {"get": "referrals.view_referral"},
    "api_referral": {"get": "referrals.view_referral"},
    "api_preview_referral": {"post": "referrals.send_referral"},
    "api_send_referral": {"post": "referrals.send_referral"},
    "api_accept_referral": {"post": "referrals.accept_referral"},
    "api_decline_referral": {"post": "referrals.decline_referral"},
    "api_withdraw_referral": {"post": "referrals.withdraw_referral"},
    "api_complete_referral": {"post": "referrals.complete_referral"},
    "api_case_history": {"get": "oversight.view_case_history"},
}


def test_each_route_declares_what_this_table_says():
    declared = {door.name: door.declares for door in doors()}
    assert {name for name, says in declared.items() if says is None} == set()
    assert {name for name, says in declared.items() if says == "public"} == PUBLIC
    assert {name for name, says in declared.items() if says == "signed in"} == FOR_EVERYBODY_SIGNED_IN
    assert {n: says for n, says in declared.items() if n not in PUBLIC | FOR_EVERYBODY_SIGNED_IN} == DECLARED


def test_names_of_routes_are_unique():
    names = [door.name for door in doors()]
    assert len(names) == len(set(names))


def test_each_permission_that_a_route_asks_is_one_that_some_role_holds():
    held = set().union(*PERMISSIONS.values())
    asked = {p for says in DECLARED.values() for p in ([says] if isinstance(says, str) else says.values())}
    assert asked - held == set()


def undeclared(request):
    return HttpResponse("open to all")


class Forgetful(Page):
    def get(self, request):
        return HttpResponse("open to all")


urlpatterns = [path("undeclared/", undeclared), path("forgetful/", Forgetful.as_view())]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("address", ["/undeclared/", "/forgetful/"])
@pytest.mark.parametrize("who", ["caseworker", "supervisor", "partner"])
def test_a_view_that_says_nothing_is_shut(world: World, address: str, who: str):
    response = world.page(who).get(address)
    assert response.status_code == 403
    assert b"open to all" not in response.content


SIGN_IN = (302, 401, 403)


@pytest.mark.parametrize("door", [d for d in doors() if d.name not in PUBLIC], ids=lambda door: door.name)
def test_nobody_comes_in_without_signing_in(world: World, door):
    address = door.address(reference="0000-0000-000", public_id="00000000-0000-4000-8000-000000000000")
    for method in door.methods:
        response = getattr(world.page("anonymous"), method)(address)
        assert response.status_code in SIGN_IN
        assert response.status_code != 302 or response["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("who", ["caseworker", "supervisor", "auditor", "partner", "officer", "police_system"])
@pytest.mark.parametrize("door", [d for d in doors() if d.name in DECLARED], ids=lambda door: door.name)
def test_a_role_that_lacks_the_permission_is_refused_before_anything_is_looked_up(world: World, door, who: str):
    address = door.address(reference="0000-0000-000", public_id="00000000-0000-4000-8000-000000000000")
    for method in door.methods:
        asked = door.declares if isinstance(door.declares, str) else door.declares.get(method, "")
        response = getattr(world.page(who), method)(address)
        held = asked in PERMISSIONS[world.people[who].role]
        assert (response.status_code == 403) == (not held), (method, address, response.status_code)
