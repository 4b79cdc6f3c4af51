"""Protected values of an invented case, and the ways in which people write them: seeded, for a recall that repeats."""

import random
from collections.abc import Callable

from casework.scan import ADDRESS, NAME, POSTCODE, TELEPHONE, WAY

FIRST = ("Qandeel", "Brovik", "Tamsika", "Oluremi", "Zdenka", "Priyanka", "Mhairi", "Xiomara")
LAST = ("Vorrazi", "Skantel", "Okonjola", "Harrowfen", "Dmitrov", "Lindqvest", "Abernath", "Castellino")
STREETS = ("Zorbell", "Ossenmoor", "Quillfeather", "Brackenhurst", "Marlowe", "Tansy")
KINDS = {"Street": "St", "Road": "Rd", "Avenue": "Ave", "Crescent": "Cres", "Close": "Cl", "Gardens": "Gdns"}
FILLERS = ("please", "call", "after", "two", "they", "wait", "at", "her", "sister", "tomorrow", "thank", "you")
LOOK_ALIKE = dict(zip("aceopxyi", "асеорхуі", strict=True))  # noqa: RUF001 - Cyrillic
AS_DIGITS = dict(zip("oies", "0135", strict=True))
AS_LETTERS = dict(zip("015", "OIS", strict=True))


def values(rng: random.Random) -> dict[str, str]:
    """One protected value of each kind."""
    street, kind = rng.choice(STREETS), rng.choice(list(KINDS))
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    return {
        NAME: f"{rng.choice(FIRST)} {rng.choice(LAST)}",
        ADDRESS: f"{rng.randint(1, 299)} {street} {kind}",
        POSTCODE: f"ZZ{rng.randint(1, 99)} {rng.randint(1, 9)}{rng.choice(letters)}{rng.choice(letters)}",
        TELEPHONE: f"0{rng.choice(('20', '7'))}{rng.randint(10**7, 10**8 - 1):08}" + str(rng.randint(10, 99)),
        WAY: f"{rng.choice(FIRST).lower()}.{rng.randint(10, 99)}@post.example",
    }


def plain(value: str, kind: str, rng: random.Random) -> str:
    return value


def other_case(value: str, kind: str, rng: random.Random) -> str:
    return rng.choice((str.upper, str.lower, str.swapcase))(value)


def spaced(value: str, kind: str, rng: random.Random) -> str:
    return rng.choice((" ", ".", "-", " - ")).join(value.replace(" ", ""))


def broken(value: str, kind: str, rng: random.Random) -> str:
    place = rng.randint(2, len(value) - 2)
    return f"{value[:place]}\n{value[place:]}" if kind != NAME else value.replace(" ", "\n")


def look_alike(value: str, kind: str, rng: random.Random) -> str:
    if kind in (TELEPHONE, POSTCODE):
        return "".join(AS_LETTERS.get(sign, sign) for sign in value)
    return "".join(LOOK_ALIKE.get(sign, sign) for sign in value)


def as_digits(value: str, kind: str, rng: random.Random) -> str:
    return "".join(AS_DIGITS.get(sign, sign) for sign in value) if kind == NAME else value


def shortened(value: str, kind: str, rng: random.Random) -> str:
    """A part of a name; a street abbreviated; a number as people write it for abroad."""
    if kind == NAME:
        return rng.choice(value.split())
    if kind == TELEPHONE:
        return f"+44 (0){value[1:4]} {value[4:]}"
    for whole, short in KINDS.items():
        value = value.replace(whole, short)
    return value


VARIANTS: dict[str, Callable[[str, str, random.Random], str]] = {
    "plain": plain,
    "case": other_case,
    "spaced": spaced,
    "line-broken": broken,
    "look-alike": look_alike,
    "digits for letters": as_digits,
    "abbreviated": shortened,
}


def sentence(rng: random.Random, inside: str) -> str:
    """Everyday words with this somewhere between them."""
    words = [rng.choice(FILLERS) for _ in range(8)]
    words.insert(rng.randint(0, 8), inside)
    return " ".join(words)
