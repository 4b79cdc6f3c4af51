"""The table of answers as data: who is answered what, by route, method and relation. It is written in answers.txt."""

from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path

TABLE = Path(__file__).parent / "architecture" / "answers.txt"
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"}


@dataclass
class Route:
    """One route of the table: its address, what it declares, and the statuses by method and relation, then by who."""

    name: str
    address: str
    declares: str
    answers: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)


@dataclass
class Table:
    people: list[str]
    routes: dict[str, Route]


def read(lines: list[str]) -> Table:
    """First come the columns; a line that is not indented begins a route. Raises `ValueError` for what stands twice."""
    said = [line for line in lines if line.strip() and not line.startswith("#")]
    columns = list(takewhile(lambda line: "=" in line.split()[0], said))
    people = [pair.partition("=")[2] for line in columns for pair in line.split()]
    routes: dict[str, Route] = {}
    for line in said[len(columns) :]:
        if not line.startswith(" "):
            route = Route(*line.split(maxsplit=2))
            if routes.setdefault(route.name, route) is not route:
                raise ValueError(f"{route.name} stands in the table twice")
            continue
        words = line.split()
        methods = [word for word in words if word in METHODS]
        relations = words[len(methods) : -len(people)]
        statuses = dict(zip(people, map(int, words[-len(people) :]), strict=True))
        for method, relation in ((m, r) for m in methods for r in relations):
            if route.answers.setdefault((method, relation), statuses) is not statuses:
                raise ValueError(f"{route.name} {method} {relation} stands in the table twice")
    return Table(people, routes)


def table() -> Table:
    return read(TABLE.read_text().splitlines())


def answered(name: str, method: str) -> dict[str, int]:
    """Who is answered what by this route, of the record that most people have something to do with."""
    answers, usual = table().routes[name].answers, ("accepted", "draft", "waiting", "there", "-")
    return next(answers[method.upper(), r] for r in usual if (method.upper(), r) in answers)


def let_in(name: str, method: str) -> str:
    """Somebody signed in whom this route lets in and lets find what it is about."""
    found = answered(name, method).items()
    return next(who for who, status in found if who != "anonymous" and status not in {403, 404})
