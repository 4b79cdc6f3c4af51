"""No answer gives away more than was shared: unique tokens in every text field, looked for in every answer."""

import html

import pytest
from django.test import Client

from referrals.models import Referral
from tests.conftest import World
from tests.doors import Door, doors
from tests.factories import TOKENS

# What Harbour is granted, once it accepts.
GRANTED = {"name", "language", "access_needs", "route", "when_safe", "note", "why", "said"}
SUMMARY = {"language", "access_needs"}  # carried by the referral itself


def answers(client: Client, referral: Referral) -> dict[str, str]:
    """What somebody gets from every door that can be opened with GET, by the door's name."""
    contact, step = referral.case.contacts.get(), referral.case.steps.order_by("pk").first()
    found: dict[str, str] = {}
    for door in doors():
        if "get" not in door.methods:
            continue
        references = {"referral": referral.reference, "contact": contact.reference}
        for reference in {referral.case.reference, *references.values()}:
            response = client.get(door.address(reference=reference, public_id=step.public_id))
            heads = " ".join(f"{name}: {value}" for name, value in response.items())
            found[door.name] = found.get(door.name, "") + html.unescape(response.content.decode()) + heads
    return found


def given_away(found: dict[str, str]) -> dict[str, list[str]]:
    """The names of the tokens that stand in the answers, with the doors that gave them."""
    return {
        name: sorted(door for door, text in found.items() if token in text)
        for name, token in vars(TOKENS).items()
        if any(token in text for text in found.values())
    }


def test_once_accepted_the_partner_gets_what_was_granted_and_nothing_else(world: World, accepted: Referral):
    given = given_away(answers(world.page("partner"), accepted))
    assert set(given) == GRANTED
    assert given["name"] == ["api_case", "case"]


def test_before_that_the_partner_gets_the_summary_and_nothing_else(world: World, sent: Referral):
    assert set(given_away(answers(world.page("partner"), sent))) == SUMMARY


@pytest.mark.parametrize("who", ["outsider", "officer", "anonymous"])
def test_nobody_else_gets_anything(world: World, accepted: Referral, who: str):
    assert given_away(answers(world.page(who), accepted)) == {}


def test_the_holder_gets_everything_so_every_token_can_be_found(world: World, accepted: Referral):
    assert set(given_away(answers(world.page("caseworker"), accepted))) == set(vars(TOKENS))


def test_the_auditor_gets_the_log_and_no_content(world: World, accepted: Referral):
    found = answers(world.page("auditor"), accepted)
    assert given_away(found) == {}
    assert "Accept referral" in found["case_history"]


def test_titles_and_addresses_carry_nothing_personal(world: World, accepted: Referral):
    for door in (door for door in doors() if "get" in door.methods and not is_api(door)):
        address = door.address(reference=accepted.case.reference, public_id=accepted.case.steps.first().public_id)
        page = world.page("caseworker").get(address).content.decode()
        title = page.partition("<title>")[2].partition("</title>")[0]
        assert accepted.case.reference not in title
        assert not [token for token in vars(TOKENS).values() if token in html.unescape(title) + address]


def is_api(door: Door) -> bool:
    return door.route.startswith("api/")
