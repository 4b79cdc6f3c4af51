"""Safe times in a line that people type, "mon-fri 9:30-15:00 (school run); sat 10-12", and which moments they are.

Times are by the clock in London. Where the clock is turned, a window is only what is inside it by every reading, and
a time that must never be is all that is in it by any.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError

LONDON = ZoneInfo("Europe/London")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
GROUPS = {"weekdays": (0, 4), "weekends": (5, 6), "daily": (0, 6), "every day": (0, 6)}
ANY_TIME, MIDNIGHT, LONGEST_LINE = "any time", 24 * 60, 200
AHEAD = 9  # days looked at: the same weekday again, and a day for the turning of the clock
DAY = r"(?:mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs|urs?)?(?:days?)?"
PART = re.compile(
    rf"(?P<days>{'|'.join(GROUPS)}|{DAY}(?:\s*(?:-|to|,|and|&|\s)\s*{DAY})*)\s*:?\s+"
    r"(?:(?P<all>any\s*time|all\s*day)|(?P<start>[0-9][0-9:.]*(?:\s*[ap]m)?|noon)\s*(?:-|to)\s*"
    r"(?P<end>[0-9][0-9:.]*(?:\s*[ap]m)?|noon|midnight))(?=$|[\s(])\s*\(?(?P<note>[^()]*)\)?",
    re.IGNORECASE,
)
CLOCK = re.compile(r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?\s*(?P<half>[ap]m)?")
EXAMPLE = "Write days and times like this: mon-fri 9:30-15:00; sat 10-12. Or write: any time."


@dataclass(frozen=True)
class Window:
    """On these weekdays (Monday is 0) from one minute of the day until before another."""

    days: tuple[int, ...]
    start: int
    end: int
    note: str = ""


@dataclass(frozen=True)
class Stretch:
    """From one moment until before another, aware."""

    start: datetime
    end: datetime


ALWAYS = Window(tuple(range(7)), 0, MIDNIGHT)


def read_windows(line: str) -> tuple[Window, ...]:
    """The windows that a line says; none in an empty one. Raises `ValidationError` that says what to write."""
    plain = line.replace("–", "-").replace("—", "-")  # noqa: RUF001
    if plain.strip().lower() == ANY_TIME:
        return (ALWAYS,)
    return tuple(_window(part.strip()) for part in re.split(r"[;\n]", plain) if part.strip())


def write_windows(windows: Iterable[Window]) -> str:
    """The line that says them, which is read as the same."""
    parts = tuple(windows)
    return ANY_TIME if parts == (ALWAYS,) else "; ".join(map(_in_words, parts))


def tidy(line: str) -> str:
    """A line as it is kept. Raises `ValidationError`."""
    kept = write_windows(read_windows(line))
    if len(kept) > LONGEST_LINE:
        raise ValidationError("Write fewer times or shorter notes.")
    return kept


def open_stretches(allowed: Iterable[Window], never: Iterable[Window], since: datetime) -> list[Stretch]:
    """When it is open in the days ahead of a moment, earliest first, nothing of what must never be among it."""
    shut = sorted(_stretches(never, since, at_most=True), key=lambda stretch: stretch.start)
    found: list[Stretch] = []
    for stretch in sorted(_stretches(allowed, since, at_most=False), key=lambda stretch: stretch.start):
        for left in _without(stretch, shut):
            if found and left.start <= found[-1].end:
                found[-1] = Stretch(found[-1].start, max(found[-1].end, left.end))
            else:
                found.append(left)
    return [stretch for stretch in found if stretch.end > since]


def _window(part: str) -> Window:
    found = PART.fullmatch(part)
    if found is None:
        raise ValidationError(EXAMPLE)
    days, (start, end) = _days(found["days"].lower()), ((found[name] or "").lower() for name in ("start", "end"))
    note = " ".join((found["note"] or "").split())
    if found["all"]:
        return Window(days, 0, MIDNIGHT, note)
    if start.endswith("m") != end.endswith("m") and not {"noon", "midnight"} & {start, end}:
        raise ValidationError("Write am or pm with both times, or with neither, as in 13:00-15:00.")
    window = Window(days, _minutes(start), _minutes(end), note)
    if window.start >= window.end:
        raise ValidationError("A time must end after it begins. Over midnight, write two: fri 22-24; sat 0:00-02:00.")
    return window


def _days(text: str) -> tuple[int, ...]:
    if text in GROUPS:
        first, last = GROUPS[text]
        return tuple(range(first, last + 1))
    found: set[int] = set()
    for each in re.findall(rf"{DAY}(?:\s*(?:-|to)\s*{DAY})?", text):
        names = re.findall(DAY, each)
        first, last = DAYS.index(names[0][:3]), DAYS.index(names[-1][:3])
        found |= {day % 7 for day in range(first, last + 1 + 7 * (last < first))}
    return tuple(sorted(found))


def _minutes(text: str) -> int:
    if text in {"noon", "midnight"}:
        return MIDNIGHT // 2 if text == "noon" else MIDNIGHT
    found = CLOCK.fullmatch(text)
    if found is None:
        raise ValidationError(EXAMPLE)
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), found["half"]
    if half:
        if not 1 <= hour <= 12:
            raise ValidationError("With am or pm the hour is from 1 to 12.")
        hour = hour % 12 + 12 * (half == "pm")
    elif len(found["hour"]) == 1 and 1 <= hour <= 6:
        raise ValidationError(f"Is {hour} in the morning or in the afternoon? Write {hour}am or {hour + 12}:00.")
    if minute > 59 or hour * 60 + minute > MIDNIGHT:
        raise ValidationError("The clock goes from 0:00 to 24:00.")
    return hour * 60 + minute


def _in_words(window: Window) -> str:
    times = ANY_TIME if (window.start, window.end) == (0, MIDNIGHT) else f"{_clock(window.start)}-{_clock(window.end)}"
    note = f" ({window.note})" if window.note else ""
    return f"{_names(window.days)} {times}{note}"


def _names(days: tuple[int, ...]) -> str:
    """Neighbours as a range: mon-fri, sun."""
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}" for run in runs)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _stretches(windows: Iterable[Window], since: datetime, *, at_most: bool) -> Iterator[Stretch]:
    """The moments of these windows from the day of `since` on; `at_most` with what may be in them, else what must."""
    first = since.astimezone(LONDON).date()
    for window in windows:
        for day in (first + timedelta(days=ahead) for ahead in range(AHEAD)):
            if day.weekday() not in window.days:
                continue
            starts, ends = _readings(day, window.start), _readings(day, window.end)
            stretch = Stretch(min(starts), max(ends)) if at_most else Stretch(max(starts), min(ends))
            if stretch.start < stretch.end:
                yield stretch


def _readings(day: date, minutes: int) -> tuple[datetime, datetime]:
    """The moments that a time of the day may mean: two, where the clock is turned that hour; else twice the same."""
    day, minutes = (day + timedelta(days=1), 0) if minutes == MIDNIGHT else (day, minutes)
    local = datetime.combine(day, time(minutes // 60, minutes % 60), LONDON)
    return local.astimezone(ZoneInfo("UTC")), local.replace(fold=1).astimezone(ZoneInfo("UTC"))


def _without(stretch: Stretch, shut: list[Stretch]) -> Iterator[Stretch]:
    """What is left of a stretch; `shut` is sorted."""
    start = stretch.start
    for each in shut:
        if each.end <= start or each.start >= stretch.end:
            continue
        if each.start > start:
            yield Stretch(start, each.start)
        start = max(start, each.end)
    if start < stretch.end:
        yield Stretch(start, stretch.end)
