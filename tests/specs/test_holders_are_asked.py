"""Holders are asked quietly: whoever keeps a case from the one who took a contact decides whether they hear of it."""

import pytest
from django.core.exceptions import ValidationError
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import Notice
from casework.commands import answer_ask, ask_holders, bar_from_case, have_holders_asked, seal_case
from casework.models import Case, GroupGrant, QuietAsk
from casework.plans import VictimReport
from casework.queries import asks_for, asks_waiting, get_ask, read_case
from tests import factories
from tests.conftest import as_a_worker, events, outcome_of
from tests.factories import TOKENS, at
from tests.world import World


@pytest.fixture
def hidden(world: World) -> Case:
    """An open case that is sealed: only the supervisor and the caseworker find it."""
    case = factories.opened(world.caseworker)
    named = [world.supervisor, world.caseworker]
    seal_case(actor=world.supervisor, case=case, workers=named, reason="honour_based", now=at())
    return case


def told_by(world: World, who: str = "colleague", **more) -> Case:
    """A contact that somebody takes of the same victim, and what the job makes of it."""
    case = factories.logged(world.people[who], **more).case
    as_a_worker(ask_holders, actor=world.system, case_id=case.pk, worker_id=world.people[who].pk, now=at())
    return case


def answered(world: World, ask: QuietAsk, **more) -> QuietAsk:
    said = {"answer": "tell", "reason": "They work with her.", "words": "Ring me before you ring her."} | more
    return answer_ask(actor=world.supervisor, ask=ask, now=at(), **said)


def test_whoever_keeps_the_case_is_asked_once_by_a_notice_that_names_nobody(world: World, hidden):
    case = told_by(world)
    as_a_worker(ask_holders, actor=world.system, case_id=case.pk, worker_id=world.colleague.pk, now=at())
    (ask,) = QuietAsk.objects.all()
    assert (ask.case, ask.asking_case, ask.asking_agency) == (hidden, case, world.colleague.agency)
    assert ask.why == ["telephone", "name", "place"]
    told = Notice.objects.filter(kind="holder_asked")
    assert {(notice.recipient, notice.reference) for notice in told} == {
        (world.supervisor, hidden.reference),
        (world.caseworker, hidden.reference),
    }


def test_it_is_asked_by_a_job_after_every_contact_whatever_was_said(world: World):
    cases = [factories.logged(world.colleague).case, factories.logged(world.colleague, victim=None, routes=()).case]
    put_off = ProcrastinateJob.objects.filter(task_name="casework.ask_holders").order_by("id")
    assert [job.args["case"] for job in put_off] == [case.pk for case in cases]
    assert {job.args["worker"] for job in put_off} == {world.colleague.pk}


@pytest.mark.parametrize("how", ["seen", "barred", "of another partnership", "alleged", "one thing"])
def test_nobody_is_asked_of(world: World, hidden, stranger, how):
    if how == "barred":
        bar_from_case(actor=world.supervisor, case=hidden, who=world.colleague, reason="knows_them", now=at())
    if how == "of another partnership":
        world.people["colleague"] = stranger
    if how == "alleged":
        hidden.parties.filter(role="victim").update(role="alleged")
    said = {"victim": VictimReport(name="Somebody Else"), "address": None} if how == "one thing" else {}
    told_by(world, "caseworker" if how == "seen" else "colleague", **said)
    assert not QuietAsk.objects.exists()


def test_another_agency_is_asked_of_a_case_that_it_keeps_to_itself(world: World):
    case = factories.opened(world.caseworker)
    Case.objects.filter(pk=case.pk).update(agency=world.agencies["harbour"], owner=None)
    grants = GroupGrant.objects.filter(content_object=case)
    moved = [GroupGrant(content_object=case, group=world.partner.agency.group, permission=g.permission) for g in grants]
    grants.delete()
    GroupGrant.objects.bulk_create(moved)
    told_by(world)
    (ask,) = asks_for(actor=world.partner_supervisor).asks
    assert (ask.case, ask.asking_agency) == (case, world.colleague.agency)
    assert {notice.recipient for notice in Notice.objects.filter(kind="holder_asked")} == {world.partner_supervisor}


