"""A level of risk is raised by one, and lowered by two: until a second person countersigns, the one before stands."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

import casework
from accounts.models import Notice, NoticeKind
from casework import commands
from casework.models import Case, RiskLevel, StepKind, standing_level
from casework.queries import read_case, waiting_level
from tests import factories
from tests.conftest import events, outcome_of
from tests.factories import FOURTEEN, assessed, at
from tests.world import World

# Of a case of the front door whose risk the senior practitioner judges lower.
SECOND_PERSON = {
    "supervisor": "done",
    "senior": "Denied",  # who judged so
    "caseworker": "Denied",
    "colleague": "Denied",
    "auditor": "Denied",
    "partner": "Denied",
    "partner_supervisor": "Denied",
    "officer": "Denied",
    "outsider": "Denied",
}


def judged(world: World, case: Case, level: str, who: str = "colleague", hours: float = 0) -> RiskLevel:
    return commands.judge_risk(actor=world.people[who], case=case, level=level, why="He has moved away", now=at(hours))


def countersigned(world: World, level: RiskLevel, who: str = "supervisor", hours: float = 0) -> RiskLevel:
    return commands.countersign_risk(actor=world.people[who], level=level, now=at(hours))


def stands(case: Case) -> str:
    found = standing_level(case)
    return found.level if found else ""


@pytest.mark.parametrize(("who", "becomes"), SECOND_PERSON.items())
def test_only_a_second_person_of_the_holder_countersigns(world: World, accepted, who, becomes):
    lower = judged(world, accepted.case, "medium", "senior")
    assert (stands(accepted.case), lower.waits) == ("high", True)
    assert outcome_of(lambda: countersigned(world, lower, who)) in {becomes, "NotVisible"}
    assert stands(accepted.case) == ("medium" if becomes == "done" else "high")
    assert len(events("casework.countersign_risk", outcome="allowed")) == (becomes == "done")


def test_who_judged_lower_may_never_countersign_it_themself(world: World, case):
    lower = judged(world, case, "medium", "supervisor")
    assert outcome_of(lambda: countersigned(world, lower)) == "Denied"
    assert outcome_of(lambda: countersigned(world, lower, "senior")) == "done"


def test_while_it_waits_everybody_reads_the_level_that_stands_and_somebody_has_a_step(world: World, case):
    lower = judged(world, case, "medium")
    assert read_case(actor=world.caseworker, reference=case.reference, purpose="casework").alerts == ["High risk"]
    step = case.steps.get(kind=StepKind.COUNTERSIGN_RISK, done_at=None)
    assert (step.owner, step.owner_agency, step.due_source) == (None, case.agency, "countersign_risk")
    countersigned(world, lower)
    step.refresh_from_db()
    assert (step.outcome, step.done_by) == ("done", world.supervisor)
    assert read_case(actor=world.caseworker, reference=case.reference, purpose="casework").alerts == []


def test_it_is_raised_freely_and_what_waited_waits_no_more(world: World, case):
    lower = judged(world, case, "medium")
    again = judged(world, case, "high", "caseworker", hours=1)
    assert (again.lowers, stands(case), waiting_level(case)) == (False, "high", None)
    assert outcome_of(lambda: countersigned(world, lower)) == "NotPossibleNow"
    assert case.steps.get(kind=StepKind.COUNTERSIGN_RISK).outcome == "overtaken"


def test_it_is_countersigned_once(world: World, case):
    lower = judged(world, case, "medium")
    countersigned(world, lower)
    assert outcome_of(lambda: countersigned(world, lower, "senior")) == "NotPossibleNow"


def test_nobody_judges_that_information_is_insufficient(world: World, case):
    with pytest.raises(ValidationError):
        judged(world, case, "insufficient")


def test_a_judgement_below_the_tools_leaves_the_tools_grade_until_two_agree(world: World):
    case = factories.logged(world.caseworker).case
    signed = assessed(world.caseworker, case, FOURTEEN, judgement="standard", reason="An old story.")
    assert (signed.band, signed.judgement, signed.grade, stands(case)) == ("high", "standard", "high", "high")
    waiting = waiting_level(case)
    assert waiting
    assert (waiting.level, waiting.why, waiting.assessment) == ("standard", "An old story.", signed)
    countersigned(world, waiting)
    assert stands(case) == "standard"


def test_a_score_alone_never_lowers_what_a_person_judged(world: World, case):
    with pytest.raises(ValidationError) as refused:
        assessed(world.caseworker, case, "1")
    assert list(refused.value.message_dict) == ["reason"]
    assessed(world.caseworker, case, "1", reason="She says that it has stopped.")
    waiting = waiting_level(case)
    assert waiting
    assert (waiting.level, stands(case)) == ("standard", "high")


def test_insufficient_information_gives_way_to_what_a_further_assessment_finds(world: World):
    case = factories.logged(world.caseworker).case
    assessed(world.caseworker, case, unknown=8)
    assert stands(case) == "insufficient"
    judged(world, case, "standard")
    assert stands(case) == "insufficient"  # a judgement alone found out nothing
    assessed(world.caseworker, case, unknown=8, judgement="standard", reason="I think so.")
    assert stands(case) == "insufficient"
    assessed(world.caseworker, case, "1", unknown=7)
    assert (stands(case), waiting_level(case)) == ("standard", None)


@pytest.mark.parametrize(("categories", "told"), [(("identity", "risk"), 1), (("identity", "contact"), 0)])
def test_whoever_works_on_a_referral_that_shows_the_risk_is_told(world: World, case, categories, told):
    service = world.services["harbour"]
    factories.accepted(world.caseworker, world.partner, case, service, categories=categories)
    notices = Notice.objects.filter(kind=NoticeKind.CHANGED)
    lower = judged(world, case, "medium")
    assert notices.count() == 0
    countersigned(world, lower)
    assert [notice.recipient for notice in notices] == [world.partner] * told


@pytest.mark.parametrize(("level", "days"), [("high", 14), ("medium", 28), ("standard", 84), ("insufficient", 3)])
def test_each_level_has_its_review_clock(world: World, level, days):
    case = factories.logged(world.caseworker).case
    if level == "insufficient":
        assessed(world.caseworker, case, unknown=8)
    else:
        judged(world, case, level)
    review = case.steps.get(kind=StepKind.REVIEW_RISK)
    assert review.due_source == f"risk_review_{level}"
    assert abs(review.due_at - at(24 * days)) < timedelta(minutes=1)


def test_a_new_judgement_settles_the_review_and_begins_the_next(world: World, case):
    first = case.steps.get(kind=StepKind.REVIEW_RISK)
    countersigned(world, judged(world, case, "medium"))
    first.refresh_from_db()
    assert first.outcome == "done"
    (second,) = case.steps.filter(kind=StepKind.REVIEW_RISK, done_at=None)
    assert second.due_source == "risk_review_medium"


def test_a_review_that_is_settled_by_hand_is_followed_by_the_next(world: World, case):
    review = case.steps.get(kind=StepKind.REVIEW_RISK)
    commands.complete_step(actor=world.colleague, step=review, outcome="done", then=None, now=at())
    (following,) = case.steps.filter(kind=StepKind.REVIEW_RISK, done_at=None)
    assert following.pk != review.pk


@pytest.mark.parametrize(
    ("change", "doubts"),
    [("moved", True), ("separated", True), ("released", False), ("pregnancy", False), ("order", False)],
)
def test_a_change_pulls_the_review_forward_and_says_why(world: World, case, change, doubts):
    doubted = commands.report_change(actor=world.colleague, case=case, change=change, now=at())
    (review,) = case.steps.filter(kind=StepKind.REVIEW_RISK, done_at=None)
    assert (review.due_source, bool(doubted)) == ("risk_review_change", doubts)
    assert review.due_at <= at(24)
    commands.report_change(actor=world.colleague, case=case, change="court", now=at(0.1))
    commands.report_change(actor=world.colleague, case=case, change="court", now=at(0.2))
    (again,) = case.steps.filter(kind=StepKind.REVIEW_RISK, done_at=None)
    assert again.note == f"{review.note}; A day in court is near"
    assert again.due_at == review.due_at


def test_a_new_contact_pulls_it_forward_and_our_own_call_back_does_not(world: World, case):
    for channel, pulled in (("call_back", False), ("phone", True)):
        another = commands.start_contact(actor=world.colleague, case=case, now=at())
        said = factories.report(channel=channel, routes=(), victim=None)
        commands.log_contact(actor=world.colleague, contact=another, report=said, now=at())
        (review,) = case.steps.filter(kind=StepKind.REVIEW_RISK, done_at=None)
        assert (review.due_source == "risk_review_change") == pulled
    assert review.note == "A new contact"


def test_a_review_that_is_late_already_stays_late(world: World, case):
    late = case.steps.get(kind=StepKind.REVIEW_RISK)
    commands.report_change(actor=world.colleague, case=case, change="released", now=at(24 * 15))
    late.refresh_from_db()
    assert late.done_at is None
    assert case.steps.filter(kind=StepKind.REVIEW_RISK, done_at=None).count() == 2


def test_nothing_is_pulled_forward_where_nobody_has_judged(world: World):
    case = factories.logged(world.caseworker).case
    commands.report_change(actor=world.colleague, case=case, change="released", now=at())
    assert not case.steps.filter(kind=StepKind.REVIEW_RISK).exists()


READS_A_GRADE = {
    "casework/policy.py": "who may reach a level",
    "casework/pages_of_risk.py": "what stands, beside what would lower it",
    "casework/queries/projection.py": "shows them",
    "casework/commands/contacts.py": "in danger now, a case is hurried as at high risk",
    "casework/queries/callbacks.py": "how often somebody is tried before they count as unreachable",
    "casework/commands/routes.py": "how long a way counts as safe",
    "casework/commands/risk.py": "what lowers it, and its clock",
    "casework/commands/assessments.py": "what lowers it",
    "casework/queries/__init__.py": "names a reading",
    "casework/queries/risk.py": "why it is what it is; the gates; the clock",
    "casework/queries/cases.py": "the tag at the head of a case",
    "casework/queries/closing.py": "a high one needs a second person to close",
    "casework/queries/reference.py": "how soon a step is looked at",
    "casework/queries/workload.py": "how many at high risk somebody has",
    "referrals/commands/handins.py": "how soon what is handed in is taken up",
    "referrals/forms_of_handins.py": "how great whoever hands it in takes it to be",
    "referrals/queries/suggestions.py": "which services take it on",
    "referrals/commands/progress.py": "who may say that somebody cannot be reached",
    "oversight/queries/audits.py": "which cases are drawn more often to be looked at",
}
GRADE = re.compile(
    r"standing_level|newest_of_pairs|grade_now|IN_FORCE|RiskLevel\.objects|\.risk_levels|Level\.(STANDARD|HIGH)"
)


def test_a_grade_switches_no_support_off(world: World):
    """Nothing but speed, forum and reminders reads a grade: whatever else does must be looked at here first."""
    root = Path(casework.__file__).parents[1]
    files = [path for app in ("accounts", "casework", "referrals", "oversight") for path in (root / app).rglob("*.py")]
    reading = {
        path.relative_to(root).as_posix()
        for path in files
        if "migrations" not in path.parts and "models" not in path.parts and GRADE.search(path.read_text())
    }
    assert reading == set(READS_A_GRADE)
    for level in ("standard", "high"):
        case = factories.unjudged(world.caseworker)
        judged(world, case, level)
        assert factories.accepted(world.caseworker, world.partner, case, world.services["harbour"]).status == "accepted"
        assert factories.reaching(world, case).worker == world.caseworker
