"""What was measured of reach, as tables for people and as plain values; which aims were reached."""

from dataclasses import dataclass, field
from typing import Any

from benchmarks.acts import ACTS, FIRST, GRANT, OPEN, SEARCHES
from benchmarks.measure import Explained, Taken, median, quantile, ratio, table

OURS, GUARDIANS = "ours", "guardian's"
ON, OFF = "lock on", "lock off"
FLAT = (FIRST, OPEN)
AIM_GROWTH, AIM_FASTER, AIM_LOCK, AIM_SEARCH_MS, AIM_GRANTS = 1.5, 50.0, 2.0, 30.0, 1
Key = tuple[int, str, str, str, str]  # cases, agency, act, whose way, lock


@dataclass
class Cell:
    """One act by one agency in one way: how long it took, time after time, and what PostgreSQL says of it."""

    taken: list[Taken] = field(default_factory=list)
    explained: Explained = field(default_factory=Explained)
    cut_off: bool = False  # PostgreSQL ended a statement that took too long: it costs that much at least

    @property
    def median(self) -> float:
        return median([each.whole for each in self.taken])

    @property
    def in_statements(self) -> float:
        return median([each.in_statements for each in self.taken])

    @property
    def p95(self) -> float:
        return quantile([each.whole for each in self.taken], 0.95)


@dataclass
class Figures:
    cells: dict[Key, Cell] = field(default_factory=dict)
    grants: list[int] = field(default_factory=list)

    def value(self, name: str, *key: Any) -> float | None:
        cell = self.cells.get(key)  # type: ignore[call-overload]
        if cell is None:
            return None
        found: float = getattr(cell if hasattr(cell, name) else cell.explained, name)
        return found

    def table(self, cases: int, agencies: list[str]) -> str:
        head = ["ms", "median", "p95", "statements", "execution", "buffers", "lock off", "on/off"]
        head += ["guardian's", "its buffers", "without lock", "guardian's/ours"]
        rows = [(agency, act) for agency in agencies for act in ACTS if (cases, agency, act, OURS, ON) in self.cells]
        return table(head, [self._row(cases, *row) for row in rows])

    def _row(self, cases: int, agency: str, act: str) -> list[Any]:
        ours, off, theirs, bare = [(cases, agency, act, who, lock) for who in (OURS, GUARDIANS) for lock in (ON, OFF)]
        now = self.value("median", *ours)
        return [
            f"{agency}: {act}",
            now,
            *(self.value(name, *ours) for name in ("p95", "in_statements", "execution", "buffers")),
            self.value("median", *off),
            ratio(now, self.value("median", *off)),
            self.value("median", *theirs),
            self.value("buffers", *theirs),
            self.value("median", *bare),
            ratio(self.value("median", *theirs), now),
        ]

    def growth(self, sizes: list[int], agencies: list[str]) -> str:
        """Medians and buffers by size, with the second lock on, and how often the largest has the smallest's."""
        head = ["growth", *(f"{size:,}" for size in sizes), "ratio", *(f"{size:,}" for size in sizes), "of buffers"]
        rows = []
        for agency in agencies:
            for act in ACTS:
                found = {
                    name: [self.value(name, size, agency, act, OURS, ON) for size in sizes]
                    for name in ("median", "buffers")
                }
                if all(found["median"]):
                    parts = [[*values, ratio(values[-1], values[0])] for values in found.values()]
                    rows.append([f"{agency}: {act}", *parts[0], *parts[1]])
        return table(head, rows)

    def aims(self, sizes: list[int]) -> dict[str, Any]:
        """The worst figure of each aim, where it was, and whether it is reached."""
        least, most = sizes[0], sizes[-1]
        flat = [key for key in self.cells if key[0] == most and key[2] in FLAT and key[3:] == (OURS, ON)]
        grown = {key: self._against(key, (least, *key[1:])) for key in flat if least != most}
        big = [key for key in flat if key[1] == "big"]
        faster = {
            (lock, name): {key: self._faster(name, key, lock) for key in big}
            for lock in (ON, OFF)
            for name in ("median", "execution")
        }
        lock = {key: self._against(key, (*key[:4], OFF)) for key in flat}
        searched = {
            name: {key: self.value(name, *key) for key in self.cells if self._is_search(key, most)}
            for name in ("median", "execution")
        }
        return {
            f"first page and open grow from {least:,} to {most:,} at most": _at_most(AIM_GROWTH, grown),
            **{
                f"guardian's way, {lock}, for the big agency, times ours with it, at least ({name})": _at_least(
                    AIM_FASTER, found
                )
                for (lock, name), found in faster.items()
            },
            "the second lock makes them, times without it, at most": _at_most(AIM_LOCK, lock),
            **{f"a search, ms at most ({name})": _at_most(AIM_SEARCH_MS, found) for name, found in searched.items()},
            "statements that grant all categories": _at_most(AIM_GRANTS, {(GRANT,): max(self.grants, default=None)}),
        }

    def _is_search(self, key: Key, cases: int) -> bool:
        return key[0] == cases and key[2] in SEARCHES and key[3:] == (OURS, ON)

    def _faster(self, name: str, key: Key, lock: str) -> float | None:
        """How often guardian's way takes what ours takes; by what it took until it was cut off, if it was."""
        theirs = self.cells.get((*key[:3], GUARDIANS, lock))
        if theirs is None:
            return None
        took = theirs.median if theirs.cut_off else self.value(name, *key[:3], GUARDIANS, lock)
        return ratio(took, self.value(name, *key))

    def _against(self, one: Key, other: Key) -> float | None:
        return ratio(self.value("median", *one), self.value("median", *other))

    def plain(self) -> list[dict[str, Any]]:
        return [
            dict(zip(("cases", "agency", "act", "way", "lock"), key, strict=True))
            | {
                "median_ms": round(cell.median, 3),
                "p95_ms": round(cell.p95, 3),
                "statements_ms": round(cell.in_statements, 3),
                "execution_ms": round(cell.explained.execution, 3),
                "buffers": cell.explained.buffers,
                "statements": cell.explained.statements,
                "samples": len(cell.taken),
                "cut_off": cell.cut_off,
            }
            for key, cell in self.cells.items()
        ]


def _at_most(aim: float, found: dict[Any, float | None]) -> dict[str, Any]:
    return _aim(aim, max(_known(found), default=None), lambda worst: worst <= aim)


def _at_least(aim: float, found: dict[Any, float | None]) -> dict[str, Any]:
    return _aim(aim, min(_known(found), default=None), lambda worst: worst >= aim)


def _known(found: dict[Any, float | None]) -> list[tuple[float, str]]:
    return [(value, ": ".join(map(str, key[1:3] or key))) for key, value in found.items() if value is not None]


def _aim(aim: float, worst: tuple[float, str] | None, reached: Any) -> dict[str, Any]:
    value, where = worst or (None, "")
    return {"aim": aim, "worst": value, "where": where, "reached": value is not None and reached(value)}


def said_of(aims: dict[str, Any]) -> str:
    head = ["aim", "is", "worst", "reached", "where"]
    return table(
        head,
        [
            [name, aim["aim"], aim["worst"], "yes" if aim["reached"] else "NO", aim["where"]]
            for name, aim in aims.items()
        ],
    )
