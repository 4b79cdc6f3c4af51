"""Whether words about to be shared give away what the case protects: its own values, telephone numbers, postcodes.

Finds a value also when it is spaced out, broken over lines, written in other letters that look alike, or abbreviated.
What is found is named by its kind and never repeated.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from casework.models import Case

NAME, ADDRESS, POSTCODE, TELEPHONE, WAY, AGREED = (
    "a name from the case",
    "an address",
    "a postcode",
    "a telephone number",
    "a way to reach somebody",
    "an agreed word",
)
SHORTEST_ANYWHERE = 7  # letters and digits that do not stand together by chance, inside other words
SHORTEST_WORD = 3  # part of a name that is looked for as a word
TELEPHONE_DIGITS = 10

# Letters of other scripts, and signs, that are read as ours. Small ones: it is asked of small letters only.
ALIKE = str.maketrans(
    dict(zip("авеёкмнорстухіјѕԁһӏԛԝ", "abeekmhopctyxijsdhlqw", strict=True))
    | dict(zip("αβγεζηικνορτυχω", "abyezniknoptuxw", strict=True))
    | {"ɑ": "a", "ɡ": "g", "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe"}  # noqa: RUF001
    | {"@": "a", "$": "s", "€": "e", "|": "l"}
)
LETTERS_FOR = str.maketrans("0134578l", "oieastbi")  # of a digit, as people write names with them; l and i look alike
DIGITS_FOR = str.maketrans("oilzsbg", "0112589")
ABBREVIATED = {
    "street": "st",
    "road": "rd",
    "avenue": "ave",
    "crescent": "cres",
    "close": "cl",
    "court": "ct",
    "lane": "ln",
    "drive": "dr",
    "place": "pl",
    "gardens": "gdns",
    "grove": "gr",
    "terrace": "ter",
    "square": "sq",
    "house": "hse",
    "flat": "flt",
    "apartment": "apt",
    "saint": "st",
    "north": "n",
    "south": "s",
    "east": "e",
    "west": "w",
}
# Parts of names that are everyday words: alone they say nothing.
EVERYDAY = frozenset(
    (  # noqa: SIM905 - as a list it would be a page long
        "will may grace hope joy faith rose dawn mark bill frank young long black white green brown king day love "
        "best hall wood hill field ford bell cook baker carter cross and the von van der bin"
    ).split()
)
PHONE_LIKE = re.compile(r"(?<![0-9])(?:\+?44|0044|0)[\s().\-/]*(?:[0-9][\s().\-/]*){8,10}[0-9](?![0-9])")
POSTCODE_LIKE = re.compile(
    r"(?<![a-z0-9])(?:[a-z]\s*){1,2}[0-9]\s*(?:[0-9a-z]\s*)?\s*[0-9]\s*[abd-hjlnp-uw-z]\s*[abd-hjlnp-uw-z](?![a-z0-9])",
    re.ASCII,
)


@dataclass(frozen=True)
class Protected:
    """One value of the case that must not leave it in free text, and what kind of thing it is."""

    kind: str
    value: str


def protected_values(case: Case) -> list[Protected]:
    """What the case knows of names, addresses, postcodes, and ways to reach somebody with their code words."""
    values = [Protected(NAME, party.name) for party in case.parties.all()]
    values += [Protected(NAME, alias.name) for alias in case.aliases.all()]
    for address in case.addresses.all():
        values += [Protected(ADDRESS, address.lines), Protected(POSTCODE, address.postcode)]
        values += [Protected(NAME, address.organisation)]
    for route in case.routes.all():
        values += [Protected(TELEPHONE if _digits(route.value) else WAY, route.value)]
        values += [Protected(AGREED, route.code_word), Protected(AGREED, route.our_word)]
    for caller in case.callers.all():  # who told is shared with nobody
        values += [Protected(NAME, caller.name), Protected(WAY, caller.call_back)]
    return [each for each in values if each.value and each.value.strip()]


def kinds_in(text: str, values: Iterable[Protected]) -> list[str]:
    """The kinds of protected things that stand in a text, each once: the case's own, and what only looks like one."""
    folded = fold(text)
    found = {each.kind for each in values if LOOKS[each.kind](each.value, folded)}
    if PHONE_LIKE.search(_as_digits(folded)):
        found.add(TELEPHONE)
    if POSTCODE_LIKE.search(folded):
        found.add(POSTCODE)
    return sorted(found)


def fold(text: str) -> str:
    """Small letters without marks, each that only looks like one of ours as ours; line breaks as spaces."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign) and unicodedata.category(sign) != "Cf")
    return " ".join(plain.lower().translate(ALIKE).split())


def _holds_name(value: str, text: str) -> bool:
    """The whole name anywhere, or a part of it that is no everyday word as a word of its own, spaced out or not."""
    parts = [part for part in _words(fold(value)) if len(part) >= SHORTEST_WORD and part not in EVERYDAY]
    words = {_spelled(word) for word in _words(text)} | {_spelled(word) for word in _spaced_out(text)}
    return _stands_in(value, text) or any(_spelled(part) in words for part in parts)


def _holds_address(value: str, text: str) -> bool:
    """A line of it anywhere, abbreviated or whole."""
    lines = [line for line in re.split(r"[\n,]", value) if len(_words(fold(line))) > 1]
    short = _shortened(text)
    return any(_stands_in(line, text) or _stands_in(_shortened(line), short) for line in [*lines, value])


def _holds_postcode(value: str, text: str) -> bool:
    return _spelled(_squashed(fold(value))) in _spelled(_squashed(text))


def _holds_telephone(value: str, text: str) -> bool:
    """Its last nine digits, whatever stands between and before."""
    known = _digits(value)[-9:]
    return bool(known) and known in _digits(_as_digits(text))


def _holds_way(value: str, text: str) -> bool:
    return _stands_in(value, text)


LOOKS = {
    NAME: _holds_name,
    ADDRESS: _holds_address,
    POSTCODE: _holds_postcode,
    TELEPHONE: _holds_telephone,
    WAY: _holds_way,
    AGREED: _holds_way,
}


def _stands_in(value: str, text: str) -> bool:
    """A long value anywhere, whatever is between its letters; a short one as words of their own."""
    wanted = _spelled(_squashed(fold(value)))
    if len(wanted) >= SHORTEST_ANYWHERE:
        return wanted in _spelled(_squashed(text))
    words = " ".join(_spelled(word) for word in _words(text))
    return bool(wanted) and f" {' '.join(_spelled(word) for word in _words(fold(value)))} " in f" {words} "


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)


def _spaced_out(text: str) -> list[str]:
    """Words that are typed with something after each letter."""
    return [_squashed(run) for run in re.findall(r"(?<![^\W_])(?:[^\W_][\W_]+){2,}[^\W_](?![^\W_])", text)]


def _squashed(text: str) -> str:
    return "".join(_words(text))


def _spelled(word: str) -> str:
    """With letters where digits stand for them."""
    return word.translate(LETTERS_FOR)


def _as_digits(text: str) -> str:
    """With digits where letters stand for them: in a word that has a digit already, and only there."""
    return re.sub(
        r"(?<![^\W_])[0-9oilzsbg]+(?![^\W_])",
        lambda word: word[0].translate(DIGITS_FOR) if any(sign.isdigit() for sign in word[0]) else word[0],
        text,
    )


def _digits(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    return digits if len(digits) >= TELEPHONE_DIGITS - 1 else ""


def _shortened(text: str) -> str:
    return " ".join(ABBREVIATED.get(word, word) for word in _words(fold(text)))
