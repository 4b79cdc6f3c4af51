"""By which gates a case goes to the meeting on high risk (MARAC), and that a repeat is always referred back."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from casework import commands
from casework.models import Case, Gate, MaracReferral, NextStep, RiskRule, StepKind
from casework.plans import ClosingPlan
from casework.queries import read_why
from casework.queries.risk import months_before
from tests import factories
from tests.conftest import as_a_worker, events, outcome_of
from tests.factories import FOURTEEN, assessed, at, flagged
from tests.world import World


def why_of(world: World, case: Case, who: str = "caseworker"):
    return read_why(actor=world.people[who], reference=case.reference, now=at())


def open_gates(world: World, case: Case) -> set[str]:
    return {gate.gate for gate in why_of(world, case).gates if gate.is_open}


def told_again(world: World, case: Case, who: str = "colleague", **more):
    contact = commands.start_contact(actor=world.people[who], case=case, now=at())
    said = factories.report(routes=(), victim=None, address=None, alleged_name="", **more)
    return commands.log_contact(actor=world.people[who], contact=contact, report=said, now=at())


@pytest.fixture
def fresh(world: World) -> Case:
    return factories.logged(world.caseworker).case


def test_each_gate_opens_by_itself_and_says_why(world: World, fresh):
    assert open_gates(world, fresh) == set()
    assert [gate.gate for gate in why_of(world, fresh).gates] == list(Gate)
    assert all(gate.why for gate in why_of(world, fresh).gates)
    commands.judge_risk(actor=world.caseworker, case=fresh, level="high", why="A knife.", now=at())
    assert open_gates(world, fresh) == {Gate.JUDGEMENT}
    assessed(world.caseworker, fresh, FOURTEEN)
    assert open_gates(world, fresh) == {Gate.JUDGEMENT, Gate.SCORE}


@pytest.mark.parametrize(("calls", "told", "is_open"), [(1, 0, False), (1, 3, True), (2, 2, False), (3, 0, True)])
def test_three_reported_incidents_in_twelve_months_are_an_escalation(world: World, fresh, calls, told, is_open):
    assessed(world.caseworker, fresh, call_outs=told)
    for _ in range(calls - 1):
        told_again(world, fresh)
    assert (Gate.ESCALATION in open_gates(world, fresh)) == is_open
    assert why_of(world, fresh).counts.contacts == calls


def test_how_many_a_partnership_says_itself(world: World, fresh):
    shipped = RiskRule.objects.get(code="marac")
    ours = {"content": shipped.content | {"incidents": 1}, "source": "Local protocol", "valid_from": at().date()}
    RiskRule.objects.create(code="marac", partnership=fresh.partnership, **ours)
    assert open_gates(world, fresh) == {Gate.ESCALATION}


@pytest.mark.parametrize(
    ("definition", "markers", "is_open"),
    [("current", (), True), ("older", (), False), ("older", ("stalking",), True), ("current", ("injury",), True)],
)
def test_a_repeat_goes_by_either_definition_and_shows_both(world: World, fresh, definition, markers, is_open):
    rule = RiskRule.objects.get(code="marac")
    RiskRule.objects.create(
        code="marac",
        partnership=fresh.partnership,
        content=rule.content | {"definition": definition},
        source="x",
        valid_from=at().date(),
    )
    flagged(world.caseworker, fresh, days=0)
    assert Gate.REPEAT not in open_gates(world, fresh)
    told_again(world, fresh, markers=markers)
    (repeat,) = [gate for gate in why_of(world, fresh).gates if gate.gate == Gate.REPEAT]
    assert repeat.is_open == is_open
    assert f"any abuse, 1; what would be criminal, {len(markers)}" in repeat.why


def test_a_pair_is_flagged_for_twelve_months_and_no_longer(world: World, fresh):
    for days, is_flagged in ((400, False), (364, True)):
        flagged(world.caseworker, fresh, days)
        told_again(world, fresh)
        assert fresh.steps.filter(kind=StepKind.REFER_BACK).exists() == is_flagged


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 11, 27), 12, date(2025, 11, 27)),
        (date(2028, 2, 29), 12, date(2027, 2, 28)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 15), 3, date(2025, 10, 15)),
    ],
)
def test_months_are_counted_by_the_calendar(day, months, before):
    assert months_before(day, months) == before


def test_a_referral_is_noted_by_the_holder_of_the_case_and_pulls_the_review_forward(world: World, accepted):
    case = accepted.case
    for who, becomes in {
        "partner": "Denied",
        "officer": "NotVisible",
        "auditor": "Denied",
        "colleague": "done",
    }.items():
        assert outcome_of(lambda: flagged(world.people[who], case)) in {becomes, "NotVisible"}  # noqa: B023
    (noted,) = MaracReferral.objects.all()
    assert (noted.noted_by, noted.gate) == (world.colleague, "judgement")
    (review,) = case.steps.filter(kind=StepKind.REVIEW_RISK, done_at=None)
    assert review.note == "Referred to MARAC"
    another = factories.opened(world.caseworker).parties.get(role="alleged")
    said = {"alleged": noted.alleged, "referred_on": at().date(), "gate": "judgement"}
    for wrong in ({"alleged": another}, {"referred_on": at(48).date()}, {"gate": "open"}):
        with pytest.raises(ValidationError) as refused:
            commands.note_marac(actor=world.colleague, case=case, now=at(), **said | wrong)
        assert list(refused.value.message_dict) == list(wrong)


def hidden(world: World) -> Case:
    """A flagged case that is sealed: the colleague and the supervisor's partners do not find it."""
    case = factories.opened(world.caseworker)
    flagged(world.caseworker, case)
    named = [world.supervisor, world.caseworker]
    commands.seal_case(actor=world.supervisor, case=case, workers=named, reason="honour_based", now=at())
    return case


