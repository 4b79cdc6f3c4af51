"""Who sees what: canaries in every field of every case, every door asked of everybody, every answer searched.

`make test` asks a sample in which each door meets everybody and each state, and everybody each state; `make matrix`
asks it all. To read or change the rule: who_sees_what.txt and canaries.txt beside this file.
"""

import ast
import base64
import gzip
import hashlib
import io
import logging
import quopri
import re
import uuid
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client

from audit.log import Door, record, through
from tests import factories
from tests.architecture.test_every_way_out_is_listed import EXERCISES
from tests.asking import DOORS, undone
from tests.canaries import channels, oracle
from tests.canaries.join import Join
from tests.canaries.matrix import NAMED, Asked, Asker, Way, requests, ways
from tests.canaries.oracle import Oracle
from tests.canaries.planting import records_of_cases
from tests.canaries.tokens import Canaries, Token, folded
from tests.canaries.worlds import MORE_PEOPLE, STATES, Planted, planted
from tests.sample import WHOLE
from tests.world import PEOPLE, World

SEED = 20261127
PARTS = 8 if WHOLE else 1
NONCES = re.compile(r'name="(?:csrfmiddlewaretoken|once)" value="[\w-]+"')
RULE = oracle.oracle()


def test_the_table_has_every_field_of_every_record_of_a_case_and_no_other():
    assert {name: set(fields) for name, fields in RULE.fields.items()} == {
        model.__name__: {f.name for f in model._meta.concrete_fields} for model in records_of_cases()
    }, "canaries.txt: give each field its category, and a kind of canary or the reason why it has none"


def test_the_table_says_of_every_kind_of_person_what_they_may_see():
    assert sorted(RULE.people) == sorted(["anonymous", "stranger", *PEOPLE, *MORE_PEOPLE]), (
        "who_sees_what.txt: put each kind of person in a group, and in MORE_PEOPLE if no test's world has them"
    )
    assert set(STATES) == set(RULE.states), "make a case in each state, in tests/canaries/worlds.py"


def test_every_door_is_asked_about_a_record_of_the_case():
    assert {door.of for door in DOORS.values()} - NAMED.keys() == set(), "matrix.NAMED: find such records of a case"
    named = {door for _, doors in RULE.doors.values() for door in doors}
    assert named - DOORS.keys() == set()


