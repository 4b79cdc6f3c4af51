"""Asking for information that was not shared: a second person approves what the police ask, and the holder answers."""

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError

from accounts.commands import add_worker
from accounts.models import Notice, NoticeKind
from accounts.roles import Role
from casework import commands as casework
from casework.models import Case, Purpose, StepKind
from casework.policy import categories_for, visible_cases
from casework.queries import Wanted, timeline_of
from referrals import commands
from referrals.models import InformationRequest
from referrals.plans import RequestPlan
from referrals.queries import get_request, requests_for
from tests import factories
from tests.conftest import events, outcome_of
from tests.factories import TOKENS, at
from tests.world import World

PLAN = RequestPlan(
    categories=("incident", "narrative"),
    material="What she told you of the night of 3 May.",
    necessity="Nobody else was there, and only that night is asked for.",
    kind="police",
    enquiry="Whether he was in the house that night.",
    other_means="Neighbours and his telephone were asked first.",
    counselling="It is the only account from the week itself.",
    notice="given",
)
FURTHER = RequestPlan(("household",), "Who is at home.", "We plan where they can go.")


@pytest.fixture
def sergeant(world):
    """A supervisor of the police."""
    of = {"agency": world.agencies["police"], "role": Role.SUPERVISOR, "password": factories.PASSWORD}
    world.people["sergeant"] = add_worker(actor=world.system, email="sergeant@police.example", name="Sam Wren", **of)
    return world.people["sergeant"]


def ask(world: World, case: Case, who="officer", **more) -> InformationRequest:
    plan = replace(PLAN, about=case.reference, **more)
    return commands.ask_information(actor=world.people[who], plan=plan, now=at())


def approved(world: World, request: InformationRequest, who="sergeant") -> InformationRequest:
    return commands.approve_request(actor=world.people[who], request=request, now=at())


@pytest.fixture
def request_sent(world, case, sergeant):
    return approved(world, ask(world, case))


def share(world, **more):
    usual = {"categories": ("incident",), "purpose": Purpose.REQUEST, "recipient": world.agencies["police"]}
    return factories.share(world.services["police"], **usual | more)


def give(world, request, who="supervisor", **more):
    plan = share(world, **more)
    return commands.give_information(actor=world.people[who], request=request, share=plan, now=at())


ANSWERS = {
    "given": give,
    "not_held": lambda world, request, who="caseworker": commands.answer_not_held(
        actor=world.people[who], request=request, words="", now=at()
    ),
    "refused": lambda world, request, who="caseworker": commands.refuse_information(
        actor=world.people[who], request=request, refusal="not_necessary", words="One night is not two.", now=at()
    ),
}


def test_the_police_see_nothing_by_asking_and_a_second_person_sends_it(world, case, sergeant):
    waiting = ask(world, case)
    assert (waiting.status, waiting.holder, waiting.step) == ("waiting", case.agency, None)
    assert not visible_cases(world.officer).filter(pk=case.pk).exists()
    assert outcome_of(lambda: get_request(world.caseworker, waiting.reference)) == "NotVisible"
    assert outcome_of(lambda: approved(world, waiting, "officer")) == "Denied"
    assert outcome_of(lambda: approved(world, waiting, "partner_supervisor")) == "NotVisible"
    sent = approved(world, waiting)
    step = case.steps.get(kind=StepKind.ANSWER_REQUEST)
    assert (sent.step, step.owner, step.due_at, sent.due_at) == (step, case.owner, sent.due_at, step.due_at)
    told = Notice.objects.filter(kind=NoticeKind.INFORMATION_ASKED, reference=sent.reference)
    assert {notice.recipient for notice in told} == {sergeant, case.owner}
    assert not visible_cases(world.officer).filter(pk=case.pk).exists()


@pytest.mark.parametrize("field", ["enquiry", "necessity", "other_means", "counselling", "notice", "material"])
def test_each_ground_must_be_said(world, case, field):
    with pytest.raises(ValidationError) as refused:
        ask(world, case, **{field: ""})
    assert list(refused.value.message_dict) == [field]


