"""When something is due: working days and working hours of England and Wales, by the clock in London.

Pure arithmetic: no records, no present moment. Every moment that comes in or goes out is aware.
"""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

from holidays import country_holidays

from casework.windows import LONDON

OPENS, CLOSES = time(9), time(17)  # office hours, a local default; a caller may give others
DAY = timedelta(days=1)
LAST_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Unit(StrEnum):
    """In what a rule counts. The values are kept in records."""

    MINUTE = "minute"
    HOUR = "hour"  # sixty minutes of any day
    DAY = "day"  # of the calendar, at the same time of the day
    WORKING_HOUR = "working_hour"
    WORKING_DAY = "working_day"
    MONTH = "month"  # of the calendar: the same day of it, or its last


def is_working_day(day: date) -> bool:
    """Neither a weekend nor a bank holiday of England and Wales."""
    return day.weekday() < 5 and day not in _bank_holidays(day.year)


def add_working_days(day: date, count: int) -> date:
    """The working day that comes so many after `day`, or before it if `count` is negative; 0 is the day itself."""
    step, left = DAY if count > 0 else -DAY, abs(count)
    while left:
        day += step
        left -= is_working_day(day)
    return day


def working_days_between(first: date, last: date) -> int:
    """How many working days come after `first`, up to and with `last`; none if `last` is not after it."""
    return sum(is_working_day(first + DAY * ahead) for ahead in range(1, (last - first).days + 1))


def due_at(event: datetime, count: int, unit: Unit) -> datetime:
    """The moment by which it is due, in UTC, for something that began at `event`; `count` 0 is at once.

    A working day is a whole one that passes: what begins on a Monday at 14:00 is due one working day later on Tuesday
    at 14:00; what begins on a Saturday, when Monday ends. That is never later than any usual way of counting.
    """
    if count == 0:
        return event.astimezone(UTC)
    if unit in {Unit.HOUR, Unit.MINUTE}:
        return event.astimezone(UTC) + timedelta(**{f"{unit}s": count})
    if unit == Unit.WORKING_HOUR:
        return add_working_time(event, timedelta(hours=count))
    local = event.astimezone(LONDON)
    if unit == Unit.WORKING_DAY:
        return _after_working_days(local, count)
    day = local.date() + DAY * count if unit == Unit.DAY else _months_on(local.date(), count)
    return _moment(day, local.time(), fold=local.fold)


def add_working_time(event: datetime, spent: timedelta, opens: time = OPENS, closes: time = CLOSES) -> datetime:
    """When so much time will have passed in the office hours of working days, in UTC."""
    day = event.astimezone(LONDON).date()
    while True:
        start, end = _office(day, opens, closes)
        start = max(start, event)
        if is_working_day(day) and end - start >= spent:
            return (start + spent).astimezone(UTC)
        if is_working_day(day):
            spent -= max(end - start, timedelta(0))
        day += DAY


def working_time_between(first: datetime, last: datetime, opens: time = OPENS, closes: time = CLOSES) -> timedelta:
    """How much of the time from one moment until another is in the office hours of working days."""
    day, until, total = first.astimezone(LONDON).date(), last.astimezone(LONDON).date(), timedelta(0)
    while day <= until:
        if is_working_day(day):
            start, end = _office(day, opens, closes)
            total += max(min(end, last) - max(start, first), timedelta(0))
        day += DAY
    return total


def hours_left(due: datetime, now: datetime) -> int:
    """Whole hours until it is due; negative once it is late, -1 from its first second on."""
    return (due - now) // timedelta(hours=1)


@lru_cache(maxsize=200)
def _bank_holidays(year: int) -> frozenset[date]:
    """England and Wales have the same ones. Kept by year: the library's own table fills as it is asked."""
    return frozenset(country_holidays("GB", subdiv="ENG", years=year))


def _after_working_days(local: datetime, count: int) -> datetime:
    """What begins on no working day begins when the next one does, and so lasts until the end of the last."""
    if is_working_day(local.date()):
        return _moment(add_working_days(local.date(), count), local.time())
    return _moment(add_working_days(local.date(), count) + DAY, time(0))


def _months_on(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    last = 29 if month == 1 and is_leap else LAST_DAYS[month]
    return date(year, month + 1, min(day.day, last))


def _office(day: date, opens: time, closes: time) -> tuple[datetime, datetime]:
    return _moment(day, opens), _moment(day, closes)


def _moment(day: date, at: time, fold: int = 0) -> datetime:
    """That time of that day in UTC; of an hour that comes twice the first, unless said; one that never comes, later."""
    return datetime.combine(day, at.replace(fold=fold), LONDON).astimezone(UTC)
