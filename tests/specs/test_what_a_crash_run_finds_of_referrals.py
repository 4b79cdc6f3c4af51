"""What a crash run finds of referrals: each way in which they, or what the partner was told of them, can be wrong."""

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.crash.judge import judge
from tests.crash.ledger import Intent
from tests.crash.records import Records
from tests.crash.referred import Notice, Referral, Referred, mails_in
from tests.crash.stories import PARTNERS, decision, opening, referral
from tests.specs.test_what_a_crash_run_finds import BODY, CLIENT, NAME, NOW, contact, intent

REFERENCE, SERVICE = "EEEE-EEEE-EEE", 7
ASKED = {"refer": referral(NAME, SERVICE), "send": decision(NAME, random.Random(3), NOW)}


def intent_to_refer(*acts: str) -> Intent:
    """A logged contact whose case its client was told is opened, referred and sent, or less far."""
    sent = {"open": opening(random.Random(3), NOW), **ASKED}
    told = {"open": {}, "refer": {"reference": REFERENCE}, "send": {}}
    acts = acts or ("open", "refer", "send")
    plain = intent()
    return replace(
        plain,
        sent=plain.sent | {act: sent[act] for act in acts},
        told=plain.told | {act: told[act] for act in acts},
    )


def stands(**more: Any) -> Referral:
    """That referral as it should stand."""
    return Referral(
        **{
            "reference": REFERENCE,
            "status": "sent",
            "of_case": "BBBB-BBBB-BBB",
            "asked": ASKED["refer"]["asked"],
            "service": SERVICE,
            "sent_by": CLIENT,
            "necessity": ASKED["send"]["necessity"],
            "categories": ASKED["send"]["categories"],
            "accepted_by": "",
            "decisions_of_case": 1,
            "grants": [],
            "grants_of_case": 0,
            "follow_ups": 1,
            "is_followed_once": True,
            "drafted_events": 1,
            "sent_events": 1,
            "accepted_events": 0,
            "decided_events": 1,
            "begun_events": 0,
            "latest_events": 1,
        }
        | more
    )


def drafted() -> Referral:
    nothing = dict.fromkeys(("sent_events", "decided_events", "decisions_of_case", "follow_ups"), 0)
    return stands(status="draft", sent_by="", is_followed_once=False, **nothing)


def notice(to: str = PARTNERS[0], **more: Any) -> Notice:
    """One that was sent as it should be."""
    whole = {"is_sent": True, "jobs": 1, "done_jobs": 1, "attempts": 1, "sent_events": 1, "latest_events": 1}
    return Notice(**{"reference": REFERENCE, "kind": "referral_sent", "recipient": to} | whole | more)


BOTH = [notice(to) for to in PARTNERS]
MAILS = Counter((to, REFERENCE) for to in PARTNERS)


def found(
    meant: Intent, referrals: list[Referral], notices: list[Notice], mails: Counter[tuple[str, str]], **more: Any
) -> dict[str, int]:
    """The faults, with how many show each."""
    is_open, burglary = "open" in meant.told, BODY["kind"] == "burglary"
    steps = 1 + is_open * (1 + burglary) + ("send" in meant.told)
    there = contact(**{"case_status": "open" if is_open else "intake", "opened_events": is_open, "steps": steps} | more)
    records = Records([there], [], [], referred=Referred(referrals, notices, mails))
    return {fault: count for fault, count in judge([meant], records).counts.items() if count}


def test_what_was_confirmed_and_told_once_is_no_fault():
    assert found(intent_to_refer(), [stands()], BOTH, MAILS) == {}
    assert found(intent_to_refer("open", "refer"), [drafted()], [], Counter()) == {}
    assert found(intent_to_refer("open"), [], [], Counter()) == {}


def test_what_was_confirmed_and_is_not_there_is_lost():
    assert found(intent_to_refer(), [], [], Counter()) == {"lost": 1}
    assert found(intent_to_refer(), [drafted()], [], Counter()) == {"lost": 1}
    assert found(intent_to_refer("open", "refer"), [], [], Counter()) == {"lost": 1}
    assert found(intent_to_refer("open"), [], [], Counter(), case_status="intake", opened_events=0) == {"lost": 1}


@pytest.mark.parametrize("steps", [1, 2, 4, 5])
def test_steps_that_nobody_meant_or_that_are_missing_are_altered(steps):
    right = 3 + (BODY["kind"] == "burglary")
    assert found(intent_to_refer(), [stands()], BOTH, MAILS, steps=steps) == ({} if steps == right else {"altered": 1})


