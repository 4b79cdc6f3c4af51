"""The clients: each logs its share of the contacts, refers some, has a partner accept, and tries again until told."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from tests.crash.clock import Clock
from tests.crash.ledger import Ledger
from tests.crash.line import Cut, Line, Lost, Sent
from tests.crash.stories import (
    ACCEPTED_OF_REFERRED,
    REFERRED_OF_ALL,
    decision,
    intent_named,
    opening,
    referral,
    story,
)
from tests.crash.world import PASSWORD

CUTS = {Cut.AT_ONCE: 0.04, Cut.UNREAD: 0.06, Cut.NOT: 0.9}
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.05, 1.0


class Refused(Exception):
    """An answer after which there is nothing to try again."""


class Pulse:
    """Counts the requests that are on their way for the first time, and the answers, for the saboteur to strike at."""

    def __init__(self, clients: int) -> None:
        self._changed = threading.Condition()
        self._count = self._answers = 0
        self._clients = clients

    def beat(self) -> None:
        with self._changed:
            self._count += 1
            self._changed.notify_all()

    def tell(self) -> None:
        """A client was answered, and wrote it down."""
        with self._changed:
            self._answers += 1
            self._changed.notify_all()

    def has_told(self, within_seconds: float) -> bool:
        """Whether an answer came, or there is nobody left to be given one."""
        with self._changed:
            before = self._answers
            return self._changed.wait_for(lambda: self._answers > before or not self._clients, within_seconds)

    def leave(self) -> None:
        """A client has finished."""
        with self._changed:
            self._clients -= 1
            self._changed.notify_all()

    def has_reached(self, count: int, within_seconds: float) -> bool:
        """Whether so many were sent, or there is nobody left to send more: some may have been refused."""
        with self._changed:
            return self._changed.wait_for(lambda: self._count >= count or not self._clients, within_seconds)


@dataclass
class Client:
    """One of the callers. `retries` says why it had to try again, and how often."""

    number: int
    contacts: int
    seed: int
    email: str
    partner: str
    service: int
    line: Line
    partners_line: Line
    ledger: Ledger
    clock: Clock
    pulse: Pulse
    retries: Counter[str] = field(default_factory=Counter)
    longest_pause = LONGEST_PAUSE_SECONDS

    def __post_init__(self) -> None:
        self._rng = random.Random(f"{self.seed} client {self.number}")
        self._pauses = random.Random(f"{self.seed} pauses {self.number}")  # apart: how many there are is chance
        self._cuts = self._hang_ups()

    def sign_in(self) -> None:
        for line, email in ((self.line, self.email), (self.partners_line, self.partner)):
            self._until_answered(lambda attempt: line.sign_in(email, PASSWORD), "a client to sign in")  # noqa: B023

    def run(self) -> None:
        with closing(self.ledger):
            for number in range(1, self.contacts + 1):
                with suppress(Refused):  # it stands in the ledger
                    self._tell_one(intent_named(self.number, number))
        self.pulse.leave()

    def _tell_one(self, intent: str) -> None:
        is_referred, is_accepted = (self._rng.random() < share for share in (REFERRED_OF_ALL, ACCEPTED_OF_REFERRED))
        started = self._log_one(intent)
        if is_referred:
            reference = self._refer(intent, started["case"])
            if is_accepted:
                self._accept(intent, reference)

    def _log_one(self, intent: str) -> Any:
        body = story(intent, self._rng, datetime.now(UTC))
        started = self._act(intent, "start", "POST", "contacts/", {})
        reference = started["reference"]
        self._act(intent, "draft", "PUT", f"contacts/{reference}/draft", {"said": body["said"]})
        self._act(intent, "log", "POST", f"contacts/{reference}/log", body)
        return started

    def _refer(self, intent: str, case: str) -> str:
        now = datetime.now(UTC)
        self._act(intent, "open", "POST", f"cases/{case}/open", opening(self._rng, now))
        drafted = self._act(intent, "refer", "POST", f"cases/{case}/referrals", referral(intent, self.service))
        send = decision(intent, self._rng, now)
        self._act(intent, "send", "POST", f"referrals/{drafted['reference']}/send", send)
        return str(drafted["reference"])

    def _accept(self, intent: str, reference: str) -> None:
        self._act(intent, "accept", "POST", f"referrals/{reference}/accept", {})

    def _act(self, intent: str, act: str, method: str, path: str, body: dict[str, Any]) -> Any:
        """Send it until it is answered; what was meant and what was answered go into the ledger."""
        key = str(UUID(int=self._rng.getrandbits(128))) if method == "POST" else ""
        sent = Sent(method, path, body, key)
        cut = next(self._cuts)
        self.ledger.write("intended", intent, act, key=key, body=body)
        ask = self._asking(intent, act, sent, cut)
        status, answer = self._until_answered(ask, f"an answer to {act}")
        if not 200 <= status < 300:
            self.ledger.write("refused", intent, act, status=status, answer=answer)
            raise Refused
        self.ledger.write("confirmed", intent, act, status=status, answer=answer)
        self.pulse.tell()
        return answer

    def _asking(self, intent: str, act: str, sent: Sent, cut: Cut) -> Callable[[int], tuple[int, Any]]:
        """Only the first try is hung up on, or counts as a request on its way."""
        line = self.line_of(act)
        return lambda try_: line.send(sent, Cut.NOT, lambda: None) if try_ else line.send(sent, cut, self.pulse.beat)

    def _hang_ups(self) -> Iterator[Cut]:
        """What becomes of each request. The first answer is lost, so that every run knows what then happens."""
        yield Cut.UNREAD
        while True:
            yield self._rng.choices([*CUTS], [*CUTS.values()])[0]

    def line_of(self, act: str) -> Line:
        return self.partners_line if act == "accept" else self.line

    def _until_answered(self, ask: Callable[[int], Any], what: str) -> Any:
        attempt, pause = 0, FIRST_PAUSE_SECONDS
        while True:
            self.clock.require(what)
            try:
                return ask(attempt)
            except Lost as why:
                self.retries[str(why)] += 1
            self.clock.pause(pause * self._pauses.uniform(0.5, 1))
            attempt, pause = attempt + 1, min(pause * 2, self.longest_pause)
