"""Odd access: who reads what nothing explains is found by rules that say why, and their honest twins are not."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from accounts.models import User
from accounts.roles import Role
from casework.commands import declare_mark, dismiss_proposal
from casework.models import BarProposal, Case, NextStep
from casework.plans import AddressReport
from casework.queries import Probe, find_person
from config.lock.roles import WEB
from oversight.rules import RULES, N
from tests import factories
from tests.as_the_web import become
from tests.conftest import events
from tests.factories import TOKENS, at
from tests.odd import ACT, OPEN, SEARCH, Log, log_of
from tests.world import World

HOME = AddressReport(TOKENS.lines, TOKENS.postcode)


@pytest.fixture
def log(world: World) -> Log:
    return log_of(world)


def of_themself(log: Log, who: str, *, odd: bool) -> None:
    case = log.case(", ".join(reversed(who.split())) if odd else "Quite Another")
    log.write(who, ACT, -1, case)
    log.write(who, OPEN, 1, case)


def of_their_household(log: Log, who: str, *, odd: bool) -> None:
    declare_mark(actor=log.who(who), telephone=TOKENS.route if odd else "020 7946 0777", address=None, now=at())
    case = factories.logged(log.world.caseworker, alleged_name=f"Another {who.split()[-1]}").case
    log.write(who, OPEN, 1, case)


def with_their_telephone(log: Log, who: str, *, odd: bool) -> None:
    declare_mark(actor=log.who(who), telephone=TOKENS.route if odd else "020 7946 0777", address=None, now=at())
    log.write(who, OPEN, 1, factories.logged(log.world.caseworker).case)


def with_their_address(log: Log, who: str, *, odd: bool) -> None:
    """Somebody has looked into the likeness: it is another family in the same house."""
    worker = log.who(who)
    declare_mark(actor=worker, telephone="", address=HOME, now=at())
    case = factories.logged(log.world.caseworker).case
    if not odd:
        proposal = BarProposal.objects.get(case=case, worker=worker)
        dismiss_proposal(actor=log.world.supervisor, proposal=proposal, because="another_person", now=at())
    log.write(who, OPEN, 1, case)


def with_their_surname(log: Log, who: str, *, odd: bool) -> None:
    """Many are called so, and it is their work."""
    cases = [log.case(f"Given {who.split()[-1]}") for _ in range(1 if odd else N["rare_cases"] + 1)]
    log.write(who, ACT, -1, cases[0])
    log.write(who, OPEN, 1, cases[0])


def without_a_reason(log: Log, who: str, *, odd: bool) -> None:
    """A few may be slips."""
    for number in range(N["slips"] + odd):
        log.write(who, OPEN, 1 + 20 * number, log.case())


def among_many(log: Log, who: str, *, odd: bool) -> None:
    case = log.case()
    for number in range(N["crowd"] if odd else N["crowd"] - 1):
        log.write(f"{who} {number}", OPEN, number, case)
    log.write(who, OPEN, 5, case)


def after_it_passed_on(log: Log, who: str, *, odd: bool) -> None:
    """Nobody else has taken it up."""
    case = log.case()
    log.write(who, ACT, -24 * 20, case)
    if odd:
        log.write(log.world.caseworker, ACT, -24 * 18, case)
    log.write(who, OPEN, 1, case)


def in_a_burst(log: Log, who: str, *, odd: bool) -> None:
    """A busy hour, in which some were opened twice."""
    for number in range(N["burst_cases"] + 1):
        case = 10**9 + (number if odd else number // 2)
        log.write(who, OPEN, 1 + number / 60, case)


def by_night(log: Log, who: str, *, odd: bool) -> None:
    """Whoever is on duty does something besides."""
    case = log.case()
    log.write(who, OPEN, 13, case)
    log.write(who, ACT, 14 if not odd else 16, log.case())


def by_their_own_name(log: Log, who: str, *, odd: bool) -> None:
    with become(WEB):
        find_person(actor=log.who(who), probe=Probe(name=", ".join(reversed(who.split())) if odd else "Quite Another"))
    [event] = events(SEARCH, actor_id=log.who(who).pk)
    log.write(who, SEARCH, 1, detail=event.detail, is_deliberate=False)


def for_what_is_not_there(log: Log, who: str, *, odd: bool) -> None:
    """Others mistype, too."""
    for number in range(N["not_found"] + 1):
        log.write(who, OPEN, number / 2, outcome="not_found" if odd or number else "allowed")


SCENES: dict[str, Callable[..., None]] = {
    "self": of_themself,
    "household": of_their_household,
    "telephone": with_their_telephone,
    "address": with_their_address,
    "surname": with_their_surname,
    "unexplained": without_a_reason,
    "many": among_many,
    "transfer": after_it_passed_on,
    "burst": in_a_burst,
    "hours": by_night,
    "own_name": by_their_own_name,
    "not_found": for_what_is_not_there,
}


def test_each_rule_speaks_of_who_is_odd_and_not_of_their_honest_twin(log: Log):
    for number, (rule, plant) in enumerate(SCENES.items()):
        for kind in ("Odd", "Honest"):
            plant(log, f"{kind} {rule.title().replace('_', '')}{chr(97 + number)}x{kind.lower()}", odd=kind == "Odd")
    found = log.look()
    spoke = {
        rule: tuple(
            any(rule in rules for who, rules in found.items() if who.startswith(kind) and said(rule) in who)
            for kind in ("Odd", "Honest")
        )
        for rule in SCENES
    }
    assert spoke == dict.fromkeys(RULES, (True, False))


def said(rule: str) -> str:
    return f" {rule.title().replace('_', '')}"


def acted(log: Log, who: User, case: Case) -> None:
    log.write(who, ACT, 12, case)


def has_the_step(log: Log, who: User, case: Case) -> None:
    step(case, log, owner=who, due_at=log.begin + timedelta(days=90))


def finds_it_on_the_duty_queue(log: Log, who: User, case: Case) -> None:
    step(case, log, owner=None, due_at=log.begin + timedelta(days=1))


def owns_it(log: Log, who: User, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(owner=who)


def looked_for_it_when_she_rang(log: Log, who: User, case: Case) -> None:
    log.write(who, SEARCH, 0.9, shown_ids=[case.pk], is_deliberate=False)
    log.write(who, ACT, 1.2, log.case())


def has_it_in_the_inbox(log: Log, who: User, case: Case) -> None:
    User.objects.filter(pk=who.pk).update(agency=log.world.agencies["harbour"])
    who.refresh_from_db()
    factories.sent(log.world.caseworker, case, log.world.services["harbour"])


def stands_in_for_a_colleague(log: Log, who: User, case: Case) -> None:
    for each in [case, *(log.case() for _ in range(N["cover_cases"]))]:
        step(each, log, owner=log.world.colleague, due_at=log.begin)
        if each is not case:
            log.write(who, "casework.complete_step", 2, each)


def supervises(log: Log, who: User, case: Case) -> None:
    User.objects.filter(pk=who.pk).update(role=Role.SUPERVISOR)


def step(case: Case, log: Log, owner: User | None, due_at: datetime) -> None:
    NextStep.objects.create(
        case=case, kind="call_back", owner_agency=case.agency, owner=owner, due_at=due_at, due_source="worker",
        opened_at=at(), opened_by=log.world.caseworker,
    )  # fmt: skip


REASONS = [
    acted,
    has_the_step,
    finds_it_on_the_duty_queue,
    owns_it,
    looked_for_it_when_she_rang,
    has_it_in_the_inbox,
    stands_in_for_a_colleague,
    supervises,
]


def nothing_is(log: Log, who: User, case: Case) -> None:
    step(case, log, owner=log.world.caseworker, due_at=log.begin)
    step(case, log, owner=None, due_at=log.begin + timedelta(days=9))
    log.write(who, "casework.save_draft", 1.1, case)
    for each in [log.case() for _ in range(N["cover_cases"])]:  # whoever takes the calls of a colleague
        step(each, log, owner=log.world.caseworker, due_at=log.begin)
        log.write(who, ACT, 2, each)


def test_what_explains_a_reading(log: Log):
    for reason in [*REASONS, nothing_is]:
        who = log.who(f"Somebody {reason.__name__}")
        for case in [opened_by(log) if reason is has_it_in_the_inbox else log.case() for _ in range(N["slips"] + 1)]:
            reason(log, who, case)
            log.write(who, OPEN, 1, case)
    assert log.look() == {"Somebody nothing_is": {"unexplained"}}


def opened_by(log: Log) -> Case:
    return factories.opened(log.world.caseworker)
