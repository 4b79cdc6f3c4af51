"""Telephone numbers and postcodes that were typed into a note, and the place where each belongs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

TELEPHONE, POSTCODE = "telephone", "postcode"
LOOKS = {
    TELEPHONE: re.compile(r"(?<![\w+])(?:\+44|0044|0)[\s().\-/]*(?:[0-9][\s().\-/]*){8,9}[0-9](?!\w)"),
    POSTCODE: re.compile(r"\b[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][ABD-HJLNP-UW-Z]{2}\b", re.IGNORECASE),
}
PLACES = {TELEPHONE: "Safe contact", POSTCODE: "Addresses and other places"}
WORDS = {TELEPHONE: "a telephone number", POSTCODE: "a postcode"}
IN_ITS_PLACE = "[moved]"


@dataclass(frozen=True)
class Typed:
    """One of them: in which box, of what kind, and as it stands there."""

    box: str
    kind: str
    value: str

    @property
    def words(self) -> str:
        return WORDS[self.kind]

    @property
    def offer(self) -> str:
        return f"Move {self.value} to \u201c{PLACES[self.kind]}\u201d"


def typed_in(box: str, note: str) -> Iterator[Typed]:
    """All that stand in a note, telephone numbers first."""
    for kind, look in LOOKS.items():
        yield from (Typed(box, kind, found.group().strip()) for found in look.finditer(note))


def moved(draft: dict[str, Any], found: Typed, routes: tuple[str, ...]) -> dict[str, Any]:
    """A draft with that taken out of its note and put where it belongs; as it was where no place is free."""
    places = {TELEPHONE: [f"{route}_value" for route in routes], POSTCODE: ["postcode"]}[found.kind]
    free = next((place for place in places if not draft.get(place)), None)
    if free is None:
        return draft
    note = str(draft.get(found.box, "")).replace(found.value, IN_ITS_PLACE, 1)
    kind = {free.replace("_value", "_kind"): "phone"} if found.kind == TELEPHONE else {}
    return draft | {found.box: note, free: found.value} | kind
