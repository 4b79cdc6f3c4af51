"""The API refuses: by problem details that say what to do, give nothing away, and leave nothing behind."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import transaction
from django.urls import get_resolver
from rest_framework.test import APIClient

from accounts.authorization import has_role_for
from audit.models import AuditEvent
from casework import commands
from casework.models import Contact, StepKind
from tests import factories
from tests.answers import let_in
from tests.api_calls import BY_NAME, CALLS, Call
from tests.bodies import contact, share, step
from tests.conftest import events
from tests.doors import doors
from tests.factories import TOKENS, at
from tests.ids import Ids
from tests.sample import some
from tests.world import BACKEND

PROBLEM = "application/problem+json"
WITH_REFERENCE = [call for call in CALLS if "{" in call.path]
WITH_BODY = [call for call in CALLS if call.method == "post"]


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of the product but the log and the sessions."""
    models = [m for app in ("accounts", "casework", "referrals") for m in apps.get_app_config(app).get_models()]
    return {m.__name__: list(m._default_manager.order_by("pk").values()) for m in models if m._meta.managed}


def tried(call: Call, client: APIClient, ids: Ids) -> tuple[Any, dict[str, Any]]:
    """The answer, and what it left: the rows, and the outcomes of the new events. Then all of it is undone."""
    logged = set(AuditEvent.objects.values_list("pk", flat=True))
    with transaction.atomic():
        response = call.send(client, ids)
        new = AuditEvent.objects.exclude(pk__in=logged)
        left = {"rows": everything(), "outcomes": set(new.values_list("outcome", flat=True))}
        transaction.set_rollback(True)
    return response, left


def test_every_route_of_the_api_is_tried_here():
    api = next(p for p in get_resolver().url_patterns if str(p.pattern) == "api/v1/")
    assert {route.name for route in api.url_patterns} == {call.name for call in CALLS}


PERSONAS = ["caseworker", "partner", "outsider", "supervisor", "anonymous"]


@pytest.mark.parametrize("who", PERSONAS)
def test_a_refusal_changes_nothing_and_is_written_as_one(world, ids, who):
    client, before = world.api(who), everything()
    for call in some(CALLS, turn=PERSONAS.index(who), of=len(PERSONAS)):
        response, new = tried(call, client, ids)
        if response.status_code >= 400:
            assert response.headers["Content-Type"] == PROBLEM
            assert response.json()["status"] == response.status_code
            assert new["rows"] == before
            assert new["outcomes"] <= {"refused", "not_found"}


def test_a_body_that_is_wrong_does_not_tell_hidden_from_absent(world, ids, stranger):
    client = world.api("stranger")
    for call in WITH_REFERENCE:
        hidden, absent = call.send(client, ids, foo=1), call.send(client, Ids.absent(ids), foo=1)
        assert (call.name, hidden.status_code, hidden.content) == (call.name, absent.status_code, absent.content)
        assert hidden.status_code == (404 if has_role_for(stranger, asked_by(call)) else 403)


def asked_by(call):
    """The permission that this call asks of a role."""
    return next(door for door in doors() if door.name == call.name).declares[call.method]


def test_a_hidden_party_and_one_that_does_not_exist_are_answered_alike(world, ids, stranger):
    elsewhere = factories.logged(stranger).case.parties.get(role="victim")
    link = BY_NAME["post api_link_person"]
    hidden = link.send(world.api("caseworker"), ids, same_as=str(elsewhere.public_id))
    absent = link.send(world.api("caseworker"), ids, same_as=str(uuid4()))
    assert (hidden.status_code, hidden.content) == (404, absent.content)


def test_a_party_of_another_case_is_not_found_in_this_one(world, ids):
    other = factories.logged(world.caseworker).case.parties.get(role="victim")
    answer = BY_NAME["post api_link_person"].send(world.api("caseworker"), ids, party=str(other.public_id))
    assert answer.status_code == 404


@pytest.mark.parametrize("reference", ["%00", "nothing", "x" * 300, "AAAA-AAAA-AAA"])
def test_what_is_no_reference_at_all_is_simply_not_found(world, reference):
    for path in ("cases/{}/", "cases/{}/history", "referrals/{}/", "contacts/{}/draft"):
        answer = world.api("supervisor").get("/api/v1/" + path.format(reference))
        assert (answer.status_code, answer.headers["Content-Type"]) == (404, PROBLEM)


def test_refusals_stand_in_the_log(world, ids):
    BY_NAME["get api_case"].send(world.api("outsider"), ids)
    BY_NAME["post api_risk_levels"].send(world.api("partner"), ids)
    (hidden,) = events("casework.view_case", outcome="not_found")
    (refused,) = events("casework.judge_risk", outcome="refused")
    assert (hidden.actor_id, hidden.door, hidden.subject_type) == (world.outsider.pk, "api", "case")
    assert refused.actor_id == world.partner.pk