def test_what_was_said_in_confidence_needs_no_reason_where_it_is_not_asked_for(world, case):
    assert ask(world, case, categories=("incident",), counselling="").status == "waiting"


@pytest.mark.parametrize(("who", "becomes"), [("officer", "done"), ("partner", "Denied"), ("caseworker", "Denied")])
def test_only_the_police_ask_so(world, case, who, becomes):
    assert outcome_of(lambda: ask(world, case, who)) == becomes


def test_of_a_case_that_is_barred_to_them_they_learn_as_little_as_of_none(world, case):
    casework.bar_from_case(
        actor=world.supervisor, case=case, who=world.agencies["police"], reason="knows_them", now=at()
    )
    none = replace(PLAN, about="0000-0000-000")
    assert outcome_of(lambda: ask(world, case)) == "NotVisible"
    assert outcome_of(lambda: commands.ask_information(actor=world.officer, plan=none, now=at())) == "NotVisible"


@pytest.mark.parametrize("answer", ANSWERS)
def test_the_holder_answers_in_one_of_three_ways_and_whoever_asked_reads_it(world, case, request_sent, answer):
    answered = ANSWERS[answer](world, request_sent)
    answered.refresh_from_db()
    assert (answered.status, answered.step.outcome) == (answer, "done")
    assert case.steps.filter(done_at=None).exists()
    told = Notice.objects.filter(kind=NoticeKind.INFORMATION_ASKED, recipient=world.officer)
    assert told.count() == 1
    assert get_request(world.officer, answered.reference).answered_at
    entries = timeline_of(actor=world.caseworker, case=case, wanted=Wanted()).entries
    assert {"information_asked", "information_answered"} <= {entry.kind.code for entry in entries}
    (event,) = events("referrals.answer_request")
    assert (event.case_id, event.detail["after"]) == (case.pk, answer)
    assert outcome_of(lambda: ANSWERS["not_held"](world, answered)) == "NotPossibleNow"


def test_what_is_given_is_what_they_see_and_no_more(world, case, request_sent):
    give(world, request_sent)
    assert categories_for(world.officer, case) == {"incident"}
    text = world.page("officer").get(f"/cases/{case.reference}/").text
    assert (TOKENS.said in text, TOKENS.name in text) == (False, False)


def test_no_more_is_given_than_was_asked_for(world, request_sent):
    with pytest.raises(ValidationError):
        give(world, request_sent, categories=("incident", "location"))


@pytest.mark.parametrize("who", ["officer", "sergeant", "partner", "auditor"])
def test_only_the_holder_answers(world, request_sent, who):
    for answer in ("not_held", "refused"):
        assert outcome_of(lambda answer=answer: ANSWERS[answer](world, request_sent, who)) in {"Denied", "NotVisible"}


def test_whoever_of_the_holder_is_barred_from_the_case_finds_no_request_about_it(world, case, request_sent):
    casework.bar_from_case(actor=world.supervisor, case=case, who=world.colleague, reason="knows_them", now=at())
    page, api = world.page("colleague"), world.api("colleague")
    assert [
        page.get(f"/requests/{request_sent.reference}/").status_code,
        page.get(f"/requests/{request_sent.reference}/give/").status_code,
        api.get(f"/api/v1/requests/{request_sent.reference}/").status_code,
    ] == [404, 404, 404]
    assert request_sent.reference not in page.get("/requests/").text + api.get("/api/v1/requests/").text
    assert request_sent.reference in world.page("caseworker").get("/requests/").text


def test_why_it_is_not_shared_is_a_code_and_a_sentence(world, request_sent):
    for refusal, words in (("", "No."), ("unsafe", " ")):
        with pytest.raises(ValidationError):
            commands.refuse_information(
                actor=world.caseworker, request=request_sent, refusal=refusal, words=words, now=at()
            )


def test_its_step_is_settled_by_the_answer_alone_and_nothing_closes_or_ends_before(world, case, request_sent):
    step = request_sent.step
    settled = {"outcome": "done", "then": factories.step(), "now": at()}
    assert outcome_of(lambda: casework.complete_step(actor=world.caseworker, step=step, **settled)) == "NotPossibleNow"
    taken = commands.withdraw_request(actor=world.officer, request=request_sent, now=at())
    step.refresh_from_db()
    assert (taken.status, step.outcome) == ("withdrawn", "overtaken")


