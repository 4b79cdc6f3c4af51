"""Each lock alone: with the other taken away, every page and endpoint that is read shows nothing foreign."""

import html

import pytest
from django.db import transaction

from accounts.models import User
from casework.models import Case
from casework.plans import VictimReport
from tests import factories
from tests.doors import doors
from tests.factories import TOKENS
from tests.ids import Ids
from tests.world import World
from tests.worlds.sabotage import without_the_first_lock, without_the_second_lock

SHOWS = {
    "work",
    "cases",
    "case",
    "known_already",
    "widen_sharing",
    "send_referral",
    "api_cases",
    "api_case",
    "api_contacts",
}
IS_THERE = "\0is there"
OF_NO_CASE = {"agreement", "directory", "hand_in", "worker"}  # what one handed in, one follows
READ = [door for door in doors() if "get" in door.methods]


@pytest.fixture
def foreign(world: World, stranger: User, case: Case) -> Ids:
    """What there is of a case that the front door alone knows of. Harbour has a share in another one."""
    other = factories.opened(
        world.colleague, said="", victim=VictimReport(name="Another"), routes=(), address=None, alleged_name=""
    )
    factories.accepted(world.colleague, world.partner, other, world.services["harbour"], categories=("identity",))
    return Ids.of(world, factories.drafted(world.caseworker, case, world.services["harbour"]))


def shown_to(world: World, who: str, ids: Ids) -> dict[str, set[str]]:
    """By door: what of the foreign case somebody is shown, as tokens; that it is there; and its names, where they did
    not ask for them. Agreements and workers are of no case; that somebody works here, the database tells everybody."""
    client = world.page(who)
    client.raise_request_exception = False
    found = {}
    for door in READ:
        name = getattr(ids, door.of, "")
        with transaction.atomic():
            answer = client.get(door.address(reference=name, public_id=name))
        text = html.unescape(answer.content.decode()) + IS_THERE * (answer.status_code == 200)
        hidden = list(vars(TOKENS).values()) + (
            [IS_THERE] * (door.of not in OF_NO_CASE) if door.of else [ids.case, ids.referral, ids.contact]
        )
        if given := {value for value in hidden if value in text}:
            found[door.name] = given
    return found


@pytest.mark.parametrize("who", ["partner", "stranger"])
def test_the_databases_lock_alone_shows_nothing_foreign(world: World, foreign: Ids, monkeypatch, who: str):
    without_the_first_lock(monkeypatch)
    assert shown_to(world, who, foreign) == {}


@pytest.mark.parametrize("who", ["partner", "stranger"])
def test_the_codes_lock_alone_shows_nothing_foreign(world: World, foreign: Ids, who: str):
    without_the_second_lock()
    assert shown_to(world, who, foreign) == {}


def test_without_any_lock_it_would_all_be_there(world: World, foreign: Ids, monkeypatch):
    """Or the two tests above would see nothing because there is nothing to see."""
    without_the_first_lock(monkeypatch)
    without_the_second_lock()
    found = shown_to(world, "outsider", foreign)
    masked = {TOKENS.lines, TOKENS.postcode}
    assert set().union(*found.values()) >= set(vars(TOKENS).values()) - masked | {foreign.case}
    assert found.keys() >= SHOWS
