"""Reading the published police "street" layout: its shape only. What becomes of a burglary is a command's."""

import csv
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from casework.models import Incident, PublishedOutcome
from casework.plans import PublishedBurglary, PublishedRow

COLUMNS = [
    "Crime ID",
    "Month",
    "Reported by",
    "Falls within",
    "Longitude",
    "Latitude",
    "Location",
    "LSOA code",
    "LSOA name",
    "Crime type",
    "Last outcome category",
    "Context",
]
# Where each column is kept: a cell longer than its field is a bad row, not a failed batch.
KEPT_IN = {
    "Reported by": Incident._meta.get_field("force"),
    "Location": Incident._meta.get_field("place"),
    "LSOA code": Incident._meta.get_field("area_code"),
    "LSOA name": Incident._meta.get_field("area_name"),
    "Last outcome category": PublishedOutcome._meta.get_field("outcome"),
}
BURGLARY = "Burglary"
CRIME_ID = re.compile(r"[0-9a-f]{64}")
MONTH = re.compile(r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])")
COORDINATE = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{1,15})?")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class NotThisLayout(ValueError):
    """The file is not in the published street layout; nothing of it was taken in."""


class BadRow(ValueError):
    """A row that cannot be read, and why."""


@dataclass(frozen=True)
class Reject:
    """A row that cannot be read: where it stands (the header is line 1), why, and its cells as they were."""

    line: int
    reason: str
    cells: list[str]


@dataclass
class PublishedFile:
    """A whole file, read: burglaries in the order in which each first appears, and what was left out."""

    burglaries: list[PublishedBurglary] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    rows: int = 0
    duplicates: int = 0
    other_crimes: int = 0


def read_published(path: Path) -> PublishedFile:
    """Read a file whole. Raises `NotThisLayout` before anything is written, and `OSError` if it cannot be opened.

    No published cell holds a line break, so every line is read by itself: a stray quotation mark or a broken
    character costs its own row and no other.
    """
    with path.open("rb") as lines:
        _check_header(next(lines, b""))
        return _collect(enumerate(lines, start=2))


def _check_header(line: bytes) -> None:
    if not line:
        raise NotThisLayout("The file is empty.")
    try:
        header = _cells(line.removeprefix(b"\xef\xbb\xbf"))
    except BadRow:
        raise NotThisLayout("The first line is not text.") from None
    if header != COLUMNS:
        raise NotThisLayout(f"The first line must name these columns, in this order: {', '.join(COLUMNS)}.")


def _collect(lines: Iterable[tuple[int, bytes]]) -> PublishedFile:
    published = PublishedFile()
    by_crime: dict[str, list[dict[str, str]]] = {}
    for number, line in lines:
        if not line.strip():
            continue
        published.rows += 1
        try:
            row = _read_row(_cells(line))
        except BadRow as problem:
            published.rejects.append(Reject(number, str(problem), _as_they_were(line)))
            continue
        if row["Crime type"] != BURGLARY:
            published.other_crimes += 1
            continue
        published.duplicates += row["Crime ID"] in by_crime
        by_crime.setdefault(row["Crime ID"], []).append(row)
    published.burglaries = [_burglary(same) for same in by_crime.values()]
    return published


def _cells(line: bytes) -> list[str]:
    """The cells of one line. Raises `BadRow`."""
    try:
        return next(csv.reader([line.decode().rstrip("\r\n")], strict=True), [])
    except UnicodeDecodeError:
        raise BadRow("The row is not text in UTF-8") from None
    except csv.Error as error:
        raise BadRow(f"The row is not comma-separated values: {error}") from None


def _as_they_were(line: bytes) -> list[str]:
    """For the person who mends the row: its cells if it has any, or else the line as one."""
    try:
        return _cells(line)
    except BadRow:
        return [line.decode(errors="backslashreplace").rstrip("\r\n")]


def _read_row(cells: list[str]) -> dict[str, str]:
    """The cells by column. Raises `BadRow` for a burglary that cannot be taken in as it stands."""
    if len(cells) != len(COLUMNS):
        raise BadRow(f"{len(cells)} cells where {len(COLUMNS)} are expected")
    row = dict(zip(COLUMNS, (cell.strip() for cell in cells), strict=True))
    row["Crime ID"] = row["Crime ID"].lower()
    if row["Crime type"] == BURGLARY:
        _check(row)
    return row


def _check(row: dict[str, str]) -> None:
    if any(CONTROL.search(cell) for cell in row.values()):
        raise BadRow("A cell holds a control character")
    if not CRIME_ID.fullmatch(row["Crime ID"]):
        raise BadRow("Crime ID is not 64 hexadecimal digits")
    if not MONTH.fullmatch(row["Month"]):
        raise BadRow("Month is not a year and month such as 2021-01")
    if bool(row["Longitude"]) != bool(row["Latitude"]):
        raise BadRow("Longitude and Latitude must both be there or both be empty")
    _check_coordinate(row, "Longitude", 180)
    _check_coordinate(row, "Latitude", 90)
    for column, kept in KEPT_IN.items():
        if len(row[column]) > (kept.max_length or 0):
            raise BadRow(f"{column} is longer than {kept.max_length} characters")


def _check_coordinate(row: dict[str, str], column: str, limit: int) -> None:
    text = row[column]
    if text and not COORDINATE.fullmatch(text):
        raise BadRow(f"{column} is not a number of degrees such as 51.603392")
    if text and abs(Decimal(text)) > limit:
        raise BadRow(f"{column} is not between -{limit} and {limit}")


def _burglary(rows: list[dict[str, str]]) -> PublishedBurglary:
    """One crime of all its rows. Where rows disagree on the place, the first speaks."""
    first = rows[0]
    return PublishedBurglary(
        crime_id=first["Crime ID"],
        month=date.fromisoformat(f"{first['Month']}-01"),
        force=first["Reported by"],
        place=first["Location"],
        longitude=Decimal(first["Longitude"]) if first["Longitude"] else None,
        latitude=Decimal(first["Latitude"]) if first["Latitude"] else None,
        area_code=first["LSOA code"],
        area_name=first["LSOA name"],
        rows=tuple(PublishedRow(outcome=row["Last outcome category"], digest=_digest(row)) for row in rows),
    )


def _digest(row: dict[str, str]) -> str:
    """Cells hold no control characters, so the separator makes different rows differ."""
    return hashlib.sha256("\x1f".join(row[column] for column in COLUMNS).encode()).hexdigest()
