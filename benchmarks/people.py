"""Invented people for `benchmarks.matching`, households among them, and how one is described another time."""

import random
import string
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from benchmarks.names import FAMILY, GIVEN

LATEST = date(2010, 1, 1).toordinal()
DAYS = 25_000
TO_A_POSTCODE = 40  # people; so it is in Britain
CODES = string.ascii_uppercase
AS_HEARD = {"c": "k", "k": "c", "f": "ph", "s": "z", "z": "s", "i": "y", "y": "i", "v": "f", "qu": "kw", "ll": "l"}


@dataclass(frozen=True)
class Human:
    """What is known of somebody. Empty means not known."""

    given: str
    family: str
    born: date | None
    telephone: str
    postcode: str

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}".title()


def humans(count: int, chance: random.Random) -> Iterator[Human]:
    """In four of which one lives with the one before: family name and postcode are theirs, often the telephone, now and
    then the birthday. One in twelve has no date of birth on record, one in seven no telephone."""
    last = _single(chance, count)
    for _ in range(count):
        human = _single(chance, count)
        if chance.random() < 0.25:
            telephone = last.telephone if chance.random() < 0.5 else human.telephone
            human = replace(human, family=last.family, postcode=last.postcode, telephone=telephone)
            human = replace(human, born=last.born) if chance.random() < 0.04 else human
        yield human
        last = human


def again(human: Human, count: int, chance: random.Random) -> Human:
    """The same person as described another time, with the faults that were used for the figures of ADR 0038."""
    given = _varied(human.given, chance) if chance.random() < 0.45 else human.given
    family = _varied(human.family, chance) if chance.random() < 0.35 else human.family
    if chance.random() < 0.08:
        family = _taken(FAMILY, chance)  # by marriage
    if chance.random() < 0.05:
        given, family = family, given
    telephone = _by_lot(chance, human.telephone, (0.30, lambda: ""), (0.25, lambda: _telephone(chance)))
    postcode = _by_lot(chance, human.postcode, (0.20, lambda: ""), (0.30, lambda: _postcode(chance, count)))
    return Human(given, family, _other_birth(human.born, chance), telephone, postcode)


def _single(chance: random.Random, count: int) -> Human:
    born = date.fromordinal(LATEST - chance.randrange(DAYS)) if chance.random() < 0.92 else None
    telephone = _telephone(chance) if chance.random() < 0.85 else ""
    return Human(_taken(GIVEN, chance), _taken(FAMILY, chance), born, telephone, _postcode(chance, count))


def _taken(names: list[str], chance: random.Random) -> str:
    """A few are common and most are rare."""
    return names[int(len(names) * chance.random() ** 2)]


def _telephone(chance: random.Random) -> str:
    return f"+447{chance.randrange(10**9):09d}"


def _postcode(chance: random.Random, count: int) -> str:
    number = chance.randrange(max(1, count // TO_A_POSTCODE))
    number, unit = divmod(number, 26 * 26)
    area, district = divmod(number, 90)
    return f"Z{CODES[area % 26]}{district + 1} {unit % 9}{CODES[unit // 26]}{CODES[unit % 26]}"


def _other_birth(born: date | None, chance: random.Random) -> date | None:
    if born is None:
        return None
    return _by_lot(
        chance,
        born,
        (0.25, lambda: None),
        (0.07, lambda: born.replace(day=born.month, month=born.day) if born.day <= 12 else born),
        (0.06, lambda: _wrong(born, chance)),
    )


def _wrong(born: date, chance: random.Random) -> date:
    """A day, a month or a year that was misread."""
    days = chance.choice([1, -1, 10, 30, 31, 365, 366, 3652])
    return born + timedelta(days=days)


def _by_lot(chance, otherwise, *lots):
    """What a lot gives, each with its share of chance; else what there was."""
    drawn = chance.random()
    for share, give in lots:
        if drawn < share:
            return give()
        drawn -= share
    return otherwise


def _varied(name: str, chance: random.Random) -> str:
    """Misspelt, as it was heard, or for short."""
    how = chance.random()
    if how < 0.4:
        return _misspelt(name, chance)
    if how < 0.75:
        return _heard(name, chance)
    return name[: max(3, len(name) // 2)] if len(name) > 4 else name + "ie"


def _misspelt(name: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(name))
    letter = chance.choice(string.ascii_lowercase)
    other, left_out = name[:at] + letter + name[at + 1 :], name[:at] + name[at + 1 :]
    twice, swapped = name[:at] + name[at - 1 :], name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :]
    return chance.choice([other, left_out, twice, swapped])


def _heard(name: str, chance: random.Random) -> str:
    lower = name.lower()
    sounds = [sound for sound in AS_HEARD if sound in lower]
    if sounds:
        sound = chance.choice(sounds)
        return lower.replace(sound, AS_HEARD[sound], 1)
    vowels = [at for at, sign in enumerate(lower) if sign in "aeiou"]
    at = chance.choice(vowels)
    return lower[:at] + chance.choice("aeiou") + lower[at + 1 :]
