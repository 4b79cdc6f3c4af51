"""What many tests begin with is made once for those of a file that follow each other, in transactions around theirs.

Each test's own transaction is then a savepoint in these, and is rolled back to what it found. So nothing that a test
does stays, and the World, a case in it, and that case referred, are not made anew for each.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

Names = tuple[str, ...]
Makers = Mapping[str, Callable[[dict[str, Any]], Any]]
KEPT = pytest.StashKey["Kept"]()


class Kept:
    """A pile of transactions, each with one thing made in it on top of those below."""

    def __init__(self, makers: Makers) -> None:
        self._makers = makers
        self._file: Path | None = None
        self._pile: list[tuple[str, transaction.Atomic]] = []
        self.made: dict[str, Any] = {}

    def bring(self, file: Path, path: Names) -> None:
        """Have these things there, made for this file, and no others."""
        self.keep(file, path)
        self._file = file
        for name in path[len(self._pile) :]:
            self._add(name)

    def keep(self, file: Path | None, path: Names) -> None:
        """Roll back what these do not begin with. A connection that a test has lost takes all with it."""
        lost = bool(self._pile) and not connection.is_usable()
        here = [name for name, _ in self._pile] if file == self._file and not lost else []
        common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(here, path, strict=False)))
        if lost:
            connection.close()
        while len(self._pile) > common:
            name, atomic = self._pile.pop()
            del self.made[name]
            transaction.set_rollback(True)
            atomic.__exit__(None, None, None)

    def _add(self, name: str) -> None:
        atomic = transaction.atomic()
        atomic.__enter__()
        self._pile.append((name, atomic))
        self.made[name] = None
        self.made[name] = self._makers[name](self.made)
        connection.check_constraints()


def path_of(names: Sequence[str], kept: Mapping[str, Names]) -> Names:
    """What a test that uses these fixtures begins with: the longest path of one of them."""
    return max((path for name, path in kept.items() if name in names), key=len, default=())


def in_order(items: list[pytest.Item], kept: Mapping[str, Names]) -> None:
    """What takes long first, lest it be waited for at the end. Then, within each file, those that begin alike one after
    the other; the order of files, and else of tests, stays."""
    files: dict[Any, int] = {}
    for item in items:
        files.setdefault(item.path, len(files))
    names = {item: getattr(item, "fixturenames", ()) for item in items}
    items.sort(key=lambda i: (i.get_closest_marker("long") is None, files[i.path], path_of(names[i], kept)))
