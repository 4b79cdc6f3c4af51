"""Long lists: however much stands in one, page or API, the database is asked as often as for a short one."""

from collections.abc import Callable
from functools import cache

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.answers import let_in
from tests.architecture.test_every_way_out_is_listed import NAMED
from tests.doors import doors
from tests.world import World

LISTS = [door for door in doors() if "get" in door.methods and "<" not in door.route]
WHO = {"inbox": "partner", "api_inbox": "partner"}  # whom the referrals below are for
ONCE = {"review"}  # made of each case that is opened in an emergency, by one worker, at one moment
# Each matter between two people is an event of its own, for the alert that nobody else may see.
AN_EVENT_EACH = {"pairs", "api_pairs"}
# What becomes longer by what is made below: elsewhere this test would find nothing.
BECOME_LONGER = {
    *("work", "cases", "asks", "handover", "requests", "hand_ins", "inbox", "outbox", "audits", "feedback", "alerts"),
    *("api_cases", "api_asks", "api_handover", "api_requests", "api_hand_ins", "api_inbox", "api_audits"),
    *("api_feedback", "api_alerts"),
}


def more(world: World, besides: frozenset[str] = frozenset()) -> None:
    """A case with one of each thing that an address can name."""
    case = factories.opened(world.caseworker)
    referral = factories.sent(world.caseworker, case, world.services["harbour"])
    for name, make in NAMED.items():
        if name not in besides:
            make(world, referral)


def asked(client_of: Callable[[str], Client]) -> dict[str, tuple[int, int]]:
    """Of each list, how many statements answer it, and how many bytes the answer has."""
    found = {}
    for door in LISTS:
        client = client_of(WHO.get(door.name) or let_in(door.name, "get"))
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(door.address())
        found[door.name] = (len(captured), len(answer.content))
    return found


def test_of_a_list_that_becomes_longer_no_more_is_asked(world: World):
    client_of = cache(world.page)
    more(world)
    asked(client_of)  # a process asks some things once
    short = asked(client_of)
    for _ in range(2):
        more(world, frozenset(ONCE))
    long = asked(client_of)
    assert {name for name in long if long[name][1] > short[name][1]} >= BECOME_LONGER
    assert {name for name in long if long[name][0] > short[name][0]} == AN_EVENT_EACH
