"""Who is barred, or outside a seal, gets what they would get if there were no such case: word for word, and statement
for statement, at every door."""

from dataclasses import fields

import pytest
from django.db import connection, reset_queries
from django.test.utils import CaptureQueriesContext

from accounts.commands import add_worker
from accounts.roles import Role
from casework.categories import PERMISSION
from casework.commands import bar_from_case, seal_case
from casework.models import Case
from casework.policy import permission_id
from tests import factories
from tests.architecture.test_who_gets_what_answer import TABLE, told
from tests.asking import DOORS, ask
from tests.doors import Door
from tests.factories import TOKENS, at, opened
from tests.ids import Ids
from tests.sample import some
from tests.world import World

OF_NO_CASE = {
    "absence",
    "agreement",
    "contact",
    "directory",
    "hand_in",
    "handover",
    "request",
}  # or of the one who asks
SEARCH = {"telephone": TOKENS.route, "name": TOKENS.name}


def shut(world: World, case: Case, who: str) -> None:
    """Shut the case to them: a worker of the holder, an agency with a share, another supervisor of the holder."""
    if who == "supervisor":
        named = [world.people["second"], world.caseworker]
        seal_case(actor=named[0], case=case, workers=named, reason="honour_based", now=at())
    else:
        barred = world.people[who] if who == "colleague" else world.people[who].agency
        bar_from_case(actor=world.supervisor, case=case, who=barred, reason="knows_them", now=at())


def second(world: World) -> None:
    world.people["second"] = add_worker(
        actor=world.system,
        agency=world.agencies["front_door"],
        email="second@front-door.example",
        name="Second Person",
        role=Role.SUPERVISOR,
        password="",
    )


def let_in_by_role(who: str, door: Door, method: str) -> bool:
    """Whether the role is let in, so that something is looked up: else nothing could be told."""
    answers = TABLE.routes[door.name].answers
    return any(m == method and said[who] not in (302, 403) for (m, r), said in answers.items() if r == "absent")


PERSONAS = ["colleague", "partner", "supervisor"]


@pytest.mark.parametrize("who", PERSONAS)
def test_at_every_door_of_a_record(world: World, case: Case, who: str):
    second(world)
    referral = factories.accepted(world.caseworker, world.partner, case, world.services["harbour"])
    ids = Ids.of(world, referral)
    shut(world, case, who)
    for codename in ("view_case", "hold_case", *PERMISSION.values()):
        permission_id(codename)  # a process asks each of these once, whoever is first to need it
    absent, client, asked = Ids.absent(ids), world.page(who), 0
    of_records = [door for door in DOORS.values() if door.of and door.of not in OF_NO_CASE]
    for door in some(of_records, turn=PERSONAS.index(who), of=2):
        for method in (method.upper() for method in door.methods if let_in_by_role(who, door, method.upper())):
            found = []
            reset_queries()  # no more than so many are kept
            for each in (ids, absent):
                with CaptureQueriesContext(connection) as statements:
                    answer = told(ask(client, door, method, each), each)
                found.append((answer, len(statements)))
            asked += 1
            assert (door.name, method, found[0]) == (door.name, method, found[1])
    assert asked > 15


@pytest.mark.parametrize("who", ["colleague", "supervisor"])
def test_in_lists_searches_and_counts(world: World, who: str):
    """Once before there is any case, and once when there is one that is shut to them."""
    second(world)
    client, ids = world.page(who), Ids(**dict.fromkeys((each.name for each in fields(Ids)), "no such name"))
    lists = [d for d in DOORS.values() if not d.of and "get" in d.methods and not d.name.startswith("account")]

    def everything() -> list[object]:
        found = []
        for door in lists:
            with CaptureQueriesContext(connection) as statements:
                answer = client.get(f"{door.address()}?whose=duty" if door.name == "work" else door.address())
            found.append((door.name, told(answer, ids), len(statements)))
        search = world.api(who).post("/api/v1/people/search", SEARCH, format="json")
        return [*found, search.content]

    everything()  # what a process and a session ask once
    before = everything()
    shut(world, opened(world.caseworker), who)
    assert everything() == before
