"""One run from its first to its last process: everything that is started here is ended here."""

import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path

from django.conf import settings

from config.localdb import LocalDatabase
from tests.crash import strikes
from tests.crash.born import Nursery, job_worker, sealer, web
from tests.crash.clients import Client, Pulse
from tests.crash.clock import Clock, Stopped
from tests.crash.database import (
    address,
    evidence_folder,
    keep_as_made,
    mail_folder,
    postmaster,
    put_back,
    start_again,
    thrown_away_after,
)
from tests.crash.failpoints import ACTS, FailingClient
from tests.crash.failpoints import Wanted as Struck
from tests.crash.jobs import faulty_jobs
from tests.crash.judge import judge
from tests.crash.ledger import Intent, Ledger, intents_of
from tests.crash.line import Line
from tests.crash.programs import Program, free_port, wait_for_web
from tests.crash.records import read_records
from tests.crash.report import Outcome
from tests.crash.sabotage import SETTINGS, sabotage
from tests.crash.saboteur import Saboteur, plan
from tests.crash.sealed import sealed_events
from tests.crash.stories import PARTNERS
from tests.crash.world import World, make_world

SECONDS_BETWEEN_LOOKS = 0.5
SECONDS_TO_BEGIN, SECONDS_PER_CONTACT, SECONDS_OF_POINTS = 300, 3, 3600  # deadlines for a very slow machine
# Whom the clients kill at failpoints, one victim after the other, and at one in how many of the points.
FAILPOINTS = {
    "all": {"web worker": 1, "backend": 1, "PostgreSQL": 1},
    "some": {"web worker": 1, "backend": 12, "PostgreSQL": 12},
    "none": {},
}


@dataclass(frozen=True)
class Wanted:
    """What the caller asked for. `sabotage` names what is to be wrong; see `SETTINGS`.

    There are `sealers`, and kills at failpoints, only where nothing is wrong on purpose.
    """

    seed: int
    contacts: int
    clients: int
    sabotage: str = "none"
    sealers: int = 2
    failpoints: str = "all"

    @property
    def name(self) -> str:
        return f"{self.seed}-{self.sabotage}"

    def share(self, client: int) -> int:
        """How many of the contacts are this client's; the clients are counted from 1."""
        return self.contacts // self.clients + (client <= self.contacts % self.clients)


def crash_runs(each: list[Wanted], tell: Callable[[Outcome], None]) -> None:
    """One run after the other, each in the same world as it was made, on one server that is thrown away at the end.

    What each left outside, its ledgers and what the processes said, stays until the next time beside the servers' data.
    """
    with thrown_away_after(settings.LOCAL_DATABASE) as database:
        world = make_world(each[0].clients)
        keep_as_made(database)
        evidence = evidence_folder(database)
        shutil.rmtree(evidence, ignore_errors=True)
        for number, wanted in enumerate(each):
            if number:
                put_back(database)
                shutil.rmtree(database.witness, ignore_errors=True)
            outcome = Run(wanted, database, evidence / wanted.name).go(world)
            tell(outcome)


