"""Close a case: with an outcome, when nobody waits any more, and by two people where it must not rest on one."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.authorization import NotPossibleNow
from casework import commands
from casework.models import Case, Closing, NextStep, Visit
from casework.plans import ClosingPlan
from casework.queries import read_case, to_reopen
from referrals.commands import withdraw_referral
from tests import factories
from tests.conftest import events, outcome_of
from tests.factories import at

PLAN = ClosingPlan("supported", "given", "She lives with her sister, and knows whom to ring.")
UNREACHABLE = ClosingPlan("unreachable", "not_reached", "No answer in two weeks.", tried="gp")


def at_rest(world, risk="medium", kind="domestic_abuse"):
    """An open case in which only its worker's own thoughts are left."""
    case = factories.unjudged(world.caseworker, kind=kind)
    commands.judge_risk(actor=world.caseworker, case=case, level=risk, why="As she said.", now=at())
    for step in case.steps.filter(done_at=None).order_by("pk"):
        factories.settled(world.caseworker, step, factories.step("decide_what_next"))
    return case


def closed(world, case, who="caseworker", plan=PLAN):
    return commands.close_case(actor=world.people[who], case=case, plan=plan, now=at())


def standing(case):
    return Case.objects.get(pk=case.pk).status


@pytest.mark.parametrize(
    ("who", "becomes"),
    {
        "caseworker": "done",
        "colleague": "done",
        "senior": "done",
        "supervisor": "done",
        "auditor": "Denied",
        "audit_lead": "Denied",
        "partner": "NotVisible",
        "officer": "NotVisible",
        "outsider": "NotVisible",
    }.items(),
)
def test_only_its_holder_closes_it(world, who, becomes):
    case = at_rest(world)
    assert outcome_of(lambda: closed(world, case, who)) == becomes
    assert standing(case) == ("closed" if becomes == "done" else "open")


def test_what_was_only_a_thought_ends_with_it_and_it_says_how_it_ended(world):
    case = at_rest(world)
    closed(world, case)
    connection.check_constraints()
    assert not case.steps.filter(done_at=None).exists()
    view = read_case(actor=world.colleague, reference=case.reference, purpose="casework")
    assert [(each.outcome, each.answered_by) for each in view.closings] == [("supported", world.caseworker)]
    (event,) = [each for each in events("casework.close_case") if "after" in each.detail]
    assert (event.detail["before"], event.detail["after"]) == ("open", "closed")
    assert "She lives with her sister" in world.page("colleague").get(f"/cases/{case.reference}/").text


@pytest.mark.parametrize("kind", ["call_back", "refer", "tell_caller", "find_another_service"])
def test_it_stays_open_while_somebody_waits(world, kind):
    case = at_rest(world)
    NextStep.objects.filter(case=case, done_at=None).update(kind=kind)
    with pytest.raises(NotPossibleNow, match="still waits"):
        closed(world, case)
    assert standing(case) == "open"


def test_it_stays_open_while_a_referral_is_unanswered_a_draft_unfinished_or_somebody_on_the_telephone(world):
    case = at_rest(world)
    sent = factories.sent(world.caseworker, case, world.services["harbour"])
    assert outcome_of(lambda: closed(world, case)) == "NotPossibleNow"
    withdraw_referral(actor=world.caseworker, referral=sent, reason="not_needed", now=at())
    commands.start_contact(actor=world.caseworker, case=case, now=at())
    with pytest.raises(NotPossibleNow, match="draft"):
        closed(world, case)
    case.contacts.filter(status="draft").delete()
    factories.reaching(world, case)
    with pytest.raises(NotPossibleNow, match="reaching"):
        closed(world, case)


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        (ClosingPlan("won", "given", "x"), "outcome"),
        (ClosingPlan("visited", "given", "x"), "outcome"),
        (ClosingPlan("supported", "", "x"), "advice"),
        (ClosingPlan("supported", "not_reached", "x"), "advice"),
        (ClosingPlan("supported", "given", " "), "words"),
        (UNREACHABLE, "outcome"),
    ],
)
def test_what_is_missing_is_said_at_its_box(world, plan, field):
    case = at_rest(world)
    with pytest.raises(ValidationError) as problem:
        closed(world, case, plan=plan)
    assert list(problem.value.message_dict) == [field]
    assert standing(case) == "open"