def test_a_field_that_is_not_known_is_refused_and_not_repeated(world, ids):
    before = everything()
    for call in WITH_BODY:
        client = world.api(let_in(call.name, call.method))
        answer = call.send(client, ids, **{TOKENS.name: TOKENS.said})
        problem = answer.json()
        assert (call.name, problem["code"], problem["errors"][0]["pointer"]) == (call.name, "unknown_field", "#")
        assert TOKENS.name not in answer.text
    assert everything() == before


def test_a_query_that_is_not_known_is_refused(world, ids):
    answer = world.api("supervisor").get(f"/api/v1/cases/{ids.case}/history?persn=3")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"channel": TOKENS.name}, "#/channel"),
        ({"kind": {"a": TOKENS.name}}, "#/kind"),
        ({"happened_at": TOKENS.name}, "#/happened_at"),
        ({"happened_at": "2026-10-01T10:00:00"}, "#/happened_at"),
        ({"happened_at": "2126-10-01T10:00:00Z"}, "#/happened_at"),
        ({"happened_at": "0001-01-01T00:00:00+14:00"}, "#/happened_at"),
        ({"said": "x" * 20_001}, "#/said"),
        ({"said": "a\x00b"}, "#"),
        ({"victim": TOKENS.name}, "#/victim"),
        ({"victim": {"date_of_birth": TOKENS.name}}, "#/victim/date_of_birth"),
        ({"victim": {"surname": TOKENS.name}}, "#/victim"),
        ({"routes": [{"kind": "phone", "value": TOKENS.name}]}, "#/routes/0/value"),
        ({"routes": [{"kind": "sms", "value": "999999999999999999999"}]}, "#/routes/0/value"),
        ({"routes": [{"kind": TOKENS.name}]}, "#/routes/0/kind"),
        ({"no_step_reason": "advice_given"}, "#/next_step"),
        ({"next_step": step() | {"kind": "follow_up_referral"}}, "#/next_step/kind"),
        ({"next_step": step() | {"owner": TOKENS.name}}, "#/next_step/owner"),
    ],
)
def test_an_error_points_to_what_is_wrong_and_never_repeats_it(world, ids, change, pointer):
    client, before = world.api("caseworker"), everything()
    answer = client.post(f"/api/v1/contacts/{ids.contact}/log", contact(**change), format="json")
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert not any(token in answer.text for token in vars(TOKENS).values())
    assert everything() == before


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"basis": TOKENS.name}, "#/basis"),
        ({"purpose": TOKENS.name}, "#/purpose"),
        ({"categories": ["identity", TOKENS.name]}, "#/categories/1"),
        ({"categories": []}, "#/categories"),
        ({"until": "2020-01-01T00:00:00Z"}, "#/until"),
        ({"consent": "not_sought"}, "#/consent_reason"),
        ({"necessity": " "}, "#/necessity"),
    ],
)
def test_a_decision_to_share_that_is_not_whole_is_refused(world, case, change, pointer):
    drafted = factories.drafted(world.caseworker, case, world.services["harbour"])
    client, before = world.api("caseworker"), everything()
    address = f"/api/v1/referrals/{drafted.reference}/send"
    answer = client.post(address, share(**change), format="json")
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert not any(token in answer.text for token in vars(TOKENS).values())
    assert everything() == before


@pytest.mark.parametrize(
    "draft",
    [
        "{}[",
        '["a list"]',
        json.dumps({"said": "x" * 64 * 1024}),
        json.dumps({f"k{n}": 1 for n in range(201)}),
        '{"said": "a\\u0000b"}',
        '{"said": {"deep": ["\\ud800"]}}',
        '{"said": 1e999}',
        '{"said": NaN}',
    ],
)
def test_a_draft_that_cannot_be_kept_is_refused(world, ids, draft):
    client = world.api("caseworker")
    answer = client.put(
        f"/api/v1/contacts/{ids.contact}/draft", draft, content_type="application/json", headers={"If-Match": "*"}
    )
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, PROBLEM)
    assert Contact.objects.get(reference=ids.contact).draft == {}


