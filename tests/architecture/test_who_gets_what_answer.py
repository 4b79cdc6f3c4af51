"""Who gets what answer: every route, method, kind of person and relation in one table, whose cells are asked.

`make test` asks a sample of pairs: each route and method of each kind of person, and about each relation, once at
least; of the methods that nobody uses one person each. `make matrix` asks every cell.
To read or change the table: answers.txt beside this file.
"""

import html
import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import PERMISSIONS
from casework.models import Case
from referrals.commands import withdraw_referral
from tests import factories
from tests.answers import read, table
from tests.asking import DOORS, ask
from tests.doors import Door, doors
from tests.ids import Ids
from tests.sample import WHOLE, some
from tests.world import PEOPLE, World

TABLE = table()
# What may be true of the record that an address names. An address that names none has one relation only.
OF_CASES = ["drafted", "sent", "accepted", "ended", "absent"]
OF_REVIEWS = ["waiting", "absent"]
OF_PLACES = ["there", "absent"]
REVIEWED = ("review", "audit", "feedback", "matter", "answer", "alert", "request")
PLACED = ("worker", "invitation", "agency", "handover", "directory", "hand_in")
OF_CONTACTS = ["draft", "logged", "absent"]
ASIDE = {"HEAD", "OPTIONS", "DELETE"}  # asked of one record only: they look for none, or as GET does
NOTHING: dict[tuple[str, str, str], Any] = {}  # answers about what does not exist: the same in every test's world


def cells_of(door: Door) -> set[tuple[str, str]]:
    """Every method, allowed or not, with every relation, for which there must be a line."""
    of_record = {"": ["-"], "contact": OF_CONTACTS, **dict.fromkeys(REVIEWED, OF_REVIEWS)}
    relations = (of_record | dict.fromkeys(PLACED, OF_PLACES)).get(door.of, OF_CASES)
    aside = [r for r in relations if r in {"accepted", "draft", "waiting", "there", "-"}]
    methods = {method.upper() for method in door.methods} | ASIDE
    return {(m, r) for m in methods for r in (aside if m in ASIDE else relations)}


def asked_about(relation: str, line: tuple[str, str]) -> list[str]:
    """Whom of all to ask this line, a route and a method: of each relation some, and over its relations, others."""
    relations = [r for method, r in TABLE.routes[line[0]].answers if method == line[1]]
    turn = relations.index(relation) + sum(map(ord, "".join(line)))
    return some(TABLE.people, turn=turn, of=min((15 if line[1] in ASIDE else 4) * len(relations), len(TABLE.people)))


def declared(door: Door) -> str:
    says = door.declares
    return " ".join(f"{m.upper()}={p}" for m, p in says.items()) if isinstance(says, dict) else str(says)


def not_in_the_table(found: Iterable[Door]) -> set[tuple[str, str, str]]:
    """Routes, with address and declaration, for which the table has none."""
    return {(door.name, f"/{door.route}", declared(door)) for door in found} - {
        (route.name, route.address, route.declares) for route in TABLE.routes.values()
    }


def test_the_table_has_every_route_with_what_it_declares_and_no_other():
    assert not_in_the_table(doors()) == set()
    assert [door.name for door in doors()] == list(TABLE.routes)


def test_each_route_has_a_line_for_every_method_and_relation_and_no_other():
    assert {name: set(route.answers) for name, route in TABLE.routes.items()} == {
        name: cells_of(door) for name, door in DOORS.items()
    }


def test_each_kind_of_person_has_a_column():
    assert TABLE.people == ["anonymous", *PEOPLE, "stranger"]


def test_each_permission_that_a_route_asks_is_one_that_some_role_holds():
    words = {word.rpartition("=")[2] for route in TABLE.routes.values() for word in route.declares.split()}
    assert {word for word in words if "." in word} <= set().union(*PERMISSIONS.values())


def test_the_sample_asks_nobody_a_line_twice_and_somebody_about_each_relation():
    lines = {(route.name, method) for route in TABLE.routes.values() for method, _ in route.answers}
    for name, method in lines:
        relations = [r for m, r in TABLE.routes[name].answers if m == method]
        asked = {relation: asked_about(relation, (name, method)) for relation in relations}
        assert all(asked.values())
        people = [who for people in asked.values() for who in people]
        if WHOLE:
            assert sorted(people) == sorted(TABLE.people * len(relations))
        elif method not in ASIDE:
            assert len(set(people)) == len(people)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Some thousand refusals, each of which would be written down and formatted."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def people(world: World, stranger: User) -> dict[str, Client]:
    return {who: world.page(who) for who in TABLE.people}


