"""Risk is assessed with instruments side by side: answered, saved, signed, and corrected by another assessment."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.authorization import NotPossibleNow
from casework import commands, grading
from casework.commands.assessments import PROMPTED
from casework.management.commands import load_reference
from casework.models import RiskAssessment, RiskInstrument, RiskLevel, RiskRule, StepKind, standing_level
from casework.plans import AssessmentPlan, WordingPlan
from casework.queries import instrument_in_force, instruments_for
from tests import factories
from tests.conftest import events, outcome_of
from tests.factories import FOURTEEN, assessed, at, begun
from tests.world import World

HOLDERS = ("caseworker", "colleague", "supervisor", "senior")
OTHERS = {"auditor": "Denied"} | dict.fromkeys(("partner", "partner_supervisor", "officer", "outsider"), "NotVisible")
SHIPPED = Path(load_reference.FOLDER)
TOOLS = {each["code"]: each["content"] for each in json.loads((SHIPPED / "risk_instruments.json").read_text())}
RULES = {each["code"]: each["content"] for each in json.loads((SHIPPED / "risk_rules.json").read_text())}


@pytest.fixture
def fresh(world: World):
    """An open case of domestic abuse of which nobody has judged the risk."""
    contact = factories.logged(world.caseworker)
    return commands.open_case(actor=world.caseworker, case=contact.case, step=factories.step(), now=at())


def plan_of(assessment: RiskAssessment, yes: str = "", unknown: int = 0, **more) -> AssessmentPlan:
    return AssessmentPlan(factories.answers(assessment, yes, unknown), "phone", **more)


def test_whoever_holds_the_case_assesses_it_and_nobody_else(world: World, fresh):
    for who in HOLDERS:
        draft = begun(world.people[who], fresh)
        for other, becomes in OTHERS.items():
            sign = {"actor": world.people[other], "assessment": draft, "plan": plan_of(draft), "now": at()}
            assert outcome_of(lambda: begun(world.people[other], fresh)) == becomes  # noqa: B023
            assert outcome_of(lambda: commands.sign_assessment(**sign)) == becomes  # noqa: B023
        commands.sign_assessment(actor=world.people[who], assessment=draft, plan=plan_of(draft), now=at())
    assert fresh.assessments.count() == fresh.risk_levels.count() == len(HOLDERS)


@pytest.mark.parametrize(
    ("tool", "yes", "unknown", "judged", "band", "grade"),
    [
        ("dash_24", "", 0, "", "standard", "standard"),
        ("dash_24", "1 2 3 4 5 6 7 8 9", 0, "", "standard", "standard"),
        ("dash_24", "1 2 3 4 5 6 7 8 9 10", 0, "", "medium", "medium"),
        ("dash_24", FOURTEEN, 0, "", "high", "high"),
        ("dash_24", FOURTEEN, 0, "standard", "high", "high"),
        ("dash_24", "1", 0, "high", "standard", "high"),
        ("dash_24", "", 7, "", "standard", "standard"),
        ("dash_24", "", 8, "", "insufficient", "insufficient"),
        ("dash_24", "", 8, "standard", "insufficient", "insufficient"),
        ("dash_24", "", 8, "medium", "insufficient", "medium"),
        ("dash_24", "1 2 3 4 5 6 7 8 9 10", 8, "", "medium", "medium"),
        ("dash_27", FOURTEEN, 0, "standard", "", "standard"),
        ("dash_27", "1", 8, "standard", "insufficient", "insufficient"),
        ("dash_27", "1", 8, "high", "", "high"),
        ("dara", "d1 d2 d6", 0, "medium", "", "medium"),
        ("dara", "", 8, "standard", "insufficient", "insufficient"),
        ("burglary", "b1 b2 b3 b4 b9", 0, "", "high", "high"),
    ],
)
def test_the_grade_is_what_the_rule_makes_of_the_ticks_raised_by_judgement(tool, yes, unknown, judged, band, grade):
    answers = factories.said_to(TOOLS[tool], yes, unknown)
    found = grading.graded(TOOLS[tool], RULES[tool], answers, judged)
    assert (found.band, found.grade) == (band, grade)
    assert (len(found.tally.ticks), len(found.tally.unknown)) == (len(yes.split()), unknown)
    assert found.is_lowered == (judged not in {"", grade})


def test_signing_makes_the_grade_the_level_of_the_case(world: World, fresh):
    signed = assessed(world.caseworker, fresh, FOURTEEN, present="Her sister", mode="face")
    stands = standing_level(fresh)
    assert (stands.level, stands.assessment, stands.judged_by) == ("high", signed, world.caseworker)
    assert (signed.ticks, signed.unknown, signed.rule.code, signed.draft) == (14, 0, "dash_24", {})
    (event,) = events("casework.sign_assessment")
    assert (event.actor_id, event.case_id, event.detail["grade"]) == (world.caseworker.pk, fresh.pk, "high")


def test_each_partnership_grades_by_its_own_bands_and_what_was_graded_keeps_its_rule(world: World, fresh):
    before = assessed(world.caseworker, fresh, FOURTEEN)
    ours = {"bands": [{"from": 0, "level": "standard"}, {"from": 17, "level": "high"}], "insufficient_after": 8}
    rule = RiskRule.objects.create(
        code="dash_24", partnership=fresh.partnership, content=ours, source="Local", valid_from=at().date()
    )
    after = assessed(world.caseworker, fresh, FOURTEEN, reason="The bands changed.")
    assert (before.band, after.band, after.rule) == ("high", "standard", rule)
    before.refresh_from_db()
    assert before.rule.partnership is None


def test_what_they_do_not_know_is_no_tick_and_never_a_no(world: World, fresh):
    signed = assessed(world.caseworker, fresh, "1", 3)
    assert signed.answers["24"] == {"answer": "unknown"}
    assert (signed.ticks, signed.unknown) == (1, 3)


def test_what_was_not_asked_says_why(world: World, fresh):
    draft = begun(world.caseworker, fresh)
    plan = plan_of(draft)
    unasked = plan.answers | {"16": {"answer": "not_asked"}}
    with pytest.raises(ValidationError) as refused:
        commands.sign_assessment(
            actor=world.caseworker, assessment=draft, plan=replace(plan, answers=unasked), now=at()
        )
    assert list(refused.value.message_dict) == ["16"]
    said = unasked | {"16": {"answer": "not_asked", "not_asked": "unsafe", "comment": "He was near."}}
    signed = commands.sign_assessment(
        actor=world.caseworker, assessment=draft, plan=replace(plan, answers=said), now=at()
    )
    assert signed.unknown == 1
    assert dict(signed.lines)["Sexual harm or coercion"] == "Not asked: It was not safe to ask. He was near."


WRONG = [
    ({"mode": ""}, "mode"),
    ({"judgement": "high"}, "reason"),
    ({"answers": {"1": {"answer": "maybe"}}}, "1"),
    ({"answers": {"99": {"answer": "yes"}}}, "99"),
    ({"answers": {"1": {"answer": "yes", "source": "rumour"}}}, "1"),
    ({"answers": {"1": {"answer": "yes", "mood": "calm"}}}, "1"),
    ({"answers": {"1": {"answer": "yes", "comment": "x" * 501}}}, "1"),
]


def test_an_assessment_is_signed_whole(world: World, fresh):
    draft = begun(world.caseworker, fresh)
    whole = plan_of(draft)
    for change, field in WRONG:
        answers = whole.answers | change.get("answers", {})
        with pytest.raises(ValidationError) as refused:
            commands.sign_assessment(
                actor=world.caseworker,
                assessment=draft,
                plan=replace(whole, **change | {"answers": answers}),
                now=at(),
            )
        assert list(refused.value.message_dict) == [field]
    judged_only = begun(world.caseworker, fresh, "dara")
    with pytest.raises(ValidationError) as refused:
        commands.sign_assessment(actor=world.caseworker, assessment=judged_only, plan=plan_of(judged_only), now=at())
    assert list(refused.value.message_dict) == ["judgement"]
    assert not RiskAssessment.objects.exclude(signed_at=None).exists()


def test_a_draft_is_saved_as_it_goes_and_resumed_by_a_colleague(world: World, fresh):
    draft = begun(world.caseworker, fresh)
    commands.save_assessment(actor=world.caseworker, assessment=draft, draft={"q_1": "yes"}, now=at())
    kept = commands.save_assessment(
        actor=world.colleague, assessment=draft, draft={"q_1": "yes", "q_2": "no"}, now=at()
    )
    kept.refresh_from_db()
    assert (kept.draft, kept.saved_by, kept.signed_at) == ({"q_1": "yes", "q_2": "no"}, world.colleague, None)
    assert standing_level(fresh) is None


def test_once_signed_it_never_changes_whoever_tries(world: World, fresh):
    signed = assessed(world.caseworker, fresh, "1", reason="As she said.")
    for act in (
        lambda: commands.save_assessment(actor=world.caseworker, assessment=signed, draft={"q_1": "no"}, now=at()),
        lambda: commands.sign_assessment(actor=world.caseworker, assessment=signed, plan=plan_of(signed), now=at()),
    ):
        assert outcome_of(act) == "NotPossibleNow"
    for change in ({"answers": {}}, {"grade": "high"}, {"reason": "No"}, {"signed_by": world.colleague}, {"ticks": 9}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RiskAssessment.objects.filter(pk=signed.pk).update(**change)


def test_a_correction_is_another_one_that_supersedes_it_once(world: World, fresh):
    first = assessed(world.caseworker, fresh, "1", present="Her sister")
    second = begun(world.colleague, fresh, supersedes=first)
    assert (second.draft["q_1"], second.draft["present"], second.alleged) == ("yes", "Her sister", first.alleged)
    rival = begun(world.caseworker, fresh, supersedes=first)
    commands.sign_assessment(actor=world.colleague, assessment=second, plan=plan_of(second, FOURTEEN), now=at())
    assert outcome_of(lambda: begun(world.caseworker, fresh, supersedes=first)) == "NotPossibleNow"
    with pytest.raises(NotPossibleNow, match="corrected already"):
        commands.sign_assessment(actor=world.caseworker, assessment=rival, plan=plan_of(rival), now=at())
    assert standing_level(fresh).level == "high"
    first.refresh_from_db()
    assert first.grade == "standard"


def test_it_is_about_one_pair_and_the_burglary_one_about_none(world: World, fresh):
    another = factories.opened(world.caseworker).parties.get(role="alleged")
    victim = fresh.parties.get(role="victim")
    for alleged in (None, another, victim):
        with pytest.raises(ValidationError):
            begun(world.caseworker, fresh, alleged=alleged)
    burgled = factories.opened(world.caseworker, kind="burglary")
    assert assessed(world.caseworker, burgled, "b1 b9", tool="burglary", reason="It is safe now.").alleged is None
    with pytest.raises(ValidationError):
        begun(world.caseworker, burgled, tool="burglary", alleged=burgled.parties.get(role="alleged"))
    assert [tool.code for tool in instruments_for(burgled, at())] == ["burglary"]
    assert {tool.code for tool in instruments_for(fresh, at())} == {"dash_24", "dash_27", "dara"}


def test_the_level_of_the_case_is_that_of_its_most_dangerous_pair(world: World, fresh):
    first = fresh.parties.get(role="alleged")
    person = type(first.person).objects.create(partnership=fresh.partnership)
    other = fresh.parties.create(person=person, role="alleged", name="Another")
    assessed(world.caseworker, fresh, FOURTEEN)
    draft = begun(world.caseworker, fresh, alleged=other)
    signed = commands.sign_assessment(actor=world.caseworker, assessment=draft, plan=plan_of(draft), now=at())
    assert (signed.grade, standing_level(fresh).level) == ("standard", "high")
    assert not RiskLevel.objects.filter(case=fresh, lowers=True).exists()


@pytest.mark.parametrize(
    ("tool", "yes", "asked"),
    [
        ("dash_24", "5", {"suicide"}),
        ("dash_24", "15", {"strangulation"}),
        ("dash_24", "8", {"stalking"}),
        ("dash_27", "5 8 15", {"suicide", "strangulation", "stalking"}),
        ("dara", "d10 d13 d16", {"suicide", "strangulation", "stalking"}),
        ("burglary", "b13", {"abuse"}),
        ("dash_24", "1 2 3", set()),
    ],
)
def test_each_tool_prompts_by_what_was_ticked(tool, yes, asked):
    tally = grading.count(TOOLS[tool], factories.said_to(TOOLS[tool], yes))
    assert grading.prompts(TOOLS[tool], tally) == asked


def test_what_must_be_done_at_once_becomes_a_step_with_its_own_owner_and_time_once(world: World, fresh):
    assessed(world.caseworker, fresh, "8 15", owner=world.colleague)
    kinds = {StepKind.STALKING_PLAN, StepKind.STRANGULATION_CARE}
    steps = fresh.steps.filter(kind__in=PROMPTED.values(), done_at=None)
    assert {(step.kind, step.owner, step.due_source) for step in steps} == {
        (kind, world.colleague, kind) for kind in kinds
    }
    assessed(world.caseworker, fresh, "8", concern=True, owner=None)
    suicide = steps.get(kind=StepKind.SUICIDE_SAFETY)
    assert (suicide.owner, suicide.owner_agency) == (None, world.agencies["front_door"])
    assert at(3.9) < suicide.due_at <= at(4)
    assert steps.all().count() == 3


def test_a_partnership_loads_the_wording_that_it_may_use(world: World, fresh):
    said = {"wording": {"1": "Are you hurt?"}, "licence": "By leave of its owner, 2026.", "source": "Letter"}
    plan = WordingPlan("dash_24", begins=at(), retires_on=at(24 * 90).date(), **said)
    loaded = commands.load_wording(actor=world.system, partnership=fresh.partnership, plan=plan)
    assert instrument_in_force("dash_24", fresh.partnership_id, at()) == loaded
    assert (loaded.content["items"][0]["wording"], loaded.valid_until) == ("Are you hurt?", plan.retires_on)
    retired = instrument_in_force("dash_24", fresh.partnership_id, at(24 * 91))
    assert retired
    assert retired.partnership is None
    assert not any(item.get("wording") for item in retired.content["items"])
    for wrong in ({"code": "none"}, {"wording": {"x": "y"}}, {"licence": " "}, {"wording": {"1": "Otherwise?"}}):
        with pytest.raises(ValidationError):
            commands.load_wording(actor=world.system, partnership=fresh.partnership, plan=replace(plan, **wrong))


YES = {"code": "yes", "label": "Yes", "is_tick": True}
UNKNOWN = {"code": "unknown", "label": "?", "is_unknown": True}
ITEM = {"code": "1", "topic": "x"}


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        {"items": [ITEM]},
        {"scale": [], "items": [ITEM]},
        {"scale": [YES], "items": [ITEM]},
        {"scale": [YES, UNKNOWN | {"is_tick": True}], "items": [ITEM]},
        {"scale": [YES, UNKNOWN], "items": [ITEM, ITEM]},
        {"scale": [YES, UNKNOWN], "items": [{"code": "1"}]},
        {"scale": [YES, UNKNOWN], "items": [ITEM | {"prompt": "panic"}]},
        {"scale": [YES, UNKNOWN], "items": [ITEM], "critical": [{"label": "x", "all": ["2"]}]},
    ],
)
def test_a_tool_that_cannot_be_asked_is_known(wrong):
    assert grading.problems_of_instrument(wrong)
    assert grading.problems_of_instrument({"scale": [YES, UNKNOWN], "items": [ITEM]}) == []


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        {"bands": [{"from": 1, "level": "standard"}], "insufficient_after": 8},
        {"bands": [{"from": 0, "level": "high"}, {"from": 3, "level": "medium"}], "insufficient_after": 8},
        {"bands": [{"from": 0, "level": "severe"}], "insufficient_after": 8},
        {"bands": [], "insufficient_after": 0},
        {"incidents": 3},
        {"incidents": 3, "months": 12, "repeat_months": 12, "definition": "newest", "criminal": []},
    ],
)
def test_a_rule_that_cannot_grade_is_known(wrong):
    assert grading.problems_of_rule(wrong)


def test_what_is_wrong_is_not_loaded(world: World):
    tool = RiskInstrument(code="x", name="X", content=[], licence="x", source="x", valid_from=at().date())
    rule = RiskRule(code="x", content={}, source="x", valid_from=at().date())
    for wrong in (tool, rule):
        with pytest.raises(ValidationError):
            commands.load_reference(actor=world.system, rows=[wrong])


def test_what_was_asked_and_graded_by_stays_as_it_was(world: World):
    tool, rule = RiskInstrument.objects.get(code="dash_24"), RiskRule.objects.get(code="dash_24")
    for row in (tool, rule):
        with pytest.raises(IntegrityError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(content={})
    changed = RiskRule(
        code=rule.code, content=rule.content | {"insufficient_after": 9}, source="x", valid_from=rule.valid_from
    )
    with pytest.raises(ValidationError, match="new version"):
        commands.load_reference(actor=world.system, rows=[changed])