def test_whoever_took_on_a_referral_asks_for_more_and_is_given_it_by_widening(world, accepted):
    asked = commands.ask_further(actor=world.partner, referral=accepted, plan=FURTHER, now=at())
    assert (asked.status, asked.step.kind) == ("sent", StepKind.ANSWER_REQUEST)
    plan = factories.share(world.services["harbour"], categories=("household",))
    given = commands.give_information(actor=world.caseworker, request=asked, share=plan, now=at())
    assert (given.status, given.decision.widens) == ("given", accepted.decision)
    assert "household" in categories_for(world.partner, accepted.case)


@pytest.mark.parametrize("answer", ["not_held", "refused"])
def test_or_hears_why_not(world, accepted, answer):
    asked = commands.ask_further(actor=world.partner, referral=accepted, plan=FURTHER, now=at())
    assert ANSWERS[answer](world, asked).status == answer
    assert [each.status for each in requests_for(actor=world.partner).by_us] == [answer]


def test_before_it_is_accepted_nobody_asks_so(world, sent):
    assert outcome_of(lambda: commands.ask_further(actor=world.partner, referral=sent, plan=FURTHER, now=at())) == (
        "NotPossibleNow"
    )


def test_before_it_is_given_the_holder_sees_what_they_will_see_of_what_was_asked_and_no_more(world, case, request_sent):
    holder, address = world.page("caseworker"), f"/requests/{request_sent.reference}/give/"
    assert TOKENS.said in holder.get(address).text
    less = holder.post(address, {"preview": "preview", "categories": ["incident", "identity"]})
    assert (less.status_code, TOKENS.said in less.text, TOKENS.name in less.text) == (200, False, False)
    shown = [tuple(event.categories) for event in events("casework.view_case", purpose="preview")]
    assert sorted(shown) == [("incident",), ("incident", "narrative")]
    assert not visible_cases(world.officer).filter(pk=case.pk).exists()


def test_by_the_pages_it_is_asked_approved_and_answered(world, case, sergeant):
    grounds = {name: value for name, value in vars(PLAN).items() if value} | {"about": case.reference}
    officer = world.page("officer")
    assert officer.post("/requests/new/", grounds | {"enquiry": ""}).status_code == 400
    assert officer.post("/requests/new/", grounds).status_code == 302
    asked = InformationRequest.objects.get()
    address = f"/requests/{asked.reference}/"
    assert "Approve and send it" not in officer.get(address).text
    assert world.page("sergeant").post(address, {"verb": "approve"}).status_code == 302
    holder = world.page("caseworker")
    assert asked.reference in holder.get("/requests/").text
    assert PLAN.enquiry in holder.get(address).text
    refusal = {"verb": "answer", "answer": "refuse", "refusal": "unsafe", "words": ""}
    assert holder.post(address, refusal).status_code == 400
    assert holder.post(address, refusal | {"words": "He would know."}).status_code == 302
    assert "He would know." in officer.get(address).text


def test_by_the_api_it_is_asked_approved_and_given(world, case, sergeant):
    said = {name: value for name, value in vars(PLAN).items() if value} | {"about": case.reference}
    made = world.api("officer").post("/api/v1/requests/", said, format="json")
    assert (made.status_code, made.json()["status"]) == (201, "waiting")
    address = f"/api/v1/requests/{made.json()['reference']}"
    assert world.api("officer").post(f"{address}/answer", {"verb": "approve"}, format="json").status_code == 403
    assert world.api("sergeant").post(f"{address}/answer", {"verb": "approve"}, format="json").status_code == 200
    decided = {"purpose": "request", "basis": "6-e", "consent": "given", "necessity": "It is the law."}
    decided |= {"categories": ["incident"], "until": at(24 * 30).isoformat()}
    given = world.api("supervisor").post(f"{address}/give", decided, format="json")
    assert (given.status_code, given.json()["given"]) == (200, ["incident"])
    assert [each["status"] for each in world.api("officer").get("/api/v1/requests/").json()["by_us"]] == ["given"]
