"""Kills processes while requests are on their way: which, and at which request, follows from the seed."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import psutil

from config.localdb import LocalDatabase
from tests.crash.clients import Pulse
from tests.crash.clock import Clock
from tests.crash.database import backends, postmaster, start_again
from tests.crash.programs import Program

TOLD = "PostgreSQL, when told"  # the moment that a client was answered: what is not on the disk by then is lost
KILLS_PER_HUNDRED = {
    "web worker": 2,
    "web server": 1,
    "job worker": 2,
    "sealer": 2,
    "backend": 2,
    "PostgreSQL": 1,
    TOLD: 1,
}
LONGEST_DELAY_SECONDS = 0.05  # about as long as a request takes: any part of it may be hit
ORPHANS_SECONDS = (0, 10)  # what a killed process started ends with it, or finds out and ends by itself
ACTS_PER_CONTACT = 3


@dataclass(frozen=True)
class Strike:
    """One kill: of what, when so many requests have been sent, and how much later."""

    at: int
    kind: str
    delay: float


def plan(seed: int, contacts: int, kinds: list[str]) -> list[Strike]:
    """When to kill what. Each kind at least once, between the first requests and the last."""
    rng = random.Random(f"{seed} saboteur")
    requests = contacts * ACTS_PER_CONTACT
    strikes = [
        Strike(rng.randint(1, max(1, requests * 19 // 20)), kind, rng.uniform(0, LONGEST_DELAY_SECONDS))
        for kind in kinds
        for _ in range(max(1, contacts * KILLS_PER_HUNDRED[kind] // 100))
    ]
    return sorted(strikes, key=lambda strike: (strike.at, strike.kind, strike.delay))


@dataclass
class Saboteur:
    database: LocalDatabase
    web: Program
    worker: Program
    sealers: list[Program]
    clock: Clock
    pulse: Pulse
    seed: int
    kills: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._rng = random.Random(f"{self.seed} victims")

    @property
    def kinds(self) -> list[str]:
        return [kind for kind in self._ways() if self.sealers or kind != "sealer"]

    def run(self, strikes: list[Strike]) -> None:
        for strike in strikes:
            while not self.pulse.has_reached(strike.at, within_seconds=0.5):
                self.clock.require(f"request {strike.at}")
            if strike.kind == TOLD:
                while not self.pulse.has_told(within_seconds=0.5):
                    self.clock.require("an answer")
            else:
                self.clock.pause(strike.delay)
            self.clock.until(self._ways()[strike.kind], f"a {strike.kind} to kill")
            self.kills[strike.kind] += 1

    def _ways(self) -> dict[str, Callable[[], bool]]:
        """For each kind: kill one, see to it that it comes back, and say whether there was one."""
        return {
            "web worker": lambda: self._one_of(self.web.children()),
            "web server": lambda: self._again(self.web),
            "job worker": lambda: self._again(self.worker),
            "sealer": lambda: self._again(self._rng.choice(self.sealers)),
            "backend": lambda: self._one_of(backends(self.database)),
            "PostgreSQL": self._postgresql,
            TOLD: self._postgresql,
        }

    def _one_of(self, processes: list[psutil.Process]) -> bool:
        """Its parent sees to the rest."""
        return bool(processes) and killed(self._rng.choice(processes))

    def _again(self, program: Program) -> bool:
        was_there = program.kill(self._rng.choice(ORPHANS_SECONDS))
        program.see_that_it_runs()
        return was_there

    def _postgresql(self) -> bool:
        server = postmaster(self.database)
        if server is None or not killed(server):
            return False
        start_again(self.database, self.clock)
        return True


def killed(process: psutil.Process) -> bool:
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return False
    return True
