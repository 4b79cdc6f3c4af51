"""Dates are typed: a day or a moment is read as people write it, and refused in plain words when it cannot be."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from accounts.fields import LONDON, DayField, MomentField


def one_field(field, **options):
    """A form with only this field, called `it`."""
    return type("OneField", (forms.Form,), {"it": field})(**options)


def read(form_field, **parts):
    """The form's value and the words of its errors, from what was typed."""
    form = one_field(form_field, data={f"it_{part}": text for part, text in parts.items()})
    form.is_valid()
    return form.cleaned_data.get("it"), form.errors.get("it", [])


@given(day=st.dates())
def test_any_day_typed_is_read(day):
    shown = DayField().prepare_value(day)

    assert read(DayField(), **shown) == (day, [])


@pytest.mark.parametrize("month", ["3", "03", "Mar", "march", " MARCH "])
def test_a_month_is_a_number_or_a_name(month):
    assert read(DayField(), day="7", month=month, year="2026") == (date(2026, 3, 7), [])


@pytest.mark.parametrize(
    ("day", "month", "year", "error"),
    [
        ("", "", "", "This field is required."),
        ("", "3", "2026", "Date must include a day"),
        ("7", "", "", "Date must include a month and year"),
        ("7", "3", "26", "Year must include 4 numbers"),
        ("7", "3", "\uff12\uff10\uff12\uff16", "Year must include 4 numbers"),
        ("30", "2", "2026", "Date must be a real date"),
        ("1", "1", "0000", "Date must be a real date"),
        ("1", "9" * 30, "2026", "Date must be a real date"),
        ("x", "Marching", "2026", "Date must be a real date"),
    ],
)
def test_a_day_that_cannot_be_is_refused_in_plain_words(day, month, year, error):
    assert read(DayField(), day=day, month=month, year=year) == (None, [error])


@given(parts=st.fixed_dictionaries({part: st.text() for part in ("day", "month", "year", "time")}))
def test_whatever_is_typed_is_read_or_refused(parts):
    value, errors = read(MomentField(), **parts)

    assert (value is None) == bool(errors)


def test_a_day_may_be_left_out_where_it_is_optional():
    assert read(DayField(required=False), day="", month="", year="") == (None, [])


def test_a_field_left_as_it_was_has_not_changed():
    data = {"it_day": "1", "it_month": "July", "it_year": "2026"}

    assert one_field(DayField(), data=data, initial={"it": date(2026, 7, 1)}).has_changed() is False
    assert one_field(DayField(), data=data, initial={"it": date(2026, 7, 2)}).has_changed() is True
    assert DayField().widget.value_omitted_from_data({}, {}, "it") is True


def test_a_disabled_day_keeps_its_value():
    form = one_field(DayField(disabled=True), data={}, initial={"it": date(2026, 7, 1)})

    assert form.is_valid()
    assert form.cleaned_data == {"it": date(2026, 7, 1)}


# Until 1847 London kept its own time, which no whole minute can write.
moments = st.builds(datetime.combine, st.dates(min_value=date(1900, 1, 1)), st.times(), st.just(UTC))


@given(moment=moments)
def test_any_moment_typed_in_london_time_is_read_in_utc(moment):
    minute = moment.replace(second=0, microsecond=0)
    shown = MomentField().prepare_value(minute)
    again = minute - timedelta(hours=1) if minute.astimezone(LONDON).fold else minute

    assert read(MomentField(), **shown) == (again, [])


@pytest.mark.parametrize(
    ("typed", "clock"),
    [
        ("14:30", time(14, 30)),
        ("1430", time(14, 30)),
        ("14.30", time(14, 30)),
        ("2:30pm", time(14, 30)),
        ("2.30 PM", time(14, 30)),
        ("2pm", time(14, 0)),
        ("12am", time(0, 0)),
        ("12:01pm", time(12, 1)),
        ("0:05", time(0, 5)),
        ("930", time(9, 30)),
    ],
)
def test_a_time_is_read_as_people_write_it(typed, clock):
    value, errors = read(MomentField(), day="1", month="12", year="2026", time=typed)

    assert errors == []
    assert value == datetime.combine(date(2026, 12, 1), clock, UTC)


@pytest.mark.parametrize(
    "typed", ["2", "14", "25:00", "14:60", "14:30pm", "0am", "noonish", "1:2", "\u0662:\u0663\u0660pm"]
)
def test_a_time_that_may_mean_two_things_or_none_is_refused(typed):
    value, errors = read(MomentField(), day="1", month="12", year="2026", time=typed)

    assert (value, errors) == (None, ["Time must be like 2:30pm or 14:30"])


def test_the_hour_that_spring_skips_is_refused():
    value, errors = read(MomentField(noun="Incident"), day="29", month="3", year="2026", time="1:30am")

    assert (value, errors) == (None, ["Incident did not exist: the clocks went forward that night"])


def test_the_hour_that_autumn_repeats_is_its_first():
    value, errors = read(MomentField(), day="25", month="10", year="2026", time="1:30am")

    assert (value, errors) == (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), [])
