"""The police's own numbers: recognised in whatever way they are written, never refused. Knows no tables.

CONNECT is used by the Metropolitan Police since 28 February 2024, in place of CRIS. A log (CAD) is kept of each
incident, and who reports online gets a receipt first, and a crime number later.
"""

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date

from django.db import models

CONNECT_SINCE = 24  # the year, as these numbers have it
FORCES = {"01": "Metropolitan Police Service"}
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
UNKNOWN = "This is not of a form that we know. It is kept as you gave it: look at it once more."


class NumberKind(models.TextChoices):
    CRIME = "crime", "Crime number"
    INCIDENT = "incident", "Log of an incident (CAD)"
    RECEIPT = "online_receipt", "Receipt of an online report"
    UNKNOWN = "unknown", "Of a form that we do not know"


@dataclass(frozen=True)
class CrimeNumber:
    """A number as it was given and as it is looked up; from which system of which force, and what is odd about it."""

    given: str
    number: str
    kind: str = NumberKind.UNKNOWN
    system: str = ""
    force: str = ""
    warning: str = ""

    @property
    def kept(self) -> dict[str, str]:
        return asdict(self)


def read_number(given: str, today: date) -> CrimeNumber:
    """What a number says. It is warned about, and never refused."""
    plain = " ".join(given.upper().split())
    for form, read in FORMS:
        if found := form.fullmatch(plain):
            return read(given, found, today)
    return CrimeNumber(given, plain, warning=UNKNOWN)


def _connect(given: str, found: re.Match[str], today: date) -> CrimeNumber:
    prefix, number, year = found["prefix"], found["number"], found["year"]
    early = "CONNECT began in February 2024: look at the year once more." if int(year) < CONNECT_SINCE else ""
    warning = early or _of_year(year, today)
    force = FORCES.get(prefix, "")
    return CrimeNumber(given, f"{prefix}/{number}/{year}", NumberKind.CRIME, "CONNECT", force, warning)


def _cris(given: str, found: re.Match[str], today: date) -> CrimeNumber:
    late = int(found["year"]) > CONNECT_SINCE
    warning = "CRIS ended in February 2024: look at the year once more." if late else _of_year(found["year"], today)
    return CrimeNumber(given, f"{found['number']}/{found['year']}", NumberKind.CRIME, "CRIS", FORCES["01"], warning)


def _log(given: str, found: re.Match[str], today: date) -> CrimeNumber:
    number, day, month, year = found["number"], found["day"], found["month"], found["year"][-2:]
    normal = f"{int(number)}/{int(day):02}{month}{year}"
    try:
        on = date(2000 + int(year), MONTHS.index(month) + 1, int(day))
        warning = "Its day is in the future: look at it once more." if on > today else ""
    except ValueError:
        warning = "There is no such day: look at it once more."
    return CrimeNumber(given, normal, NumberKind.INCIDENT, "CAD", "", warning)


def _receipt(given: str, found: re.Match[str], today: date) -> CrimeNumber:
    return CrimeNumber(given, "-".join(re.split(r"[-\s/]+", found["number"])), NumberKind.RECEIPT, "online")


def _of_year(year: str, today: date) -> str:
    return "Its year is in the future: look at it once more." if int(year) > today.year % 100 else ""


GAP = r"\s*[/\s\-]\s*"
FORMS: list[tuple[re.Pattern[str], Callable[[str, re.Match[str], date], CrimeNumber]]] = [
    (
        re.compile(rf"(?:CONNECT\s*|CRIME\s*)?(?P<prefix>\d{{2}}){GAP}(?P<number>\d{{7}}){GAP}(?P<year>\d{{2}})"),
        _connect,
    ),
    (re.compile(rf"(?:CRIS\s*|CRIME\s*)?(?P<number>\d{{7}}){GAP}(?P<year>\d{{2}})"), _cris),
    (
        re.compile(
            rf"(?:CAD\s*|CHS\s*)?(?P<number>\d{{1,5}}){GAP}(?P<day>\d{{1,2}})\s*(?P<month>{'|'.join(MONTHS)})\s*"
            r"(?P<year>\d{4}|\d{2})"
        ),
        _log,
    ),
    (re.compile(r"(?:RECEIPT\s*)?(?P<number>[A-Z]{2,4}[-\s/]\d{3,8}[-\s/]\d{2}(?:[-\s/]\w{2,5}){1,3})"), _receipt),
]
