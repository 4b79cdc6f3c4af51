"""Partner accepts a referral: the addressed agency takes the work on, and only then sees the case."""

import pytest
from django.db import connection

from accounts.authorization import Denied, NotPossibleNow, NotVisible
from casework.categories import Category
from casework.policy import categories_for, visible_cases
from referrals.commands import accept_referral
from referrals.states import ReferralStatus
from tests.conftest import events
from tests.factories import at
from tests.world import World


def test_before_accepting_the_partner_cannot_see_the_case(world, sent):
    assert not visible_cases(world.partner).exists()


def test_accepting_opens_the_case_to_the_partner(world, sent):
    accept_referral(actor=world.partner, referral=sent, now=at())
    assert list(visible_cases(world.partner)) == [sent.case]
    assert categories_for(world.partner, sent.case) == {
        Category.IDENTITY,
        Category.CONTACT,
        Category.RISK,
        Category.NARRATIVE,
    }


def test_it_cannot_be_accepted_twice(world, sent):
    accept_referral(actor=world.partner, referral=sent, now=at())
    with pytest.raises(NotPossibleNow):
        accept_referral(actor=world.partner, referral=sent, now=at())


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("caseworker", Denied), ("supervisor", Denied), ("outsider", NotVisible), ("officer", NotVisible)],
)
def test_only_the_addressed_agency_can_accept(world: World, sent, who, refusal):
    with pytest.raises(refusal):
        accept_referral(actor=world.people[who], referral=sent, now=at())
    sent.refresh_from_db()
    assert sent.status == ReferralStatus.SENT
    assert not visible_cases(world.people["outsider"]).exists()


def test_both_the_acceptance_and_the_sharing_are_recorded(world, sent):
    accept_referral(actor=world.partner, referral=sent, now=at())
    accepted = events("referrals.accept_referral")
    began = events("casework.begin_sharing")
    assert {event.actor_id for event in [*accepted, *began]} == {world.partner.pk}
    assert [event.case_id for event in began] == [sent.case_id]
    assert began[0].categories == ["contact", "identity", "narrative", "risk"]


def test_the_work_then_belongs_to_whoever_accepted_it_with_a_due_time(world, sent):
    accepted = accept_referral(actor=world.partner, referral=sent, now=at())
    connection.check_constraints()
    assert (accepted.owner, accepted.owner_agency) == (world.partner, world.agencies["harbour"])
    assert accepted.due_at > at()
    assert accepted.due_source == "first_contact"
