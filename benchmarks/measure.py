"""Taking times, and saying them: a table for people, and one line of JSON for programs."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection


@dataclass(frozen=True)
class Taken:
    """One act in milliseconds: from its first to its last word, and what of that its statements took."""

    whole: float
    in_statements: float


@dataclass
class Explained:
    """What PostgreSQL says of the readings of one act: milliseconds of execution, pages of shared buffers, how many."""

    execution: float = 0.0
    buffers: int = 0
    statements: int = 0


@contextmanager
def statements_explained() -> Iterator[Explained]:
    """Each SELECT inside runs twice, first under EXPLAIN. What it reads for its functions is counted with it."""
    found = Explained()

    def asked(execute: Any, sql: Any, parameters: Any, many: bool, context: Any) -> Any:
        found.statements += 1
        if sql.startswith("SELECT"):
            execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", parameters, many, context)
            ((plan,),) = context["cursor"].fetchone()
            found.execution += plan["Execution Time"]
            found.buffers += plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"]
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(asked):
        yield found


def take(act: Callable[[], object]) -> Taken:
    with statements_timed() as spent:
        began = time.perf_counter()
        act()
        whole = time.perf_counter() - began
    return Taken(whole * 1000, sum(spent) * 1000)


@contextmanager
def statements_timed() -> Iterator[list[float]]:
    """Seconds that each statement inside takes, BEGIN and COMMIT left out."""
    spent: list[float] = []

    def timed(execute: Any, sql: Any, parameters: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, parameters, many, context)
        finally:
            spent.append(time.perf_counter() - began)

    with connection.execute_wrapper(timed):
        yield spent


def median(values: list[float]) -> float:
    return quantile(values, 0.5)


def quantile(values: list[float], share: float) -> float:
    """The value that this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def ratio(one: float | None, other: float | None) -> float | None:
    return round(one / other, 2) if one and other else None


def load() -> list[float]:
    """How busy the machine is, with this and with everything else."""
    return [round(value, 2) for value in os.getloadavg()]


def table(head: list[str], rows: list[list[Any]]) -> str:
    """Columns as wide as they must be, the first to the left and the others to the right."""
    lines = [head, *([_said(cell) for cell in row] for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) if not place else cell.rjust(width) for place, (cell, width) in columns).rstrip()
        for line in lines
        for columns in [list(enumerate(zip(line, widths, strict=True)))]
    )


def _said(cell: Any) -> str:
    if cell is None:
        return "-"
    return f"{cell:.2f}" if isinstance(cell, float) else str(cell)
