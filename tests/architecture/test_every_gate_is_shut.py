"""Every gate is shut by default: whoever forgets to say who may come in has let in nobody. One sabotage for each."""

import pytest
from django.http import HttpResponse
from django.urls import path
from rest_framework.response import Response
from rest_framework.views import APIView

import config.urls
from accounts.authorization import Denied, can, rule
from accounts.gate import DeclaredPermission, Page
from accounts.roles import PERMISSIONS, Role
from tests.architecture.test_who_gets_what_answer import not_in_the_table
from tests.conftest import events
from tests.doors import doors
from tests.world import World

SECRET = "open to all"


def says_nothing(request):
    return HttpResponse(SECRET)


class PageThatSaysNothing(Page):
    def get(self, request):
        return HttpResponse(SECRET)


class PageThatAsksWhatNobodyHolds(PageThatSaysNothing):
    permission = "casework.fly_to_the_moon"


class EndpointThatSaysNothing(APIView):
    def get(self, request):
        return Response(SECRET)


class EndpointOfOneMethod(APIView):
    permissions = {"get": "casework.view_case"}

    def get(self, request):
        return Response(SECRET)

    def post(self, request):
        return Response(SECRET)

    put = patch = delete = post


urlpatterns = [
    *config.urls.urlpatterns,  # the frame of every page links to them
    path("gate/function", says_nothing),
    path("gate/page", PageThatSaysNothing.as_view()),
    path("gate/nobody", PageThatAsksWhatNobodyHolds.as_view()),
    path("gate/endpoint", EndpointThatSaysNothing.as_view()),
    path("gate/one-method", EndpointOfOneMethod.as_view()),
]
EVERYBODY = ["anonymous", "caseworker", "supervisor", "partner", "auditor", "police_system"]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("address", ["function", "page", "nobody", "endpoint"])
def test_a_view_that_does_not_say_who_may_come_in_lets_in_nobody(world: World, address: str, who: str):
    response = world.page(who).get(f"/gate/{address}")
    assert response.status_code == (302 if who == "anonymous" and address != "endpoint" else 403)
    assert SECRET not in response.content.decode()


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "head"])
def test_a_method_that_an_endpoint_does_not_name_is_shut(world: World, method: str):
    client = world.api("caseworker")
    assert client.get("/gate/one-method").json() == SECRET
    response = getattr(client, method)("/gate/one-method")
    assert (response.status_code, SECRET in response.content.decode()) == (403, False)
    assert [event.actor_id for event in events("unknown", outcome="refused")] == [world.caseworker.pk]


def test_the_view_itself_refuses_too_were_the_middleware_gone(world: World, rf):
    request = rf.get("/")
    request.user = world.supervisor
    with pytest.raises(Denied):
        PageThatSaysNothing.as_view()(request)
    with pytest.raises(Denied):
        DeclaredPermission().has_permission(request, EndpointThatSaysNothing())


def test_a_permission_without_a_rule_is_denied_whatever_the_role(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(PERMISSIONS, Role.SUPERVISOR, frozenset({"casework.fly_to_the_moon"}))
    assert not can(world.supervisor, "casework.fly_to_the_moon")


def test_a_permission_without_a_role_is_denied_whatever_the_rule(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("accounts.authorization._rules", {})
    rule("casework.fly_to_the_moon")(lambda user, record: True)
    assert [who for who, user in world.people.items() if can(user, "casework.fly_to_the_moon")] == []


def test_a_route_that_stands_not_in_the_table_is_noticed():
    new = list(doors([path("new/", says_nothing, name="new")]))
    assert not_in_the_table(new) == {("new", "/new/", "None")}
    assert not_in_the_table(doors()) == set()
