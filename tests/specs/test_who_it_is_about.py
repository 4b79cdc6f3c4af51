"""Who a contact is about: each with their own name, ways, children, needs and answers, apart from anybody's opinion."""

from datetime import date
from typing import Any

import pytest

from casework import commands
from casework.categories import Category
from casework.models import Contact
from casework.plans import ChildReport, EqualityReport, VictimReport
from casework.queries import project
from tests import factories
from tests.factories import TOKENS, at
from tests.page_calls import SAID, moment, planned
from tests.pressing import pressed, reads
from tests.world import World


@pytest.fixture
def draft(world: World) -> Contact:
    return factories.draft(world.caseworker)


def shown(contact: Contact, category: str, name: str) -> list[Any]:
    """What a category shows under one name."""
    entries = (entry for section in project(contact.case, [Category(category)]) for entry in section.entries)
    return [entry.values[name] for entry in entries if entry.values.get(name)]


def test_each_child_is_a_person_of_their_own_with_their_school_as_a_place(world: World):
    children = (ChildReport("Ottoline", age_said=6, school="Elm Row"), ChildReport("Peregrine", date(2020, 2, 2)))
    case = factories.logged(world.caseworker, children=children).case
    found = case.parties.filter(role="child").order_by("pk")
    assert [child.name for child in found] == ["Ottoline", "Peregrine"]
    assert len({child.person_id for child in case.parties.all()}) == case.parties.count()
    assert found[0].addresses.get().organisation == "Elm Row"
    assert [
        entry.values.get("name") for entry in project(case, [Category.HOUSEHOLD])[0].entries if "name" in entry.fields
    ]


def test_children_are_typed_a_line_each(world: World, draft: Contact):
    lines = {"children": "Ottoline, 6, Elm Row\n9\n\nPeregrine", "child_arrangements": "With her; he has every Sunday"}
    pressed(world, draft, "log", **SAID | lines | moment("happened_at", -0.1) | planned())
    found = [(c.name, c.age_said, c.arrangements) for c in draft.case.parties.filter(role="child").order_by("pk")]
    every = "With her; he has every Sunday"
    assert found == [("Ottoline", 6, every), ("", 9, every), ("Peregrine", None, every)]


def test_a_child_of_eighteen_is_no_child(world: World, draft: Contact):
    answer = pressed(
        world, draft, "log", **SAID | {"children": "Ottoline, 18"} | moment("happened_at", -0.1) | planned()
    )
    assert (answer.status_code, "at most 17" in reads(answer)) == (400, True)


def test_where_everybody_was_is_a_place_that_is_shown_only_when_it_is_revealed(world: World):
    where = {"where_they_are": "In the cellar", "where_alleged_is": "At the door", "where_children_are": "Upstairs"}
    case = factories.logged(world.caseworker, address=None, **where).case
    found = {address.lines: address.party.role for address in case.addresses.filter(kind="whereabouts")}
    assert found == {"In the cellar": "victim", "At the door": "alleged", "Upstairs": "child"}
    page = reads(world.page("caseworker").get(f"/cases/{case.reference}/"))
    assert [words for words in where.values() if words in page] == []


@pytest.mark.parametrize(
    "name",
    [
        "O",
        "Wolfeschlegelsteinhausenbergerdorff " * 5,
        "Þórdís Žofie Ængström-Nuñez",
        "\u05e9\u05b0\u05dc\u05b9\u05de\u05b9\u05d4 \u05d1\u05df \u05d0\u05dc\u05d9",
        "\u0645\u062d\u0645\u062f \u0628\u0646 \u0633\u0639\u064a\u062f",
        "\u738b\u5c0f\u660e",
    ],
)
def test_a_name_is_kept_as_its_bearer_writes_it(world: World, draft: Contact, name: str):
    pressed(world, draft, "log", **SAID | {"name": name} | moment("happened_at", -0.1) | planned())
    assert draft.case.parties.get(role="victim").name == name.strip()


def test_several_telephones_each_have_their_own_safety(world: World, draft: Contact):
    second = {"route2_kind": "sms", "route2_value": "07700 900456", "route2_safety": "unsafe"}
    pressed(world, draft, "log", **SAID | second | moment("happened_at", -0.1) | planned())
    assert [(r.kind, r.safety) for r in draft.case.routes.order_by("pk")] == [("phone", "safe"), ("sms", "unsafe")]


def test_their_words_stand_apart_from_the_workers_opinion_and_what_they_want(world: World):
    contact = factories.logged(world.caseworker, opinion="I think he is near.", wanted="To stay at home.")
    assert shown(contact, "narrative", "said") == [TOKENS.said]
    assert shown(contact, "narrative", "opinion") == ["I think he is near."]
    assert shown(contact, "narrative", "wanted") == ["To stay at home."]


def test_what_was_named_goes_with_the_risk_and_judges_nothing(world: World):
    contact = factories.logged(world.caseworker, markers=("strangulation", "stalking"))
    assert shown(contact, "risk", "markers") == [["strangulation", "stalking"]]
    assert not contact.case.risk_levels.exists()


def test_what_they_need_is_added_to_and_says_nothing_of_anybodys_status(world: World):
    contact = factories.logged(world.caseworker, victim=VictimReport(needs=("no_recourse",)))
    again = commands.start_contact(actor=world.caseworker, case=contact.case, now=at())
    report = factories.report(victim=VictimReport(needs=("money",)), routes=(), address=None, alleged_name="")
    commands.log_contact(actor=world.caseworker, contact=again, report=report, now=at())
    assert shown(contact, "needs", "needs") == [["no_recourse", "money"]]


def test_an_equality_question_is_answered_or_says_why_it_was_not_asked(world: World, case):
    page, address = world.page("caseworker"), f"/cases/{case.reference}/equality/"
    both = {"religion": "none", "religion_not_asked": "refused"}
    assert page.post(address, both).status_code == 400
    assert page.post(address, {}).status_code == 400
    assert page.post(address, {"religion": "none", "disability_not_asked": "no_time"}).status_code == 302
    found = {each.question: (each.answer, each.not_asked) for each in case.equality_answers.all()}
    assert found == {"religion": ("none", ""), "disability": ("", "no_time")}


def test_the_newest_answer_stands_and_the_one_before_is_kept(world: World, case):
    for answer in ("none", "I would rather say Quaker"):
        told = [EqualityReport("religion", answer)]
        commands.note_equality(actor=world.caseworker, case=case, answers=told, now=at())
    shown_now = [e.values["answer"] for s in project(case, [Category.NEEDS]) for e in s.entries if "answer" in e.fields]
    assert (shown_now, case.equality_answers.count()) == (["I would rather say Quaker"], 2)
