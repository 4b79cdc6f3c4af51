"""Invented victims for imported burglaries. The same burglary always gets the same victim: nothing is left to chance.

Telephone numbers come only from the ranges that Ofcom keeps free for drama. No two homes have the same number; a few
homes have two victims, who share surname, address and number on purpose, so that there is somebody known already.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

from django.utils import timezone

from accounts.models import User
from casework.commands import attach_victims
from casework.models import Incident, Party, PartyRole, RouteKind
from casework.plans import AddressReport, InventedVictim, RouteReport, VictimReport

T = TypeVar("T")

BATCH = 500
HOME_OF_TWO_EVERY = 12  # the 12th burglary is of the same home as the 11th, the 24th as the 23rd, ...
NAMES = json.loads((Path(__file__).parent / "demo" / "names.json").read_text(encoding="utf-8"))
COMMUNITIES, STREETS = NAMES["communities"], NAMES["streets"]
TOWNS = ("Ilford", "Woodford", "Wanstead", "Barkingside", "Seven Kings", "Goodmayes")
BORN_FIRST, DAYS_OF_BIRTH = date(1936, 1, 1), 365 * 68

# 020 7946 0900 to 0999 are left to the stories that are told at the front door.
LONDON = [f"020 7946 0{number:03}" for number in range(900)]
ELSEWHERE = (
    *(f"{area} 496 0" for area in ("0113", "0114", "0116", "0117", "0118", "0121", "0131", "0141", "0151", "0161")),
    "0191 498 0",
    "028 9649 6",
    "029 2018 0",
    "03069 990",
)
NUMBERS = LONDON + [f"{block}{number:03}" for block in ELSEWHERE for number in range(1000)]


def victims_lacking() -> list[InventedVictim]:
    """One for every imported burglary that has no victim.

    A burglary's place, which gives the number, is counted among all that were imported, so a second file goes on
    where the first ended.
    """
    imported = Incident.objects.exclude(crime_id="").select_related("case").order_by("pk")
    served = set(
        Party.objects.filter(role=PartyRole.VICTIM, case__incidents__in=imported).values_list("case", flat=True)
    )
    lacking, before = [], ""
    for place, incident in enumerate(imported):
        if incident.case_id not in served:
            shares_home = place % HOME_OF_TWO_EVERY == HOME_OF_TWO_EVERY - 1
            home = (place - 1, before) if shares_home else (place, incident.crime_id)
            lacking.append(_invent(incident, *home))
        before = incident.crime_id
    return lacking


def attach(system: User, victims: Sequence[InventedVictim], advance: Callable[[int], None]) -> None:
    """Attach them in batches, each its own transaction."""
    for start in range(0, len(victims), BATCH):
        batch = victims[start : start + BATCH]
        advance(attach_victims(actor=system, victims=batch, now=timezone.now()))


def _invent(incident: Incident, home: int, home_id: str) -> InventedVictim:
    """Who lives there: surname, address and number follow from the home, the rest from the burglary."""
    here, own = _digest(home_id), _digest(incident.crime_id)
    community = _pick(COMMUNITIES, here[0])
    language = community["language"] if own[0] % 3 else ""
    return InventedVictim(
        case=incident.case,
        victim=VictimReport(
            name=f"{_pick(community['given'], own[1])} {_pick(community['surnames'], here[1])}",
            date_of_birth=BORN_FIRST + timedelta(days=int.from_bytes(own[2:4]) % DAYS_OF_BIRTH),
            language=language,
            interpreter_needed=own[4] % 4 == 0 if language not in {"", "English"} else None,
            access_needs="Cannot manage stairs" if own[5] % 16 == 0 else "",
        ),
        route=_route(home, here),
        address=AddressReport(
            lines=f"{1 + here[2] % 98} {_pick(STREETS, here[3])}, {_pick(TOWNS, here[4])}",
            postcode=f"ZZ{1 + here[5] % 9} {here[6] % 10}XQ",  # no postcode begins with ZZ
        ),
    )


def _route(home: int, here: bytes) -> RouteReport | None:
    """One home in eight has no telephone, nor have those for whom the free ranges have run out."""
    if here[7] % 8 == 0 or home >= len(NUMBERS):
        return None
    return RouteReport(RouteKind.PHONE, NUMBERS[home])


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _pick(options: Sequence[T], number: int) -> T:
    return options[number % len(options)]
