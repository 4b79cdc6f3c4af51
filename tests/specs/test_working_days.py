"""A deadline is counted in the working days of England and Wales, by the clock in London, whatever falls between."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.clocks import (
    Unit,
    add_working_days,
    add_working_time,
    due_at,
    hours_left,
    is_working_day,
    working_days_between,
    working_time_between,
)
from casework.windows import LONDON

# As the government published them, for four years with everything that is odd: a moved May Day, two jubilee days, a
# funeral, a coronation, Christmas on a weekend. Written down here so that the library is not held against itself.
PUBLISHED = (
    "2020-01-01 2020-04-10 2020-04-13 2020-05-08 2020-05-25 2020-08-31 2020-12-25 2020-12-28 "
    "2021-01-01 2021-04-02 2021-04-05 2021-05-03 2021-05-31 2021-08-30 2021-12-27 2021-12-28 "
    "2022-01-03 2022-04-15 2022-04-18 2022-05-02 2022-06-02 2022-06-03 2022-08-29 2022-09-19 2022-12-26 2022-12-27 "
    "2023-01-02 2023-04-07 2023-04-10 2023-05-01 2023-05-08 2023-05-29 2023-08-28 2023-12-25 2023-12-26"
)
BANK_HOLIDAYS = {date.fromisoformat(day) for day in PUBLISHED.split()}
FIRST, LAST = date(2020, 1, 1), date(2023, 12, 31)
DAYS = st.dates(date(2020, 3, 1), date(2023, 9, 1))
MOMENTS = st.datetimes(datetime(2020, 3, 1), datetime(2023, 9, 1), timezones=st.just(UTC))  # noqa: DTZ001
MINUTE = timedelta(minutes=1)


def london(text):
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def test_working_days_are_those_that_were_published():
    """Also with the substitute days of holidays that fall on a weekend."""
    day, wrong = FIRST, []
    while day <= LAST:
        if is_working_day(day) != (day.isoweekday() not in {6, 7} and day not in BANK_HOLIDAYS):
            wrong.append(day)
        day += timedelta(days=1)
    assert wrong == []


@given(DAYS, st.integers(-40, 40))
@settings(max_examples=100, deadline=None)
def test_so_many_working_days_on_as_many_lie_between(day, count):
    there = add_working_days(day, count)
    first, last = min(day, there), max(day, there)
    listed = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    counted = [each for each in listed if each.isoweekday() < 6 and each not in BANK_HOLIDAYS and each != day]
    assert len(counted) == abs(count)
    assert count == 0 or there in counted
    assert working_days_between(day, there) == max(count, 0)


@given(MOMENTS, st.integers(1, 25))
@settings(max_examples=100, deadline=None)
def test_a_deadline_comes_when_so_many_whole_working_days_have_passed(event, count):
    """Told off independently: each hour from the event on, by the calendar written down above."""
    due, ticking = due_at(event, count, Unit.WORKING_DAY), timedelta(0)
    local = event.astimezone(LONDON)
    for ahead in range((due.astimezone(LONDON).date() - local.date()).days + 1):
        day = local.date() + timedelta(days=ahead)
        if day.isoweekday() < 6 and day not in BANK_HOLIDAYS:
            midnight = datetime.combine(day, time(0), LONDON).astimezone(UTC)
            ticking += max(min(midnight + timedelta(days=1), due) - max(midnight, event), timedelta(0))
    assert ticking == timedelta(days=count)


@given(MOMENTS, st.integers(1, 15 * 60))
@settings(max_examples=30, deadline=None)
def test_working_time_is_what_a_clock_counts_minute_by_minute(event, minutes):
    event = event.replace(second=0, microsecond=0)
    due, now, counted = add_working_time(event, minutes * MINUTE), event, 0
    while counted < minutes:
        local = now.astimezone(LONDON)
        is_open = local.isoweekday() < 6 and local.date() not in BANK_HOLIDAYS and 9 <= local.hour < 17
        counted += is_open
        now += MINUTE if is_open else timedelta(minutes=60 - local.minute)
    assert due == now
    assert working_time_between(event, due) == minutes * MINUTE


@pytest.mark.parametrize(
    ("event", "count", "unit", "due"),
    [
        ("2022-06-01T14:00", 1, Unit.WORKING_DAY, "2022-06-06T14:00"),  # two jubilee days and a weekend
        ("2022-12-23T18:30", 5, Unit.WORKING_DAY, "2023-01-04T18:30"),  # Christmas, a substitute day, New Year
        ("2022-12-25T10:00", 1, Unit.WORKING_DAY, "2022-12-29T00:00"),  # begins when the next working day does
        ("2026-03-27T16:00", 1, Unit.WORKING_DAY, "2026-03-30T16:00"),  # the clock goes forward between
        ("2026-10-23T16:00", 1, Unit.WORKING_DAY, "2026-10-26T16:00"),  # and back
        ("2026-10-23T16:00", 2, Unit.WORKING_HOUR, "2026-10-26T10:00"),
        ("2026-03-28T09:00", 28, Unit.DAY, "2026-04-25T09:00"),
        ("2026-03-28T01:30", 1, Unit.DAY, "2026-03-29T02:30"),  # an hour that never comes
        ("2026-01-31T12:00", 1, Unit.MONTH, "2026-02-28T12:00"),
        ("2023-12-31T12:00", 2, Unit.MONTH, "2024-02-29T12:00"),
        ("2024-02-29T12:00", 24, Unit.MONTH, "2026-02-28T12:00"),
        ("2026-12-25T12:00", 0, Unit.WORKING_DAY, "2026-12-25T12:00"),  # at once is at once on Christmas Day
    ],
)
def test_what_is_due_when(event, count, unit, due):
    assert due_at(london(event), count, unit) == london(due).astimezone(UTC)


def test_hours_are_counted_through_the_turning_of_the_clock():
    assert due_at(london("2026-03-28T12:00"), 24, Unit.HOUR) == london("2026-03-29T13:00").astimezone(UTC)


def test_what_is_late_by_a_second_is_late():
    due = london("2026-11-27T12:00")
    assert [hours_left(due, due + MINUTE * late) for late in (-90, -60, 0, 1)] == [1, 1, 0, -1]
