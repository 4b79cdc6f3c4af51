"""Safe times are typed in one line and kept as what they mean, by the clock in London, also when it is turned."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.windows import LONDON, MIDNIGHT, Window, open_stretches, read_windows, tidy, write_windows

SPRING, AUTUMN = (
    datetime(2026, 3, 29, tzinfo=UTC),
    datetime(2026, 10, 25, tzinfo=UTC),
)  # Sundays: the clock turns at 1:00
TIMES = st.tuples(st.integers(0, MIDNIGHT - 1), st.integers(1, MIDNIGHT)).filter(lambda pair: pair[0] < pair[1])
NOTES = st.text("abc XYZ-9:am", max_size=12).map(lambda text: " ".join(text.split()))
WINDOWS = st.lists(
    st.builds(
        lambda days, times, note: Window(tuple(sorted(days)), *times, note),
        st.sets(st.integers(0, 6), min_size=1),
        TIMES,
        NOTES,
    ),
    max_size=3,
).map(tuple)


@pytest.mark.parametrize(
    ("typed", "meant"),
    {
        "mon-fri 9:30-15:00; sat 10-12": "mon-fri 09:30-15:00; sat 10:00-12:00",
        "Weekdays 9am – 3pm school run": "mon-fri 09:00-15:00 (school run)",  # noqa: RUF001
        "Tuesdays: 10 to 12": "tue 10:00-12:00",
        "fri-mon noon-midnight": "mon, fri-sun 12:00-24:00",
        "mon, wed and fri 13.30-14.00 (At work)\ndaily 7-8": "mon, wed, fri 13:30-14:00 (At work); mon-sun 07:00-08:00",
        "sun all day": "sun any time",
        " Any time ": "any time",
        "": "",
    }.items(),
)
def test_a_line_is_kept_as_what_it_means(typed, meant):
    assert tidy(typed) == meant == tidy(meant)


@pytest.mark.parametrize(
    ("typed", "problem"),
    {
        "in the evening": "Write days and times like this",
        "9-10": "Write days and times like this",
        "mon": "Write days and times like this",
        "blursday 9-10": "Write days and times like this",
        "mon 1-3": "in the morning or in the afternoon",
        "mon 9-3pm": "am or pm with both",
        "mon 13am-2pm": "from 1 to 12",
        "fri 22-02:00": "Over midnight, write two",
        "mon 9-9": "must end after it begins",
        "mon 9:75-11": "from 0:00 to 24:00",
        "mon 20-25": "from 0:00 to 24:00",
        "; ".join(["mon 9-10 (a long note)"] * 9): "fewer times",
    }.items(),
)
def test_what_could_mean_two_times_is_refused_and_says_what_to_write(typed, problem):
    with pytest.raises(ValidationError, match=problem):
        tidy(typed)


@given(windows=WINDOWS)
@settings(max_examples=100, deadline=None)
def test_what_is_written_is_read_as_the_same(windows):
    assert read_windows(write_windows(windows)) == windows


def is_open(allowed, never, moment):
    return any(each.start <= moment < each.end for each in open_stretches(allowed, never, moment))


def by_the_clock(windows, moment):
    local = moment.astimezone(LONDON)
    minute = local.hour * 60 + local.minute
    return any(local.weekday() in window.days and window.start <= minute < window.end for window in windows)


@given(
    allowed=WINDOWS,
    never=WINDOWS,
    turn=st.sampled_from([SPRING, AUTUMN]),
    minutes=st.integers(-24 * 60, 28 * 60),
)
@settings(max_examples=200, deadline=None)
def test_it_is_never_open_but_inside_a_window_and_outside_what_must_never_be(allowed, never, turn, minutes):
    moment = turn + timedelta(minutes=minutes)
    inside = by_the_clock(allowed, moment) and not by_the_clock(never, moment)
    turning = turn.replace(hour=0) <= moment < turn.replace(hour=3)
    assert is_open(allowed, never, moment) == inside or (turning and not is_open(allowed, never, moment))


@pytest.mark.parametrize(
    ("line", "never", "night", "opens"),
    [
        ("sun 00:30-03:00", "", SPRING, [("00:30", "02:00")]),  # one hour less: 1:00 to 2:00 is not there
        ("sun 01:15-01:45", "", SPRING, []),
        ("sun 01:30-03:00", "", SPRING, [("01:30", "02:00")]),
        ("sun 01:15-01:45", "", AUTUMN, []),  # there twice, and nobody knows which they meant
        ("sun 00:30-01:30", "", AUTUMN, [("-00:30", "00:30")]),  # until the first 1:30
        ("sun 01:00-03:00", "", AUTUMN, [("01:00", "03:00")]),  # from the second 1:00
        ("sun 00:30-03:00", "sun 01:15-01:30", AUTUMN, [("-00:30", "00:15"), ("01:30", "03:00")]),
        ("any time", "sun 01:15-01:45", SPRING, None),
    ],
)
def test_when_the_clock_is_turned_only_what_every_reading_allows_is_open(line, never, night, opens):
    found = open_stretches(read_windows(line), read_windows(never), night - timedelta(hours=2))
    if opens is None:
        gap = (night + timedelta(minutes=15), night + timedelta(hours=1, minutes=45))
        assert [stretch for stretch in found if stretch.start < gap[1] and stretch.end > gap[0]] == []
    else:
        assert [(s.start, s.end) for s in found if s.start < night + timedelta(days=1)] == [
            tuple(night + minutes_of(clock) for clock in pair) for pair in opens
        ]


def minutes_of(clock):
    hours, minutes = clock.lstrip("-").split(":")
    return timedelta(minutes=int(hours) * 60 + int(minutes)) * (-1 if clock.startswith("-") else 1)


def test_any_time_goes_on_over_midnight_and_the_turning_of_the_clock():
    [stretch] = open_stretches(read_windows("any time"), (), AUTUMN - timedelta(days=1))
    assert stretch.end - stretch.start > timedelta(days=8)
