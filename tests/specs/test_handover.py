"""Handover: what is open and due is on one board, and what one shift tells the next is signed by somebody else."""

import pytest
from django.core.exceptions import ValidationError

from casework import commands
from casework.models import HandoverNote, NextStep
from casework.queries import board_for
from tests.conftest import events, outcome_of
from tests.factories import TOKENS, at


def note(world, who="caseworker", words="Ring again."):
    return commands.write_handover(actor=world.people[who], words=words, now=at())


def signed(world, who, written):
    return outcome_of(lambda: commands.take_over(actor=world.people[who], note=written, now=at()))


@pytest.mark.parametrize(
    ("who", "becomes"),
    {
        "colleague": "done",
        "supervisor": "done",
        "caseworker": "NotPossibleNow",
        "auditor": "Denied",
        "partner": "NotVisible",
        "outsider": "NotVisible",
    }.items(),
)
def test_somebody_else_of_the_agency_signs_and_nobody_for_themselves(world, who, becomes):
    written = note(world)
    found = signed(world, who, written)
    assert found in {becomes, "NotVisible"} if becomes == "Denied" else found == becomes
    taken = HandoverNote.objects.get()
    assert (taken.taken_by == world.people[who]) == (becomes == "done")
    assert [event.actor_id for event in events("casework.take_over", outcome="allowed")] == (
        [world.people[who].pk] if becomes == "done" else []
    )


def test_it_is_signed_once(world):
    written = note(world)
    assert [signed(world, who, written) for who in ("colleague", "supervisor")] == ["done", "NotPossibleNow"]


def test_what_is_not_signed_stands_on_the_board_until_it_is(world, case):
    first, second = note(world), note(world, "supervisor", "Two late.")
    signed(world, "colleague", first)
    board = board_for(actor=world.colleague, now=at())
    assert (board.notes, board.taken) == ([second], [first])
    text = world.page("colleague").get("/handover/").text
    assert ("Two late." in text, f"/handover/{second.public_id}/sign/" in text) == (True, True)
    assert world.page("partner").get("/handover/").text.count("Two late.") == 0


def test_the_board_shows_what_is_late_and_due_in_this_shift(world, case):
    steps = {hours: case.steps.create(**open_step(world, hours)) for hours in (5, 30)}
    assert steps[5] in board_for(actor=world.colleague, now=at()).soon
    late = board_for(actor=world.colleague, now=at(28))
    assert (steps[5] in late.late, steps[30] in late.soon) == (True, True)
    assert board_for(actor=world.outsider, now=at()).soon == []


def open_step(world, hours):
    by = {"owner_agency": world.caseworker.agency, "opened_at": at(), "opened_by": world.caseworker}
    return {"kind": "other", "due_at": at(hours), "due_source": "worker"} | by


@pytest.mark.parametrize("words", ["", "  ", f"Ring {TOKENS.route}", "She is at IG1 1AA"])
def test_it_says_something_and_no_number_or_postcode(world, words):
    with pytest.raises(ValidationError):
        note(world, words=words)
    answer = world.page("caseworker").post("/handover/", {"words": words})
    assert (answer.status_code, HandoverNote.objects.count()) == (400, 0)


def test_page_and_api_do_the_same(world):
    assert world.page("caseworker").post("/handover/", {"words": "Ring again."}).status_code == 302
    said = world.api("colleague").post("/api/v1/handover/", {"words": "And once more."}, format="json")
    first = HandoverNote.objects.earliest("pk")
    assert world.page("colleague").post(f"/handover/{first.public_id}/sign/").status_code == 302
    other = world.api("caseworker").post(f"/api/v1/handover/{said.json()['id']}/sign", format="json")
    assert (other.status_code, other.json()["taken_by"]) == (200, world.caseworker.name)
    board = world.api("supervisor").get("/api/v1/handover/").json()
    assert (board["notes"], len(board["taken"])) == ([], 2)


def test_whoever_is_being_rung_is_shown_and_the_reading_names_their_case(world, case):
    commands.use_route(actor=world.caseworker, route=case.routes.get(), now=at())
    NextStep.objects.filter(case=case).update(due_at=at(24 * 30))
    board = board_for(actor=world.colleague, now=at())
    assert [attempt.case for attempt in board.under_way] == [case]
    assert events("casework.view_handover")[-1].shown_ids == [case.pk]
    (told,) = world.api("colleague").get("/api/v1/handover/").json()["under_way"]
    assert (told["case"], told["worker"]) == (case.reference, world.caseworker.name)
