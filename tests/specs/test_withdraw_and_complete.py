"""Withdraw and complete: what was shared ends in that moment, what rests on another decision stays."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from accounts.authorization import NotPossibleNow, NotVisible
from casework.commands import end_sharing
from casework.models import GroupGrant
from casework.policy import categories_for, visible_cases
from casework.queries import read_case
from referrals.commands import accept_referral, complete_referral, withdraw_referral
from referrals.queries import inbox_for, read_referral
from tests import factories
from tests.conftest import events, outcome_of
from tests.factories import at

SHARED = {"identity", "contact", "risk", "narrative"}


def withdraw(actor, referral):
    return withdraw_referral(actor=actor, referral=referral, reason="not_needed", now=at())


def complete(actor, referral, outcome_code="supported"):
    return complete_referral(
        actor=actor, referral=referral, outcome_code=outcome_code, as_wanted="yes", outcome="She is safe.", now=at()
    )


@pytest.fixture
def second(world, accepted):
    """Another referral of the same case, to another service of Harbour, for which they see other categories."""
    service = factories.another_service(world, "harbour")
    return factories.accepted(
        world.caseworker, world.partner, accepted.case, service, categories=("needs", "risk", "location")
    )


@pytest.mark.parametrize(("who", "act"), [("caseworker", withdraw), ("partner", complete)])
def test_the_partner_sees_nothing_of_the_case_from_that_moment(world, accepted, who, act):
    act(world.people[who], accepted)
    assert not visible_cases(world.partner).exists()
    assert categories_for(world.partner, accepted.case) == frozenset()
    with pytest.raises(NotVisible):
        read_case(actor=world.partner, reference=accepted.case.reference, purpose="casework")


@pytest.mark.parametrize(("who", "act"), [("caseworker", withdraw), ("partner", complete)])
def test_the_front_door_goes_on_seeing_its_case_and_owns_the_next_step(world, accepted, who, act):
    ended = act(world.people[who], accepted)
    connection.check_constraints()
    step = ended.follow_up
    assert len(categories_for(world.colleague, accepted.case)) == 9
    assert (step.kind, step.owner, step.done_at, step.waits_for) == ("decide_what_next", world.caseworker, None, None)
    assert step.due_source == "decide_what_next"


@pytest.mark.parametrize(("who", "act"), [("caseworker", withdraw), ("partner", complete)])
def test_another_share_of_the_case_to_the_same_agency_stays(world, accepted, second, who, act):
    act(world.people[who], accepted)
    assert list(visible_cases(world.partner)) == [accepted.case]
    assert categories_for(world.partner, accepted.case) == {"needs", "risk", "location"}


def test_two_shares_show_what_either_shows(world, accepted, second):
    assert categories_for(world.partner, accepted.case) == SHARED | {"needs", "location"}


def test_a_case_shared_twice_and_ended_twice_is_gone(world, accepted, second):
    withdraw(world.caseworker, accepted)
    withdraw(world.caseworker, second)
    assert not visible_cases(world.partner).exists()


@pytest.mark.parametrize("act", [withdraw, lambda actor, item: complete(item.answered_by, item)])
def test_what_has_ended_can_be_shared_again(world, accepted, act):
    act(world.caseworker, accepted)
    again = factories.accepted(world.caseworker, world.partner, accepted.case, world.services["harbour"])
    assert categories_for(world.partner, again.case) == SHARED


def test_ended_grants_are_kept_so_that_it_can_be_told_what_was_seen(world, accepted):
    withdraw(world.caseworker, accepted)
    kept = GroupGrant.objects.filter(sharing=accepted.decision)
    assert kept.count() == 5
    assert not kept.filter(valid_until=None).exists()


def test_the_decision_says_who_ended_it_and_when(world, accepted):
    withdrawn = withdraw(world.supervisor, accepted)
    decision = withdrawn.decision
    decision.refresh_from_db()
    assert (decision.ended_by, decision.ended_at) == (world.supervisor, withdrawn.ended_at)


def test_a_draft_is_withdrawn_without_a_word_to_anybody(world, case):
    draft = factories.drafted(world.caseworker, case, world.services["harbour"])
    withdraw(world.caseworker, draft)
    assert case.steps.count() == 3  # as before: to refer, twice, and to assess the risk again
    with pytest.raises(NotVisible):
        accept_referral(actor=world.partner, referral=draft, now=at())


def test_one_that_is_not_yet_answered_is_gone_for_the_partner_once_it_is_withdrawn(world, sent):
    withdraw(world.caseworker, sent)
    with pytest.raises(NotVisible):
        accept_referral(actor=world.partner, referral=sent, now=at())
    with pytest.raises(NotVisible):
        read_referral(actor=world.partner, reference=sent.reference)
    assert not visible_cases(world.partner).exists()
    assert inbox_for(actor=world.partner).referrals == []


@pytest.mark.parametrize(
    ("who", "becomes"),
    {
        "caseworker": "done",
        "colleague": "done",
        "supervisor": "done",
        "auditor": "Denied",
        "partner": "Denied",
        "partner_supervisor": "Denied",
        "officer": "NotVisible",
        "outsider": "NotVisible",
    }.items(),
)
def test_only_the_sender_withdraws(world, accepted, who, becomes):
    assert outcome_of(lambda: withdraw(world.people[who], accepted)) == becomes
    assert visible_cases(world.partner).exists() == (becomes != "done")


@pytest.mark.parametrize(
    ("who", "becomes"),
    {
        "caseworker": "Denied",
        "colleague": "Denied",
        "supervisor": "Denied",
        "auditor": "Denied",
        "partner": "done",
        "partner_supervisor": "done",
        "officer": "NotVisible",
        "outsider": "NotVisible",
    }.items(),
)
def test_only_whoever_took_it_on_completes(world, accepted, who, becomes):
    assert outcome_of(lambda: complete(world.people[who], accepted)) == becomes
    assert visible_cases(world.partner).exists() == (becomes != "done")


def test_it_is_not_completed_without_saying_how_it_ended(world, accepted):
    with pytest.raises(ValidationError) as error:
        complete(world.partner, accepted, outcome_code="")
    assert set(error.value.message_dict) == {"outcome_code"}
    assert categories_for(world.partner, accepted.case) == SHARED


@pytest.mark.parametrize("act", [withdraw, lambda actor, item: complete(item.answered_by, item)])
def test_what_has_ended_does_not_end_again(world, accepted, act):
    withdraw(world.caseworker, accepted)
    with pytest.raises(NotPossibleNow):
        act(world.caseworker, accepted)


def test_a_share_that_has_ended_does_not_end_again(world, accepted):
    end_sharing(actor=world.caseworker, decision=accepted.decision, now=at())
    with pytest.raises(NotPossibleNow):
        end_sharing(actor=world.supervisor, decision=accepted.decision, now=at())


@pytest.mark.parametrize(
    ("who", "becomes"),
    {
        "caseworker": "done",
        "supervisor": "done",
        "auditor": "Denied",
        "partner": "done",
        "officer": "NotVisible",
        "outsider": "NotVisible",
    }.items(),
)
def test_either_side_ends_a_share_and_nobody_else(world, accepted, who, becomes):
    actor = world.people[who]
    assert outcome_of(lambda: end_sharing(actor=actor, decision=accepted.decision, now=at())) == becomes
    assert visible_cases(world.partner).exists() == (becomes != "done")


def test_ending_a_referral_and_its_share_are_both_recorded(world, accepted):
    withdraw(world.supervisor, accepted)
    ended, withdrawn = events("casework.end_sharing"), events("referrals.withdraw_referral")
    assert [(e.actor_id, e.case_id) for e in ended] == [(world.supervisor.pk, accepted.case_id)]
    assert ended[0].categories == sorted(SHARED)
    assert [e.detail for e in withdrawn] == [{"before": "accepted", "after": "withdrawn", "reason_code": "not_needed"}]


def test_a_share_is_gone_in_its_second_by_the_clock_of_the_database(world, accepted):
    assert list(visible_cases(world.partner)) == [accepted.case]
    grants = GroupGrant.objects.filter(sharing=accepted.decision)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE casework_groupgrant SET valid_until = statement_timestamp() WHERE sharing_id = %s",
            [accepted.decision_id],
        )
    assert not visible_cases(world.partner).exists()
    assert categories_for(world.partner, accepted.case) == frozenset()
    assert grants.count() == 5


def test_one_category_may_end_before_the_others(world, accepted):
    GroupGrant.objects.filter(sharing=accepted.decision, permission__codename="view_risk").update(valid_until=at(-1))
    assert categories_for(world.partner, accepted.case) == SHARED - {"risk"}


def test_without_the_grant_to_know_of_the_case_the_others_show_nothing(world, accepted):
    GroupGrant.objects.filter(sharing=accepted.decision, permission__codename="view_case").update(valid_until=at(-1))
    assert categories_for(world.partner, accepted.case) == frozenset()


def test_a_decision_that_ran_out_before_the_answer_shares_nothing(world, case):
    sent = factories.sent(world.caseworker, case, world.services["harbour"], until=at(1))
    with pytest.raises(NotPossibleNow):
        accept_referral(actor=world.partner, referral=sent, now=at(1.1))
    sent.refresh_from_db()
    assert (sent.status, visible_cases(world.partner).count()) == ("sent", 0)


def test_work_whose_share_ran_out_can_still_be_completed(world, accepted):
    GroupGrant.objects.filter(sharing=accepted.decision).update(valid_until=at(-1))
    assert complete(world.partner, accepted).status == "completed"
