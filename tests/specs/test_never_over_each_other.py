"""Never over each other: nobody writes over, or decides upon, what somebody else changed after they looked."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from audit.models import AuditEvent
from casework import commands
from casework.models import Case, Contact
from referrals.models import Referral
from tests import factories
from tests.answers import answered, let_in
from tests.api_calls import CALLS, Call
from tests.asking import undone
from tests.bodies import contact, share
from tests.conftest import at_once, events
from tests.factories import at
from tests.forms import hidden
from tests.ids import Ids
from tests.sample import some
from tests.world import World

PROBLEM = "application/problem+json"
REALLY = pytest.mark.django_db(transaction=True)
# What is no act upon a record: these are readings.
READINGS = {"api_give_plan", "api_preview_referral", "api_reveal_address"}
ACTS = [c for c in CALLS if c.method != "get" and "{" in c.path and c.name not in READINGS]


@pytest.fixture
def draft(world: World) -> Contact:
    """A draft of the caseworker's, in which something is saved already."""
    return factories.saved(world.caseworker, factories.draft(world.caseworker), {"said": "First words", "name": "A"})


def tag(world: World, who: str, path: str) -> str:
    answer = world.api(who).get(f"/api/v1/{path}")
    assert answer.status_code == 200
    return answer["ETag"]


def put(
    world: World, draft: Contact, if_match: str | None, body: dict[str, Any] | None = None, who="caseworker"
) -> Any:
    headers = {} if if_match is None else {"If-Match": if_match}
    path = f"/api/v1/contacts/{draft.reference}/draft"
    return world.api(who).put(path, body or {"said": "Later"}, format="json", headers=headers)


def acts() -> int:
    """The events of acts that were done; readings and refusals are not among them."""
    return AuditEvent.objects.filter(outcome="allowed").exclude(action__contains=".view_").count()


# --- whose version it is, and of what


def test_each_reading_of_one_record_has_a_strong_version_that_stays_while_nothing_changes(
    world: World, accepted, draft
):
    case = accepted.case.reference
    for path in (f"cases/{case}/", f"referrals/{accepted.reference}/", f"contacts/{draft.reference}/draft"):
        first = tag(world, "caseworker", path)
        assert re.fullmatch('"[0-9a-f]{32}"', first)
        assert tag(world, "caseworker", path) == first


def test_a_version_is_its_readers_own(world: World, accepted: Referral):
    path = f"cases/{accepted.case.reference}/"
    tags = {tag(world, who, path) for who in ("caseworker", "colleague", "supervisor", "partner")}
    assert len(tags) == 4


def test_what_is_hidden_from_the_partner_does_not_change_the_partners_version(world: World, accepted: Referral):
    path = f"cases/{accepted.case.reference}/"
    before = {who: tag(world, who, path) for who in ("caseworker", "partner")}
    accepted.case.addresses.update(known_to_alleged="no")
    after = {who: tag(world, who, path) for who in before}
    assert after["caseworker"] != before["caseworker"]
    assert after["partner"] == before["partner"]


def test_what_the_partner_sees_changes_the_partners_version(world: World, accepted: Referral):
    path = f"cases/{accepted.case.reference}/"
    before = tag(world, "partner", path)
    commands.judge_risk(actor=world.colleague, case=accepted.case, level="medium", why="Calmer.", now=at())
    assert tag(world, "partner", path) != before


def test_an_outsider_gets_no_version_of_what_they_may_not_see(world: World, accepted: Referral):
    client = world.api("outsider")
    for path in (f"cases/{accepted.case.reference}/", f"referrals/{accepted.reference}/"):
        answer = client.get(f"/api/v1/{path}", headers={"If-None-Match": "*"})
        assert (answer.status_code, "ETag" in answer) == (404, False)


def test_a_reading_is_recorded_and_answered_in_full_whatever_the_reader_has_already(world: World, case: Case):
    path = f"cases/{case.reference}/"
    headers = {"If-None-Match": tag(world, "caseworker", path)}
    before = len(events("casework.view_case"))
    assert world.api("caseworker").get(f"/api/v1/{path}", headers=headers).status_code == 200
    assert len(events("casework.view_case")) == before + 1


# --- the API: every act upon a record can say what it was decided upon


