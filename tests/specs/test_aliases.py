"""Aliases: what else somebody is called is kept, shown as who they are, and goes with the case."""

from dataclasses import replace

import pytest

from casework.models import Alias, RecordVersion
from casework.queries import project
from casework.scan import kinds_in, protected_values
from tests import factories
from tests.specs.test_what_was_said_before_stays import log_another
from tests.world import World

MAIDEN, NICKNAME = "Plumdeera Ossoway", "Qandy"
SAID = replace(factories.report().victim, aliases=(MAIDEN, NICKNAME))


@pytest.fixture
def called(world: World):
    """An open case whose victim has two further names."""
    return factories.opened(world.caseworker, victim=SAID)


def names_of(case) -> list[str]:
    return list(case.aliases.order_by("pk").values_list("name", flat=True))


def test_each_is_added_to_those_before_and_none_twice(world: World, called):
    log_another(world, called, victim=replace(SAID, name="", aliases=("plumdeera OSSOWAY", "", "?!", "Kandil")))
    assert names_of(called) == [MAIDEN, NICKNAME, "Kandil"]


def test_the_name_itself_is_no_alias(world: World):
    said = replace(SAID, aliases=(str(SAID.name).upper(),))
    assert names_of(factories.logged(world.caseworker, victim=said).case) == []


@pytest.mark.parametrize(("who", "sees"), {"caseworker": True, "partner": True, "outsider": False}.items())
def test_pages_and_api_show_them_to_whoever_sees_who_it_is(world: World, called, who, sees):
    factories.accepted(world.caseworker, world.partner, called, world.services["harbour"], categories=("identity",))
    page = world.page(who).get(f"/cases/{called.reference}/").content.decode()
    assert (MAIDEN in page and NICKNAME in page) == sees
    answer = world.api(who).get(f"/api/v1/cases/{called.reference}/").json()
    shown = answer.get("sections", {}).get("identity", {}).get("aliases", [])
    assert shown == [{"name": MAIDEN}, {"name": NICKNAME}] * sees


def test_they_are_not_shown_with_anything_else(called):
    assert all(type(entry.item) is not Alias for section in project(called, {"contact"}) for entry in section.entries)


def test_the_api_takes_them(world: World):
    contact = factories.draft(world.caseworker)
    body = {"channel": "phone", "happened_at": factories.at(-1).isoformat(), "caller": "victim", "danger": "no"}
    body |= {"kind": "other", "no_step_reason": "advice_given", "victim": {"aliases": [MAIDEN]}}
    path = f"/api/v1/contacts/{contact.reference}/log"
    answer = world.api("caseworker").post(path, body, format="json", headers={"Idempotency-Key": "k" * 16})
    assert (answer.status_code, names_of(contact.case)) == (200, [MAIDEN])


def test_words_to_be_shared_do_not_give_one_away(called):
    assert kinds_in(f"Ask for {NICKNAME}.", protected_values(called)) == ["a name from the case"]


def test_a_version_of_each_is_kept(called):
    held = RecordVersion.objects.filter(record="casework_alias", case_id=called.pk).order_by("pk")
    assert [version.held["name"] for version in held] == [MAIDEN, NICKNAME]
