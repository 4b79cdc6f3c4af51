"""Calls back: who can be reached now comes first, a missed window is seen, and nobody is given up before their time."""

from datetime import timedelta

import pytest

from accounts.authorization import NotPossibleNow
from casework import commands
from casework.models import RouteKind, Safety
from casework.plans import RouteReport
from casework.queries import callbacks_for
from casework.windows import LONDON
from tests import factories
from tests.conftest import events, outcome_of
from tests.factories import at


def to_call_back(world, windows="any time", **more):
    way = RouteReport(RouteKind.PHONE, "020 7946 0500", Safety.SAFE, windows=windows, monitored="no")
    step = factories.step("call_back", due_at=at(more.pop("due", 24)))
    return factories.logged(world.caseworker, routes=(way,), step=step, **more).case


def window(begins, ends):
    """So many hours from now, as a line; over midnight in two."""
    start, end = (at(hours).astimezone(LONDON) for hours in (begins, ends))
    days = [f"{start:%a} {start:%H:%M}-{end:%H:%M}"]
    if start.date() != end.date():
        days = [f"{start:%a} {start:%H:%M}-24:00", f"{end:%a} 0:00-{end:%H:%M}"]
    return "; ".join(line.lower() for line in days if "0:00-00:00" not in line)


def test_who_can_be_reached_now_comes_first_and_whose_window_closes_soonest(world):
    always, next_day = to_call_back(world), to_call_back(world, window(20, 22))
    closing, unknown = to_call_back(world, window(-1, 1)), to_call_back(world, "")
    found = callbacks_for(actor=world.caseworker, now=at())
    assert [(each.step.case, each.may) for each in found] == [
        (closing, True),
        (always, True),
        (next_day, False),
        (unknown, False),
    ]
    [event] = events("casework.view_callbacks")
    assert (event.shown_ids, event.categories) == (sorted(each.step.case_id for each in found), [])


@pytest.mark.parametrize(
    ("who", "status"),
    {"colleague": 200, "supervisor": 200, "partner": 200, "auditor": 403, "manager": 403, "police_system": 403}.items(),
)
def test_each_agency_sees_its_own_and_no_number(world, who, status):
    case = to_call_back(world)
    answer = world.page(who).get("/callbacks/")
    assert answer.status_code == status
    assert (case.reference in answer.text) == (who in {"colleague", "supervisor"})
    assert "7946" not in answer.text
    api = world.api(who).get("/api/v1/callbacks/")
    assert (api.status_code, case.reference in api.content.decode()) == (status, who in {"colleague", "supervisor"})


@pytest.mark.parametrize(("tried", "missed"), [(None, 1), (26, 0), (20, 1)])
def test_a_safe_window_in_which_nobody_tried_is_an_alert_on_the_step(world, tried, missed):
    case = to_call_back(world, window(25, 27), due=72)
    if tried:
        attempt = factories.reaching(world, to_call_back(world))
        type(attempt).objects.filter(pk=attempt.pk).update(case=case, started_at=at(tried))
    [found] = [each for each in callbacks_for(actor=world.colleague, now=at(30)) if each.step.case == case]
    assert found.missed == missed
    assert (found.may, found.verdict.code) == (False, "not_now")


def attempts(world, case, *hours):
    route = case.routes.get(kind="phone")
    for hour in hours:
        attempt = commands.use_route(actor=world.caseworker, route=route, now=at(hour))
        commands.end_attempt(actor=world.caseworker, attempt=attempt, outcome="no_answer", now=at(hour))


@pytest.mark.parametrize(
    ("risk", "who", "hours", "becomes"),
    [
        ("", "caseworker", (), "NotPossibleNow"),
        ("", "caseworker", (1, 100), "NotPossibleNow"),
        ("", "caseworker", (1, 2, 3), "done"),
        ("medium", "caseworker", (1, 2, 3), "NotPossibleNow"),
        ("medium", "caseworker", (1, 2, 3, 4), "done"),
        ("high", "caseworker", (1, 2, 3, 4, 30), "NotPossibleNow"),
        ("high", "supervisor", (1, 2, 3, 4), "NotPossibleNow"),
        ("high", "supervisor", (1, 2, 3, 4, 30), "done"),
    ],
)
def test_nobody_is_unreachable_before_they_were_tried_as_their_risk_asks(world, risk, who, hours, becomes):
    case = to_call_back(world)
    if risk:
        commands.judge_risk(actor=world.caseworker, case=case, level=risk, why="x", now=at())
    attempts(world, case, *hours)
    said = {"outcome": "unreachable", "then": factories.step(due_at=at(24 * 16)), "now": at(24 * 15)}
    assert (
        outcome_of(
            lambda: commands.complete_step(actor=world.people[who], step=case.steps.get(kind="call_back"), **said)
        )
        == becomes
    )


def test_it_says_what_is_left_to_do(world):
    case = to_call_back(world)
    attempts(world, case, 1)
    said = {"outcome": "unreachable", "then": factories.step(), "now": at(2)}
    with pytest.raises(NotPossibleNow, match="1 of 3 attempts were made, they must be tried over 14 days"):
        commands.complete_step(actor=world.caseworker, step=case.steps.get(), **said)


def test_what_was_not_tried_after_all_does_not_count(world):
    case = to_call_back(world)
    attempts(world, case, 1, 2)
    attempt = commands.use_route(actor=world.caseworker, route=case.routes.get(), now=at(3))
    commands.end_attempt(actor=world.caseworker, attempt=attempt, outcome="not_tried", now=at(3))
    said = {"outcome": "unreachable", "then": factories.step(due_at=at(24 * 16)), "now": at(3) + timedelta(days=15)}
    with pytest.raises(NotPossibleNow, match="2 of 3"):
        commands.complete_step(actor=world.caseworker, step=case.steps.get(), **said)