def act(client: Any, call: Call, ids: Ids, if_match: str) -> tuple[Any, int]:
    """The answer to this act upon another version than stands, and how many events it left. Then it is undone."""
    address, body = "/api/v1/" + call.path.format(**vars(ids)), call.body(ids) if call.body else {}
    with undone(client):
        before = AuditEvent.objects.count()
        answer = getattr(client, call.method)(address, body, format="json", headers={"If-Match": if_match})
        return answer, AuditEvent.objects.count() - before


def test_an_act_upon_what_changed_is_refused_and_nothing_is_done(world: World, ids: Ids):
    for call in ACTS:
        answer, left = act(world.api(let_in(call.name, call.method)), call, ids, '"0" , "1"')
        assert (call.name, answer.status_code, answer["Content-Type"]) == (call.name, 412, PROBLEM)
        assert answer.json()["code"] == "changed"
        assert "Read it again" in answer.json()["detail"]
        assert (call.name, left) == (call.name, 0)


def test_there_are_acts_to_try():
    assert len(ACTS) == 99


def test_who_may_not_act_is_refused_for_that_whatever_version_they_name(world: World, ids: Ids):
    for turn, call in enumerate(ACTS):
        refused = {who: n for who, n in answered(call.name, call.method).items() if n in {403, 404}}
        expected = {who: refused[who] for who in some(list(refused), turn=turn, of=2)}
        found = {}
        for who in expected.keys() & world.people.keys():
            answer, _ = act(world.api(who), call, ids, '"0"')
            found[who] = answer.status_code
        assert (call.name, found) == (call.name, {who: expected[who] for who in found})


