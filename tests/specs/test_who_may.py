"""Who may is decided in one place: everything that is not said is no, and nothing can be said twice."""

import pytest

from accounts.authorization import can, reach, rule, visible
from accounts.models import Agency, Partnership
from accounts.roles import PERMISSIONS, Role
from casework.models import Case
from casework.policy import visible_cases
from tests.conftest import World


def test_a_permission_without_a_rule_is_denied_whatever_the_role(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(PERMISSIONS, Role.SUPERVISOR, frozenset({"casework.fly_to_the_moon"}))
    assert not can(world.supervisor, "casework.fly_to_the_moon")


def test_a_record_of_a_kind_without_a_reach_is_seen_by_nobody(world: World):
    assert not visible(world.supervisor, Partnership.objects.get())


def test_somebody_who_left_may_do_nothing(world: World, case: Case):
    assert can(world.caseworker, "casework.view_case", case)
    world.caseworker.is_active = False
    assert not can(world.caseworker, "casework.view_case", case)


def test_neither_a_rule_nor_a_reach_can_be_said_twice():
    with pytest.raises(ValueError, match="has a rule already"):
        rule("casework.view_case")(lambda user, case: True)
    with pytest.raises(ValueError, match="has a definition of reach already"):
        reach(Case)(visible_cases)


def test_who_takes_part_is_known_to_all_of_one_partnership(world: World):
    assert all(visible(world.outsider, agency) for agency in Agency.objects.all())
