"""Who has what: a case changes hands by two keys, what is late climbs, somebody covers for who is away."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from accounts.models import Notice
from casework import commands
from casework.models import Absence, Case, NextStep, Rung
from casework.queries import steps_for, workload_for
from tests import factories
from tests.conftest import as_a_worker, events, outcome_of
from tests.factories import at

LISTS = ("mine", "duty", "away", "late")


def offered(world, case, to="colleague", who="caseworker"):
    return commands.offer_case(
        actor=world.people[who], case=case, to=world.people[to], words="Ring on Monday.", now=at()
    )


def listed(world, who, case, whose="mine"):
    return [
        step.kind
        for step in steps_for(world.people[who], whose=whose).steps
        if step.case_id == case.pk and step.kind != "review_risk"
    ]


def climbed(world, hours):
    as_a_worker(commands.climb_steps, actor=world.system, now=at(hours))


def owned(case):
    return Case.objects.get(pk=case.pk).owner


@pytest.fixture
def case(world):
    return factories.unjudged(world.caseworker)


@pytest.fixture
def step(world, case):
    """The one open step of the case: the caseworker's, due in a day, at medium risk."""
    commands.judge_risk(actor=world.caseworker, case=case, level="medium", why="x", now=at())
    then = factories.step("refer", due_at=at(24), owner=world.caseworker)
    for open_step in case.steps.filter(done_at=None, kind="refer"):
        commands.complete_step(actor=world.caseworker, step=open_step, outcome="done", then=then, now=at())
        then = None
    return case.steps.get(done_at=None, kind="refer")


def test_the_first_holder_has_it_until_the_second_takes_it_with_all_that_was_theirs(world, case):
    own = NextStep.objects.filter(case=case, done_at=None).first()
    NextStep.objects.filter(pk=own.pk).update(owner=world.caseworker)
    offer = offered(world, case)
    assert (owned(case), listed(world, "colleague", case)) == (world.caseworker, ["take_over"])
    commands.take_over_case(actor=world.colleague, step=offer, now=at())
    connection.check_constraints()
    own.refresh_from_db()
    assert (owned(case), own.owner) == (world.colleague, world.colleague)
    assert outcome_of(lambda: commands.take_over_case(actor=world.colleague, step=offer, now=at())) == "NotPossibleNow"


@pytest.mark.parametrize(
    ("who", "becomes"),
    {"colleague": "done", "caseworker": "Denied", "supervisor": "Denied", "partner": "NotVisible"}.items(),
)
def test_only_who_was_offered_it_takes_it(world, case, who, becomes):
    offer = offered(world, case)
    assert outcome_of(lambda: commands.take_over_case(actor=world.people[who], step=offer, now=at())) == becomes
    assert (owned(case) == world.colleague) == (becomes == "done")


def test_who_does_not_take_it_says_why_and_whoever_offered_it_decides(world, case):
    page = world.page("colleague")
    offer = offered(world, case)
    assert page.post(f"/offers/{offer.public_id}/", {"why": " "}).status_code == 400
    assert page.post(f"/offers/{offer.public_id}/", {"why": "I am away."}).status_code == 302
    assert owned(case) == world.caseworker
    decide = case.steps.filter(done_at=None, kind="decide_what_next").get()
    assert (decide.owner, decide.note) == (world.caseworker, "I am away.")


def test_it_is_offered_to_one_colleague_at_a_time_who_can_take_it(world, case):
    for to in ("partner", "caseworker"):
        with pytest.raises(ValidationError):
            offered(world, case, to)
    offered(world, case)
    assert outcome_of(lambda: offered(world, case, "supervisor")) == "NotPossibleNow"
    barred = factories.opened(world.caseworker)
    commands.bar_from_case(actor=world.supervisor, case=barred, who=world.colleague, reason="knows_them", now=at())
    with pytest.raises(ValidationError):
        offered(world, barred)


def test_what_is_late_climbs_from_its_owner_to_duty_to_the_supervisors_and_is_said_again(world, case, step):
    rungs = []
    for hours in (23, 27, 29, 47, 49, 60, 75):
        climbed(world, hours)
        step.refresh_from_db()
        rungs.append(step.rung)
    assert rungs == ["worker", "worker", "duty", "duty", "supervisor", "supervisor", "supervisor"]
    assert step.owner == world.caseworker
    assert [listed(world, "supervisor", case, whose) for whose in LISTS] == [[], ["refer"], [], ["refer"]]
    late = Notice.objects.filter(kind="step_late", reference=case.reference)
    told = list(late.order_by("pk").values_list("recipient__name", flat=True))
    owner, supervisor = world.caseworker.name, world.supervisor.name
    assert sorted(told) == sorted([owner, owner, supervisor, owner, supervisor])
    climbs = [e.detail["after"] for e in events("casework.climb_steps") if e.subject_id == step.pk and e.case_id]
    assert sorted(climbs) == ["duty", "supervisor", "supervisor"]