def ids_for(relation: str, world: World, case: Case) -> Ids:
    """What the addresses name: a case whose referral has come so far, or a contact."""
    harbour = world.services["harbour"]
    if relation == "drafted":
        return Ids.of(world, factories.drafted(world.caseworker, case, harbour))
    if relation == "sent":
        return Ids.of(world, factories.sent(world.caseworker, case, harbour))
    referral = factories.accepted(world.caseworker, world.partner, case, harbour)
    if relation == "ended":
        withdraw_referral(actor=world.caseworker, referral=referral, reason="not_needed", now=factories.at())
    ids = Ids.of(world, referral)
    if relation == "absent":
        return Ids.absent(ids)
    return replace(ids, contact=case.contacts.get().reference) if relation == "logged" else ids


def told(response: Any, ids: Ids) -> tuple[int, dict[str, str], str]:
    """Status, headers and body, without what was asked for, the tokens of forms, and the second it was."""
    heads = {name: value for name, value in response.items() if name != "Expires"} | dict.fromkeys(response.cookies)
    text = html.unescape(response.content.decode())
    text = re.sub(r'name="(csrfmiddlewaretoken|once)" value="[\w-]+"', "", text)
    for name in (
        ids.case,
        ids.referral,
        ids.contact,
        ids.step,
        ids.consent,
        ids.share,
        ids.agreement,
        ids.review,
        ids.matter,
        ids.address,
        ids.bar,
        ids.proposal,
        ids.worker,
        ids.invitation,
        f"agencies/{ids.agency}/",
        ids.alert,
        ids.audit,
        ids.feedback,
        ids.answer,
        ids.erasure,
        ids.hold,
        ids.route,
        ids.reaching,
        ids.override,
        ids.handover,
        ids.hand_in,
        ids.judgement,
        ids.ask,
        ids.clock,
        ids.plan,
        ids.file,
        ids.closing,
        ids.note,
        ids.offer,
        ids.absence,
        ids.neighbour,
        ids.assessment,
        ids.directory,
        ids.request,
    ):
        text = text.replace(name, "X")
        heads = {head: (value or "").replace(quote(name), "X") for head, value in heads.items()}
    return response.status_code, heads, text


@pytest.mark.parametrize("relation", ["-", *OF_CASES, "draft", "logged", "waiting", "there"])
def test_everybody_is_answered_as_the_table_says_and_never_learns_what_is_hidden(
    world: World, case: Case, people: dict[str, Client], relation: str
):
    ids = ids_for(relation, world, case)
    asked = {
        (route.name, method): {who: statuses[who] for who in asked_about(relation, (route.name, method))}
        for route in TABLE.routes.values()
        for (method, r), statuses in route.answers.items()
        if r == relation
    }
    found: dict[tuple[str, str], dict[str, int]] = {}
    for name, method in asked:
        answers = {who: ask(people[who], DOORS[name], method, ids) for who in asked[name, method]}
        found[name, method] = {who: answer.status_code for who, answer in answers.items()}
        for who in refused(TABLE.routes[name].answers, method, answers):
            nothing = answer_about_nothing(people[who], who, DOORS[name], method, ids)
            assert (name, method, who, told(answers[who], ids)) == (name, method, who, nothing)
    assert lines(found) == lines(asked)


def refused(table: dict[tuple[str, str], dict[str, int]], method: str, answers: dict[str, Any]) -> list[str]:
    """Who is answered as if there were nothing, by the status: the rest of the answer must not tell them either."""
    absent = table.get((method, "absent"), {})
    return [who for who, answer in answers.items() if answer.status_code == absent.get(who)]


def answer_about_nothing(client: Client, who: str, door: Door, method: str, ids: Ids) -> Any:
    if (door.name, method, who) not in NOTHING:
        absent = Ids.absent(ids)
        NOTHING[door.name, method, who] = told(ask(client, door, method, absent), absent)
    return NOTHING[door.name, method, who]


def lines(answers: dict[tuple[str, str], dict[str, int]]) -> list[str]:
    return [f"{name} {method} " + " ".join(map(str, said.values())) for (name, method), said in answers.items()]


def test_a_line_that_stands_there_twice_is_noticed():
    lines = ["a=anonymous", "case  /case/  casework.view_case", "    GET own  200"]
    assert read(lines).routes["case"].answers == {("GET", "own"): {"anonymous": 200}}
    for twice in (lines[1], lines[2]):
        with pytest.raises(ValueError, match="twice"):
            read([*lines, twice])
