"""Somebody always owns the next step: whatever is done in whatever order, no open case is without, and no closed one
keeps anybody waiting; a burglary never closes unoffered, nor a high risk by one person alone."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.authorization import Denied, NotPossibleNow, NotVisible
from accounts.commands import end_worker
from casework import commands
from casework.models import Case, NextStep, standing_level
from casework.plans import ClosingPlan
from referrals import commands as referrals
from referrals.models import Referral
from tests import factories
from tests.conftest import as_a_worker
from tests.factories import at
from tests.world import administrator_of

REFUSED = (Denied, NotPossibleNow, NotVisible, ValidationError)
KINDS = ["domestic_abuse", "burglary"]
FRONT = ["caseworker", "colleague", "supervisor", "senior"]


def first(case, **of):
    return case.steps.filter(done_at=None, **of).order_by("pk").first()


def settle(world, case, who, n):
    step = case.steps.filter(done_at=None).order_by("pk")[n % 2 : n % 2 + 1].first() or first(case)
    then = factories.step("decide_what_next", owner=who) if n % 3 else None
    factories.settled(who, step, then)


def contact(world, case, who, n):
    draft = commands.start_contact(actor=who, case=case, now=at())
    more = {"no_step_reason": "advice_given"} if n % 2 else {}
    said = factories.report(kind=case.kind, routes=(), victim=None, address=None, alleged_name="", **more)
    commands.log_contact(actor=who, contact=draft, report=said, now=at())


def close(world, case, who, n):
    outcome = "no_visit" if case.kind == "burglary" else "advice"
    commands.close_case(actor=who, case=case, plan=ClosingPlan(outcome, "given", "It ended."), now=at())


def answer_closing(world, case, who, n):
    closing = case.closings.filter(answered_at=None).first()
    if closing and n % 3:
        commands.agree_to_closing(actor=who, closing=closing, now=at())
    elif closing:
        commands.turn_down_closing(actor=who, closing=closing, why="Not yet.", now=at())


def answer_offer(world, case, who, n):
    offer = first(case, kind="take_over")
    if offer and n % 2:
        commands.take_over_case(actor=who, step=offer, now=at())
    elif offer:
        commands.turn_down_case(actor=who, step=offer, why="I am away.", now=at())


def partner(world, case, who, n):
    referral = Referral.objects.filter(case=case).order_by("-pk").first()
    acts = {"accept_referral": {}, "decline_referral": {"reason": "no_capacity", "note": ""}, "complete_referral": {}}
    name = list(acts)[n % 3]
    more = (
        {"outcome_code": "supported", "as_wanted": "yes", "outcome": "Done."}
        if name == "complete_referral"
        else acts[name]
    )
    if referral:
        getattr(referrals, name)(actor=world.partner, referral=referral, now=at(), **more)


def withdraw(world, case, who, n):
    referral = Referral.objects.filter(case=case).order_by("-pk").first()
    if referral:
        referrals.withdraw_referral(actor=who, referral=referral, reason="not_needed", now=at())


def leaves(world):
    end_worker(actor=world.other_administrator, worker=world.colleague, now=at())


ACTS = {
    "settles a step": settle,
    "takes a contact": contact,
    "judges the risk": lambda world, case, who, n: commands.judge_risk(
        actor=who, case=case, level=["standard", "medium", "high"][n % 3], why="So it is.", now=at()
    ),
    "closes": close,
    "answers that": answer_closing,
    "opens again": lambda world, case, who, n: commands.reopen_case(
        actor=who, case=case, step=factories.step("call_back", owner=who), now=at()
    ),
    "offers it": lambda world, case, who, n: commands.offer_case(
        actor=who, case=case, to=world.people[FRONT[n % 4]], words="", now=at()
    ),
    "answers the offer": answer_offer,
    "takes a step": lambda world, case, who, n: (
        commands.take_step(actor=who, step=first(case), now=at()) if first(case) else None
    ),
    "refers": lambda world, case, who, n: factories.sent(who, case, world.services["harbour"]),
    "answers it": partner,
    "withdraws it": withdraw,
    "leaves": lambda world, case, who, n: end_worker(
        actor=world.people["other_administrator"], worker=world.colleague, now=at()
    ),
    "time passes": lambda world, case, who, n: as_a_worker(commands.climb_steps, actor=world.system, now=at(n)),
}
STORIES = st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.sampled_from(FRONT), st.integers(0, 60)), max_size=14)


def nobody_falls_through(case):
    connection.check_constraints()
    fresh = Case.objects.get(pk=case.pk)
    waiting = list(NextStep.objects.filter(case=case, done_at=None).select_related("owner"))
    if fresh.status == "closed":
        closing = fresh.closings.filter(agreed=True).latest("answered_at")
        newest = standing_level(fresh)
        assert waiting == []
        assert newest is None or newest.level != "high" or closing.asked_by != closing.answered_by
        assert fresh.kind != "burglary" or fresh.steps.filter(kind="offer_visit", outcome="visit_declined").exists()
        return
    assert waiting
    assert all(step.due_at and step.owner_agency_id and step.climbs_at for step in waiting)
    assert all(step.owner.is_active if step.owner else step.rung != "worker" for step in waiting)
    assert all(step.urgent_at <= step.due_at for step in waiting)


@pytest.fixture
def cases(world):
    administrator_of(world, "front_door")
    return {kind: factories.unjudged(world.caseworker, kind=kind) for kind in KINDS}


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(kind=st.sampled_from(KINDS), story=STORIES)
def test_no_sequence_of_acts_leaves_an_open_case_without_an_owner_and_a_due_time(world, cases, kind, story):
    case = cases[kind]
    with transaction.atomic():
        for act, who, n in story:
            try:
                with transaction.atomic():
                    ACTS[act](world, Case.objects.get(pk=case.pk), world.people[who], n)
            except REFUSED:
                continue
            nobody_falls_through(case)
        transaction.set_rollback(True)


def test_the_acts_do_reach_every_end(world, cases):
    """What the stories are made of can close a case of either kind, and open it again: else they would say nothing."""
    for kind, case in cases.items():
        get = lambda case=case: Case.objects.get(pk=case.pk)  # noqa: E731
        ACTS["judges the risk"](world, get(), world.caseworker, 1)
        for _ in range(6):
            while step := first(case, kind__in=["refer", "offer_visit", "call_back"]):
                factories.settled(world.caseworker, step, factories.step("decide_what_next"))
        ACTS["closes"](world, get(), world.caseworker, 1)
        nobody_falls_through(case)
        assert get().status == "closed", kind
        ACTS["takes a contact"](world, get(), world.caseworker, 0)
        nobody_falls_through(case)
        assert get().status == "open"
