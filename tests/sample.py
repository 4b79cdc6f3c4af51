"""What `make test` asks of all that could be asked: a sample that meets each pair once. `make matrix` asks it all."""

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
WHOLE = os.environ.get("MATRIX") == "whole"


def some(items: Sequence[T], *, turn: int, of: int) -> list[T]:
    """One in so many, beginning elsewhere at each turn, so that so many turns meet all. The whole: all, each time."""
    return [item for n, item in enumerate(items) if WHOLE or (n + turn) % of == 0]