def test_who_sees_it_and_may_not_act_is_refused_for_that_and_it_is_recorded(world: World, accepted: Referral):
    logged = accepted.case.contacts.get()
    path, said = f"/api/v1/cases/{accepted.case.reference}/risk-levels", {"level": "high", "why": "Worse."}
    headers = {"If-Match": '"0"'}
    answers = [
        put(world, logged, '"0"', who="colleague"),
        world.api("partner_supervisor").post(path, said, format="json", headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [403, 403]
    refused = AuditEvent.objects.filter(outcome="refused")
    assert {(e.actor_id, e.action) for e in refused} == {
        (world.colleague.pk, "casework.save_draft"),
        (world.partner_supervisor.pk, "casework.judge_risk"),
    }


def test_each_act_goes_through_with_the_version_that_was_read(world: World, case: Case, sent: Referral):
    """A case, a step of it and a referral, each with the version of what was read."""
    seen = f"cases/{case.reference}/"
    step = case.steps.filter(done_at=None, waits_for=None).earliest("pk").public_id
    said: list[tuple[str, str, str, Any]] = [
        ("caseworker", seen, f"{seen}risk-levels", {"level": "medium", "why": "Calmer."}),
        ("caseworker", seen, f"steps/{step}/complete", {"outcome": "done"}),
        ("partner", f"referrals/{sent.reference}/", f"referrals/{sent.reference}/accept", None),
        (
            "partner",
            f"referrals/{sent.reference}/",
            f"referrals/{sent.reference}/complete",
            {"outcome_code": "supported", "as_wanted": "yes", "outcome": "A plan."},
        ),
    ]
    for who, read, path, body in said:
        headers = {"If-Match": f'"other", {tag(world, who, read)}'}
        answer = world.api(who).post(f"/api/v1/{path}", body, format="json", headers=headers)
        assert (path, answer.status_code // 100) == (path, 2)


def test_a_judgement_upon_a_case_that_a_colleague_changed_is_refused(world: World, case: Case):
    path = f"cases/{case.reference}/"
    mine = tag(world, "caseworker", path)
    commands.judge_risk(actor=world.colleague, case=case, level="medium", why="Calmer.", now=at())
    said = {"level": "standard", "why": "Quiet."}
    send = world.api("caseworker").post
    answers = [
        send(f"/api/v1/{path}risk-levels", said, format="json", headers={"If-Match": version})
        for version in (mine, tag(world, "colleague", path), tag(world, "caseworker", path))
    ]
    assert [answer.status_code for answer in answers] == [412, 412, 201]
    assert case.risk_levels.filter(why="Quiet.").count() == 1


@pytest.mark.parametrize("mark", ["", "W/"])
def test_a_weak_version_matches_nothing(world: World, draft: Contact, mark: str):
    version = tag(world, "caseworker", f"contacts/{draft.reference}/draft")
    assert put(world, draft, f"{mark}{version}").status_code == (412 if mark else 204)


@pytest.mark.parametrize("wrong", ["", "0a1b", '"0a1b', '"a" "b"', '"a",', "*, *", '"a", *', 'w/"a"', '"a\tb"', "ü"])
def test_what_is_no_if_match_is_refused_with_what_it_should_be(world: World, draft: Contact, wrong: str):
    before = acts()
    answer = put(world, draft, wrong)
    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)
    assert "quotation marks" in answer.json()["errors"][0]["detail"]
    assert acts() == before


def test_an_answer_to_a_referral_needs_no_version_because_what_was_sent_stands_still(world: World, sent: Referral):
    version = tag(world, "partner", f"referrals/{sent.reference}/")
    commands.judge_risk(actor=world.colleague, case=sent.case, level="medium", why="Calmer.", now=at())
    assert tag(world, "partner", f"referrals/{sent.reference}/") == version
    assert world.page("partner").post(f"/referrals/{sent.reference}/accept/").status_code == 302


# --- the API: what writes over earlier words must say which


def test_a_draft_is_saved_over_only_by_who_says_which_words_it_replaces(world: World, draft: Contact):
    answer = put(world, draft, None)
    draft.refresh_from_db()
    assert (answer.status_code, answer["Content-Type"], answer.json()["code"]) == (428, PROBLEM, "version_needed")
    assert "send its ETag as If-Match" in answer.json()["detail"]
    assert draft.draft["said"] == "First words"


def test_saving_answers_with_the_version_to_go_on_with(world: World, draft: Contact):
    first = tag(world, "caseworker", f"contacts/{draft.reference}/draft")
    second = put(world, draft, first, {"said": "Second"})["ETag"]
    assert put(world, draft, second, {"said": "Third"}).status_code == 204
    assert put(world, draft, second, {"said": "Fourth"}).status_code == 412
    draft.refresh_from_db()
    assert draft.draft == {"said": "Third"}


def test_a_star_writes_over_whatever_is_there(world: World, draft: Contact):
    assert put(world, draft, "*").status_code == 204


def log(world: World, draft: Contact, if_match: str | None) -> Any:
    headers = {} if if_match is None else {"If-Match": if_match}
    path = f"/api/v1/contacts/{draft.reference}/log"
    return world.api("caseworker").post(path, contact(), format="json", headers=headers)


def test_logging_takes_the_place_of_a_saved_draft_and_must_say_of_which(world: World, draft: Contact):
    version = tag(world, "caseworker", f"contacts/{draft.reference}/draft")
    assert log(world, draft, None).status_code == 428
    factories.saved(world.caseworker, draft, {"said": "Second words"})
    assert log(world, draft, version).status_code == 412
    assert log(world, draft, tag(world, "caseworker", f"contacts/{draft.reference}/draft")).status_code == 200


def test_logging_a_draft_in_which_nothing_is_saved_needs_no_version(world: World):
    assert log(world, factories.draft(world.caseworker), None).status_code == 200


# --- the API: what was previewed is what is sent


def preview(world: World, drafted: Referral, *categories: str) -> Any:
    path = f"/api/v1/referrals/{drafted.reference}/preview"
    return world.api("caseworker").post(path, {"categories": categories}, format="json")


def send(world: World, drafted: Referral, version: str, *categories: str) -> int:
    path = f"/api/v1/referrals/{drafted.reference}/send"
    body, headers = share(categories=categories), {"If-Match": version}
    return world.api("caseworker").post(path, body, format="json", headers=headers).status_code


def test_a_referral_is_sent_with_exactly_what_was_previewed_or_not_at_all(world: World, case: Case):
    drafted = factories.drafted(world.caseworker, case, world.services["harbour"])
    seen = preview(world, drafted, "identity", "risk")["ETag"]
    assert send(world, drafted, seen, "identity") == 412
    commands.judge_risk(actor=world.colleague, case=case, level="medium", why="Calmer.", now=at())
    assert send(world, drafted, seen, "identity", "risk") == 412
    assert send(world, drafted, preview(world, drafted, "identity", "risk")["ETag"], "risk", "identity") == 200


def test_what_changes_in_categories_that_are_not_shared_does_not_hinder_sending(world: World, case: Case):
    drafted = factories.drafted(world.caseworker, case, world.services["harbour"])
    seen = preview(world, drafted, "identity")["ETag"]
    commands.judge_risk(actor=world.colleague, case=case, level="medium", why="Calmer.", now=at())
    assert send(world, drafted, seen, "identity") == 200


def test_the_version_of_the_referral_itself_will_do_too(world: World, case: Case):
    drafted = factories.drafted(world.caseworker, case, world.services["harbour"])
    assert send(world, drafted, tag(world, "caseworker", f"referrals/{drafted.reference}/"), "identity") == 200


# --- a request that is sent again


def test_a_repeated_request_is_given_its_answer_although_its_own_work_changed_the_version(world: World, case: Case):
    path = f"cases/{case.reference}/"
    headers = {"If-Match": tag(world, "caseworker", path), "Idempotency-Key": "key"}
    said = {"level": "medium", "why": "Calmer."}
    client = world.api("caseworker")
    answers = [client.post(f"/api/v1/{path}risk-levels", said, format="json", headers=headers) for _ in range(2)]
    assert [(a.status_code, a.json()) for a in answers] == [(201, answers[0].json())] * 2
    headers["Idempotency-Key"] = "another"
    assert client.post(f"/api/v1/{path}risk-levels", said, format="json", headers=headers).status_code == 412
    assert case.risk_levels.filter(why="Calmer.").count() == 1


def test_what_was_refused_for_its_version_may_be_repeated_under_the_same_key(world: World, case: Case):
    client, path = world.api("caseworker"), f"cases/{case.reference}/"
    for version, status in (('"0"', 412), (tag(world, "caseworker", path), 201)):
        headers = {"If-Match": version, "Idempotency-Key": "key"}
        said = {"level": "medium", "why": "Calmer."}
        assert client.post(f"/api/v1/{path}risk-levels", said, format="json", headers=headers).status_code == status


# --- two at once


def together(*requests: Callable[[], Any]) -> list[int]:
    """The statuses of requests that are sent at the same moment."""
    statuses: list[int] = []
    problems = at_once(*[lambda wait, r=r: (wait(), statuses.append(r().status_code)) for r in requests])
    assert problems == [None] * len(requests)
    return sorted(statuses)


@REALLY
@pytest.mark.usefixtures("for_real")
def test_of_eight_who_save_at_once_over_the_same_words_one_succeeds(world: World):
    draft = factories.saved(world.caseworker, factories.draft(world.caseworker), {"said": "First words"})
    version = tag(world, "caseworker", f"contacts/{draft.reference}/draft")
    each = [lambda n=n: put(world, draft, version, {"said": f"Words of {n}"}) for n in range(8)]
    assert together(*each) == [204] + [412] * 7
    assert len(events("casework.save_draft")) == 2


@REALLY
@pytest.mark.usefixtures("for_real")
def test_of_two_who_judge_a_case_at_once_upon_the_same_reading_one_succeeds(world: World):
    case = factories.opened(world.caseworker)
    path = f"cases/{case.reference}/"

    def judge(who: str) -> Callable[[], Any]:
        client, headers = world.api(who), {"If-Match": tag(world, who, path)}
        said = {"level": "medium", "why": f"Calmer, says {who}."}
        return lambda: client.post(f"/api/v1/{path}risk-levels", said, format="json", headers=headers)

    assert together(judge("caseworker"), judge("colleague")) == [201, 412]
    assert case.risk_levels.count() == 2


@REALLY
@pytest.mark.usefixtures("for_real")
def test_of_pages_and_calls_of_the_api_that_save_at_once_one_succeeds_and_the_others_are_told(world: World):
    draft = factories.saved(world.caseworker, factories.draft(world.caseworker), {"said": "First words"})
    version = tag(world, "caseworker", f"contacts/{draft.reference}/draft")
    address = f"/contacts/{draft.reference}/"

    def by_page(number: int) -> Callable[[], Any]:
        client = world.page("caseworker")
        form = hidden(client.get(address)) | {"save": "save", "said": f"By page {number}"}
        return lambda: client.post(address, form)

    by_api = [lambda n=n: put(world, draft, version, {"said": f"By the API {n}"}) for n in range(4)]
    statuses = together(*map(by_page, range(4)), *by_api)
    assert statuses in ([204] + [409] * 4 + [412] * 3, [302] + [409] * 3 + [412] * 4)
    assert len(events("casework.save_draft")) == 2
