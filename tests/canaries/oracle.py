"""The oracle: who may see what of which case, from two tables that practitioners read. It knows nothing of the code.

`canaries.txt` says which field holds which kind of canary and in which category it is; `who_sees_what.txt`, which
categories each person may see of a case in each state, and at which doors.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent / "architecture"
FIELDS, SEES = HERE / "canaries.txt", HERE / "who_sees_what.txt"
NONE = "-"
MASKED = {"place"}  # shown by an act of its own, of each role apart


@dataclass(frozen=True)
class Said:
    """What the table says of one field. `kind` is empty where it holds no canary, and `why` says why not."""

    category: str
    kind: str
    why: str = ""


@dataclass
class Oracle:
    fields: dict[str, dict[str, Said]] = field(default_factory=dict)
    of_roles: dict[str, str] = field(default_factory=dict)  # what is known of who is not the victim
    groups: dict[str, list[str]] = field(default_factory=dict)
    bundles: dict[str, list[str]] = field(default_factory=dict)
    doors: dict[str, tuple[str, list[str]]] = field(default_factory=dict)  # by category: "at" or "only", and where
    states: dict[str, dict[str, set[str]]] = field(default_factory=dict)

    def may_see(self, who: str, state: str, category: str, door: str) -> bool:
        """Whether a value of this category, of the case in this state, may stand in what this door answers them."""
        word, doors = self.doors.get(category, ("at", []))
        return category in self.states[state].get(who, set()) and (word != "only" or door in doors)

    def where(self, category: str) -> list[str]:
        """The doors at which whoever may see it must find it; where it is shown by an act only, one of those."""
        word, doors = self.doors.get(category, ("at", []))
        return doors[:1] if word == "only" else doors

    @property
    def people(self) -> list[str]:
        return [who for members in self.groups.values() for who in members]

    @property
    def categories(self) -> set[str]:
        of_victims = {said.category for fields in self.fields.values() for said in fields.values()}
        of_others = set(self.of_roles.values())
        return of_victims | of_others | {f"{theirs}_{masked}" for theirs in of_others for masked in MASKED}

    def category_of(self, place: str, role: str) -> str:
        """The category of a field, by the role of the person whom its record is about; empty for the victim."""
        model, _, name = place.partition(".")
        category, theirs = self.fields[model][name].category, self.of_roles.get(role, "")
        if not theirs or category in {"never", "held"}:
            return category
        return f"{theirs}_{category}" if category in MASKED else theirs


def read(fields: str, sees: str) -> Oracle:
    """Raises `ValueError` for what stands twice, is not known, or leaves somebody out."""
    oracle = Oracle()
    _read_fields(oracle, fields)
    for head, rest, below in blocks(sees):
        READ[head](oracle, rest, below)
    _check(oracle)
    return oracle


def oracle() -> Oracle:
    return read(FIELDS.read_text(), SEES.read_text())


def blocks(text: str) -> Iterator[tuple[str, str, list[list[str]]]]:
    """A line that is not indented, its first word apart, and the words of the lines indented below it."""
    lines = [line.partition("#")[0].rstrip() for line in text.splitlines()]
    head, below = "", []
    for line in filter(None, lines):
        if line.startswith(" "):
            below.append(line.split())
            continue
        if head:
            yield (*head.split(maxsplit=1), below) if " " in head else (head, "", below)  # type: ignore[misc]
        head, below = line, []
    if head:
        yield (*head.split(maxsplit=1), below) if " " in head else (head, "", below)  # type: ignore[misc]


def _read_fields(oracle: Oracle, text: str) -> None:
    for head, rest, below in blocks(text):
        if head == "role":
            role, category = rest.split()
            oracle.of_roles[role] = category
            continue
        oracle.fields[_new(head, oracle.fields)] = {}
        for name, category, kind, *why in below:
            if (kind == NONE) is not bool(why):
                raise ValueError(f"{head}.{name} needs a canary or a reason why it has none, and not both")
            said = Said(category, "" if kind == NONE else kind, " ".join(why))
            oracle.fields[head][_new(name, oracle.fields[head])] = said


def _read_people(oracle: Oracle, rest: str, below: list[list[str]]) -> None:
    for group, _, *members in below:
        oracle.groups[_new(group, oracle.groups)] = members


def _read_bundles(oracle: Oracle, rest: str, below: list[list[str]]) -> None:
    for name, _, *members in below:
        oracle.bundles[_new(name, oracle.bundles)] = _opened(oracle, members)


def _read_doors(oracle: Oracle, rest: str, below: list[list[str]]) -> None:
    for category, word, *doors in below:
        oracle.doors[_new(category, oracle.doors)] = (word, doors)


def _read_case(oracle: Oracle, rest: str, below: list[list[str]]) -> None:
    state = rest.split()[0].rstrip(":")
    sees: dict[str, set[str]] = {}
    for group, *words in below:
        for who in oracle.groups.get(group, [group]):
            sees[who] = set(_opened(oracle, words))  # a line about one person stands below that of their group
    oracle.states[_new(state, oracle.states)] = sees


READ = {"people": _read_people, "bundles": _read_bundles, "doors": _read_doors, "case": _read_case}


def _opened(oracle: Oracle, words: list[str]) -> list[str]:
    return [each for word in words if word != "nothing" for each in oracle.bundles.get(word, [word])]


def _new(name: str, among: dict[str, object]) -> str:  # type: ignore[type-arg]
    if name in among:
        raise ValueError(f"{name} stands in the table twice")
    return name


def _check(oracle: Oracle) -> None:
    for state, sees in oracle.states.items():
        if left := set(oracle.people) - set(sees):
            raise ValueError(f"case {state} does not say what these may see of it: {sorted(left)}")
        if unknown := set().union(*sees.values()) - oracle.categories:
            raise ValueError(f"case {state} names what is no category: {sorted(unknown)}")
