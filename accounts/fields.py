"""Form fields for days and moments, each typed in separate boxes as the GOV.UK Design System asks."""

import calendar
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError

LONDON = ZoneInfo("Europe/London")
MONTHS = {
    name.lower(): number for names in (calendar.month_name, calendar.month_abbr) for number, name in enumerate(names)
}
CLOCK = re.compile(r"(?P<hour>\d{1,2})[:.]?(?P<minute>\d{2})?\s*(?P<half>am|pm)?", re.ASCII | re.IGNORECASE)

Parts = dict[str, str]


class PartsWidget(forms.Widget):
    """Several boxes for one value. `{% gov_field %}` draws them; there is no other rendering."""

    parts: tuple[str, ...] = ("day", "month", "year")

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Parts:
        return {part: str(data.get(f"{name}_{part}", "")).strip() for part in self.parts}

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return not any(f"{name}_{part}" in data for part in self.parts)


class DayWidget(PartsWidget):
    """Day, month and year."""


class MomentWidget(PartsWidget):
    """Day, month, year and time of day."""

    parts = ("day", "month", "year", "time")


class PartsField(forms.Field):
    """A value typed in parts. `noun` is what its errors call it, such as "Date of birth".

    An error carries the parts it is about, so that only those boxes are marked and linked to.
    `read` makes the value of parts that are all filled in.
    """

    read: Callable[[Parts], Any]

    def __init__(self, *, noun: str, **options: Any) -> None:
        self.noun = noun
        super().__init__(**options)

    def to_python(self, value: Any) -> Any:
        """The value, `None` when every box is empty; raises ValidationError."""
        if not isinstance(value, dict):
            return value
        if not any(value.values()):
            return None
        if missing := [part for part in self.widget.parts if not value[part]]:
            raise problem(f"{self.noun} must include a {listed(missing)}", *missing)
        return self.read(value)


class DayField(PartsField):
    """A day, as a `date`."""

    widget = DayWidget

    def __init__(self, *, noun: str = "Date", **options: Any) -> None:
        super().__init__(noun=noun, **options)

    def read(self, parts: Parts) -> date:
        return read_day(parts, self.noun)

    def prepare_value(self, value: Any) -> Any:
        return day_parts(value) if isinstance(value, date) else value


class MomentField(PartsField):
    """A moment, typed in London's time and kept in UTC.

    A time in the hour that autumn repeats is read as its first occurrence;
    one in the hour that spring skips is refused.
    """

    widget = MomentWidget

    def __init__(self, *, noun: str = "Date and time", **options: Any) -> None:
        super().__init__(noun=noun, **options)

    def read(self, parts: Parts) -> datetime:
        day, clock = read_day(parts, self.noun), read_time(parts["time"])
        moment = datetime.combine(day, clock, LONDON).astimezone(UTC)
        if moment.astimezone(LONDON).time() != clock:
            raise problem(f"{self.noun} did not exist: the clocks went forward that night", "time")
        return moment

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, datetime):
            return value
        local = value.astimezone(LONDON)
        return day_parts(local) | {"time": f"{local:%H:%M}"}


def day_parts(day: date) -> Parts:
    """What would be typed for this day."""
    return {"day": str(day.day), "month": str(day.month), "year": f"{day.year:04}"}


def read_day(parts: Parts, noun: str) -> date:
    """The day typed; its month may be a number or a name."""
    if not re.fullmatch(r"[0-9]{4}", parts["year"]):
        raise problem("Year must include 4 numbers", "year")
    month = MONTHS.get(parts["month"].lower(), parts["month"])
    try:
        return date(int(parts["year"]), int(month), int(parts["day"]))
    except (ValueError, OverflowError):
        raise problem(f"{noun} must be a real date", "day", "month", "year") from None


def read_time(text: str) -> time:
    """The time of day typed as 14:30, 1430, 2:30pm or 2pm.

    A bare hour is refused: 2 may mean either half of the day.
    """
    found = CLOCK.fullmatch(text.strip())
    if not found or not (found["minute"] or found["half"]):
        raise not_a_time()
    hour, half = int(found["hour"]), (found["half"] or "").lower()
    if half and not 1 <= hour <= 12:
        raise not_a_time()
    if half:
        hour = hour % 12 + 12 * (half == "pm")
    try:
        return time(hour, int(found["minute"] or 0))
    except ValueError:
        raise not_a_time() from None


def not_a_time() -> ValidationError:
    return problem("Time must be like 2:30pm or 14:30", "time")


def problem(message: str, *parts: str) -> ValidationError:
    """An error about these parts of the value."""
    return ValidationError(message, code="invalid", params={"parts": parts})


def listed(words: list[str]) -> str:
    """The words as one would say them: day, month and year."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