def test_at_high_risk_it_climbs_sooner_and_stands_higher(world, case, step):
    other = factories.unjudged(world.caseworker)
    commands.judge_risk(actor=world.caseworker, case=other, level="standard", why="x", now=at())
    NextStep.objects.filter(case=other, done_at=None, kind="refer").update(
        owner=world.caseworker, due_at=at(20), urgent_at=at(19.9)
    )
    assert steps_for(world.caseworker).steps[0] == step  # due in 24 hours less 8, and the other in 20
    commands.judge_risk(actor=world.caseworker, case=other, level="high", why="x", now=at())
    assert steps_for(world.caseworker).steps[0].case_id == other.pk
    climbed(world, 24.9)
    assert NextStep.objects.get(pk=step.pk).rung == Rung.WORKER


def test_a_settled_step_climbs_no_more_in_the_transaction_that_settles_it(world, case, step):
    then = factories.step("decide_what_next", due_at=at(24 * 300), owner=world.caseworker)
    commands.complete_step(actor=world.caseworker, step=step, outcome="done", then=then, now=at())
    climbed(world, 24 * 10)
    step.refresh_from_db()
    told = Notice.objects.filter(kind="step_late", reference=case.reference)
    assert (step.rung, step.climbs_at > step.done_at, told.exists()) == ("worker", True, False)


def test_no_supervisor_is_told_to_whom_the_case_is_shut(world, case, step):
    by = {"barred_at": at(), "barred_by": world.senior}
    case.bars.create(worker=world.supervisor, reason="knows_them", **by)
    for hours in (29, 49):
        climbed(world, hours)
    assert {notice.recipient for notice in Notice.objects.filter(kind="step_late")} == {world.caseworker}


def test_whoever_is_on_duty_takes_a_step_and_a_case_that_nobody_has(world, case, step):
    Case.objects.filter(pk=case.pk).update(owner=None)
    NextStep.objects.filter(pk=step.pk).update(owner=None)
    assert listed(world, "colleague", case, "duty") == ["refer"]
    assert world.page("colleague").post(f"/steps/{step.public_id}/take/").status_code == 302
    assert (owned(case), listed(world, "colleague", case), listed(world, "colleague", case, "duty")) == (
        world.colleague,
        ["refer"],
        [],
    )
    assert world.page("supervisor").post(f"/steps/{step.public_id}/take/").status_code == 409


@pytest.mark.parametrize(("cover", "whose"), [("colleague", "mine"), (None, "away")])
def test_while_somebody_is_away_a_colleague_or_the_post_on_duty_sees_what_is_theirs(world, case, step, cover, whose):
    assert listed(world, "colleague", case, whose) == []
    by = {"worker": world.caseworker, "covered_by": world.people[cover] if cover else None}
    absence = commands.note_absence(actor=world.supervisor, begins_at=at(-1), until=at(5), now=at(), **by)
    assert listed(world, "colleague", case, whose) == ["refer"]
    assert (NextStep.objects.get(pk=step.pk).owner, listed(world, "caseworker", case)) == (world.caseworker, ["refer"])
    assert world.page("supervisor").post(f"/absences/{absence.public_id}/end/").status_code == 302
    assert listed(world, "colleague", case, whose) == []


@pytest.mark.parametrize(
    ("who", "becomes"),
    {"caseworker": "done", "supervisor": "done", "colleague": "Denied", "partner_supervisor": "Denied"}.items(),
)
def test_one_says_of_oneself_that_one_is_away_and_a_supervisor_of_others(world, who, becomes):
    said = {"worker": world.caseworker, "begins_at": at(), "until": at(5), "covered_by": None}
    assert outcome_of(lambda: commands.note_absence(actor=world.people[who], now=at(), **said)) == becomes
    assert Absence.objects.exists() == (becomes == "done")


def test_the_workload_says_who_has_how_much_and_what_is_late_and_nothing_of_whom(world, case, step):
    NextStep.objects.filter(pk=step.pk).update(due_at=at(-1), urgent_at=at(-2))
    loads = {load.worker: load for load in workload_for(actor=world.supervisor, now=timezone.now())}
    mine = loads[world.caseworker]
    own = Case.objects.filter(owner=world.caseworker, status="open").count()
    assert (mine.cases, mine.steps > mine.late, mine.late) == (own, True, 1)
    assert loads[world.colleague].cases == 0
    page = world.page("supervisor").get("/workload/")
    assert (page.status_code, case.reference in page.text, world.caseworker.name in page.text) == (200, False, True)
    assert outcome_of(lambda: workload_for(actor=world.caseworker, now=at())) == "Denied"