class Run:
    """The parts of a run and their order."""

    def __init__(self, wanted: Wanted, database: LocalDatabase, folder: Path) -> None:
        self.wanted, self.database, self.folder = wanted, database, folder
        self.clock = Clock(SECONDS_TO_BEGIN + SECONDS_PER_CONTACT * wanted.contacts + SECONDS_OF_POINTS)
        self.pulse = Pulse(wanted.clients)
        folder.mkdir(parents=True)
        self.port = free_port()
        self.nursery = Nursery(SETTINGS[wanted.sabotage], folder)
        self.web = web(self.nursery, self.port, folder)
        self.worker = job_worker(self.nursery, folder)
        is_real = wanted.sabotage == "none"
        self.sealers = [sealer(self.nursery, number, folder) for number in range(wanted.sealers * is_real)]
        self.failpoints = FAILPOINTS[wanted.failpoints if is_real else "none"]
        self.saboteur = Saboteur(database, self.web, self.worker, self.sealers, self.clock, self.pulse, wanted.seed)

    def go(self, world: World) -> Outcome:
        sabotage(self.wanted.sabotage, address(self.database))
        with self._programs():
            clients = [self._client(number, email, world) for number, email in enumerate(world.emails, start=1)]
            together(self.clock, [client.sign_in for client in clients])
            with self._jobs_struck(), self._kept_running():
                together(self.clock, [*(client.run for client in clients), self._kill])
                self._failing(clients)
            start_again(self.database, self.clock)
            self._see_that_all_run()
            wait_for_web(self.port, self.clock)
            jobs, faulty = faulty_jobs(address(self.database), self._see_that_all_run)
        return self._outcome(clients, jobs, faulty)

    @contextmanager
    def _programs(self) -> Iterator[None]:
        programs = self._all()
        try:
            for program in programs:
                program.start()
            wait_for_web(self.port, self.clock)
            yield
        finally:
            for program in programs:
                program.end()
            self.nursery.end()

    @contextmanager
    def _jobs_struck(self) -> Iterator[None]:
        """Meanwhile job workers die at their own failpoints, where all of them are asked for."""
        sign = self.folder / strikes.AT_JOBS
        if all(every == 1 for every in self.failpoints.values()) and self.failpoints:
            sign.touch()
        yield
        sign.unlink(missing_ok=True)

    def _failing(self, clients: list[Client]) -> None:
        """One kind of victim after the other, by as many clients as before, who are signed in."""
        names = [each.name for each in fields(Client) if each.init]
        for number, (victim, every) in enumerate(self.failpoints.items(), start=1):
            failing = [
                FailingClient(
                    **{name: getattr(client, name) for name in names}
                    | {"number": number * 100 + client.number, "ledger": Ledger(self.folder, client.email)},
                    wanted=Struck(victim, every, self.folder / strikes.FILE),
                    revive=self._revive,
                )
                for client in clients
            ]
            together(self.clock, [client.run for client in failing])

    def _revive(self) -> None:
        if postmaster(self.database) is None:
            start_again(self.database, self.clock)

    @contextmanager
    def _kept_running(self) -> Iterator[None]:
        """As by a service manager: what ends by itself, for its database is away, is started again."""
        over = threading.Event()

        def watch() -> None:
            while not over.wait(SECONDS_BETWEEN_LOOKS):
                self._see_that_all_run()

        manager = threading.Thread(target=watch)
        manager.start()
        try:
            yield
        finally:
            over.set()
            manager.join()

    def _see_that_all_run(self) -> None:
        for program in self._all():
            program.see_that_it_runs()

    def _all(self) -> list[Program]:
        return [self.web, self.worker, *self.sealers]

    def _client(self, number: int, email: str, world: World) -> Client:
        return Client(
            number=number,
            contacts=self.wanted.share(number),
            seed=self.wanted.seed,
            email=email,
            partner=PARTNERS[number % len(PARTNERS)],
            service=world.service,
            line=Line(self.port),
            partners_line=Line(self.port),
            ledger=Ledger(self.folder, email),
            clock=self.clock,
            pulse=self.pulse,
        )

    def _kill(self) -> None:
        self.saboteur.run(plan(self.wanted.seed, self.wanted.contacts, self.saboteur.kinds))

    def _outcome(self, clients: list[Client], jobs: int, faulty: set[str]) -> Outcome:
        intents = intents_of(self.folder)
        records = read_records(address(self.database), mail_folder(self.database))
        verdict = judge(intents, records)
        verdict.add("jobs", faulty)
        count, unsealed = sealed_events() if self.sealers else (0, set[str]())
        verdict.add("unsealed", unsealed)
        points = strikes.counted(self.folder / strikes.FILE)
        verdict.add("unstruck", {act for act in ACTS if self.failpoints and act not in points.get("web worker", {})})
        return Outcome(
            seed=self.wanted.seed,
            sabotage=self.wanted.sabotage,
            clients=self.wanted.clients,
            contacts=len(intents) if self.failpoints else self.wanted.contacts,
            confirmed=confirmed(intents),
            kills=dict(self.saboteur.kills),
            retries=dict(sum((client.retries for client in clients), Counter())),
            replays=records.replays,
            referrals=sum("send" in intent.told for intent in intents),
            accepted=sum("accept" in intent.told for intent in intents),
            failpoints=points,
            notices=len(records.referred.notices),
            sent_again=records.referred.sent_again,
            jobs=jobs,
            sealed=count,
            seconds=self.clock.seconds,
            verdict=verdict,
        )


def confirmed(intents: list[Intent]) -> int:
    return sum("log" in intent.told for intent in intents)


def together(clock: Clock, acts: list[Callable[[], None]]) -> None:
    """Each in a thread of its own, to the end of all. What one raises stops the others and is raised here."""
    problems: list[BaseException] = []
    threads = [threading.Thread(target=guarded, args=[act, clock, problems]) for act in acts]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    except BaseException:
        clock.stop()  # for one that only begins as well
        raise
    finally:
        for thread in filter(threading.Thread.is_alive, threads):
            thread.join()
    if problems:
        raise problems[0]


def guarded(act: Callable[[], None], clock: Clock, problems: list[BaseException]) -> None:
    try:
        act()
    except Stopped:
        pass
    except Exception as problem:
        problems.append(problem)
        clock.stop()
