"""Who may be one person: by which keys they are looked up, and how much two descriptions agree. Knows no tables.

The keys, and the two thresholds, are those that were measured: docs/decisions/0038. Nothing is ever linked by itself.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations, product

from django.db import models
from rapidfuzz.distance import JaroWinkler

from accounts import vault
from casework.models.matching import KEY_BYTES, KeyKind

LONGEST_NAME = 200  # as the column has it: one letter may fold into several
MOST_PARTS = 4  # of a name, that keys are made of
# As `sound_of` in casework/migrations/0014: the classes of Soundex, the first letter's too.
CLASSES = str.maketrans("bfpvcgjkqsxzdtlłmnr", "1111222222223344556", "hw")
VOWELS = "aeiouy"
ALIKE, NEARLY = 0.9, 0.8  # Jaro-Winkler similarity of two parts of names: the same but for a slip; perhaps

# What each agreement weighs, in powers of two: how much likelier it is of one person than of two. A name and a birthday
# alone stay below the first threshold, for two people may have both; so do twins at one address with one telephone.
# Set and measured by `python -m benchmarks.matching`; the thresholds are those of docs/decisions/0038.
ALMOST_CERTAINLY, POSSIBLY = 12, 6


class Fact(models.TextChoices):
    """In what two descriptions agree, in the order in which it is said."""

    TELEPHONE = "telephone", "same telephone number"
    BIRTH = "birth", "same date of birth"
    BIRTH_SWAPPED = "birth_swapped", "same date of birth, with day and month the other way round"
    BIRTH_NEAR = "birth_near", "nearly the same date of birth"
    NAME = "name", "same name"
    SIMILAR = "similar", "similar name"
    ONLY = "only", "the one name that is said is part of it"
    PART = "part", "one part of the name is the same, and another is not"
    PLACE = "place", "same postcode"


WEIGHT = {
    Fact.TELEPHONE: 6,
    Fact.BIRTH: 6,
    Fact.BIRTH_SWAPPED: 4,
    Fact.BIRTH_NEAR: 2,
    Fact.NAME: 5,
    Fact.SIMILAR: 3,
    Fact.ONLY: 2,
    Fact.PART: -4,
    Fact.PLACE: 3,
}
OTHER_BIRTH, OTHER_NAME = -4, -6


class Band(models.TextChoices):
    """How far an agreement goes. What to make of it is for a person."""

    ALMOST_CERTAINLY = "almost_certainly", "Almost certainly the same person"
    POSSIBLY = "possibly", "Possibly the same person"
    WEAK = "weak", "Little speaks for it: look at it only if nothing else fits"


@dataclass(frozen=True)
class Said:
    """What is said of somebody: the names they go by, a birthday, telephones as E.164, postcodes in any writing."""

    names: tuple[str, ...] = ()
    date_of_birth: date | None = None
    telephones: tuple[str, ...] = ()
    postcodes: tuple[str, ...] = ()


def fold(name: str) -> str:
    """A name without case, accents and signs, its parts in alphabetical order: "Khan, Zoë" is "khan zoe"."""
    lower = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    plain = "".join(c for c in lower if not unicodedata.combining(c))
    return " ".join(sorted("".join(c if c.isalnum() else " " for c in plain).split()))[:LONGEST_NAME]


def sound_of(part: str) -> str:
    """How a part of a folded name sounds."""
    spoken = re.sub(r"(.)\1+", r"\1", part.translate(CLASSES))
    spoken = "".join(sign for sign in spoken if sign not in VOWELS)
    return ("0" * part.startswith(tuple(VOWELS)) + spoken)[:4]


def keys_of(said: Said) -> dict[bytes, KeyKind]:
    """The keys that are kept of somebody: seven of who has a name of two parts and says all else once."""
    return {_blind(text): kind for kind, text in _kept(said)}


def keys_for(said: Said) -> dict[bytes, KeyKind]:
    """The keys by which they are looked for: also with day and month the other way round, and a year out."""
    return {_blind(text): kind for kind, text in (*_kept(said), *_beside(said))}


def weigh(asked: Said, names: Collection[str], born: date | None, kinds: Collection[str]) -> tuple[int, list[Fact]]:
    """How much speaks for somebody of these names, and what. `kinds` are those of the keys that were found."""
    of_birth = _of_birth(asked.date_of_birth, born)
    ours, theirs = (list(filter(None, map(fold, each))) for each in (asked.names, names))
    of_name = max(
        (_of_names(one, other) for one, other in product(ours, theirs)),
        key=lambda fact: WEIGHT[fact] if fact else OTHER_NAME,
        default=None,
    )
    agree = [Fact.TELEPHONE] * (KeyKind.TELEPHONE in kinds) + [Fact.PLACE] * (KeyKind.PLACE in kinds)
    agree += [fact for fact in (of_birth, of_name) if fact]
    score = sum(WEIGHT[fact] for fact in agree)
    score += OTHER_BIRTH * bool(asked.date_of_birth and born and not of_birth)
    score += OTHER_NAME * bool(ours and theirs and not of_name)
    return score, sorted(agree, key=list(Fact).index)


def band_of(score: int) -> Band:
    if score >= ALMOST_CERTAINLY:
        return Band.ALMOST_CERTAINLY
    return Band.POSSIBLY if score >= POSSIBLY else Band.WEAK


def _kept(said: Said) -> Iterator[tuple[KeyKind, str]]:
    names = [fold(name).split()[:MOST_PARTS] for name in said.names]
    parts = sorted({part for name in names for part in name})
    yield from ((KeyKind.TELEPHONE, f"telephone|{number}") for number in said.telephones)
    for code in filter(None, map(_code, said.postcodes)):
        yield from ((KeyKind.PLACE, f"begins|{code}|{part[0]}") for part in parts)
        yield from ((KeyKind.PLACE, f"sounds|{code}|{sound_of(part)}") for part in parts)
    if said.date_of_birth:
        yield KeyKind.BIRTH, f"birth|{said.date_of_birth}"
        yield from _of_year(names, said.date_of_birth.year)


def _beside(said: Said) -> Iterator[tuple[KeyKind, str]]:
    if born := said.date_of_birth:
        names = [fold(name).split()[:MOST_PARTS] for name in said.names]
        yield from (found for out in (-1, 1) for found in _of_year(names, born.year + out))
        if born.day <= 12:
            yield KeyKind.BIRTH, f"birth|{born.replace(day=born.month, month=born.day)}"


def _of_year(names: list[list[str]], year: int) -> Iterator[tuple[KeyKind, str]]:
    for name in names:
        for pair in combinations(sorted(map(sound_of, name)), 2):
            yield KeyKind.NAMES, f"names|{' '.join(pair)}|{year}"


def _of_birth(one: date | None, other: date | None) -> Fact | None:
    if not one or not other:
        return None
    if one == other:
        return Fact.BIRTH
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return Fact.BIRTH_SWAPPED
    alike = (one.year == other.year) + (one.month == other.month) + (one.day == other.day)
    return Fact.BIRTH_NEAR if alike == 2 else None


def _of_names(one: str, other: str) -> Fact | None:
    """Each part of the shorter name with one of the longer: those first that are most alike, whichever is asked for."""
    if one == other:
        return Fact.NAME
    shorter, longer = sorted((one.split(), other.split()), key=lambda parts: (len(parts), parts))
    likest: list[float] = []
    for likeness, part, its in sorted(((_likeness(*both), *both) for both in product(shorter, longer)), reverse=True):
        if part in shorter and its in longer:
            likest.append(likeness)
            shorter.remove(part)
            longer.remove(its)
    if min(likest) >= NEARLY:
        return Fact.SIMILAR if len(likest) > 1 else Fact.ONLY
    return Fact.PART if max(likest) >= ALIKE else None


def _likeness(one: str, other: str) -> float:
    """Of two parts of names. An initial is like what it may stand for."""
    if 1 in (len(one), len(other)) and one[0] == other[0]:
        return ALIKE if one == other else NEARLY
    return JaroWinkler.normalized_similarity(one, other)


def _code(postcode: str) -> str:
    return "".join(sign for sign in postcode.upper() if sign.isalnum())


def _blind(text: str) -> bytes:
    return vault.blind("match.key", text)[:KEY_BYTES]
