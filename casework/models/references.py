"""Public references: random, so that they count nothing; checkable, so that a misheard one is noticed."""

import secrets

# 29 signs, a prime, so that a weighted sum finds every single wrong sign and every swap of two.
# No vowels, so no words; no 1, I, L, O or U, which are misheard or misread.
SIGNS = "023456789BCDFGHJKMNPQRSTVWXYZ"
LENGTH = 10  # 29**10 is about 4 * 10**14: a guess among a million cases hits once in 400 million


def new_reference() -> str:
    """A fresh one, such as 4KX9-02TB-MWD: ten random signs and one check sign."""
    signs = "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
    return _grouped(signs + _check_sign(signs))


def read_reference(text: str) -> str | None:
    """The reference somebody typed, in its one written form; None when it cannot be one."""
    signs = "".join(sign for sign in text.upper().replace("O", "0") if sign not in " -")
    if len(signs) != LENGTH + 1 or not set(signs) <= set(SIGNS) or _check_sign(signs[:-1]) != signs[-1]:
        return None
    return _grouped(signs)


def _check_sign(signs: str) -> str:
    """The sign that makes the sum of sign times place zero, modulo 29."""
    total = sum(place * SIGNS.index(sign) for place, sign in enumerate(signs, start=1))
    # -total / 11 modulo 29; 8 is the inverse of 11.
    return SIGNS[-total * 8 % len(SIGNS)]


def _grouped(signs: str) -> str:
    return f"{signs[:4]}-{signs[4:8]}-{signs[8:]}"
