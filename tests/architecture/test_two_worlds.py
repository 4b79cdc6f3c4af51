"""Two worlds: what somebody must not know makes no difference to them, not in a sign and not in a statement.

In the second world there is one thing more, of which the asker must not know. Every door is asked the same in both.
"""

import html
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection, transaction
from django.test import Client

from casework import commands
from casework.models import Case, Party
from tests import factories
from tests.asking import DOORS, named, undone
from tests.canaries.matrix import SEARCHES, Names, ids_of
from tests.canaries.worlds import add_people
from tests.doors import Door
from tests.factories import at
from tests.ids import Ids
from tests.sample import some
from tests.world import World

RANDOM = [
    r'name="(csrfmiddlewaretoken|once)" value="[\w-]+"',
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*(Z|[+-]\d\d:\d\d)",
    r"\d{1,2} [A-Z][a-z]+ 20\d\d( at)? \d\d?:\d\d([ap]m)?",
    r'value="\d\d?:\d\d"',
]
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Hidden:
    """What there is more in the second world; it gives the case to ask about there, if that is hidden as well."""

    make: Callable[[World, Case], Case | None]
    from_whom: tuple[str, ...]

    @property
    def is_within(self) -> bool:
        """Whether it is something of the case that the asker knows, and not a case that they do not."""
        return bool(self.make.__annotations__["return"] is None)


SHORT = 10  # an agency is named by its number, which stands elsewhere as well
DOORS_IN = 16  # parts, of which the sample asks one for each thing that is hidden
OUTSIDE = ("outsider", "officer", "stranger", "rescuer")
HIDDEN: dict[str, Hidden] = {}


def hidden_from(*whom: str) -> Callable[[Any], Any]:
    def take(make: Callable[[World, Case], Case | None]) -> Any:
        HIDDEN[make.__name__] = Hidden(make, whom)
        return make

    return take


@hidden_from("partner", "partner_supervisor", *OUTSIDE)
def another_case(world: World, case: Case) -> Case:
    return factories.opened(world.caseworker)


@hidden_from("caseworker", "supervisor", "partner")
def a_case_of_another_partnership(world: World, case: Case) -> Case:
    return factories.opened(world.stranger)


@hidden_from("partner", "partner_supervisor")
def another_case_of_the_same_person(world: World, case: Case) -> Case:
    return with_the_victim_as(world, case, "victim")


@hidden_from("partner", "partner_supervisor")
def a_case_in_which_she_is_accused(world: World, case: Case) -> Case:
    return with_the_victim_as(world, case, "alleged")


def with_the_victim_as(world: World, case: Case, role: str) -> Case:
    other = factories.opened(world.caseworker)
    other.parties.filter(role=role).update(person=case.parties.get(role="victim").person)
    return other


@hidden_from("partner", "partner_supervisor", "officer")
def a_referral_to_another_agency(world: World, case: Case) -> None:
    factories.sent(world.caseworker, case, world.services["elsewhere"])


@hidden_from("partner", *OUTSIDE)
def a_referral_that_is_being_written(world: World, case: Case) -> None:
    factories.drafted(world.caseworker, case, factories.another_service(world, "police"))


@hidden_from("partner", "partner_supervisor")
def values_of_categories_that_are_not_shared(world: World, case: Case) -> None:
    victim = case.parties.get(role="victim")
    Party.objects.filter(pk=victim.pk).update(support_needs="Quite different needs")
    child = Party.objects.create(case=case, person=victim.person, role="child", name="Somebody Small")
    child.routes.create(case=case, kind="phone", value="07700 900123", safety="unknown")
    case.addresses.create(party=child, lines="1 School Road", kind="school")
    case.addresses.create(party=victim, lines="2 Hiding Place", kind="safe")


@hidden_from("partner", "partner_supervisor")
def notes_of_the_holder(world: World, case: Case) -> None:
    commands.cases.add_step(world.caseworker, case, factories.step(note="A note of ours"), at())


@hidden_from("colleague", "partner")  # a supervisor reads in the case's history that somebody writes
def what_somebody_is_writing(world: World, case: Case) -> None:
    contact = commands.start_contact(actor=world.caseworker, case=case, now=at())
    factories.saved(world.caseworker, contact, {"said": "Not finished"})


@hidden_from("partner", "outsider", "caseworker", "colleague")
def a_bar_of_somebody_else(world: World, case: Case) -> None:
    bar = {"actor": world.supervisor, "reason": "knows_them", "now": at()}
    commands.bar_from_case(case=case, who=world.officer, **bar)
    commands.bar_from_case(case=case, who=world.agencies["refuge"], **bar)


@hidden_from("kept_out")
def a_case_from_which_one_is_barred(world: World, case: Case) -> Case:
    shared = shared_with_harbour(world)
    said = {"who": world.kept_out, "reason": "knows_them", "now": at()}
    commands.bar_from_case(actor=world.supervisor, case=shared, **said)
    return shared


@hidden_from("colleague", "auditor", "partner_supervisor")
def a_case_that_is_sealed_for_others(world: World, case: Case) -> Case:
    shared = shared_with_harbour(world)
    workers = [world.caseworker, world.supervisor, world.partner]
    commands.seal_case(actor=world.supervisor, case=shared, workers=workers, reason="honour_based", now=at())
    return shared


@hidden_from("partner", "outsider", "officer")
def an_emergency_access_of_somebody_else(world: World, case: Case) -> None:
    said = {"reason": "missing", "words": "She did not come home.", "categories": ["identity"]}
    commands.open_in_emergency(actor=world.rescuer, reference=case.reference, now=at(), **said)


