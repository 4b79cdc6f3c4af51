"""Invented names: a few are common and most are rare, as among people."""

import random
from collections.abc import Iterator
from itertools import product

BEGINS = "Ad Bel Cor Dan El Fen Gar Hal Is Jor Kel Lam Mar Nor Os Per Quin Ros Sal Tam Ul Ven Wes Yor Zan"
MIDDLES = "a an ber da en fi gor hi in ka lo mi ne or pa ri so ta un vi"
GIVEN_ENDS = "na ra lie nes el ith mir rah sha ton vin ya dra lo ti ren cy bara lim wyn"
FAMILY_ENDS = "bury combe dale field ford ham ley mond ner oti ova quist rell sky stone ton vez well wick zadeh"


def invented(*pieces: str) -> list[str]:
    """Every name of these pieces, the first one changing soonest: neighbours in the list do not sound alike."""
    return ["".join(reversed(found)) for found in product(*(each.split() for each in reversed(pieces)))]


GIVEN, FAMILY = invented(BEGINS, GIVEN_ENDS), invented(BEGINS, MIDDLES, FAMILY_ENDS)


def names(seed: int) -> Iterator[str]:
    """Without end; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    while True:
        yield " ".join(each[int(len(each) * chance.random() ** 2)] for each in (GIVEN, FAMILY))


def misspelt(name: str) -> str:
    """Two letters in the middle of its last part change places."""
    middle = len(name) - 3
    return name[:middle] + name[middle + 1] + name[middle] + name[middle + 2 :]