@pytest.mark.parametrize(
    ("who", "becomes"), {"caseworker": "Denied", "colleague": "Denied", "supervisor": "done"}.items()
)
def test_at_high_risk_a_second_person_agrees_before_it_closes(world, who, becomes):
    case = at_rest(world, risk="high")
    closing = closed(world, case)
    assert (standing(case), closing.step.kind, closing.step.owner) == ("open", "confirm_closing", None)
    assert outcome_of(lambda: commands.agree_to_closing(actor=world.people[who], closing=closing, now=at())) == becomes
    assert standing(case) == ("closed" if becomes == "done" else "open")


def test_a_supervisor_cannot_agree_with_themselves(world):
    case = at_rest(world, risk="high")
    closing = closed(world, case, "supervisor")
    assert outcome_of(lambda: commands.agree_to_closing(actor=world.supervisor, closing=closing, now=at())) == "Denied"
    commands.agree_to_closing(actor=world.senior, closing=closing, now=at())
    assert standing(case) == "closed"


def test_whoever_asked_hears_why_not_and_decides_what_happens_next(world):
    case = at_rest(world, risk="high")
    closing = closed(world, case)
    page = world.page("supervisor")
    assert page.post(f"/closings/{closing.public_id}/", {"why": ""}).status_code == 400
    page.post(f"/closings/{closing.public_id}/", {"why": "She has no key yet."})
    closing.refresh_from_db()
    assert (closing.agreed, closing.why_not, standing(case)) == (False, "She has no key yet.", "open")
    step = case.steps.filter(done_at=None).latest("pk")
    assert (step.kind, step.owner) == ("decide_what_next", world.caseworker)
    assert outcome_of(lambda: commands.agree_to_closing(actor=world.senior, closing=closing, now=at())) == (
        "NotPossibleNow"
    )


def test_that_step_is_settled_nowhere_else(world):
    closing = closed(world, at_rest(world, risk="high"))
    with pytest.raises(NotPossibleNow):
        commands.complete_step(actor=world.supervisor, step=closing.step, outcome="done", then=None, now=at())


def test_who_could_not_be_reached_at_high_risk_was_tried_in_another_way_and_two_people_say_so(world):
    case = at_rest(world, risk="high")
    tried(case, world, times=5, days=11)
    no_other_way = ClosingPlan("unreachable", "not_reached", "No answer in two weeks.")
    with pytest.raises(ValidationError) as problem:
        closed(world, case, plan=no_other_way)
    assert list(problem.value.message_dict) == ["tried"]
    closing = closed(world, case, plan=UNREACHABLE)
    assert standing(case) == "open"
    commands.agree_to_closing(actor=world.supervisor, closing=closing, now=at())
    assert standing(case) == "closed"


@pytest.mark.parametrize("risk", ["high", "medium"])
def test_the_database_refuses_one_person_alone(world, risk):
    case = at_rest(world, risk=risk)
    outcome = "supported" if risk == "high" else "unreachable"
    with pytest.raises(IntegrityError, match="second person"), transaction.atomic():
        close_past_the_command(world, case, outcome)


def test_the_database_keeps_nobody_waiting_in_a_closed_case(world):
    case = at_rest(world)
    with pytest.raises(IntegrityError, match="still waits"), transaction.atomic():
        close_past_the_command(world, case, "supported", settle=False)


def test_the_database_closes_no_burglary_without_the_offer_and_its_answer(world):
    case = at_rest(world, kind="burglary")
    Visit.objects.filter(case=case).update(status="offered", answered_at=None, answered_by=None, why_not="")
    with pytest.raises(NotPossibleNow, match="offered a visit"):
        closed(world, case, plan=ClosingPlan("no_visit", "given", "x"))
    with pytest.raises(IntegrityError, match="offer of a visit"), transaction.atomic():
        close_past_the_command(world, case, "no_visit")


def test_a_burglary_with_its_answer_closes(world):
    case = at_rest(world, kind="burglary")
    closed(world, case, plan=ClosingPlan("no_visit", "given", "They had it mended."))
    connection.check_constraints()
    assert standing(case) == "closed"


@pytest.mark.parametrize("who", ["caseworker", "supervisor"])
def test_it_is_opened_again_with_a_next_step_by_whoever_goes_on(world, who):
    case = at_rest(world)
    closed(world, case)
    page = world.page(who)
    assert page.post(f"/cases/{case.reference}/reopen/", {}).status_code == 400
    page.post(f"/cases/{case.reference}/reopen/", {"step_kind": "call_back", "step_owner": "me"})
    connection.check_constraints()
    case.refresh_from_db()
    assert (case.status, case.owner, case.closed_at) == ("open", world.people[who], None)
    assert {step.kind for step in case.steps.filter(done_at=None)} == {"call_back", "review_risk"}


