"""Every victim of a burglary is offered a police visit: who may say what of it, when, and what follows from it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework import commands
from casework.models import AttemptStandard, Case, ContactAttempt, Visit
from casework.queries import offer_due, visit_is_answered
from casework.states import VISIT_TRANSITIONS
from tests import factories
from tests.conftest import events, outcome_of
from tests.factories import VISITS, at
from tests.world import World

CLOSES = "burglary_closes_only_with_an_answer_to_its_visit"
POLICE = {"schedule", "attend", "miss", "gather evidence", "survey", "care after", "close"}
# How the visit of a case comes into each state, verb by verb.
WAYS = {
    "reported": [],
    "screened": ["screen"],
    "offered": ["offer"],
    "accepted": ["offer", "accept"],
    "declined": ["offer", "decline"],
    "unreachable": ["give up"],
    "scheduled": ["offer", "accept", "schedule"],
    "attended": ["offer", "accept", "schedule", "attend"],
    "evidence": ["offer", "accept", "attend", "gather evidence"],
    "survey": ["offer", "accept", "attend", "survey"],
    "aftercare": ["offer", "decline", "care after"],
    "closed": ["offer", "decline", "close"],
}
MAKE = {"officer", "supervisor"}  # the police; or in their place, when they told the front door, its supervisor
HOLDER = {"caseworker", "colleague", "supervisor", "senior"}
# Which verb moves the visit from where to where, and who may say it; the officer's agency got the case by a referral.
TABLE = {
    "screen": (HOLDER, {"reported": "screened", "screened": "screened"}),
    "offer": (
        HOLDER,
        dict.fromkeys(
            ["reported", "screened", "offered", "accepted", "declined", "unreachable", "scheduled"], "offered"
        ),
    ),
    "accept": (HOLDER, {"offered": "accepted"}),
    "decline": (HOLDER, {"offered": "declined"}),
    "give up": (HOLDER, dict.fromkeys(["reported", "screened", "offered"], "unreachable")),
    "schedule": (MAKE, dict.fromkeys(["accepted", "scheduled"], "scheduled")),
    "attend": (MAKE, dict.fromkeys(["accepted", "scheduled"], "attended")),
    "miss": (MAKE, {"scheduled": "offered"}),
    "gather evidence": (HOLDER | {"officer"}, dict.fromkeys(["attended", "evidence", "survey"], "evidence")),
    "survey": (HOLDER | {"officer"}, dict.fromkeys(["attended", "evidence", "survey"], "survey")),
    "care after": (
        HOLDER | {"officer"},
        dict.fromkeys(["attended", "evidence", "survey", "declined", "unreachable", "aftercare"], "aftercare"),
    ),
    "close": (
        HOLDER | {"officer"},
        dict.fromkeys(["attended", "evidence", "survey", "declined", "unreachable", "aftercare"], "closed"),
    ),
}
PERSONAS = [*sorted(HOLDER), "officer", "auditor", "partner", "outsider", "police_system", "manager"]


@pytest.fixture
def burglary(world: World) -> Case:
    """A burglary that the police took on; its victim was tried often enough to count as unreachable."""
    case = factories.burgled(world.caseworker)
    factories.accepted(world.caseworker, world.officer, case, world.services["police"])
    AttemptStandard.objects.update(attempts=0, days=0, ways=0)
    return case


def brought(world: World, case: Case, way: list[str]) -> Visit:
    for verb in way:
        VISITS[verb](world.officer if verb in POLICE else world.supervisor, case.visit)
        case.visit.refresh_from_db()
    return case.visit


def tried(act):
    """What becomes of it, and then it never happened."""
    with transaction.atomic():
        outcome = outcome_of(act)
        transaction.set_rollback(True)
    return outcome


def expected(status: str, verb: str, who: str) -> str:
    may, moves = TABLE[verb]
    if who in {"partner", "outsider"}:
        return "NotVisible"
    if who not in may:
        return "Denied"
    return "done" if status in moves else "NotPossibleNow"


def test_the_table_here_and_there_say_the_same():
    there = {t.verb: {source: t.target for source in t.sources} for t in VISIT_TRANSITIONS}
    assert there == {verb: moves for verb, (_, moves) in TABLE.items()}


@pytest.mark.parametrize("status", WAYS)
def test_each_verb_of_each_person_in_each_state(world: World, burglary: Case, status):
    visit = brought(world, burglary, WAYS[status])
    assert visit.status == status
    turn = list(WAYS).index(status)  # everybody else tries in each state another few of the verbs
    cells = [
        (verb, who)
        for number, verb in enumerate(VISITS)
        for place, who in enumerate(PERSONAS)
        if who in {"caseworker", "officer"} or (number + place + turn) % 6 == 0
    ]
    became = {cell: tried(lambda cell=cell: VISITS[cell[0]](world.people[cell[1]], visit)) for cell in cells}
    assert became == {(verb, who): expected(status, verb, who) for verb, who in cells}


def why_it_stays_open(case: Case) -> str:
    """By which rule the database refuses that this case is closed, by whichever way; empty where it does not."""
    connection.check_constraints()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            closed = "UPDATE casework_case SET status = 'closed', closed_at = now(), closed_by_id = opened_by_id"
            cursor.execute(f"{closed} WHERE id = %s", [case.pk])
            transaction.set_rollback(True)
    except IntegrityError as refusal:
        return refusal.__cause__.diag.constraint_name
    return ""


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.lists(st.sampled_from(list(VISITS)), max_size=8))
def test_no_path_closes_a_burglary_whose_offer_has_no_answer(world: World, burglary: Case, path):
    with transaction.atomic():
        for verb in path:
            burglary.refresh_from_db()
            who = world.officer if verb in POLICE else world.caseworker
            outcome_of(lambda verb=verb, who=who: VISITS[verb](who, burglary.visit))
        visit = Visit.objects.get(case=burglary)
        is_answered = visit.status not in {"reported", "screened", "offered"}
        assert visit_is_answered(burglary) == is_answered
        assert why_it_stays_open(burglary) == ("" if is_answered else CLOSES)
        transaction.set_rollback(True)


def test_a_burglary_without_any_record_of_a_visit_does_not_close_either(world: World, case: Case):
    abuse = factories.opened(world.caseworker)
    Case.objects.filter(pk=case.pk).update(kind="burglary")
    assert (why_it_stays_open(case), why_it_stays_open(abuse)) == (CLOSES, "")


def answer(world: World, visit: Visit, said: str, why_not: str = "", **more):
    doing = {"answer": said, "why_not": why_not, "then": None, "now": at()} | more
    return commands.answer_visit(actor=world.caseworker, visit=visit, **doing)


def open_steps(case: Case) -> list[tuple[str, str, object]]:
    steps = case.steps.filter(done_at=None).order_by("pk")
    return [(step.kind, step.due_source, step.owner) for step in steps]


def test_opening_a_burglary_begins_its_visit_and_the_step_to_offer_it(world: World):
    case = factories.opened(world.caseworker, kind="burglary", step=factories.step())
    assert (case.visit.status, case.visit.due_source) == ("reported", "burglary_visit_offer")
    assert case.steps.get(kind="offer_visit").due_at == case.visit.due_at


def test_an_accepted_offer_is_handed_to_the_police_by_a_referral_within_hours(world: World):
    case = factories.burgled(world.caseworker, step=factories.step("offer_visit"))
    visit = answer(world, brought(world, case, ["offer"]), "accepted")
    assert [step.outcome for step in case.steps.filter(kind="offer_visit")] == ["visit_accepted"]
    assert open_steps(case) == [("refer", "burglary_acknowledge", world.caseworker)]
    assert visit.due_source == "burglary_visit"
    assert timedelta(hours=47.9) < visit.due_at - visit.answered_at <= timedelta(hours=48)


def test_an_answer_is_no_reason_to_refer_a_case_again_that_the_police_have(world: World, burglary: Case):
    before = open_steps(burglary)
    brought(world, burglary, ["offer", "accept"])
    assert open_steps(burglary) == [step for step in before if step[0] != "offer_visit"]


def test_a_visit_that_is_missed_is_offered_again_and_somebody_owns_that(world: World, burglary: Case):
    visit = brought(world, burglary, ["offer", "accept", "schedule", "miss"])
    assert (visit.status, visit.answered_at, visit.times_missed, visit.check_words) == ("offered", None, 1, "")
    assert ("offer_visit", "burglary_visit_offer", burglary.owner) in open_steps(burglary)
    (event,) = events("casework.attend_visit")
    assert (event.actor_id, event.detail["before"], event.detail["after"]) == (
        world.officer.pk,
        "scheduled",
        "offered",
    )


def test_who_does_not_want_a_visit_says_why_and_nobody_else_does(world: World, burglary: Case):
    visit = brought(world, burglary, ["offer"])
    for said, why_not in (("declined", ""), ("accepted", "no_need"), ("perhaps", "")):
        with pytest.raises(ValidationError):
            answer(world, visit, said, why_not)
    assert answer(world, visit, "declined", "distrust").why_not == "distrust"
    assert ("decide_what_next", "decide_what_next", world.caseworker) in open_steps(burglary)


@pytest.mark.parametrize(("is_urgent", "days"), [(False, 5), (True, 3)])
def test_nobody_is_unreachable_before_they_were_tried_three_times_over_days_by_a_safe_way(
    world: World, is_urgent, days
):
    case = factories.burgled(world.caseworker, step=factories.step("offer_visit"))
    Visit.objects.filter(case=case).update(is_urgent=is_urgent)
    route = case.routes.get(kind="phone")
    became = []
    for number in range(3):
        became.append(outcome_of(lambda: answer(world, case.visit, "unreachable", now=at(24 * 9))))
        started = at(2 * number)
        attempt = ContactAttempt.objects.create(
            case=case, route=route, agency=case.agency, worker=world.caseworker, started_at=started
        )
        ContactAttempt.objects.filter(pk=attempt.pk).update(ended_at=started, outcome="no_answer")
    became += [
        outcome_of(lambda now=now: answer(world, case.visit, "unreachable", now=now))
        for now in (at(24 * days - 1), at(24 * days + 1))
    ]
    assert became == ["NotPossibleNow"] * 4 + ["done"]


def test_one_answer_makes_it_due_on_the_same_day_and_no_other_makes_it_due_later(world: World):
    case = factories.burgled(world.caseworker, step=factories.step("offer_visit"))
    screen = lambda **said: commands.screen_visit(actor=world.caseworker, visit=case.visit, answers=said, now=at())  # noqa: E731
    assert not screen(keys="yes", alone="unknown").is_urgent
    visit = screen(alone="yes")
    case.visit.refresh_from_db()
    assert (visit.is_urgent, visit.due_source) == (True, "burglary_vulnerable_offer")
    assert case.steps.get(kind="offer_visit").due_at == visit.due_at
    assert screen(alone="no").is_urgent
    assert {each["said"] for each in Visit.objects.get(case=case).screen} == {"no", "unknown"}
    with pytest.raises(ValidationError):
        screen(shoe_size="yes")


@pytest.mark.parametrize(("hour", "due"), [(9, (28, 0, 0)), (23.5, (28, 0, 30))])
def test_the_same_day_ends_at_midnight_but_leaves_an_hour(world: World, hour, due):
    partnership = world.system.agency.partnership_id
    reported = datetime(2026, 11, 27, int(hour), int(hour % 1 * 60), tzinfo=ZoneInfo("Europe/London"))
    found = timezone.localtime(offer_due(True, reported, partnership).at)
    assert (found.day, found.hour, found.minute) == due
    assert offer_due(False, reported, partnership).at == reported + timedelta(hours=24)


def test_the_offer_is_settled_by_its_answer_and_by_nothing_else(world: World, burglary: Case):
    step = burglary.steps.get(kind="offer_visit")
    with pytest.raises(ValidationError):
        commands.complete_step(
            actor=world.caseworker, step=step, outcome="visit_accepted", then=factories.step(), now=at()
        )
    page = world.page("caseworker")
    there = f"/cases/{burglary.reference}/visit/offer/"
    for send in (page.get, page.post):
        assert send(f"/steps/{step.public_id}/").headers["Location"] == there
    assert "doorbell and camera footage" in page.get(there).text


def test_page_and_api_say_the_same_and_the_police_see_how_it_stands_but_not_why_it_is_urgent(
    world: World, burglary: Case
):
    page, police = world.page("caseworker"), world.api("officer")
    root = f"/cases/{burglary.reference}/visit"
    assert page.post(f"{root}/screen/", {"mental_health": "yes"}).status_code == 302
    offer = {"offered_how": "phone", "slots": "Mornings", "interpreter": "yes", "advised": "on"}
    assert page.post(f"{root}/offer/", offer).headers["Location"] == f"{root}/answer/"
    assert page.post(f"{root}/answer/", {"answer": "accepted", "why_not": "no_need"}).status_code == 302
    plan = vars(factories.planned_visit()) | {"scheduled_for": at(24).isoformat()}
    assert police.post(f"/api/v1{root}/schedule", plan, format="json").status_code == 204
    sections = police.get(f"/api/v1/cases/{burglary.reference}/").json()["sections"]
    (seen,) = sections["incident"]["visit"]
    assert (seen["status"], seen["is_urgent"], seen["check_words"], seen["advised"]) == (
        "scheduled",
        True,
        "amber kettle",
        True,
    )
    assert (sections["contact"]["visit"], "needs" in sections) == ([{"slots": "Mornings"}], False)
    assert police.post(f"/api/v1{root}/attend", {"attended": True}, format="json").status_code == 204
    done = {"stage": "evidence", "evidence": ["statement"], "found": "A forced window"}
    assert world.page("officer").post(f"{root}/record/", done).status_code == 302
    shown = world.page("caseworker").get(f"/cases/{burglary.reference}/").text
    assert "Statement of the victim or a witness" in shown
    assert "mental health affected? Yes." in shown