def test_the_oracle_knows_nothing_of_the_application():
    tree = ast.parse(oracle.__spec__.loader.get_source(oracle.__name__))
    imported = {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    imported |= {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    assert imported == {"collections.abc", "dataclasses", "pathlib"}


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Some thousand refusals, each of which would be shown with a test that fails."""
    handlers, logging.root.handlers = logging.root.handlers, []
    yield
    logging.root.handlers = handlers


@contextmanager
def judging(world: World) -> Iterator["Judge"]:
    """Of a planted world, in which nothing waits to be done any more. What was told while it was made is older than
    what the rule says of it, so that nothing but references is looked for there."""
    with channels.listening() as written:
        made = planted(world, RULE, SEED)
        channels.work()
        judge = Judge(made, written)
        judge.kept("making the world")
        judge.mails(lambda to, token: token.kind == "reference")
        yield judge
    for where, text in written.texts.items():
        judge.nobodys(where, text, "all together")
    judge.mails(lambda to, token: token.kind == "reference" and RULE.may_see(to, token.case, token.category, "mail"))


@dataclass
class Judge:
    """Compares what is found with the rule."""

    made: Planted
    written: channels.Written
    rule: Oracle = field(default_factory=lambda: RULE)
    requests: int = 0
    leaks: list[str] = field(default_factory=list)
    seen: set[tuple[str, Token]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.log = Join(self.made.canaries, self.made.cases)

    def ask(self, asker: Asker, asked: Asked) -> None:
        """Send it, search whatever comes of it, and undo it."""
        with undone(asker.clients[asked.who]):
            answer, said = asker.send(asked)
            self.requests += 1
            data, named = whole(answer), self.made.canaries.found_in(said)
            tokens = self.made.canaries.found_in(data)
            self.found(asked, data, tokens - named)
            self.log.join(answer, self.made.world.people.get(asked.who), tokens, named, str(asked))
            if self.kept(str(asked)):
                channels.work()
                self.kept(str(asked))

    def found(self, asked: Asked, data: bytes, shown: set[Token]) -> None:
        for token in shown:
            self.seen.add((asked.who, token))
            if not self.rule.may_see(asked.who, token.case, token.category, asked.way.door.name):
                signs = self.made.canaries.signs_of(token, data)[:3]
                self.leaks.append(f"{asked}: they see {token.place} ({token.category}) of {token.case}: {signs}")

    def kept(self, how: str) -> bool:
        """What the database was given to keep; whether some of it is work. A notice, and it alone, names a record."""
        notices, rest = self.written.taken()
        self.nobodys("notices", notices, how, but="reference")
        self.nobodys("what is kept", rest, how)
        return "procrastinate" in rest

    def nobodys(self, where: str, text: str, how: str, but: str = "") -> None:
        """Where no value of any case may stand, but of one kind."""
        for token in self.made.canaries.found_in(text):
            if token.kind != but:
                signs = self.made.canaries.signs_of(token, text)[:3]
                self.leaks.append(f"{how}: {where}: {token.place} of {token.case}: {signs}")

    def mails(self, may_stand: Callable[[str, Token], bool]) -> None:
        """Those that were sent since."""
        emails = {user.email: who for who, user in self.made.world.people.items()}
        for to, text in channels.mails():
            for token in self.made.canaries.found_in(text):
                if not may_stand(emails.get(to, to), token):
                    self.leaks.append(f"mail to {emails[to]}: {token.place} of {token.case}")

    def figures(self) -> str:
        worlds, decisions = len(RULE.people) * len(RULE.states), self.requests * len(RULE.categories)
        return (
            f"seed {SEED}: {worlds} worlds, {self.requests} requests, {decisions} decisions, {len(self.leaks)} leaks; "
            f"{self.log.answers} answers checked against the log: {self.log.joined} values shown, "
            f"{self.log.claims} claims, {len(self.log.wrong)} wrong"
        )


def whole(answer: Any) -> bytes:
    """The answer with its headers and cookies, without what is random in it."""
    heads = "\n".join(f"{name}: {value}" for name, value in answer.items())
    cookies = "\n".join(c.OutputString() for n, c in answer.cookies.items() if n not in {"csrftoken", "sessionid"})
    body = NONCES.sub("", answer.content.decode()) if is_text(answer) else ""
    return f"{heads}\n{cookies}\n{body}".encode() + (b"" if is_text(answer) else answer.content)


def is_text(answer: Any) -> bool:
    return answer.headers.get("Content-Type", "text/").startswith(("text/", "application/json", "application/problem"))


def clients(world: World) -> dict[str, Client]:
    return {who: world.page(who) for who in RULE.people}


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_everybody_sees_what_the_rule_says_and_no_more(world: World, stranger: Any, record_property, tmp_path, part):
    """Each door, however asked; and at the doors that the rule names, what is planted and may be seen is seen there:
    else it is no canary any more."""
    missed = []
    with judging(world) as judge:
        asker = Asker(judge.made, clients(world))
        for asked in list(requests(RULE.people, list(RULE.states)))[part::PARTS]:
            judge.ask(asker, asked)
        if part == 0:
            by_commands(judge, tmp_path / "published.csv")
            missed = not_found(judge, asker)
    record_property("figures", f"who sees what, part {part + 1} of {PARTS}, {judge.figures()}")
    wrong = sorted({*judge.leaks, *missed, *judge.log.wrong})
    assert not wrong, "\n".join(wrong)


def test_the_sample_meets_everybody_with_each_state_and_asks_at_each_door():
    met = list(requests(RULE.people, list(RULE.states)))
    assert {(asked.way.door.name, asked.way.method) for asked in met} == {(w.door.name, w.method) for w in ways()}
    assert {asked.way.more for asked in met} == {way.more for way in ways()}
    assert {(a.who, a.state) for a in met} == {(who, state) for who in RULE.people for state in RULE.states}


def by_commands(judge: "Judge", published: Path) -> None:
    """Each of our commands that exercises a permission or counts rows, with a file of which no row can be read."""
    wrong = judge.made.canaries.plant("words", ("typed", "a published file", "never"))
    head, row, *_ = (settings.BASE_DIR / "config" / "demo" / "burglaries.csv").read_text().splitlines()
    cells = row.split(",")
    rows = [[wrong, *cells[1:]], [*cells[:4], wrong, *cells[5:]], [cells[0], wrong, *cells[2:]]]
    published.write_text("\n".join([head, *(",".join(cells) for cells in rows)]))
    of_area = [published, "--partnership", "Redbridge"]
    said = {
        "import_burglaries": [published, "--rejects", published.with_suffix(".rejects")],
        "load_addresses": [*of_area, "--source", "A list"],
        "load_instrument": of_area,
    }
    out = judge.written.out
    for name in [*EXERCISES, "check_promises"]:
        try:
            with suppress(SystemExit):
                call_command(name, *map(str, said.get(name, [])), stdout=out, stderr=out)
        except CommandError as problem:
            out.write(str(problem))
    assert "line 2: " in judge.written.out.getvalue()
    judge.kept("our commands")


def not_found(judge: "Judge", asker: Asker) -> list[str]:
    """What whoever may see it does not see, at the doors that the rule names for it. The sample asks who sees
    everything only about states in which something is planted that was in none before."""
    missed, made, asked_already, known = [], judge.made, set[tuple[str, str]](), set[str]()
    for state in RULE.states:
        there = {token.category for token in made.canaries.tokens if token.case == state}
        places = {token.place for token in made.canaries.tokens if token.case == state}
        is_new, known = bool(places - known), known | places
        for who, sees in views_of(state).items():
            if not (WHOLE or is_new) and sees in (set(RULE.bundles[name]) for name in ("everything", "supervises")):
                continue
            for name in sorted({door for category in sees for door in RULE.where(category)}):
                if DOORS[name].of or (name, who) not in asked_already:
                    asked_already.add((name, who))
                    for asked in all_about(name, who, state, made):
                        judge.ask(asker, asked)
            found = {token.category for reader, token in judge.seen if (reader, token.case) == (who, state)}
            missed += [f"{who} finds no {category} of {state}" for category in sees & there - found]
    places = {token.place for _, token in judge.seen}
    shown = {f"{model}.{n}" for model, fields in RULE.fields.items() for n, f in fields.items() if f.kind}
    missed += [f"nobody sees {place}" for place in shown - places if RULE.category_of(place, "") != "never"]
    missed += [f"nothing is planted in {place}" for place in shown - {token.place for token in made.canaries.tokens}]
    return missed


def views_of(state: str) -> dict[str, set[str]]:
    """One person of each group and of each line that differs from its group's, and what they see, if anything."""
    found: dict[tuple[str, frozenset[str]], str] = {}
    for group, members in RULE.groups.items():
        for who in members:
            found.setdefault((group, frozenset(RULE.states[state][who])), who)
    return {who: set(sees) for (_, sees), who in found.items() if sees}


def all_about(name: str, who: str, state: str, made: Planted) -> Iterator[Asked]:
    """A door asked rightly about each record of the case that it can be asked about."""
    door = DOORS[name]
    method = "GET" if "get" in door.methods else "POST"
    for turn in range(len(NAMED[door.of](made.cases[state])) or 1):
        yield Asked(Way(door, method, "" if method == "GET" else "right"), who, state, turn)


def test_the_search_finds_a_canary_however_it_is_written():
    """Each way of writing that a leak may take, and the search of it."""
    canaries = Canaries(SEED)
    canaries.know("reference", ("x", "Case.reference", "existence"), "7W2K-03MX-2PQ")
    for kind in ("words", "telephone", "birth", "postcode"):
        canaries.plant(kind, ("x", kind, kind))
    for token in canaries.tokens:
        for way, text in written(token).items():
            assert token in canaries.found_in(text), (token.kind, way, text)
    assert canaries.found_in("Nothing of anybody stands here, on 5 May 2026 at 020 7946 0999.") == set()


def written(token: Token) -> dict[str, Any]:
    """A value in the ways in which it might leave."""
    value = token.value
    if token.kind == "birth":
        day = date.fromisoformat(value)
        ways = ("{:%d/%m/%Y}", "{:%-d %B %Y}", "{:%-d %b %Y}", "{:%B %-d, %Y}", "{}T00:00:00Z")
        return {way: f"<td>{way.format(day)}</td>" for way in ways}
    of_all = {
        "as it is": value,
        "in an address": quote(value),
        "in base64": base64.b64encode(f"<{value}>".encode()),
        "packed": gzip.compress(value.encode()),
        "in an archive": archived(value),
    }
    if token.kind == "postcode":
        return of_all | {"in small letters": value.lower(), "without its space": value.replace(" ", "")}
    if token.kind == "telephone":
        return of_all | {"from abroad": f"+44 (0){value[1:]}", "in groups": f"{value[:3]}-{value[3:]}"}
    return of_all | {
        "in HTML": "".join(f"&#{ord(sign)};" for sign in value),
        "in JSON": "".join(f"\\u{ord(sign):04x}" for sign in value),
        "in hexadecimal": value.encode().hex(),
        "in capitals": value.upper(),
        "backwards": value[::-1],
        "as six letters": f"Do you mean {folded(value)[:6]}?",
        "with marks": f"<b>{value[0]}</b>{value[1:]}",
        "hashed": hashlib.sha256(value.encode()).hexdigest(),
        "quoted printable": quopri.encodestring(value.encode(), quotetabs=True),
    }


def archived(value: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("cell.xml", value)
    return packed.getvalue()


# What an answer shows, and what its event says: the one event of each, and what the join says of them.
JOINED = {
    "as it was": ({"identity"}, {}, []),
    "no event of that reader": (
        {"identity"},
        {"actor": "colleague"},
        ["Party.name of x is shown, and no event names the case"],
    ),
    "no event of that category": (
        {"risk"},
        {},
        [
            "Party.name of x is shown, and no event names ['identity']",
            "casework.view_case says that ['risk'] of x was shown",
        ],
    ),
    "more than was shown": (
        {"identity", "risk"},
        {},
        ["casework.view_case says that ['risk'] of x was shown"],
    ),
    "a case that was in no list": (
        {"identity"},
        {"shown": "other"},
        ["casework.view_case says that y was shown"],
    ),
}


@pytest.mark.parametrize("what", JOINED)
def test_the_join_notices(world: World, what: str):
    categories, other, wrong = JOINED[what]
    cases = {"x": factories.draft(world.caseworker).case, "y": factories.draft(world.caseworker).case}
    canaries, request = Canaries(SEED), uuid.uuid4()
    value = canaries.plant("words", ("x", "Party.name", "identity"))
    canaries.plant("words", ("x", "RiskLevel.why", "risk"))
    with through(Door("page", request)):
        actor, shown = world.people[other.get("actor", "caseworker")], [cases["y"].pk] if "shown" in other else []
        record(actor=actor, action="casework.view_case", subject=cases["x"], categories=categories, shown=shown)
    log = Join(canaries, cases)
    answer = SimpleNamespace(wsgi_request=SimpleNamespace(request_id=request))
    log.join(answer, world.caseworker, canaries.found_in(value), set(), "how")
    assert sorted(log.wrong) == [f"how: {said}" for said in wrong]
