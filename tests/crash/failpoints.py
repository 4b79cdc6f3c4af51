"""Clients that go through the failpoints of sending and accepting: at each somebody is killed, and they try again."""

import itertools
import json
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.crash import strikes
from tests.crash.clients import FIRST_PAUSE_SECONDS, Client, Refused
from tests.crash.failing import HEADER
from tests.crash.line import Cut, Lost, Sent
from tests.crash.stories import intent_named

ACTS = ("send", "accept")


@dataclass(frozen=True)
class Wanted:
    """Whom to kill, at one in how many of the points, and where it is written down."""

    victim: str
    every: int
    file: Path


@dataclass(kw_only=True)
class FailingClient(Client):
    """Ends when a first attempt at each act came through a fresh referral: nobody can be struck anywhere any more.

    An answer is not proof of that: it may be one that was kept, or have come although somebody was killed.
    """

    wanted: Wanted
    revive: Callable[[], None]
    longest_pause = FIRST_PAUSE_SECONDS

    def run(self) -> None:
        self._left = {*ACTS}
        with closing(self.ledger), suppress(Refused):  # it stands in the ledger
            for number in itertools.count(1):
                self._tell_one(intent_named(self.number, number))
                if not self._left:
                    return

    def _tell_one(self, intent: str) -> None:
        started = self._log_one(intent)
        self._accept(intent, self._refer(intent, started["case"]))

    def _asking(self, intent: str, act: str, sent: Sent, cut: Cut) -> Callable[[int], tuple[int, Any]]:
        if act not in ACTS:
            return super()._asking(intent, act, sent, Cut.NOT)

        def ask(attempt: int) -> tuple[int, Any]:
            name = f"{intent} {act} {attempt}"
            told = {"victim": self.wanted.victim, "act": act, "attempt": name, "every": self.wanted.every}
            struck = replace(sent, more=((HEADER, json.dumps(told | {"seed": self.seed})),))
            try:
                answer = self.line_of(act).send(struck, Cut.NOT, lambda: None)
            except Lost:
                self.revive()
                raise
            if attempt == 0 and name not in {each.attempt for each in strikes.read(self.wanted.file)}:
                self._left -= {act}
            self.revive()
            return answer

        return ask
