"""Random worlds: after every step of any story, the oracle, the code's lock and the database's agree for everybody.

Each step is taken twice: by the oracle (`tests/worlds/oracle.py`), which says whether it may be, and by the product's
command, which must answer the same. `make test` tries a few worlds, `make worlds` many.
"""

import ast
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Model
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.commands import end_worker
from accounts.models import User
from audit.log import record_many
from casework import commands
from casework.models import (
    Case,
    EmergencyAccess,
    GroupGrant,
    LawfulBasis,
    NextStep,
    SharingDecision,
)
from casework.policy import categories_for
from referrals import commands as referral_commands
from tests import factories
from tests.conftest import outcome_of
from tests.factories import at
from tests.world import PEOPLE, World, administrator_of
from tests.worlds import oracle
from tests.worlds.locks import OF_HOLDERS, FirstLock, Row, second_lock
from tests.worlds.made import full_case, shown_by
from tests.worlds.oracle import CATEGORIES, Oracle, Refused, Worker

pytestmark = pytest.mark.django_db
WORLDS = int(os.environ.get("WORLDS", "6"))
DONE = {"outcome_code": "supported", "as_wanted": "yes", "outcome": "Done."}
STEPS = 30 if "WORLDS" in os.environ else 12
EVERYBODY = [*PEOPLE, "stranger", "system"]
ASKED = ["harbour", "police", "elsewhere"]
LOOKED_AFTER_BY = {
    "colleague": "front_door administrator",
    "partner": "administrator",
    "outsider": "elsewhere administrator",
}

anybody, which, agency = st.sampled_from(EVERYBODY), st.integers(0, 99), st.sampled_from(ASKED)
holder, addressee = st.sampled_from(["caseworker", "supervisor"]), st.sampled_from(["partner", "officer", "outsider"])
some = st.frozensets(st.sampled_from(CATEGORIES), min_size=1, max_size=4)
hours, consents = st.sampled_from([6, 24, 24 * 30]), st.booleans()