@pytest.mark.parametrize(
    "other",
    [
        {"asked": ""},
        {"service": 8},
        {"sent_by": "worker-2@crashton.example"},
        {"necessity": ""},
        {"categories": []},
    ],
    ids=str,
)
def test_a_referral_otherwise_than_it_was_sent_is_altered(other):
    assert found(intent_to_refer(), [stands(**other)], BOTH, MAILS) == {"altered": 1}


def test_a_second_referral_or_decision_is_doubled():
    second = replace(drafted(), reference="FFFF-FFFF-FFF")
    assert found(intent_to_refer(), [stands(), second], BOTH, MAILS) == {"doubled": 1}
    assert found(intent_to_refer(), [stands(decisions_of_case=2)], BOTH, MAILS) == {"doubled": 1}


def test_a_referral_that_nobody_meant_is_found():
    assert found(intent(), [drafted()], [], Counter()) == {"unintended": 1}


@pytest.mark.parametrize("log", ["drafted_events", "sent_events", "decided_events", "latest_events"])
@pytest.mark.parametrize("events", [0, 2])
def test_a_referral_without_exactly_its_own_events_is_unaudited(log, events):
    assert found(intent_to_refer(), [stands(**{log: events})], BOTH, MAILS) == {"unaudited": 1}


@pytest.mark.parametrize("notices", [[], BOTH[:1], [*BOTH, BOTH[0]]], ids=len)
def test_a_worker_with_no_notice_or_two_is_not_told_once(notices):
    mails = Counter((each.recipient, REFERENCE) for each in {each.recipient: each for each in notices}.values())
    assert found(intent_to_refer(), [stands()], notices, mails) == {"untold": 1}


@pytest.mark.parametrize(
    "other",
    [{"is_sent": False, "sent_events": 0}, {"jobs": 0}, {"jobs": 2, "done_jobs": 2}, {"done_jobs": 0}],
    ids=str,
)
def test_a_notice_without_exactly_one_job_that_sent_it_is_untold(other):
    assert found(intent_to_refer(), [stands()], [notice(**other), BOTH[1]], MAILS) == {"untold": 1}


@pytest.mark.parametrize(("mails", "attempts", "faults"), [(0, 1, 1), (2, 1, 1), (1, 2, 0), (2, 2, 0), (3, 2, 1)])
def test_a_second_mail_needs_a_second_attempt_and_a_notice_needs_a_mail(mails, attempts, faults):
    to = PARTNERS[0]
    on_disk = MAILS | {(to, REFERENCE): mails}
    said = found(intent_to_refer(), [stands()], [notice(attempts=attempts), BOTH[1]], Counter(on_disk))
    assert said == ({"untold": 1} if faults else {})


@pytest.mark.parametrize("log", [{"sent_events": 0}, {"sent_events": 2}, {"latest_events": 0}], ids=str)
def test_a_notice_sent_without_exactly_its_own_event_is_unaudited(log):
    assert found(intent_to_refer(), [stands()], [notice(**log), BOTH[1]], MAILS) == {"unaudited": 1}


def test_a_notice_or_a_mail_of_nothing_that_was_sent_is_unintended():
    assert found(intent_to_refer("open", "refer"), [drafted()], BOTH, MAILS) == {"unintended": 1, "untold": 1}
    stray = Counter({("nobody@harbour.example", REFERENCE): 1})
    assert found(intent_to_refer(), [stands()], BOTH, MAILS + stray) == {"unintended": 1}


def test_mails_are_counted_by_recipient_and_reference_and_a_torn_one_is_none(tmp_path: Path):
    whole = "To: {}\nDate: now\n\nSign in to see it:\nhttp://localhost:8000/referrals/{}/\n\n" + "-" * 79 + "\n"
    first, second = (whole.format(to, REFERENCE) for to in PARTNERS)
    other = whole.format(PARTNERS[0], "FFFF-FFFF-FFF")
    (tmp_path / "1.log").write_text(f"To: {PARTNERS[1]}\nDa" + "\n" + first + first + other)
    (tmp_path / "2.log").write_text(second)
    assert mails_in(tmp_path.glob("*.log"), {REFERENCE}) == {(PARTNERS[0], REFERENCE): 2, (PARTNERS[1], REFERENCE): 1}


def test_a_notice_with_more_mails_than_one_was_sent_again():
    twice = Counter({(PARTNERS[0], REFERENCE): 2, (PARTNERS[1], REFERENCE): 1})
    assert Referred([stands()], BOTH, twice).sent_again == 1