def test_a_draft_may_hold_the_letters_of_an_escape(world, ids):
    client = world.api("caseworker")
    address = f"/api/v1/contacts/{ids.contact}/draft"
    assert (
        client.put(address, {"said": "\\u0000 and \\\\u0000"}, format="json", headers={"If-Match": "*"}).status_code
        == 204
    )
    assert client.get(address).json()["draft"] == {"said": "\\u0000 and \\\\u0000"}


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("post", "contacts/", {"data": "{not json", "content_type": "application/json"}, 400),
        ("post", "contacts/", {"data": b"\xff", "content_type": "application/json"}, 400),
        ("post", "contacts/", {"data": "[]", "content_type": "application/json"}, 400),
        ("post", "contacts/", {"data": "case=1", "content_type": "application/x-www-form-urlencoded"}, 415),
        ("delete", "contacts/", {}, 405),
        ("options", "contacts/", {}, 403),
        ("get", "contacts/", {"headers": {"accept": "text/html"}}, 406),
        ("post", "people/search", {"data": {}, "format": "json"}, 400),
        ("post", "people/search", {"data": {"telephone": "abc"}, "format": "json"}, 400),
        ("get", "cases/?kind=theft", {}, 400),
        ("get", "cases/?after=%00", {}, 400),
        ("get", "services/?kind=theft", {}, 400),
    ],
)
def test_requests_that_make_no_sense_are_answered_with_a_problem(world, method, path, options, status):
    answer = getattr(world.api("caseworker"), method)("/api/v1/" + path, **options)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, PROBLEM)
    assert answer.json()["status"] == status


@pytest.mark.parametrize(
    "query",
    ["until=9999-12-31", "since=yesterday", "person=-1", "person=99999999999999999999", "before=1", "outcome=x"],
)
def test_a_history_cannot_be_narrowed_by_nonsense(world, ids, query):
    answer = world.api("supervisor").get(f"/api/v1/cases/{ids.case}/history?{query}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, PROBLEM)


def test_who_is_not_signed_in_is_told_so_and_nothing_else(world):
    answer = world.api("anonymous").get("/api/v1/cases/")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_authenticated")


def test_a_session_without_its_token_against_forgery_changes_nothing(world):
    client = world.api("caseworker").__class__(enforce_csrf_checks=True)
    client.force_login(world.caseworker, backend=BACKEND)
    answer = client.post("/api/v1/contacts/", {}, format="json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (403, PROBLEM)
    assert not Contact.objects.exists()


def test_an_error_that_nobody_foresaw_says_nothing_and_leaves_nothing(world, monkeypatch):
    start = commands.start_contact

    def broken(**options: Any) -> None:
        start(**options)
        raise RuntimeError(TOKENS.name)

    monkeypatch.setattr(commands, "start_contact", broken)
    client = world.api("caseworker")
    client.raise_request_exception = False
    answer = client.post("/api/v1/contacts/", {}, format="json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (500, PROBLEM)
    assert TOKENS.name not in answer.text
    assert not Contact.objects.exists()


def test_the_offer_of_a_visit_is_settled_only_by_its_answer(world):
    case = factories.opened(world.caseworker, kind="burglary")
    offer = case.steps.get(kind=StepKind.OFFER_VISIT)
    client, address = world.api("caseworker"), f"/api/v1/steps/{offer.public_id}/complete"
    for outcome in ("done", "visit_accepted"):
        answer = client.post(address, {"outcome": outcome}, format="json")
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "#/outcome")
    visit = f"/api/v1/cases/{case.reference}/visit"
    assert client.post(f"{visit}/offer", {"offered_how": "phone"}, format="json").status_code == 204
    assert client.post(f"{visit}/answer", {"answer": "accepted"}, format="json").status_code == 204


def test_the_last_step_of_an_open_case_is_not_settled_without_the_next(world):
    case = factories.unjudged(world.caseworker)
    client = world.api("caseworker")
    first, last = (f"/api/v1/steps/{s.public_id}/complete" for s in case.steps.order_by("pk"))
    assert client.post(first, {"outcome": "done"}, format="json").status_code == 204
    assert client.post(last, {"outcome": "done"}, format="json").status_code == 409
    assert client.post(last, {"outcome": "done", "then": step()}, format="json").status_code == 204
    assert case.steps.filter(done_at=None).count() == 1


def test_a_second_referral_to_the_same_service_is_not_possible_while_one_is_live(world, ids):
    again = {"service": world.services["harbour"].pk, "asked": "Please call."}
    answer = world.api("caseworker").post(f"/api/v1/cases/{ids.case}/referrals", again, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_possible_now")


def test_a_service_of_another_partnership_does_not_exist(world, ids, stranger):
    body = {"service": 10**9, "asked": "Please call."}
    answer = world.api("caseworker").post(f"/api/v1/cases/{ids.case}/referrals", body, format="json")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "#/service")


def test_a_share_that_ended_takes_the_case_away_at_once(world, accepted):
    client = world.api("partner")
    assert client.get(f"/api/v1/cases/{accepted.case.reference}/").status_code == 200
    world.api("caseworker").post(
        f"/api/v1/referrals/{accepted.reference}/withdraw", {"reason": "not_needed"}, format="json"
    )
    assert client.get(f"/api/v1/cases/{accepted.case.reference}/").status_code == 404
    assert client.get(f"/api/v1/referrals/{accepted.reference}/").json()["case"] is None
    assert at() > accepted.answered_at
