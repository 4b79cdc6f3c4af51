"""A contact is taken in the order in which it is safe to ask, nothing typed is lost, and who calls changes much."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework import commands
from casework.models import CallerDetails, Contact, EmergencyCall, Hub, NextStep, RecordVersion
from casework.pages_of_contacts import HUNG_UP
from casework.plans import CallerReport
from casework.scan import kinds_in, protected_values
from casework.states import ContactStatus
from tests import factories
from tests.conftest import events
from tests.factories import TOKENS, at
from tests.page_calls import SAID, moment, planned
from tests.pressing import pressed, reads, typed, version
from tests.world import World

BAD_NUMBER = {"route_kind": "phone", "route_value": "ring me"}


@pytest.fixture
def draft(world: World) -> Contact:
    return factories.draft(world.caseworker)


# --- nothing that is typed is lost


def test_what_is_asked_first_stands_first(world: World, draft: Contact):
    page = reads(world.page("caseworker").get(f"/contacts/{draft.reference}/"))
    order = ["safe to talk now?", "Are you alone?", "If we are cut off", "Where are you now?", "in danger now?"]
    order += [
        "How can they be reached?",
        "in their words",
        "want to happen?",
        "Name of the victim",
        "What happens next?",
    ]
    places = [page.index(words) for words in order]
    assert places == sorted(places)


def test_the_first_pause_leaves_one_event_and_those_after_it_none(world: World, draft: Contact):
    for said in ("He", "He came", "He came back"):
        assert typed(world, draft, said=said).status_code == 200
    draft.refresh_from_db()
    assert draft.draft == {"said": "He came back"}
    assert len(events("casework.save_draft")) == 1
    world.page("caseworker").get(f"/contacts/{draft.reference}/")
    assert [event.outcome for event in events("casework.view_contact", subject_id=draft.pk)] == ["allowed"]


def test_what_is_being_typed_leaves_no_versions_but_what_is_logged_does(world: World, draft: Contact):
    typed(world, draft, said="He")
    before = RecordVersion.objects.filter(record="casework_contact").count()
    typed(world, draft, said="He came")
    assert RecordVersion.objects.filter(record="casework_contact").count() == before
    assert not any("draft" in each.held for each in RecordVersion.objects.filter(record="casework_contact"))
    commands.log_contact(actor=world.caseworker, contact=draft, report=factories.report(), now=at())
    assert RecordVersion.objects.filter(record="casework_contact").count() == before + 1


def test_the_database_lets_the_typing_pass_without_an_event_and_nothing_beside_it(for_real: None, world: World):
    draft = factories.saved(world.caseworker, factories.draft(world.caseworker), {"said": "He"})
    mine = Contact.objects.filter(pk=draft.pk)
    mine.update(saved_at=timezone.now())
    with pytest.raises(IntegrityError, match="needs its event"), transaction.atomic():
        mine.update(saved_at=timezone.now(), saved_by=world.colleague)
    with pytest.raises(IntegrityError, match="needs its event"), transaction.atomic():
        mine.update(channel="phone")


def test_a_pause_that_comes_after_another_windows_is_refused_and_writes_nothing_over(world: World, draft: Contact):
    old = version(world, draft)
    typed(world, draft, said="In this window")
    answer = typed(world, draft, version=old, said="In that window")
    assert (answer.status_code, answer.json().keys()) == (409, {"why"})
    draft.refresh_from_db()
    assert draft.draft == {"said": "In this window"}


def test_a_pause_after_the_contact_was_logged_is_refused(world: World, draft: Contact):
    commands.log_contact(actor=world.caseworker, contact=draft, report=factories.report(), now=at())
    assert typed(world, draft, said="More").status_code == 409


def test_each_answer_to_a_pause_carries_the_version_for_the_next(world: World, draft: Contact):
    first = typed(world, draft, said="He").json()
    assert typed(world, draft, version=first["version"], said="He came").status_code == 200


def test_what_a_pause_kept_is_there_after_the_session_ended(world: World, draft: Contact):
    typed(world, draft, said="He came back", markers=["weapon", "stalking"], danger="yes")
    page = reads(world.page("caseworker").get(f"/contacts/{draft.reference}/"))
    assert "He came back" in page
    assert page.count("checked") >= 3


def test_nothing_of_an_older_record_is_filled_in_unasked(world: World, case):
    client = world.page("caseworker")
    address = client.post("/contacts/start/", {"case": case.reference})["Location"]
    page = reads(client.get(address))
    for value in (TOKENS.name, TOKENS.route, TOKENS.said, TOKENS.lines):
        assert value not in page


# --- a telephone number or a postcode in a note


@pytest.mark.parametrize(
    ("note", "places"),
    [
        ("Ring me on 020 7946 0321, please.", {"route_kind": "phone", "route_value": "020 7946 0321"}),
        ("Ring me on +44 7700 900123.", {"route_kind": "phone", "route_value": "+44 7700 900123"}),
        ("I am in zz9 7xq now.", {"postcode": "zz9 7xq"}),
    ],
)
def test_it_is_pointed_out_not_logged_and_moved_where_it_belongs(world: World, draft: Contact, note: str, places):
    said = {**SAID, "route_kind": "", "route_value": "", "said": note, **moment("happened_at", -0.1), **planned()}
    assert typed(world, draft, **said).json()["out_of_place"]
    answer = pressed(world, draft, "log", **said)
    assert (answer.status_code, "in a note" in reads(answer)) == (400, True)
    pressed(world, draft, "move", **said | {"move": "1"})
    draft.refresh_from_db()
    assert {name: draft.draft[name] for name in places} == places
    assert "[moved]" in draft.draft["said"]
    assert not any(value in draft.draft["said"] for name, value in places.items() if name != "route_kind")


def test_whoever_says_that_it_belongs_there_leaves_it_in(world: World, draft: Contact):
    note = {"said": "He rings from 020 7946 0321 all night.", "leave_in": "on"}
    answer = pressed(world, draft, "log", **SAID | note | moment("happened_at", -0.1) | planned())
    assert answer.status_code == 302


def test_an_ordinary_note_is_not_pointed_out(world: World, draft: Contact):
    for note in ("At 10.30 on 27 11 2026 he broke 2 doors", "Case 1234567 of 2019, flat 12B", "She is 34."):
        assert typed(world, draft, said=note).json()["out_of_place"] == []


# --- they must hang up, and danger now


@pytest.mark.parametrize("agreed", HUNG_UP)
def test_who_must_hang_up_is_logged_at_once_with_what_was_agreed_as_the_next_step(
    world: World, draft: Contact, agreed: str
):
    pressed(world, draft, "hang_up", said="He is", if_cut_off=agreed)
    draft.refresh_from_db()
    kind, note = HUNG_UP[agreed]
    assert (draft.status, draft.cut_short, draft.said, draft.caller) == ("logged", True, "He is", "")
    assert (draft.next_step.kind, draft.next_step.note, draft.next_step.owner) == (kind, note, world.caseworker)


def test_nobody_is_rung_back_who_did_not_agree_to_it():
    assert {agreed for agreed, (kind, _) in HUNG_UP.items() if kind == "call_back"} == {"call_back"}


def test_the_note_of_who_hung_up_is_locked(world: World, draft: Contact):
    pressed(world, draft, "hang_up", said="He is")
    with pytest.raises(IntegrityError, match="is said once"), transaction.atomic():
        Contact.objects.filter(pk=draft.pk).update(said="Other")
    assert pressed(world, draft, "save", said="Other").status_code == 409


def test_what_cannot_be_read_when_they_hang_up_is_kept_as_a_note(world: World, draft: Contact):
    wrong = {"date_of_birth_day": "31", "date_of_birth_month": "2", "date_of_birth_year": "1990", **BAD_NUMBER}
    assert pressed(world, draft, "hang_up", said="He is", name=TOKENS.name, **wrong).status_code == 302
    draft.refresh_from_db()
    assert "31 2 1990" in draft.opinion
    assert "ring me" in draft.opinion
    assert draft.case.parties.get().name == TOKENS.name


def test_somebody_in_danger_who_hung_up_is_seen_to_within_the_hour(world: World, draft: Contact):
    pressed(world, draft, "hang_up", danger="yes")
    step = NextStep.objects.get()
    assert step.due_source == "danger_hung_up"
    assert step.due_at <= timezone.now() + timedelta(hours=1)


def test_where_999_was_agreed_hanging_up_leads_to_it(world: World, draft: Contact):
    answer = pressed(world, draft, "hang_up", if_cut_off="emergency")
    assert answer["Location"] == f"/contacts/{draft.reference}/999/"
    assert world.page("caseworker").get(answer["Location"]).status_code == 200


def test_after_they_hung_up_999_is_told_where_they_were_and_each_place_is_revealed_on_record(
    world: World, draft: Contact
):
    said = {"if_cut_off": "emergency", "where_they_are": "In the cellar of number 4", "address_lines": TOKENS.lines}
    answer = pressed(world, draft, "hang_up", **said)
    page = reads(world.page("caseworker").get(answer["Location"]))
    assert page.index("In the cellar of number 4") < page.index(TOKENS.lines)
    assert [event.reason for event in events("casework.reveal_address", outcome="allowed")] == ["emergency"] * 2


def test_the_calls_that_are_shown_again_are_a_reading_of_what_happened(world: World):
    call = factories.called_999(world)
    page = reads(world.page("caseworker").get(f"/contacts/{call.contact.reference}/999/"))
    assert call.police_reference in page
    assert ["incident"] in [event.categories for event in events("casework.view_contact", subject_id=call.contact_id)]


def test_danger_now_shows_what_to_say_and_where_they_are_and_keeps_the_draft(world: World, draft: Contact):
    answer = pressed(world, draft, "danger_now", where_they_are="In the cellar of number 4", said="He is here")
    page = reads(world.page("caseworker").get(answer["Location"]))
    assert "call 999" in page
    assert "In the cellar of number 4" in page
    draft.refresh_from_db()
    assert (draft.draft["danger"], draft.draft["said"]) == ("yes", "He is here")


def test_a_call_to_999_is_written_down_while_the_contact_is_a_draft(world: World, draft: Contact):
    said = {"said_where": "on", "police_reference": "CAD 1234", "note": "", **moment("called_at", -0.01)}
    answer = world.page("caseworker").post(f"/contacts/{draft.reference}/999/", said)
    assert answer["Location"] == f"/contacts/{draft.reference}/"
    call = EmergencyCall.objects.get()
    assert (call.called_by, call.police_reference, call.said_where) == (world.caseworker, "CAD 1234", True)
    assert len(events("casework.call_police", subject_id=call.pk)) == 1


def test_a_call_to_999_that_is_still_to_come_is_refused(world: World, draft: Contact):
    said = {"said_where": "on", **moment("called_at", 2)}
    answer = world.page("caseworker").post(f"/contacts/{draft.reference}/999/", said)
    assert (answer.status_code, "cannot be in the future" in reads(answer)) == (400, True)
    assert not EmergencyCall.objects.exists()


# --- what changes with who calls


def test_a_professional_is_told_what_came_of_it(world: World):
    contact = factories.logged(world.caseworker, caller="professional")
    step = contact.case.steps.get(kind="tell_caller")
    assert (step.due_source, step.owner_agency) == ("answer_to_professional", world.agencies["front_door"])


def test_who_told_is_seen_by_the_holder_and_by_nobody_with_whom_the_case_is_shared(world: World, accepted):
    told = CallerReport(name="Wendeline Marsh", relation="neighbour", may_be_named="no")
    draft = commands.start_contact(actor=world.caseworker, case=accepted.case, now=at())
    report = factories.report(
        caller="third_party", of_caller=told, victim=None, routes=(), address=None, alleged_name=""
    )
    commands.log_contact(actor=world.caseworker, contact=draft, report=report, now=at())
    pages = {who: reads(world.page(who).get(f"/cases/{accepted.case.reference}/")) for who in ("caseworker", "partner")}
    assert {who: "Wendeline Marsh" in page for who, page in pages.items()} == {"caseworker": True, "partner": False}
    api = {who: world.api(who).get(f"/api/v1/cases/{accepted.case.reference}/") for who in pages}
    assert api["caseworker"].json()["held"]["callers"][0]["name"] == "Wendeline Marsh"
    assert "Wendeline" not in api["partner"].text


def test_who_told_is_found_in_words_that_are_about_to_be_shared(world: World):
    case = factories.by_a_neighbour(world).case
    assert kinds_in("Mrs Marsh from next door rang.", protected_values(case)) == ["a name from the case"]
    assert kinds_in("A neighbour rang.", protected_values(case)) == []


def test_who_gave_no_name_goes_on_with_a_code(world: World):
    contact = factories.logged(world.caseworker, caller="anonymous", victim=None, routes=(), address=None)
    assert contact.reference in reads(world.page("caseworker").get(f"/cases/{contact.case.reference}/"))
    answer = world.page("colleague").post("/contacts/start/", {"code": f" {contact.reference.lower()} "})
    assert Contact.objects.get(reference=answer["Location"].split("/")[2]).case == contact.case


@pytest.mark.parametrize("code", ["AAAA-AAAA-AAA", "nonsense"])
def test_a_code_that_is_none_finds_nothing(world: World, code: str):
    assert world.page("caseworker").post("/contacts/start/", {"code": code}).status_code == 404


def test_a_code_of_another_front_door_finds_nothing(world: World, stranger):
    contact = factories.logged(world.caseworker, caller="anonymous")
    assert world.page("stranger").post("/contacts/start/", {"code": contact.reference}).status_code == 404


@pytest.mark.parametrize(
    ("caller", "more", "box"),
    [
        ("silent", {"step": factories.step("call_back")}, "step_kind"),
        ("asks_where", {"step": None, "no_step_reason": "advice_given"}, "no_step_reason"),
        ("child", {"step": None, "no_step_reason": "advice_given"}, "no_step_reason"),
    ],
)
def test_what_must_not_be_done_for_a_caller_is_refused_at_its_box(world: World, caller: str, more, box: str):
    with pytest.raises(ValidationError) as refused:
        factories.logged(world.caseworker, caller=caller, **more)
    assert set(refused.value.message_dict) == {box}


def test_a_dropped_call_is_rung_back_where_that_was_agreed(world: World):
    factories.logged(world.caseworker, caller="silent", if_cut_off="call_back", step=factories.step("call_back"))


def test_who_wanted_to_know_where_she_is_is_written_down_and_somebody_looks_into_it(world: World):
    asked = CallerReport(asked_for="Whether she is with you, and in which refuge")
    contact = factories.logged(world.caseworker, caller="asks_where", of_caller=asked)
    assert CallerDetails.objects.get(contact=contact).asked_for == asked.asked_for
    assert contact.next_step.owner_agency == world.agencies["front_door"]


# --- at a hub


def test_at_a_hub_contacts_begin_there_and_the_session_ends_soon(world: World):
    client = world.page("caseworker")
    client.post("/hub/", {"hub": "high-street"})
    assert client.session.get_expiry_age() == 180
    page = reads(client.get(client.post("/contacts/start/")["Location"]))
    assert "At High Street hub" in page
    assert '<option value="walk_in" selected>' in page
    assert "Hide the screen" in page


def test_a_contact_at_a_hub_says_at_which(world: World, draft: Contact):
    hub = Hub.objects.get()
    said = SAID | {"channel": "walk_in", "hub": hub.pk} | moment("happened_at", -0.1) | planned()
    pressed(world, draft, "log", **said)
    draft.refresh_from_db()
    assert draft.hub == hub


def test_who_rang_was_at_no_hub(world: World, draft: Contact):
    said = SAID | {"hub": Hub.objects.get().pk} | moment("happened_at", -0.1) | planned()
    answer = pressed(world, draft, "log", **said)
    assert (answer.status_code, "Only who comes in person is at a hub" in reads(answer)) == (400, True)
    assert pressed(world, draft, "hang_up", **said).status_code == 302


def test_the_hidden_screen_shows_nothing_of_anybody_and_leads_back(world: World, draft: Contact):
    client = world.page("caseworker")
    client.post("/hub/", {"hub": "high-street"})
    said = {"version": version(world, draft), "hide": "on", "said": TOKENS.said, "name": TOKENS.name}
    answer = client.post(f"/contacts/{draft.reference}/", said)
    page = reads(client.get(answer["Location"]))
    for value in (TOKENS.said, TOKENS.name, world.caseworker.name, "Front Door", "abuse"):
        assert value not in page
    assert f"/contacts/{draft.reference}/" in page
    draft.refresh_from_db()
    assert draft.draft["said"] == TOKENS.said


def test_whoever_leaves_the_hub_works_as_before(world: World):
    client = world.page("caseworker")
    client.post("/hub/", {"hub": "high-street"})
    client.post("/hub/", {"hub": ""})
    assert client.session.get_expiry_age() == 30 * 60
    assert "Hide the screen" not in reads(client.get(client.post("/contacts/start/")["Location"]))


def test_nobody_works_at_a_hub_that_is_closed(world: World):
    commands.close_hub(actor=world.manager, hub=Hub.objects.get())
    assert world.page("caseworker").post("/hub/", {"hub": "high-street"}).status_code == 409


def test_a_warm_handover_makes_the_next_step_the_others(world: World, draft: Contact):
    said = SAID | {"handed_to": world.colleague.pk} | moment("happened_at", -0.1) | planned("call_back")
    pressed(world, draft, "log", **said)
    step = NextStep.objects.get()
    assert (step.owner, step.note) == (world.colleague, "Handed over by telephone.")


def test_a_contact_is_handed_to_nobody_of_another_agency(world: World, draft: Contact):
    said = SAID | {"handed_to": world.partner.pk} | moment("happened_at", -0.1) | planned("call_back")
    assert pressed(world, draft, "log", **said).status_code == 400


# --- no contact is without owner and due time


def test_what_no_due_time_was_typed_for_is_due_by_its_standard(world: World, draft: Contact):
    pressed(world, draft, "log", **SAID | moment("happened_at", -0.1) | {"step_kind": "call_back"})
    step = NextStep.objects.get()
    assert step.due_source == "call_back"
    assert timedelta(hours=23) < step.due_at - timezone.now() <= timedelta(hours=24)


CHOICES = {
    "danger": ["", "yes", "no", "unknown", "perhaps"],
    "channel": ["", "phone", "walk_in", "pigeon"],
    "caller": ["", "victim", "professional", "silent", "asks_where", "child", "anonymous"],
    "kind": ["", "domestic_abuse", "burglary"],
    "if_cut_off": ["", "wait", "call_back", "emergency", "panic"],
    "said": ["", "He came back.", "Ring 020 7946 0321"],
    "name": ["", TOKENS.name, "x" * 201],
    "route_kind": ["", "phone"],
    "route_value": ["", "020 7946 0018", "ring me"],
    "route_safety": ["", "safe", "unsafe"],
    "children": ["", "Ottoline, 6", "Ottoline, 40"],
    "step_kind": ["", "call_back", "refer", "other"],
    "step_owner": ["me", "duty"],
    "no_step_reason": ["", "advice_given", "tired"],
    "happened_at_day": ["", "99"],
}
SAYS = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in CHOICES.items()})


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=SAYS, button=st.sampled_from(["log", "hang_up", "save", "danger_now", "typing"]))
def test_whatever_is_typed_and_pressed_is_logged_with_an_owner_and_a_due_time_or_kept_as_it_was_typed(
    world: World, said: dict[str, str], button: str
):
    draft = factories.draft(world.caseworker)
    send = typed if button == "typing" else lambda *a, **more: pressed(*a[:2], button, **more)
    answer = send(world, draft, **said)
    assert answer.status_code in {200, 302, 400}
    draft.refresh_from_db()
    if draft.status == ContactStatus.LOGGED:
        step = draft.next_step
        assert draft.no_step_reason or (step.owner_agency_id and step.due_at and step.due_source)
        assert draft.case.steps.filter(done_at=None).exists() or draft.no_step_reason
    else:
        kept = {name: value for name, value in draft.draft.items() if name in said}
        assert kept == said | ({"danger": "yes"} if button == "danger_now" else {})
    assert button != "hang_up" or draft.status == ContactStatus.LOGGED