def test_who_asked_learns_nothing_by_it_and_nothing_by_any_answer_but_to_be_told(world: World, hidden):
    case = told_by(world)
    ask = QuietAsk.objects.get()
    seen = {"actor": world.colleague, "reference": case.reference, "purpose": "casework"}
    assert read_case(**seen).told == ()
    assert (asks_waiting(world.colleague), asks_waiting(world.supervisor)) == (0, 1)
    assert outcome_of(lambda: get_ask(world.colleague, ask.public_id)) == "NotVisible"
    recorded = events("casework.ask_holders", subject_type="quietask")
    assert [event.case_id for event in recorded] == [hidden.pk]
    answered(world, ask, answer="keep", words="")
    assert read_case(**seen).told == ()
    assert [event.case_id for event in events("casework.answer_ask")] == [hidden.pk]


def test_who_is_told_reads_the_words_and_whose_they_are_and_no_more(world: World, hidden):
    case = told_by(world)
    answered(world, QuietAsk.objects.get())
    page = world.page("colleague").get(f"/cases/{case.reference}/").content.decode()
    assert "Redbridge Front Door know this person. Supervisor Person says" in page
    assert "Ring me before you ring her." in page
    assert hidden.reference not in page
    assert "They work with her." not in page
    (told,) = world.api("colleague").get(f"/api/v1/cases/{case.reference}/").json()["held"]["told"]
    assert (told["by"], told["words"]) == ("Supervisor Person", "Ring me before you ring her.")
    assert sorted(event.case_id for event in events("casework.answer_ask")) == sorted([hidden.pk, case.pk])


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"answer": "perhaps"}, "answer"),
        ({"reason": " "}, "reason"),
        ({"words": ""}, "words"),
        ({"answer": "keep"}, "words"),
    ],
    ids=["answer", "reason", "nothing told", "told and not told"],
)
def test_an_answer_is_whole(world: World, hidden, said, field):
    told_by(world)
    with pytest.raises(ValidationError) as refused:
        answered(world, QuietAsk.objects.get(), **said)
    assert field in refused.value.message_dict


def test_it_is_answered_once_and_by_the_holder_alone(world: World, hidden):
    told_by(world)
    ask, said = QuietAsk.objects.get(), {"answer": "keep", "reason": "x", "words": "", "now": at()}
    refused = {
        who: outcome_of(lambda who=who: answer_ask(actor=world.people[who], ask=ask, **said))
        for who in ("colleague", "senior", "auditor", "partner", "partner_supervisor", "officer")
    }
    assert refused == dict.fromkeys(refused, "NotVisible")
    answered(world, ask)
    assert outcome_of(lambda: answered(world, ask)) == "NotPossibleNow"


def test_pages_and_api_ask_and_answer(world: World, hidden):
    case = told_by(world, victim=None, routes=(), address=None)
    assert not QuietAsk.objects.exists()
    asked = world.page("colleague").post(f"/cases/{case.reference}/ask/")
    nobody = world.page("colleague").post(f"/cases/{factories.logged(world.colleague).case.reference}/ask/")
    assert asked.status_code == nobody.status_code == 302
    told_by(world)
    page = world.page("supervisor")
    assert "Asked quietly" in page.get("/my-work/").content.decode()
    assert "the same telephone number, the same name, or nearly" in page.get("/asks/").content.decode()
    (ask,) = world.api("supervisor").get("/api/v1/asks/").json()["asks"]
    assert page.post(f"/asks/{ask['id']}/", {"answer": "tell", "reason": "x"}).status_code == 400
    body = {"answer": "different", "reason": "Her sister.", "words": ""}
    done = world.api("supervisor").post(f"/api/v1/asks/{ask['id']}/answer", body, format="json")
    assert (done.status_code, done.json()["answer"]) == (200, "different")


def test_to_have_others_asked_is_recorded_and_answers_the_same_for_nobody(world: World, hidden):
    case = factories.logged(world.colleague, victim=VictimReport(name=TOKENS.name)).case
    have_holders_asked(actor=world.colleague, case=case)
    (event,) = events("casework.ask_holders")
    assert (event.case_id, event.subject_id, event.detail) == (case.pk, case.pk, {})