def looked_for(world: World, case: Case) -> None:
    as_a_worker(commands.find_repeats, actor=world.system, case_id=case.pk, now=at())


def test_where_a_worker_may_not_know_of_the_flag_its_holder_gets_the_step_and_they_learn_nothing(world: World):
    flag = hidden(world)
    contact = factories.logged(world.colleague)
    looked_for(world, contact.case)
    (step,) = NextStep.objects.filter(kind=StepKind.REFER_BACK)
    assert (step.case, step.owner, step.opened_by) == (flag, None, world.system)
    assert contact.case.reference not in step.note
    seen = [event.subject_id for event in events("casework.find_repeats", case_id=flag.pk)]
    assert seen == [step.pk]
    body = world.api("colleague").get(f"/api/v1/cases/{contact.case.reference}/").json()
    assert StepKind.REFER_BACK not in {each["kind"] for each in body["held"]["steps"]}
    assert world.api("colleague").get(f"/api/v1/cases/{flag.reference}/risk").status_code == 404


def test_a_flagged_case_that_was_closed_is_opened_again_for_its_holder(world: World):
    flag = factories.unjudged(world.caseworker)
    commands.judge_risk(actor=world.caseworker, case=flag, level="medium", why="As she said.", now=at())
    flagged(world.caseworker, flag)
    flag.steps.filter(done_at=None).update(done_at=at(), done_by=world.caseworker, outcome="done")
    flag.steps.create(
        kind="other",
        owner_agency=flag.agency,
        due_at=at(1),
        due_source="worker",
        opened_at=at(),
        opened_by=world.caseworker,
    )
    plan = ClosingPlan("supported", "given", "She is safe.")
    commands.close_case(actor=world.caseworker, case=flag, plan=plan, now=at())
    looked_for(world, factories.logged(world.colleague).case)
    flag.refresh_from_db()
    assert (flag.status, flag.owner) == ("open", None)
    waiting = flag.steps.filter(done_at=None).order_by("kind").values_list("kind", flat=True)
    assert list(waiting) == [StepKind.REFER_BACK, StepKind.REVIEW_RISK]


@pytest.mark.parametrize("how", ["another victim", "another alleged", "told apart"])
def test_nobody_elses_case_is_referred_back(world: World, how):
    flag = hidden(world)
    more = {
        "another victim": {"victim": None, "routes": (), "address": None},
        "another alleged": {"alleged_name": "Somebody Else"},
    }.get(how, {})
    contact = factories.logged(world.supervisor, **more)
    if how == "told apart":
        mine, theirs = (case.parties.get(role="victim") for case in (contact.case, flag))
        commands.tell_apart(actor=world.supervisor, party=mine, other=theirs, reason="Sisters.", now=at())
    looked_for(world, contact.case)
    assert not NextStep.objects.filter(kind=StepKind.REFER_BACK).exists()


def test_a_case_of_somebody_linked_is_found_although_nothing_else_agrees(world: World):
    flag = factories.opened(world.caseworker)
    flagged(world.caseworker, flag)
    contact = factories.logged(world.colleague, victim=None, routes=(), alleged_name="")
    assert contact.case.parties.filter(role="victim").exists()
    mine, theirs = (case.parties.get(role="victim") for case in (contact.case, flag))
    commands.link_person(actor=world.colleague, party=mine, to=theirs, reason="She said so.", now=at())
    looked_for(world, contact.case)
    assert NextStep.objects.get(kind=StepKind.REFER_BACK).case == flag


@pytest.mark.parametrize(
    ("who", "status"),
    {
        "caseworker": 200,
        "supervisor": 200,
        "partner": 200,
        "officer": 404,
        "outsider": 404,
        "auditor": 403,
        "manager": 403,
    }.items(),
)
def test_why_is_read_by_whoever_may_see_the_risk_and_the_reading_is_recorded(world: World, accepted, who, status):
    case = accepted.case
    assessed(world.caseworker, case, "5 8 15 6 12 1", reason="Calmer.", judgement="high")
    page = world.page(who).get(f"/cases/{case.reference}/risk/why/")
    answer = world.api(who).get(f"/api/v1/cases/{case.reference}/risk")
    assert (page.status_code, answer.status_code) == (status, status)
    if status != 200:
        return
    (pair,) = answer.json()["pairs"]
    assert pair["critical"] == [
        "Strangling or choking (15)",
        "Separation, control and violence together (6 and 12, with 1 or 13)",
        "Stalking (8)",
        "Low mood or thoughts of suicide (5)",
    ]
    assert (pair["ticks"], pair["grade"], pair["reason"]) == (6, "high", "Calmer.")
    assert (pair["name"] == "") == (who == "partner")  # to whom the alleged perpetrator is not shown
    assert all(label.split(" (")[0] in page.content.decode() for label in pair["critical"])
    event = events("casework.view_case", case_id=case.pk, actor_id=world.people[who].pk)[-1]
    assert "risk" in event.categories


def test_factors_over_time_are_drawn_and_stand_in_a_table(world: World, fresh):
    for yes in ("1", "1 15"):
        assessed(world.caseworker, fresh, yes, unknown=1)
    page = world.page("caseworker").get(f"/cases/{fresh.reference}/risk/why/").content.decode()
    assert page.count("<circle") == 2 + 1 + 2  # injury twice, strangling once, the unknown one twice
    (pair,) = why_of(world, fresh).pairs
    factors = {factor.topic: factor.answers for factor in pair.factors}
    assert factors["Strangling, choking, smothering or drowning"] == ("no", "yes")
    assert factors["They are known to police or have a record"] == ("unknown", "unknown")
