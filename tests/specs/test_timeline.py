"""The timeline: whatever happened in a case that its reader may see; and notes, which are never changed."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casework import commands
from casework.models import Note
from casework.queries import KINDS, Wanted, timeline_of
from casework.queries.timeline import PAGE
from tests import factories
from tests.conftest import events, outcome_of
from tests.factories import TOKENS, at


def wrote(world, case, words="She sounded calmer.", who="caseworker", disclosable="yes"):
    return commands.write_note(actor=world.people[who], case=case, words=words, disclosable=disclosable, now=at())


def written(world, case, words, when):
    by = {"written_at": when, "written_by": world.caseworker}
    case.notes.create(agency=case.agency, words=words, disclosable="no", **by)


def kinds(world, who, case, **wanted):
    page = timeline_of(actor=world.people[who], case=case, wanted=Wanted(**wanted))
    return [entry.kind.code for entry in page.entries]


def test_its_holder_sees_everything_newest_first(world, case):
    factories.accepted(world.caseworker, world.partner, case, world.services["harbour"])
    wrote(world, case)
    seen = kinds(world, "colleague", case)
    assert seen[0] == "note"
    assert {"contact", "risk", "step", "step_done", "referral", "referral_answered", "note"} <= set(seen)
    page = timeline_of(actor=world.colleague, case=case, wanted=Wanted())
    assert [e.at for e in page.entries] == sorted((e.at for e in page.entries), reverse=True)


@pytest.mark.parametrize(
    ("categories", "seen"),
    {
        ("identity",): set(),
        ("identity", "risk"): {"contact", "risk"},
        ("identity", "narrative"): {"contact", "note"},
        ("identity", "incident"): {"emergency_call"},
    }.items(),
)
def test_a_partner_sees_of_it_what_was_shared_and_nobody_by_name(world, case, categories, seen):
    case.emergency_calls.create(
        contact=case.contacts.get(),
        called_at=at(),
        called_by=world.caseworker,
        said_where=True,
        police_reference="CAD 47",
    )
    wrote(world, case)
    factories.accepted(world.caseworker, world.partner, case, world.services["harbour"], categories=categories)
    assert set(kinds(world, "partner", case)) == seen
    page = world.page("partner").get(f"/cases/{case.reference}/timeline/")
    assert (page.status_code, world.caseworker.name in page.text) == (200, False)
    assert (TOKENS.said in page.text) == ("narrative" in categories)
    assert (TOKENS.why in page.text) == ("risk" in categories)


@pytest.mark.parametrize("who", ["officer", "outsider", "stranger"])
def test_to_others_there_is_no_such_case(world, case, who, stranger):
    page = world.page(who).get(f"/cases/{case.reference}/timeline/")
    assert page.status_code in {403, 404}
    assert case.reference not in page.text.replace(f"/cases/{case.reference}/", "")


def test_each_reading_is_recorded_with_what_it_showed(world, case):
    kinds(world, "colleague", case)
    (event,) = [each for each in events("casework.view_case") if each.detail.get("criteria") == ["timeline"]]
    assert (event.case_id, event.actor_id, event.detail["count"] > 3) == (case.pk, world.colleague.pk, True)
    assert set(event.categories) >= {"narrative", "risk"}


def test_it_is_narrowed_to_a_kind_an_agency_and_days(world, case):
    factories.accepted(world.caseworker, world.partner, case, world.services["harbour"])
    today = timezone.now()
    assert set(kinds(world, "caseworker", case, kinds=("contact",))) == {"contact"}
    assert set(kinds(world, "caseworker", case, agency="Harbour Advocacy")) == {"referral_answered"}
    assert kinds(world, "caseworker", case, since=today + timedelta(days=1)) == []
    assert kinds(world, "caseworker", case, until=today - timedelta(days=1)) == []
    page = world.page("caseworker").get(f"/cases/{case.reference}/timeline/?kind=risk")
    assert (TOKENS.why in page.text, TOKENS.said in page.text) == (True, False)


def test_pages_lose_nothing_and_show_nothing_twice_also_in_one_moment(world, case):
    now = at()
    for n in range(2 * PAGE + 7):
        when = now if n % 2 else now - timedelta(seconds=n)
        written(world, case, f"n{n}", when)
    seen, after, pages = [], "", 0
    while after is not None:
        page = timeline_of(actor=world.caseworker, case=case, wanted=Wanted(kinds=("note",)), after=after)
        seen, after, pages = seen + [entry.values["words"] for entry in page.entries], page.after, pages + 1
    assert (pages, len(seen), len(set(seen))) == (3, 2 * PAGE + 7, 2 * PAGE + 7)


@pytest.mark.parametrize("after", ["x", "2026-01-01", "~", "2026-01-01T00:00:00+00:00~-4", "9" * 40])
def test_an_address_that_was_tampered_with_begins_anew(world, case, after):
    assert world.page("caseworker").get(f"/cases/{case.reference}/timeline/?after={after}").status_code == 200


def test_it_asks_the_database_as_often_for_a_long_one_as_for_a_short_one(world, case):
    def asked():
        with CaptureQueriesContext(connection) as captured:
            timeline_of(actor=world.caseworker, case=case, wanted=Wanted())
        return len(captured)

    asked()  # a process asks for the ids of permissions once
    short = asked()
    for n in range(60):
        written(world, case, f"n{n}", at())
    assert asked() == short
    assert short < len(KINDS) + 12


def test_a_note_is_never_changed_another_takes_its_place_and_both_stay(world, case):
    first = wrote(world, case)
    second = commands.replace_note(
        actor=world.colleague, note=first, words="She was in tears.", disclosable="no", now=at()
    )
    first.refresh_from_db()
    assert (first.words, first.superseded_at is None, second.replaces) == ("She sounded calmer.", False, first)
    text = world.page("supervisor").get(f"/cases/{case.reference}/timeline/").text
    assert ("She sounded calmer." in text, "She was in tears." in text, "No longer holds since" in text) == (True,) * 3
    assert (f"/notes/{first.public_id}/" in text, f"/notes/{second.public_id}/" in text) == (False, True)


def test_of_two_who_replace_a_note_the_second_sees_both_texts_and_loses_neither(world, case):
    first = wrote(world, case)
    page = world.page("colleague")
    commands.replace_note(actor=world.supervisor, note=first, words="She was in tears.", disclosable="yes", now=at())
    answer = page.post(f"/notes/{first.public_id}/replace/", {"words": "She laughed.", "disclosable": "yes"})
    assert answer.status_code == 409
    assert ("She was in tears." in answer.text, "She laughed." in answer.text) == (True, True)
    assert Note.objects.filter(case=case).count() == 2
    stands = Note.objects.get(superseded_at=None)
    assert f'action="/notes/{stands.public_id}/replace/"' in answer.text
    page.post(f"/notes/{stands.public_id}/replace/", {"words": "She laughed, then cried.", "disclosable": "yes"})
    assert Note.objects.get(superseded_at=None).words == "She laughed, then cried."
    assert (
        world.api("colleague")
        .post(f"/api/v1/notes/{first.public_id}/replace", {"words": "x", "disclosable": "yes"}, format="json")
        .status_code
        == 409
    )


@pytest.mark.parametrize(
    ("who", "becomes"),
    {
        "colleague": "done",
        "supervisor": "done",
        "auditor": "Denied",
        "partner": "done",
        "officer": "NotVisible",
    }.items(),
)
def test_its_holder_and_those_whom_it_is_shared_with_write_in_it(world, case, who, becomes):
    factories.accepted(world.caseworker, world.partner, case, world.services["harbour"])
    assert outcome_of(lambda: wrote(world, case, who=who)) == becomes
    assert Note.objects.exists() == (becomes == "done")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"words": " ", "disclosable": "yes"}, "words"),
        ({"words": "Ring 020 7946 0123", "disclosable": "yes"}, "words"),
        ({"words": "Moved to IG1 1AA", "disclosable": "yes"}, "words"),
        ({"words": "Calmer.", "disclosable": "maybe"}, "disclosable"),
    ],
)
def test_a_note_says_something_and_gives_no_number_or_postcode_away(world, case, said, field):
    answer = world.page("caseworker").post(f"/cases/{case.reference}/notes/new/", said)
    assert (answer.status_code, f"id_{field}-error" in answer.text) == (400, True)
    assert not Note.objects.exists()
