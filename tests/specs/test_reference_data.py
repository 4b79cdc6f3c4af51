"""Reference data: shipped for all, changed by a partnership for itself from a day on, and never for what exists."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from casework import commands
from casework.models import AttemptStandard, NextStep, ServiceStandard
from casework.queries import due_by, standing_row
from tests.conftest import events, outcome_of
from tests.factories import at

TODAY = timezone.localdate


def changed(world, hours=6, days=0, code="call_back", who="manager"):
    row = standing_row(ServiceStandard, code, TODAY(), world.caseworker.agency.partnership_id)
    said, day = {"hours": hours, "source": "Decided by us."}, TODAY() + timedelta(days=days)
    return commands.change_reference(actor=world.people[who], row=row, said=said, valid_from=day, now=at())


def hours_of(world, days=0, who="caseworker", code="call_back"):
    now = at(24 * days)
    return round((due_by(code, now, world.people[who].agency.partnership_id).at - now) / timedelta(hours=1))


@pytest.mark.parametrize(
    ("who", "becomes"), {"manager": "done", "supervisor": "Denied", "auditor": "Denied", "partner": "Denied"}.items()
)
def test_the_partnership_manager_changes_it_and_nobody_else(world, who, becomes):
    assert outcome_of(lambda: changed(world, who=who)) == becomes
    assert hours_of(world) == (6 if becomes == "done" else 24)
    assert len(events("casework.keep_reference", outcome="allowed")) == (becomes == "done")


def test_another_partnership_goes_on_as_it_is_shipped(world, stranger):
    changed(world)
    now = at()
    due = due_by("call_back", now, stranger.agency.partnership_id)
    assert due.at - now == timedelta(hours=24)


def test_it_holds_from_its_day_on_until_the_next_begins(world):
    changed(world, hours=8, days=10)
    changed(world, hours=6, days=2)
    changed(world, hours=7, days=2)
    assert [hours_of(world, days) for days in (0, 1, 2, 9, 10, 11)] == [24, 24, 7, 7, 8, 8]
    rows = ServiceStandard.objects.filter(code="call_back", partnership__isnull=False).order_by("valid_from")
    assert [(row.hours, row.valid_until) for row in rows] == [(7, TODAY() + timedelta(days=10)), (8, None)]


def test_it_never_begins_in_the_past(world):
    with pytest.raises(ValidationError) as problem:
        changed(world, days=-1)
    assert list(problem.value.message_dict) == ["valid_from"]


def test_loading_what_is_shipped_leaves_what_a_partnership_has(world):
    changed(world)
    shipped = [ServiceStandard(code="call_back", title="x", hours=20, source="y", valid_from=TODAY())]
    commands.load_reference(actor=world.system, rows=shipped)
    assert hours_of(world) == 6


def test_the_page_shows_what_changes_before_it_is_done_and_that_what_exists_stays(world, case):
    NextStep.objects.filter(case=case, done_at=None).update(due_source="call_back")
    page, day = world.page("manager"), TODAY()
    when = {"valid_from_day": day.day, "valid_from_month": day.month, "valid_from_year": day.year}
    said = {"hours": "6", "source": "Decided by us.", **when}
    address = "/reference/rows/service-standards/call_back/"
    shown = page.post(address, said)
    assert ("24 becomes 6" in shown.text, hours_of(world)) == (True, 24)
    token = shown.text.partition('name="confirmed" value="')[2].partition('"')[0]
    assert page.post(address, said | {"hours": "5", "confirmed": token}).status_code == 200  # not what was shown
    assert hours_of(world) == 24
    assert page.post(address, said | {"confirmed": token}).status_code == 302
    assert hours_of(world) == 6
    assert "Decided by us." in page.get("/reference/").text
    assert NextStep.objects.filter(case=case, due_source="call_back", due_at__gt=at(20)).exists()


def test_the_api_previews_and_changes_and_names_what_is_wrong_by_its_field(world):
    api, address = world.api("manager"), "/api/v1/reference/rows/attempts/high"
    body = {"valid_from": TODAY().isoformat(), "says": {"attempts": 6}, "preview": True}
    said = api.post(address, body, format="json").json()
    assert (said["changes"], said["is_done"]) == ([{"field": "attempts", "before": "5", "after": "6"}], False)
    assert AttemptStandard.objects.filter(partnership__isnull=False).count() == 0
    assert api.post(address, body | {"preview": False}, format="json").json()["is_done"]
    wrong = api.post(address, body | {"says": {"attempts": "many", "colour": 1}}, format="json")
    assert (wrong.status_code, "colour" in wrong.text, "attempts" in wrong.text) == (400, True, True)
    rows = {row["code"]: row["says"] for row in api.get("/api/v1/reference/rows/attempts/").json()["rows"]}
    assert rows["high"]["attempts"] == 6
    assert api.get("/api/v1/reference/rows/nothing/").status_code == 404
