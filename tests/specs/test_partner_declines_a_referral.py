"""Partner declines a referral: it is never just over; the case is back with its front door, owned and due."""

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.authorization import NotPossibleNow
from casework.models import GroupGrant
from casework.policy import categories_for, visible_cases
from referrals.commands import accept_referral, decline_referral
from referrals.queries import inbox_for
from tests import factories
from tests.conftest import events, outcome_of
from tests.factories import at


def decline(actor, referral, reason="no_capacity"):
    return decline_referral(actor=actor, referral=referral, reason=reason, note="Full until May.", now=at())


def test_the_case_comes_back_with_a_next_step_that_its_sender_owns(world, sent):
    declined = decline(world.partner, sent)
    connection.check_constraints()
    step = declined.follow_up
    assert (step.kind, step.owner, step.owner_agency) == (
        "find_another_service",
        world.caseworker,
        world.agencies["front_door"],
    )
    assert (step.due_source, step.waits_for, step.done_at) == ("declined_referral", None, None)
    assert at(3.9) < step.due_at <= at(4)


def test_the_step_that_waited_for_the_answer_is_settled_by_it(world, sent):
    decline(world.partner, sent)
    waited = sent.follow_up
    waited.refresh_from_db()
    assert (waited.outcome, waited.done_by) == ("done", world.partner)


def test_all_of_it_happens_or_nothing_does(world, sent, monkeypatch):
    monkeypatch.setattr("referrals.commands.following.answer_step", lambda **given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        decline(world.partner, sent)
    sent.refresh_from_db()
    sent.decision.refresh_from_db()
    assert (sent.status, sent.decision.ended_at) == ("sent", None)
    assert events("referrals.decline_referral") == []


def test_nothing_was_shared_and_nothing_ever_will_be(world, sent):
    declined = decline(world.partner, sent)
    assert not visible_cases(world.partner).exists()
    assert categories_for(world.partner, sent.case) == frozenset()
    assert not GroupGrant.objects.filter(sharing=declined.decision).exists()
    declined.decision.refresh_from_db()
    assert (declined.decision.began_at, declined.decision.ended_by) == (None, world.partner)


def test_it_says_why_who_and_when(world, sent):
    declined = decline(world.partner, sent, "risk_too_high")
    assert (declined.decline_reason, declined.decline_note) == ("risk_too_high", "Full until May.")
    assert declined.answered_by == declined.ended_by == world.partner
    assert declined.answered_at == declined.ended_at is not None


@pytest.mark.parametrize("reason", ["", "because"])
def test_without_a_reason_from_the_list_it_is_not_declined(world, sent, reason):
    with pytest.raises(IntegrityError), transaction.atomic():
        decline(world.partner, sent, reason)
    sent.refresh_from_db()
    assert sent.status == "sent"


def test_it_leaves_the_inbox(world, sent):
    decline(world.partner, sent)
    assert inbox_for(actor=world.partner).referrals == []


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
def test_only_the_agency_asked_declines(world, sent, who, becomes):
    assert outcome_of(lambda: decline(world.people[who], sent)) == becomes
    sent.refresh_from_db()
    assert sent.status == ("declined" if becomes == "done" else "sent")


@pytest.mark.parametrize("act", [decline, lambda actor, item: accept_referral(actor=actor, referral=item, now=at())])
def test_an_answer_is_final(world, sent, act):
    decline(world.partner, sent)
    with pytest.raises(NotPossibleNow):
        act(world.partner, sent)
    assert not visible_cases(world.partner).exists()


def test_one_that_was_taken_on_is_not_declined_any_more(world, accepted):
    with pytest.raises(NotPossibleNow):
        decline(world.partner, accepted)
    assert list(visible_cases(world.partner)) == [accepted.case]


def test_the_same_service_may_be_asked_again(world, sent):
    decline(world.partner, sent)
    assert factories.sent(world.caseworker, sent.case, world.services["harbour"]).status == "sent"


def test_the_reason_is_recorded_and_the_note_is_not(world, sent):
    decline(world.partner, sent)
    (event,) = events("referrals.decline_referral")
    assert (event.actor_id, event.case_id) == (world.partner.pk, sent.case_id)
    assert event.detail == {"before": "sent", "after": "declined", "reason_code": "no_capacity"}
