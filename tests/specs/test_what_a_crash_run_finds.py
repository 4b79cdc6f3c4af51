"""What a crash run finds: each way in which the database and the clients' ledger can disagree, by its name."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.crash.judge import judge
from tests.crash.ledger import Intent, Ledger, intents_of
from tests.crash.records import Contact, Records
from tests.crash.saboteur import KILLS_PER_HUNDRED, plan
from tests.crash.stories import intent_in, intent_named, story

CLIENT = "worker-1@crashton.example"
NAME = intent_named(1, 1)
NOW = datetime(2026, 10, 21, 9, 30, tzinfo=UTC)
BODY = story(NAME, random.Random(2), NOW)


def intent(**more: Any) -> Intent:
    """A contact that its client was told is logged."""
    sent = {"start": {}, "draft": {"said": BODY["said"]}, "log": BODY}
    told = {"start": {"reference": "AAAA-AAAA-AAA", "case": "BBBB-BBBB-BBB"}, "draft": None, "log": {}}
    return Intent(**{"name": NAME, "client": CLIENT, "sent": sent, "told": told} | more)


def contact(**more: Any) -> Contact:
    """The same contact as it should stand."""
    step = BODY["next_step"]
    said = {name: BODY[name] for name in ("said", "channel", "caller", "danger", "kind")}
    stands = {
        "reference": "AAAA-AAAA-AAA",
        "status": "logged",
        "drafted": "",
        "happened_at": datetime.fromisoformat(BODY["happened_at"]),
        "no_step_reason": "",
        "started_by": CLIENT,
        "logged_by": CLIENT,
        "of_case": "BBBB-BBBB-BBB",
        "case_status": "intake",
        "opened_events": 0,
        "step_kind": step["kind"],
        "step_due_at": datetime.fromisoformat(step["due_at"]),
        "step_owner": CLIENT if step["owner"] == "me" else "",
        "step_belongs": True,
        "steps": 1,
        "people": [BODY["victim"]["name"]],
        "contacts_of_case": 1,
        "started_events": 1,
        "logged_events": 1,
        "latest_events": 1,
        "step_is_audited": True,
    }
    return Contact(**said | stands | more)


def draft(**more: Any) -> Contact:
    empty = {"status": "draft", "said": "", "logged_by": "", "logged_events": 0, "step_kind": None}
    return contact(**empty | more)


def found(intents: list[Intent], contacts: list[Contact], **more: Any) -> dict[str, int]:
    """The faults, with how many show each; those that nothing shows are left out."""
    records = Records(**{"contacts": contacts, "empty_cases": [], "unaudited_cases": []} | more)
    return {fault: count for fault, count in judge(intents, records).counts.items() if count}


def test_what_was_confirmed_and_stands_as_it_was_sent_is_no_fault():
    assert found([intent()], [contact()]) == {}


def test_a_confirmed_contact_that_is_not_there_is_lost():
    assert found([intent()], []) == {"lost": 1}


def test_a_confirmed_start_that_is_not_there_is_lost():
    begun = intent(sent={"start": {}}, told={"start": intent().told["start"]})
    assert found([begun], []) == {"lost": 1}
    assert found([begun], [draft()]) == {}


def test_a_reason_may_stand_in_place_of_a_next_step():
    body = {name: value for name, value in BODY.items() if name != "next_step"} | {"no_step_reason": "advice_given"}
    ended = intent(sent=intent().sent | {"log": body})
    stands = {"no_step_reason": "advice_given", "step_kind": None, "step_due_at": None, "step_owner": "", "steps": 0}
    assert found([ended], [contact(**stands)]) == {}
    assert found([ended], [contact(**stands | {"no_step_reason": ""})]) == {"altered": 1}


def test_a_confirmed_log_that_is_still_a_draft_is_lost():
    assert found([intent()], [draft(drafted=BODY["said"])]) == {"lost": 1}


def test_a_confirmed_draft_without_its_words_is_lost():
    told = {"start": intent().told["start"], "draft": None}
    sent = {"start": {}, "draft": {"said": BODY["said"]}}
    assert found([intent(sent=sent, told=told)], [draft()]) == {"lost": 1}
    assert found([intent(sent=sent, told=told)], [draft(drafted=BODY["said"])]) == {}


@pytest.mark.parametrize(
    "other",
    [
        {"reference": "CCCC-CCCC-CCC"},
        {"said": BODY["said"] + " "},
        {"of_case": "CCCC-CCCC-CCC"},
        {"logged_by": "worker-2@crashton.example"},
        {"happened_at": NOW},
        {"started_by": "worker-2@crashton.example"},
        {"no_step_reason": "advice_given"},
        {"step_kind": "offer_visit"},
        {"steps": 0},
        {"step_due_at": NOW},
        {"step_owner": "worker-2@crashton.example"},
        {"step_belongs": False},
        {"steps": 2},
        {"people": []},
        {"people": [BODY["victim"]["name"]] * 2},
    ],
    ids=str,
)
def test_anything_otherwise_than_it_was_sent_is_altered(other):
    assert "altered" in found([intent()], [contact(**other)])


def test_the_same_words_twice_are_doubled():
    twice = [contact(), contact(reference="CCCC-CCCC-CCC", of_case="CCCC-CCCC-CCC")]
    assert found([intent()], twice)["doubled"] == 2


def test_a_second_draft_that_no_answer_named_is_doubled():
    assert found([intent()], [contact(), draft(reference="CCCC-CCCC-CCC")]) == {"doubled": 1}


def test_one_draft_of_a_client_that_still_waits_for_its_answer_is_not():
    waiting = intent(name=intent_named(1, 2), sent={"start": {}}, told={})
    one, two = draft(reference="CCCC-CCCC-CCC"), draft(reference="DDDD-DDDD-DDD")
    assert found([intent(), waiting], [contact(), one]) == {"unanswered": 1}
    assert found([intent(), waiting], [contact(), one, two]) == {"unanswered": 1, "doubled": 1}


def test_two_contacts_in_one_case_are_doubled():
    assert found([intent()], [contact(contacts_of_case=2)]) == {"doubled": 1}


def test_what_nobody_meant_is_found():
    foreign = contact(said="[c9-0009] Something.", reference="CCCC-CCCC-CCC", started_by="nobody@crashton.example")
    assert found([intent()], [contact(), foreign])["unintended"] == 2
    assert found([intent()], [contact()], empty_cases=["CCCC-CCCC-CCC"]) == {"unintended": 1}


@pytest.mark.parametrize(
    "log",
    [
        {"logged_events": 0},
        {"logged_events": 2},
        {"started_events": 0},
        {"started_events": 2},
        {"latest_events": 0},
        {"latest_events": 2},
        {"step_is_audited": False},
        {"opened_events": 1},
        {"case_status": "open"},
    ],
    ids=str,
)
def test_a_contact_without_exactly_its_own_events_is_unaudited(log):
    assert found([intent()], [contact(**log)]) == {"unaudited": 1}


def test_a_case_without_an_event_is_unaudited():
    assert found([intent()], [contact()], unaudited_cases=["BBBB-BBBB-BBB"]) == {"unaudited": 1}


def test_a_refusal_is_a_fault_and_so_is_an_answer_that_never_came():
    told = {"start": intent().told["start"], "draft": None}
    there = [draft(drafted=BODY["said"])]
    assert found([intent(told=told, refused={"log": 409})], there) == {"refused": 1}
    assert found([intent(told=told)], there) == {"unanswered": 1}
    assert found([intent(told=told)], [contact()]) == {"unanswered": 1}


def test_the_ledger_gives_back_what_was_written_in_it(tmp_path: Path):
    ledger = Ledger(tmp_path, CLIENT)
    for act, body in intent().sent.items():
        ledger.write("intended", NAME, act, key="k", body=body)
        ledger.write("confirmed", NAME, act, status=200, answer=intent().told[act])
    other = intent_named(1, 2)
    ledger.write("intended", other, "start", key="k", body={})
    ledger.write("refused", other, "start", status=409, answer={})
    ledger.close()
    assert intents_of(tmp_path) == [intent(), Intent(other, CLIENT, {"start": {}}, {}, {"start": 409})]


@pytest.mark.parametrize(
    "make", [lambda seed: story(NAME, random.Random(seed), NOW), lambda seed: plan(seed, 40, ["backend"])]
)
def test_a_seed_makes_the_same_run_again(make: Callable[[int], Any]):
    assert make(1) == make(1)
    assert make(1) != make(2)


@pytest.mark.parametrize(("contacts", "each"), [(1, 1), (40, 1), (500, 5)])
def test_every_kind_is_killed_at_least_once_and_more_often_in_a_longer_run(contacts: int, each: int):
    strikes = plan(1, contacts, [*KILLS_PER_HUNDRED])
    assert min([strike.kind for strike in strikes].count(kind) for kind in KILLS_PER_HUNDRED) >= each
    assert strikes == sorted(strikes, key=lambda strike: strike.at)
    assert all(1 <= strike.at <= contacts * 3 for strike in strikes)


def test_what_was_said_names_its_intent():
    assert intent_in(BODY["said"]) == NAME
    assert intent_in("Somebody called.") == ""
