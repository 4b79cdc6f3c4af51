"""An address as it is compared, whatever way it is written. Knows no tables.

A postcode and the numbers of house and flat tell one home from another almost everywhere; where there is no number, the
name of the house does.
"""

import re

WORDS = re.compile(r"[0-9]+[a-z]?|[a-z]+")
SAYS_LITTLE = frozenset({"flat", "apartment", "apt", "unit", "the", "house", "floor", "room"})


def place_of(lines: str, postcode: str) -> str:
    """The same text for the same home; empty where too little is said to tell one from another."""
    code = "".join(sign for sign in postcode.upper() if sign.isalnum())
    words = WORDS.findall(lines.casefold())
    numbers = sorted(word for word in words if word[0].isdigit())
    named = [word for word in words if word not in SAYS_LITTLE]
    said = numbers or named[:1]
    return f"{code}|{' '.join(said)}" if code and said else ""