@hidden_from("partner", "partner_supervisor")
def that_she_said_no_to_something_else(world: World, case: Case) -> None:
    plan = factories.share(world.services["elsewhere"], consent="refused", consent_reason="Not to them.")
    commands.consent.consent_named(world.caseworker, case, plan, at())


def shared_with_harbour(world: World) -> Case:
    case = factories.opened(world.caseworker)
    return factories.accepted(world.caseworker, world.partner, case, world.services["harbour"]).case


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


@dataclass
class Answer:
    """All that somebody can compare of two answers, and how many statements they cost."""

    status: int
    heads: dict[str, str]
    text: str
    statements: int


def answers(world: World, who: str, doors: list[Door], ids: Callable[[Door], Ids]) -> dict[str, Answer]:
    client = world.page(who)
    found = {}
    for door in doors:
        names = ids(door)
        if "get" in door.methods:
            found[door.name] = answer(client, door, "get", names)
        if door.name in SEARCHES:
            for criterion, value in {"name": factories.TOKENS.name, "telephone": factories.TOKENS.route}.items():
                found[f"{door.name} by {criterion}"] = answer(client, door, "post", names, {criterion: value})
    return found


def answer(client: Client, door: Door, method: str, ids: Ids, body: Any = None) -> Answer:
    name = str(getattr(ids, door.of, ""))
    said = {"content_type": "application/json"} if door.name.startswith("api_") and body else {}
    counted = Counted()
    with undone(client), connection.execute_wrapper(counted):
        response = getattr(client, method)(door.address(**named(name)), body, **said)
    heads = {head: plain(value, name) for head, value in response.items() if head != "Expires"}
    text = plain(response.content.decode(), name)
    if "history" in door.name:  # events of one moment come in any order, and here all are of the test's transaction
        text = "\n".join(sorted(re.split(r"\n|\},\{|\[\{|\}\]", UUID.sub("", text))))
    return Answer(response.status_code, heads, text, counted.statements)


class Counted:
    statements = 0

    def __call__(self, execute: Any, sql: Any, parameters: Any, many: bool, context: Any) -> Any:
        self.statements += 1
        return execute(sql, parameters, many, context)


def plain(text: str, name: str) -> str:
    """Without the name that was asked for, the time it is, and the tokens of forms."""
    text = html.unescape(text)
    if len(name) > SHORT:
        text = text.replace(name, "X").replace(quote(name), "X")
    for pattern in RANDOM:
        text = re.sub(pattern, "", text)
    return text


@pytest.fixture
def case_of_all(world: World, stranger: Any) -> Case:
    """What those who ask do know: a case that is shared with Harbour, and nothing of it with anybody else."""
    add_people(world)
    return shared_with_harbour(world)


def test_what_somebody_must_not_know_makes_no_difference_to_them(world: World, case_of_all: Case, record_property: Any):
    """The sample asks one person for each thing that is hidden, and a part of the doors; the first world again."""
    different, pairs, asked = list[str](), 0, 0

    def of_all() -> Callable[[Door], Ids]:
        names: Names = {}
        return lambda door: ids_of(world, case_of_all, door, names=names)

    def of_another(case: Case | None) -> Callable[[Door], Ids]:
        """What is of all is not hidden, and is named in both worlds: an agreement, an agency, a worker."""
        names: Names = {}
        of_those_known = of_all()

        def ids(door: Door) -> Ids:
            known = of_those_known(door)
            public = {name: getattr(known, name) for name in ("agreement", "agency", "worker", "directory")}
            return replace(ids_of(world, case, door, names=names) if case else Ids.absent(known), **public)

        return ids

    for who in ("caseworker", "partner"):
        world.page(who).get(f"/cases/{case_of_all.reference}/")  # what a process looks up once, it looks up now
    for turn, (name, hidden) in enumerate(HIDDEN.items()):
        doors = some(list(DOORS.values()), turn=turn, of=DOORS_IN)
        whom = some(hidden.from_whom, turn=turn, of=len(hidden.from_whom))
        ids = of_all() if hidden.is_within else of_another(None)
        first = {who: answers(world, who, doors, ids) for who in whom}
        with transaction.atomic():
            other = hidden.make(world, case_of_all)
            ids = of_another(other) if other else of_all()
            for who in whom:
                second = answers(world, who, doors, ids)
                pairs, asked = pairs + 1, asked + 2 * len(second)
                different += [f"{name}: {who}: {d}" for d in differences(first[who], second)]
            transaction.set_rollback(True)
    record_property("figures", f"two worlds: {pairs} pairs, {asked} requests, {len(different)} differences")
    assert not different, "\n".join(different)


def differences(first: dict[str, Answer], second: dict[str, Answer]) -> Iterator[str]:
    """Where two worlds are not the same: each door, what of it, and the first sign of it."""
    for door, one in first.items():
        for part, (before, after) in ((n, (v, getattr(second[door], n))) for n, v in vars(one).items()):
            if before != after:
                at_sign = next((n for n, (a, b) in enumerate(zip(str(before), str(after), strict=False)) if a != b), 0)
                place = slice(max(0, at_sign - 30), at_sign + 50)
                yield f"{door} {part}: {str(before)[place]!r} or {str(after)[place]!r}"


def test_a_difference_is_noticed():
    one = Answer(200, {"ETag": "1"}, "3 cases", 4)
    for other in (
        Answer(404, one.heads, one.text, 4),
        Answer(200, {}, one.text, 4),
        Answer(200, one.heads, "2 cases", 4),
    ):
        assert len(list(differences({"x": one}, {"x": other}))) == 1
    assert len(list(differences({"x": one}, {"x": Answer(200, one.heads, one.text, 5)}))) == 1
    assert list(differences({"x": one}, {"x": one})) == []
