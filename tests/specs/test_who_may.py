"""Who may is decided in one place: everything that is not said is no, and nothing can be said twice."""

import pytest

from accounts.authorization import reach, rule, visible
from accounts.models import Agency, Partnership
from casework.models import Case
from casework.policy import visible_cases
from tests.world import World


def test_a_record_of_a_kind_without_a_reach_is_seen_by_nobody(world: World):
    assert not visible(world.supervisor, Partnership.objects.get())


def test_neither_a_rule_nor_a_reach_can_be_said_twice():
    with pytest.raises(ValueError, match="has a rule already"):
        rule("casework.view_case")(lambda user, case: True)
    with pytest.raises(ValueError, match="has a definition of reach already"):
        reach(Case)(visible_cases)


def test_who_takes_part_is_known_to_all_of_one_partnership(world: World):
    assert all(visible(world.outsider, agency) for agency in Agency.objects.all())
