"""Once only: a request that is sent again with its key does its work once, and is answered alike."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError
from django.db import connection, transaction
from rest_framework.test import APIClient

from accounts import once
from accounts.models import OnceOnly, User
from accounts.roles import Role
from audit.models import AuditEvent
from casework import commands
from casework.models import Contact, RiskLevel
from config.lock.roles import JOBS
from referrals.models import Referral
from tests import factories
from tests.as_the_web import manage
from tests.bodies import contact, share, step
from tests.conftest import at_once, events
from tests.factories import TOKENS, at
from tests.forms import hidden
from tests.world import World

KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"
PROBLEM = "application/problem+json"
REALLY = pytest.mark.django_db(transaction=True)


def post(client: APIClient, path: str, body: Any = None, key: str = KEY) -> Any:
    return client.post(f"/api/v1/{path}", body, format="json", headers={"Idempotency-Key": key})


def seen(answer: Any) -> tuple[Any, ...]:
    """All of an answer that a caller sees, but the moment at which it runs out."""
    return answer.status_code, answer.content, {n: v for n, v in answer.items() if n != "Expires"}


# --- several at once, and cut off in the middle


@REALLY
@pytest.mark.usefixtures("for_real")
def test_eight_at_once_with_one_key_make_one_record_and_get_eight_equal_answers(world: World):
    clients, answers = [world.api("caseworker") for _ in range(8)], []
    problems = at_once(*[lambda wait, c=c: (wait(), answers.append(seen(post(c, "contacts/")))) for c in clients])
    assert problems == [None] * 8
    assert answers == [answers[0]] * 8
    assert answers[0][0] == 201
    assert Contact.objects.count() == 1
    assert [len(events(name)) for name in ("casework.start_contact", "accounts.replay")] == [1, 7]


@REALLY
@pytest.mark.usefixtures("for_real")
def test_eight_at_once_without_a_key_make_eight_records(world: World):
    clients = [world.api("caseworker") for _ in range(8)]
    at_once(*[lambda wait, c=c: (wait(), c.post("/api/v1/contacts/", {}, format="json")) for c in clients])
    assert Contact.objects.count() == 8


@REALLY
@pytest.mark.usefixtures("for_real")
def test_when_the_first_of_two_at_once_is_undone_the_second_does_the_work(world: World, monkeypatch):
    begin, broken = commands.start_contact, []

    def fails_first(**said: Any) -> Contact:
        contact = begin(**said)
        if not broken:
            broken.append(True)
            raise RuntimeError
        return contact

    monkeypatch.setattr(commands, "start_contact", fails_first)
    clients, answers = [world.api("caseworker") for _ in range(2)], []
    for client in clients:
        client.raise_request_exception = False
    at_once(*[lambda wait, c=c: (wait(), answers.append(post(c, "contacts/").status_code)) for c in clients])
    assert sorted(answers) == [201, 500]
    assert Contact.objects.count() == 1


def cut_off(world: World, monkeypatch: pytest.MonkeyPatch, happens: Callable[[], Any]) -> int:
    """Start a contact, and have this happen when its answer has just been kept, before the commit."""
    keep = once.keep
    client, statuses = world.api("caseworker"), []
    client.raise_request_exception = False
    with monkeypatch.context() as patched:
        patched.setattr(once, "keep", lambda *said: (keep(*said), happens()))
        at_once(lambda wait: statuses.append(post(client, "contacts/").status_code))
    return statuses[0]


def lose_the_connection() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def break_after_the_commit() -> None:
    def breaks() -> None:
        raise ConnectionResetError

    transaction.on_commit(breaks)


@REALLY
@pytest.mark.usefixtures("for_real")
def test_cut_off_before_the_commit_nothing_is_kept_and_trying_again_does_the_work(world: World, monkeypatch):
    assert cut_off(world, monkeypatch, lose_the_connection) == 500
    assert (Contact.objects.count(), OnceOnly.objects.count(), events("casework.start_contact")) == (0, 0, [])
    assert post(world.api("caseworker"), "contacts/").status_code == 201
    assert Contact.objects.count() == 1


@REALLY
@pytest.mark.usefixtures("for_real")
def test_cut_off_after_the_commit_trying_again_gets_the_answer_that_was_lost(world: World, monkeypatch):
    assert cut_off(world, monkeypatch, break_after_the_commit) == 500
    answer = post(world.api("caseworker"), "contacts/")
    assert (answer.status_code, answer.json()["reference"]) == (201, Contact.objects.get().reference)


# --- every act of the API


def acts(world: World) -> dict[str, tuple[str, str, Any]]:
    """Each POST that changes something: who sends it, where to, and what."""
    case = factories.opened(world.caseworker)
    same = factories.opened(world.caseworker).parties.get(role="victim")
    intake, draft = factories.logged(world.caseworker).case, factories.draft(world.caseworker)
    services = [factories.another_service(world, "harbour"), world.services["harbour"]]
    drafted = factories.drafted(world.caseworker, case, services[0])
    sent, other = (factories.sent(world.caseworker, case, world.services[name]) for name in ("harbour", "elsewhere"))
    third = factories.opened(world.caseworker)
    accepted = factories.accepted(world.caseworker, world.partner, third, services[1])
    withdrawn = factories.sent(world.caseworker, third, services[0])
    victim = case.parties.get(role="victim").public_id
    link = {"party": str(victim), "same_as": str(same.public_id), "reason": "She says so."}
    task = case.steps.filter(done_at=None, waits_for=None).earliest("pk").public_id
    new_referral = {"service": world.services["elsewhere"].pk, "asked": "Please call."}
    return {
        "start_contact": ("caseworker", "contacts/", None),
        "log_contact": ("caseworker", f"contacts/{draft.reference}/log", contact()),
        "open_case": ("caseworker", f"cases/{intake.reference}/open", {"next_step": step()}),
        "judge_risk": ("caseworker", f"cases/{case.reference}/risk-levels", {"level": "medium", "why": "Calmer."}),
        "link_person": ("caseworker", f"cases/{case.reference}/link", link),
        "complete_step": ("caseworker", f"steps/{task}/complete", {"outcome": "done", "then": step()}),
        "draft_referral": ("caseworker", f"cases/{third.reference}/referrals", new_referral),
        "send_referral": ("caseworker", f"referrals/{drafted.reference}/send", share()),
        "accept_referral": ("partner", f"referrals/{sent.reference}/accept", None),
        "decline_referral": ("outsider", f"referrals/{other.reference}/decline", {"reason": "no_capacity"}),
        "withdraw_referral": ("caseworker", f"referrals/{withdrawn.reference}/withdraw", {"reason": "not_needed"}),
        "complete_referral": (
            "partner",
            f"referrals/{accepted.reference}/complete",
            {"outcome_code": "supported", "as_wanted": "yes", "outcome": "A safety plan."},
        ),
    }


def test_each_act_of_the_api_is_done_once_and_answered_alike(world: World):
    for name, (who, path, body) in acts(world).items():
        client, key = world.api(who), str(uuid4())
        first = post(client, path, body, key)
        done = AuditEvent.objects.exclude(action="accounts.replay").count()
        second = post(client, path, body, key)
        assert (name, first.status_code // 100, seen(second)) == (name, 2, seen(first))
        assert (name, AuditEvent.objects.exclude(action="accounts.replay").count()) == (name, done)


def test_a_search_is_a_reading_so_it_is_done_again_and_its_finds_are_not_kept(world: World, case):
    for _ in range(2):
        assert post(world.api("caseworker"), "people/search", {"name": TOKENS.name}).json()["matches"]
    assert len(events("casework.find_person")) == 2
    assert not OnceOnly.objects.exists()


def test_a_preview_is_a_reading_too(world: World, case):
    drafted = factories.drafted(world.caseworker, case, world.services["harbour"])
    path = f"referrals/{drafted.reference}/preview"
    assert post(world.api("caseworker"), path, {"categories": ["identity"]}).status_code == 200
    assert not OnceOnly.objects.exists()


# --- whose key, for what


@pytest.mark.parametrize("other", ["body", "address"])
def test_a_key_that_was_used_for_another_request_is_refused(world: World, case, other):
    client, said = world.api("caseworker"), {"level": "medium", "why": "Calmer."}
    paths = [f"cases/{each.reference}/risk-levels" for each in (case, factories.opened(world.caseworker))]
    assert post(client, paths[0], said).status_code == 201
    answer = post(client, paths[1], said) if other == "address" else post(client, paths[0], said | {"level": "high"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, PROBLEM)
    assert (answer.json()["code"], answer.json()["title"]) == ("key_used_already", "Key used for another request")
    assert RiskLevel.objects.filter(why="Calmer.").count() == 1


def test_the_same_key_of_somebody_else_is_another_key(world: World):
    answers = [post(world.api(who), "contacts/") for who in ("caseworker", "colleague", "caseworker")]
    references = [answer.json()["reference"] for answer in answers]
    assert references[0] == references[2] != references[1]
    assert Contact.objects.count() == 2


@pytest.mark.parametrize("key", ["", " ", "k" * 65, "two words", "schlüssel", "a\tb"])
def test_what_is_no_key_is_refused_before_anything_is_done(world: World, key):
    answer = post(world.api("caseworker"), "contacts/", key=key)
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, PROBLEM)
    assert not Contact.objects.exists()


def test_a_key_of_64_signs_is_one(world: World):
    assert post(world.api("caseworker"), "contacts/", key='"' + "~" * 62 + '"').status_code == 201


def test_what_was_refused_is_not_kept_and_may_be_put_right_under_the_same_key(world: World, case):
    client, path = world.api("caseworker"), f"cases/{case.reference}/risk-levels"
    assert post(client, path, {"level": "worse"}).status_code == 400
    assert post(world.api("partner"), path, {"level": "high"}).status_code == 403
    assert not OnceOnly.objects.exists()
    assert post(client, path, {"level": "high", "why": "Worse."}).status_code == 201


# --- an answer is given again only to whom it may still be given


def test_an_answer_is_not_given_again_once_the_share_has_ended(world: World, sent: Referral):
    partner, path = world.api("partner"), f"referrals/{sent.reference}/accept"
    assert post(partner, path).json()["case"] == sent.case.reference
    assert post(partner, path).status_code == 200
    world.api("caseworker").post(
        f"/api/v1/referrals/{sent.reference}/withdraw", {"reason": "not_needed"}, format="json"
    )
    again = post(partner, path)
    absent = post(partner, "referrals/0000-0000-000/accept", key="another")
    assert (again.status_code, seen(again)) == (404, seen(absent))
    (refusal,) = events("accounts.replay", outcome="not_found")
    assert (refusal.actor_id, refusal.case_id, refusal.door) == (world.partner.pk, sent.case_id, "api")


def test_an_answer_is_not_given_again_to_somebody_whose_role_has_changed(world: World, case):
    path, body = f"cases/{case.reference}/risk-levels", {"level": "medium", "why": TOKENS.why}
    client = world.api("caseworker")
    assert post(client, path, body).status_code == 201
    User.objects.filter(pk=world.caseworker.pk).update(role=Role.AUDITOR)
    answer = post(client, path, body)
    assert (answer.status_code, answer.headers["Content-Type"]) == (403, PROBLEM)
    assert TOKENS.why not in answer.text
    assert [event.actor_id for event in events("casework.judge_risk", outcome="refused")] == [world.caseworker.pk]


def test_a_page_sends_nobody_on_whose_role_has_changed(world: World):
    client, form = world.page("caseworker"), {"once": KEY}
    client.post("/contacts/start/", form)
    User.objects.filter(pk=world.caseworker.pk).update(role=Role.PARTNER_WORKER)
    assert client.post("/contacts/start/", form).status_code == 403
    assert len(events("casework.start_contact", outcome="refused")) == 1


def test_each_answer_that_is_given_again_writes_its_event(world: World, case):
    client, path = world.api("caseworker"), f"cases/{case.reference}/risk-levels"
    for _ in range(3):
        post(client, path, {"level": "medium", "why": "Calmer."})
    kept, judged = OnceOnly.objects.get(), case.risk_levels.get(why="Calmer.")
    replays = events("accounts.replay")
    assert [(e.actor_id, e.subject_type, e.subject_id, e.case_id) for e in replays] == [
        (world.caseworker.pk, "onceonly", kept.pk, case.pk)
    ] * 2
    assert replays[0].detail == {"of": "risklevel", "of_id": judged.pk}


# --- the pages


def key_in(page: Any) -> str:
    return re.search(r'name="once" value="([^"]+)"', page.content.decode())[1]


def test_a_form_that_is_sent_twice_does_its_work_once_and_goes_on_to_the_same_place(world: World):
    client = world.page("caseworker")
    form = {"once": key_in(client.get("/my-work/")), "csrfmiddlewaretoken": "one"}
    answers = [client.post("/contacts/start/", form | {"csrfmiddlewaretoken": token}) for token in ("one", "two")]
    assert [(a.status_code, a["Location"]) for a in answers] == [(302, answers[0]["Location"])] * 2
    assert Contact.objects.count() == 1


def test_each_showing_of_a_form_is_a_new_one(world: World):
    client = world.page("caseworker")
    keys = {key_in(client.get("/my-work/")) for _ in range(3)}
    for key in keys:
        client.post("/contacts/start/", {"once": key})
    assert (len(keys), Contact.objects.count()) == (3, 3)


def test_a_form_sent_again_filled_in_differently_is_not_possible_and_says_so(world: World, case):
    client, address = world.page("caseworker"), f"/cases/{case.reference}/risk/"
    form = hidden(client.get(address)) | {"once": KEY, "why": "Calmer."}
    client.post(address, form | {"level": "medium"})
    answer = client.post(address, form | {"level": "high"})
    assert (answer.status_code, "filled in differently" in answer.text) == (409, True)
    assert case.risk_levels.filter(why="Calmer.").count() == 1


def test_a_form_with_an_error_is_not_kept_and_may_be_put_right(world: World, case):
    client, address = world.page("caseworker"), f"/cases/{case.reference}/risk/"
    form = hidden(client.get(address)) | {"once": KEY, "level": "medium"}
    assert client.post(address, form).status_code == 400
    assert client.post(address, form | {"why": "Calmer."}).status_code == 302


def test_a_contact_with_mistakes_is_saved_as_a_draft_but_its_answer_is_not_kept(world: World):
    draft = factories.draft(world.caseworker)
    form = {"once": KEY, "log": "log", "said": TOKENS.said}
    assert world.page("caseworker").post(f"/contacts/{draft.reference}/", form).status_code == 400
    assert Contact.objects.get().draft["said"] == TOKENS.said
    assert not OnceOnly.objects.exists()


def test_a_form_that_finds_its_way_and_changes_nothing_leaves_nothing(world: World, case):
    answer = world.page("auditor").post("/history/", {"once": KEY, "reference": case.reference})
    assert (answer.status_code, OnceOnly.objects.count()) == (302, 0)


def test_a_form_whose_key_is_none_is_refused(world: World):
    answer = world.page("caseworker").post("/contacts/start/", {"once": "two words"})
    assert (answer.status_code, Contact.objects.count()) == (400, 0)


# --- for how long


def test_after_seven_days_a_key_is_as_good_as_new(world: World):
    client = world.api("caseworker")
    first = post(client, "contacts/").json()["reference"]
    OnceOnly.objects.update(created_at=at() - timedelta(days=7, seconds=1))
    second = post(client, "contacts/").json()["reference"]
    assert first != second == post(client, "contacts/").json()["reference"]


def test_answers_older_than_seven_days_are_purged_by_the_system_and_that_is_recorded(world: World):
    client = world.api("caseworker")
    for key in ("old", "older", "young"):
        post(client, "contacts/", key=key)
    OnceOnly.objects.exclude(key="young").update(created_at=at() - timedelta(days=7, seconds=1))
    out = StringIO()
    manage("purge_once_only", role=JOBS, stdout=out)
    assert (out.getvalue(), OnceOnly.objects.get().key) == ("Removed: 2\n", "young")
    (event,) = events("accounts.purge_once_only")
    assert (event.actor_id, event.detail) == (world.system.pk, {"count": 2})


@pytest.mark.django_db
def test_without_a_partnership_there_is_nobody_to_purge():
    with pytest.raises(CommandError, match="no partnership yet"):
        manage("purge_once_only", role=JOBS)