Said = dict[oracle.Case, frozenset[str] | None]  # by case the categories that somebody sees, None where it is hidden
MANY = settings(
    max_examples=WORLDS,
    stateful_step_count=STEPS,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
MOMENTS: dict[type[Model], tuple[str, ...]] = {
    SharingDecision: ("decided_at", "until"),
    GroupGrant: ("valid_until",),
    EmergencyAccess: ("opened_at", "until"),
}
MOMENT = 1e-6  # between two steps, as with the database's clock, some time passes


class RandomWorld(RuleBasedStateMachine):
    """One world, in a transaction that is never kept."""

    def __init__(self, world: World, cases: dict[str, Case], first_lock: FirstLock) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.world, self.first_lock = world, first_lock
        self.agencies = {agency.pk: name for name, agency in world.agencies.items()}
        self.oracle = Oracle([self.worker(name) for name in EVERYBODY], [])
        self.users = {name: read(world.people[name]) for name in EVERYBODY if name != "system"}
        self.users["system"] = read(world.system)
        self.rows: dict[Any, Any] = {}
        self.of_category: dict[oracle.Case, dict[Row, set[str]]] = {}
        for name, case in cases.items():
            far = case.agency_id not in self.agencies
            told = oracle.Case(name, *(("far", "far") if far else ("front_door",)))
            self.oracle.cases.append(told)
            self.rows[told], self.of_category[told] = case, shown_by(case)
        self.checks = 0
        self.has_changed = True

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    def worker(self, name: str) -> Worker:
        if name == "stranger":
            return Worker(name, "far", "supervisor", "far")
        agency, role = PEOPLE.get(name, ("front_door", "system"))
        return Worker(name, agency, str(role))

    def user(self, worker: Worker) -> User:
        return self.users[worker.name]

    def someone(self, name: str) -> Worker:
        return next(worker for worker in self.oracle.workers if worker.name == name)

    def taken(self, foretell: Callable[[], Any], act: Callable[[], Any]) -> None:
        """One step by both: the product must do it, or refuse it for the same reason. What it made is kept in mind."""
        told, becomes = None, "done"
        self.oracle.clock += MOMENT
        try:
            told = foretell()
        except Refused as refused:
            becomes = refused.how
        made: list[Any] = []
        came = outcome(lambda: made.append(act()))
        assert came == becomes
        if told is not None:
            self.rows[told] = made[0]
        self.has_changed = came == "done"

    def fresh(self, told: Any) -> Any:
        """As pages find it: with its case, which whoever acts may not see."""
        return type(self.rows[told]).objects.select_related("case").get(pk=self.rows[told].pk)

    def one_of(self, things: list[Any], which: int) -> Any:
        return things[which % len(things)]

    # Sharing: sent, accepted, narrowed, widened, withdrawn, expired, shared again.

    @initialize(who=agency, categories=some, by_consent=consents)
    def begin(self, who: str, categories: frozenset[str], by_consent: bool) -> None:
        self.send("caseworker", 0, who, categories, 24, by_consent)
        self.accept({"harbour": "partner", "police": "officer", "elsewhere": "outsider"}[who], 0)

    @rule(who=st.one_of(holder, anybody), n=which, agency=agency, categories=some, hours=hours, by_consent=consents)
    def send(self, who: str, n: int, agency: str, categories: frozenset[str], hours: float, by_consent: bool) -> None:
        case, actor = self.one_of(self.oracle.cases, n), self.someone(who)
        service, share = self.world.services[agency], self.plan(categories, hours, by_consent)
        self.taken(
            lambda: self.oracle.send(actor, case, agency, categories, hours, by_consent=by_consent),
            lambda: factories.sent(self.user(actor), self.rows[case], service, **share),
        )
        if self.has_changed:
            told = self.oracle.referrals[-1]
            self.rows[told.share] = self.rows[told].decision
            self.rows[told.share.consent] = self.rows[told].decision.consent

    def plan(self, categories: frozenset[str], hours: float, by_consent: bool) -> dict[str, Any]:
        basis = LawfulBasis.objects.get(code="6-a" if by_consent else "6-e")
        return {"categories": tuple(categories), "until": at(hours), "basis": basis}

    def referral(self, who: str, n: int, foretell: Callable[..., Any], act: Callable[..., Any], **said: str) -> None:
        actor, referral = self.someone(who), self.one_of(self.oracle.referrals, n)
        self.taken(
            lambda: foretell(actor, referral),
            lambda: act(actor=self.user(actor), referral=self.rows[referral], now=at(), **said),
        )

    @rule(who=st.one_of(addressee, anybody), n=which)
    def accept(self, who: str, n: int) -> None:
        self.referral(who, n, self.oracle.accept, referral_commands.accept_referral)

    @rule(who=st.one_of(addressee, anybody), n=which)
    def decline(self, who: str, n: int) -> None:
        self.referral(who, n, self.oracle.decline, referral_commands.decline_referral, reason="other", note="")

    @rule(who=st.one_of(addressee, anybody), n=which)
    def complete(self, who: str, n: int) -> None:
        self.referral(who, n, self.oracle.complete, referral_commands.complete_referral, **DONE)

    @rule(who=st.one_of(holder, anybody), n=which)
    def take_back(self, who: str, n: int) -> None:
        self.referral(who, n, self.oracle.take_back, referral_commands.withdraw_referral, reason="not_needed")

    @rule(who=st.one_of(holder, anybody), n=which)
    def end(self, who: str, n: int) -> None:
        actor, share = self.someone(who), self.one_of(self.oracle.shares, n)
        if actor.agency == share.agency:
            return  # theirs to decline or complete: no way in lets them end it by itself
        self.taken(
            lambda: self.oracle.end(actor, share),
            lambda: commands.end_sharing(actor=self.user(actor), decision=self.rows[share], now=at()),
        )

    @rule(who=st.one_of(holder, anybody), n=which, hours=hours)
    def shorten(self, who: str, n: int, hours: float) -> None:
        actor, share, now = self.someone(who), self.one_of(self.oracle.shares, n), at()
        said = {"until": at(hours), "now": now}
        self.taken(
            lambda: self.oracle.shorten(actor, share, hours),
            lambda: commands.shorten_sharing(actor=self.user(actor), decision=self.fresh(share), **said),
        )

    @rule(who=st.one_of(holder, anybody), n=which, categories=some, hours=hours, by_consent=consents)
    def widen(self, who: str, n: int, categories: frozenset[str], hours: float, by_consent: bool) -> None:
        actor, share = self.someone(who), self.one_of(self.oracle.shares, n)
        plan = factories.share(self.world.services[share.agency], **self.plan(categories, hours, by_consent))
        self.taken(
            lambda: self.oracle.widen(actor, share, categories, hours, by_consent=by_consent),
            lambda: commands.widen_sharing(actor=self.user(actor), decision=self.rows[share], plan=plan, now=at()),
        )
        if self.has_changed:
            told = self.oracle.shares[-1]
            self.rows[told.consent] = self.rows[told].consent

    @rule(who=st.one_of(holder, anybody), n=which)
    def withdraw(self, who: str, n: int) -> None:
        actor, consent = self.someone(who), self.one_of(self.oracle.consents, n)
        self.taken(
            lambda: self.oracle.withdraw(actor, consent),
            lambda: commands.withdraw_consent(actor=self.user(actor), consent=self.rows[consent], now=at()),
        )

    @rule(hours=st.sampled_from([5, 25]))
    def pass_time(self, hours: float) -> None:
        """Everything that ends by the database's clock ends so many hours sooner."""
        self.taken(lambda: self.oracle.pass_time(hours), lambda: let_pass(self.world, hours))

    # Shutting.

    @rule(who=st.one_of(st.just("supervisor"), anybody), n=which, barred=st.one_of(anybody, agency))
    def bar(self, who: str, n: int, barred: str) -> None:
        actor, case = self.someone(who), self.one_of(self.oracle.cases, n)
        named = self.world.agencies.get(barred) or self.user(self.someone(barred))
        said = {"who": named, "reason": "knows_them", "now": at()}
        self.taken(
            lambda: self.oracle.bar(actor, case, barred),
            lambda: commands.bar_from_case(actor=self.user(actor), case=self.rows[case], **said),
        )

    @precondition(lambda self: self.oracle.bars)
    @rule(who=st.one_of(st.just("supervisor"), anybody), n=which)
    def lift(self, who: str, n: int) -> None:
        actor, bar = self.someone(who), self.one_of(self.oracle.bars, n)
        self.taken(
            lambda: self.oracle.lift(actor, bar),
            lambda: commands.lift_bar(actor=self.user(actor), bar=self.fresh(bar), now=at()),
        )

    @rule(who=st.one_of(st.just("supervisor"), anybody), n=which, named=st.sets(anybody, min_size=1, max_size=3))
    def seal(self, who: str, n: int, named: set[str]) -> None:
        actor, case = self.someone(who), self.one_of(self.oracle.cases, n)
        workers = {self.someone(name) for name in named | {who}}
        self.taken(
            lambda: self.oracle.seal(actor, case, workers),
            lambda: commands.seal_case(
                actor=self.user(actor),
                case=self.rows[case],
                workers=[self.user(w) for w in workers],
                reason="honour_based",
                now=at(),
            ),
        )

    @precondition(lambda self: any(self.oracle.seals.values()))
    @rule(who=st.one_of(st.just("supervisor"), anybody), n=which, worker=anybody, is_named=st.booleans())
    def change_seal(self, who: str, n: int, worker: str, is_named: bool) -> None:
        actor, named = self.someone(who), self.someone(worker)
        case = self.one_of([case for case, workers in self.oracle.seals.items() if workers], n)
        foretell, act = (
            (self.oracle.name, commands.name_in_seal) if is_named else (self.oracle.take_off, commands.take_off_seal)
        )
        self.taken(
            lambda: foretell(actor, case, named),
            lambda: act(actor=self.user(actor), case=self.rows[case], worker=self.user(named), now=at()),
        )

    @precondition(lambda self: any(self.oracle.seals.values()))
    @rule(who=st.one_of(st.just("supervisor"), anybody), n=which)
    def unseal(self, who: str, n: int) -> None:
        actor, case = self.someone(who), self.one_of([c for c, named in self.oracle.seals.items() if named], n)
        self.taken(
            lambda: self.oracle.unseal(actor, case),
            lambda: commands.unseal_case(actor=self.user(actor), case=self.rows[case], now=at()),
        )

    @rule(who=st.sampled_from(list(LOOKED_AFTER_BY)))
    def leave(self, who: str) -> None:
        worker, actor, user = self.someone(who), self.world.people[LOOKED_AFTER_BY[who]], read(self.users[who])
        self.taken(
            lambda: self.oracle.leave(worker),
            lambda: end_worker(actor=actor, worker=user, now=at()),
        )
        self.users[who] = read(user)

    # Emergencies, and drafts.

    @rule(who=st.one_of(addressee, anybody), n=which, categories=some)
    def open_in_emergency(self, who: str, n: int, categories: frozenset[str]) -> None:
        actor, case = self.someone(who), self.one_of(self.oracle.cases, n)
        said = {"reason": "missing", "words": "She is not at home.", "categories": sorted(categories), "now": at()}
        reference = self.rows[case].reference
        self.taken(
            lambda: self.oracle.open(actor, case, categories),
            lambda: commands.open_in_emergency(actor=self.user(actor), reference=reference, **said),
        )

    @precondition(lambda self: self.oracle.emergencies)
    @rule(who=st.one_of(addressee, anybody), n=which)
    def close_emergency(self, who: str, n: int) -> None:
        actor, access = self.someone(who), self.one_of(self.oracle.emergencies, n)
        self.taken(
            lambda: self.oracle.close(actor, access),
            lambda: commands.close_emergency(actor=self.user(actor), access=self.rows[access], now=at()),
        )

    @precondition(lambda self: self.oracle.emergencies)
    @rule(who=st.one_of(st.just("supervisor"), anybody), n=which)
    def review_emergency(self, who: str, n: int) -> None:
        actor, access = self.someone(who), self.one_of(self.oracle.emergencies, n)
        said = {"finding": "justified", "review": "A call log.", "now": at()}
        self.taken(
            lambda: self.oracle.review(actor, access),
            lambda: commands.review_emergency(actor=self.user(actor), access=self.rows[access], **said),
        )

    @rule(who=st.one_of(holder, anybody), n=which)
    def draft(self, who: str, n: int) -> None:
        actor, case = self.someone(who), self.one_of(self.oracle.cases, n)
        self.taken(
            lambda: self.oracle.draft(actor, case),
            lambda: commands.start_contact(actor=self.user(actor), case=self.rows[case], now=at()),
        )

    @invariant()
    def all_three_agree(self) -> None:
        """For everybody and every case: whether they see it, which categories, and which row of any table."""
        if not self.has_changed:
            return
        self.has_changed = False
        self.checks += 1
        steps = list(NextStep.objects.values_list("pk", "case", "waits_for"))
        of_cases = [(m.__name__, pk, case) for m in OF_HOLDERS for pk, case in m.objects.values_list("pk", "case")]
        for turn, worker in enumerate(self.oracle.workers):
            user, said = self.user(worker), {case: self.oracle.shows(worker, case) for case in self.oracle.cases}
            known = self.known_to(worker, said, steps)
            categories = {(name, self.rows[case].pk) for case, shown in said.items() for name in shown or ()}
            assert self.first_lock(user) == known | categories, worker.name
            assert second_lock(user) == known | self.rows_for(said) | self.rows_of(worker, said, of_cases), worker.name
            everywhere = (turn + self.checks) % 4 == 0  # what does not exist for them shows nothing: of all, in turn
            for case, shown in said.items():
                if user.is_active and (everywhere or shown is not None):
                    assert categories_for(user, self.rows[case]) == (shown or frozenset()), worker.name

    def known_to(
        self, worker: Worker, said: dict[oracle.Case, Any], steps: list[tuple[int, int, int | None]]
    ) -> set[Row]:
        """By the oracle: the records that somebody may know of."""
        sees = self.oracle
        cases = {self.rows[case].pk: case for case in said}
        found: set[Row] = {("Case", pk) for pk, case in cases.items() if said[case] is not None}
        found |= {
            ("NextStep", pk) for pk, case, a in steps if sees.sees_step(worker, cases[case], self.agencies.get(a, ""))
        }
        found |= {("Referral", self.rows[r].pk) for r in sees.referrals if sees.sees_referral(worker, r)}
        found |= {("SharingDecision", self.rows[s].pk) for s in sees.shares if sees.sees_share(worker, s)}
        found |= {("EmergencyAccess", self.rows[e].pk) for e in sees.emergencies if sees.sees_emergency(worker, e)}
        found |= {("Contact", self.rows[d].pk) for d in sees.drafts if sees.sees_draft(worker, d)}
        held = [case for case in said if sees.holds(worker, case)]
        return found | {row for case in held for row in self.of_category[case] if row[0] == "Contact"}

    def rows_for(self, said: Said) -> set[Row]:
        """By the oracle: the rows of cases that stand in a category which somebody sees, and the keys of cases."""
        seen = {case: shown for case, shown in said.items() if shown is not None}
        rows = {row for case, shown in seen.items() for row, by in self.of_category[case].items() if shown & by}
        return rows | {("CaseKey", self.rows[case].key.pk) for case in seen}

    def rows_of(self, worker: Worker, said: Said, of_cases: list[tuple[str, int, int]]) -> set[Row]:
        """By the oracle: rows of cases that no list of records shows: who is shut out, what she agreed to, and which
        homes the police are to warn, who see where it was."""
        sees = self.oracle
        held = {self.rows[case].pk for case in sees.cases if sees.holds(worker, case)}
        found = {(name, pk) for name, pk, case in of_cases if case in held}
        if worker.agency == "police":
            placed = {self.rows[case].pk for case, shown in said.items() if "location" in (shown or ())}
            found |= {(name, pk) for name, pk, case in of_cases if name == "Neighbour" and case in placed}
        return found | {("ConsentRecord", self.rows[c].pk) for c in sees.consents if sees.sees_consent(worker, c)}


def read(user: User) -> User:
    return User.objects.select_related("agency").get(pk=user.pk)


def outcome(act: Callable[[], Any]) -> str:
    """What becomes of an act that is committed. Whatever is not whole, or that the commit refuses, is not possible."""

    def committed() -> None:
        act()
        connection.check_constraints()

    try:
        return outcome_of(committed)
    except (ValidationError, IntegrityError):
        return "NotPossibleNow"


def let_pass(world: World, hours: float) -> None:
    ago = timedelta(hours=hours)
    for model, moments in MOMENTS.items():
        ending = model.objects.exclude(**{moments[0]: None})  # what its holder has, ends never
        ending.update(**{name: F(name) - ago for name in moments})
    record_many(actor=world.system, action="casework.end_sharing", subjects=Case.objects.all())


def test_all_three_agree_after_every_step_of_any_story(world: World, stranger: User):
    """And the product refuses what the oracle refuses, for the same reason."""
    for agency in ("front_door", "elsewhere"):
        world.people[f"{agency} administrator"] = administrator_of(world, agency)
    cases = {name: full_case(world, "caseworker", name) for name in ("one", "other")}
    cases["far"] = full_case(world, "stranger", "far")
    connection.check_constraints()
    first_lock = FirstLock()
    run_state_machine_as_test(lambda: RandomWorld(world, cases, first_lock), settings=MANY)


def test_the_oracle_knows_nothing_of_the_application():
    tree = ast.parse(Path(oracle.__file__).read_text())
    named = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    plain = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert named | plain == {"dataclasses"}
