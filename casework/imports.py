"""Reading the published police "street" layout: its shape only. What becomes of a burglary is a command's."""

import csv
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

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
CRIME_ID = re.compile(r"[0-9a-f]{64}")
MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


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
    """Read a file whole. Raises `NotThisLayout` before anything is written, and `OSError` if it cannot be opened."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as text:
            rows = csv.reader(text, strict=True)
            header = next(rows, [])
            if header != COLUMNS:
                raise NotThisLayout(f"The first line must name these columns, in this order: {', '.join(COLUMNS)}.")
            return _collect(_numbered(rows))
    except UnicodeDecodeError:
        raise NotThisLayout("The file is not text in UTF-8.") from None
    except csv.Error as error:
        raise NotThisLayout(f"The file is not readable as comma-separated values: {error}.") from None


def _numbered(rows: Iterable[list[str]]) -> Iterator[tuple[int, list[str]]]:
    reader = rows
    for cells in reader:
        if cells:
            yield reader.line_num, cells  # type: ignore[attr-defined]


def _collect(rows: Iterable[tuple[int, list[str]]]) -> PublishedFile:
    published = PublishedFile()
    by_crime: dict[str, list[dict[str, str]]] = {}
    for line, cells in rows:
        published.rows += 1
        try:
            row = _read_row(cells)
        except BadRow as problem:
            published.rejects.append(Reject(line, str(problem), cells))
            continue
        if row["Crime type"] != "Burglary":
            published.other_crimes += 1
            continue
        published.duplicates += row["Crime ID"] in by_crime
        by_crime.setdefault(row["Crime ID"], []).append(row)
    published.burglaries = [_burglary(same) for same in by_crime.values()]
    return published


def _read_row(cells: list[str]) -> dict[str, str]:
    """The cells by column. Raises `BadRow` for a burglary that cannot be taken in as it stands."""
    if len(cells) != len(COLUMNS):
        raise BadRow(f"{len(cells)} cells where {len(COLUMNS)} are expected")
    row = dict(zip(COLUMNS, (cell.strip() for cell in cells), strict=True))
    if row["Crime type"] != "Burglary":
        return row
    row["Crime ID"] = row["Crime ID"].lower()
    if not CRIME_ID.fullmatch(row["Crime ID"]):
        raise BadRow("Crime ID is not 64 hexadecimal digits")
    if not MONTH.fullmatch(row["Month"]):
        raise BadRow("Month is not a year and month such as 2021-01")
    _coordinate(row["Longitude"], "Longitude", 180)
    _coordinate(row["Latitude"], "Latitude", 90)
    if bool(row["Longitude"]) != bool(row["Latitude"]):
        raise BadRow("Longitude and Latitude must both be there or both be empty")
    for column, most in {
        "Location": 200,
        "Reported by": 100,
        "Last outcome category": 100,
        "LSOA name": 60,
    }.items():
        if len(row[column]) > most:
            raise BadRow(f"{column} is longer than {most} characters")
    return row


def _coordinate(text: str, column: str, limit: int) -> Decimal | None:
    if not text:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise BadRow(f"{column} is not a number") from None
    if not abs(value) <= limit:
        raise BadRow(f"{column} is not between -{limit} and {limit}")
    return value


def _burglary(rows: list[dict[str, str]]) -> PublishedBurglary:
    """One crime of all its rows. Where rows disagree on the place, the first speaks."""
    first = rows[0]
    year, month = (int(part) for part in first["Month"].split("-"))
    return PublishedBurglary(
        crime_id=first["Crime ID"],
        month=date(year, month, 1),
        force=first["Reported by"],
        place=first["Location"],
        longitude=_coordinate(first["Longitude"], "Longitude", 180),
        latitude=_coordinate(first["Latitude"], "Latitude", 90),
        area_code=first["LSOA code"],
        area_name=first["LSOA name"],
        rows=tuple(PublishedRow(outcome=row["Last outcome category"], digest=_digest(row)) for row in rows),
    )


def _digest(row: dict[str, str]) -> str:
    return hashlib.sha256("\x1f".join(row[column] for column in COLUMNS).encode()).hexdigest()