def test_a_contact_that_leaves_something_to_do_opens_it_again_and_another_does_not(world):
    case = at_rest(world)
    closed(world, case)
    for more, becomes in (({"no_step_reason": "advice_given"}, "closed"), ({}, "open")):
        contact = commands.start_contact(actor=world.colleague, case=Case.objects.get(pk=case.pk), now=at())
        commands.log_contact(actor=world.colleague, contact=contact, report=factories.report(**more), now=at())
        connection.check_constraints()
        assert standing(case) == becomes


def test_who_comes_back_within_a_year_is_proposed_to_go_on_where_they_were(world):
    case, new = at_rest(world), factories.opened(world.colleague)
    closed(world, case)
    parties = [each.parties.get(role="victim") for each in (new, case)]
    commands.link_person(actor=world.colleague, party=parties[0], to=parties[1], reason="The same.", now=at())
    page = world.page("colleague").get(f"/cases/{new.reference}/").text
    assert f"/cases/{case.reference}/reopen/" in page
    others = read_case(actor=world.colleague, reference=new.reference, purpose="casework").others
    assert [to_reopen(others, at(24 * days)) for days in (364, 366)] == [[case], []]


def test_a_closed_case_is_not_worked_on(world):
    case = at_rest(world)
    closed(world, case)
    case.refresh_from_db()
    acts = {
        "judged": lambda: commands.judge_risk(actor=world.caseworker, case=case, level="high", why="x", now=at()),
        "closed again": lambda: closed(world, case),
        "referred": lambda: factories.drafted(world.caseworker, case, world.services["harbour"]),
    }
    assert {name: outcome_of(act) for name, act in acts.items()} == dict.fromkeys(acts, "Denied")


def test_the_api_closes_and_says_that_somebody_else_must_agree(world):
    case = at_rest(world, risk="high")
    body = {"outcome": "supported", "advice": "given", "words": "She has moved."}
    said = world.api("caseworker").post(f"/api/v1/cases/{case.reference}/close", body, format="json").json()
    assert (said["needs_second"], said["agreed"]) == (True, None)
    agreed = world.api("supervisor").post(f"/api/v1/closings/{said['id']}/agree", format="json")
    assert (agreed.status_code, agreed.json()["agreed"], standing(case)) == (200, True, "closed")


def tried(case, world, times, days):
    route = case.routes.filter(kind="phone").earliest("pk")
    Case.objects.filter(pk=case.pk).update(opened_at=at(-24 * days - 1))
    for n in range(times):
        when = at(-24 * days + n)
        case.attempts.create(
            route=route,
            agency=world.caseworker.agency,
            worker=world.caseworker,
            started_at=when,
            ended_at=when,
            outcome="no_answer",
        )
    case.refresh_from_db()


def close_past_the_command(world, case, outcome, settle=True):
    """What a mistake in the command would do."""
    now = at()
    if settle:
        case.steps.filter(done_at=None).update(done_at=now, done_by=world.caseworker, outcome="overtaken")
    by = {"asked_at": now, "asked_by": world.caseworker, "answered_at": now, "answered_by": world.caseworker}
    Closing.objects.create(case=case, outcome=outcome, advice="given", words="x", needs_second=False, agreed=True, **by)
    Case.objects.filter(pk=case.pk).update(status="closed", closed_at=now, closed_by=world.caseworker)
    connection.check_constraints()


def test_the_clock_of_its_risk_ends_with_it_and_goes_on_when_somebody_comes_back(world):
    case = at_rest(world)
    closed(world, case)
    case.refresh_from_db()
    contact = commands.start_contact(actor=world.colleague, case=case, now=at())
    said = factories.report(routes=(), victim=None, address=None)
    commands.log_contact(actor=world.colleague, contact=contact, report=said, now=at())
    connection.check_constraints()
    assert standing(case) == "open"
    (review,) = case.steps.filter(kind="review_risk", done_at=None)
    assert (review.note, review.due_source) == ("A new contact", "risk_review_change")


def test_what_is_lower_and_waits_lets_nobody_close_a_high_risk_alone(world):
    case = at_rest(world, risk="high")
    commands.judge_risk(actor=world.colleague, case=case, level="standard", why="Quiet.", now=at(0.1))
    case.steps.filter(kind="countersign_risk").update(done_at=at(), done_by=world.colleague, outcome="overtaken")
    asked = closed(world, case)
    assert (asked.needs_second, standing(case)) == (True, "open")
