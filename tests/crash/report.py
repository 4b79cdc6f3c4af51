"""What a run came to: a short table for people, and one line of JSON for programs."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from tests.crash.judge import FAULTS, Verdict
from tests.crash.saboteur import KILLS_PER_HUNDRED

SHOWN = 5


@dataclass(frozen=True)
class Outcome:
    """The numbers of one run. `replays` are answers that were kept and given again."""

    seed: int
    sabotage: str
    clients: int
    contacts: int
    confirmed: int
    kills: dict[str, int]
    retries: dict[str, int]
    replays: int
    referrals: int
    notices: int
    sent_again: int
    jobs: int
    sealed: int
    seconds: float
    verdict: Verdict

    @property
    def is_clean(self) -> bool:
        return self.verdict.is_clean and self.confirmed == self.contacts

    def numbers(self) -> dict[str, Any]:
        plain = {name: value for name, value in asdict(self).items() if name != "verdict"}
        return plain | self.verdict.counts | {"seconds": round(self.seconds, 1), "clean": self.is_clean}


def table(outcome: Outcome) -> str:
    kills = ", ".join(f"{kind} {outcome.kills.get(kind, 0)}" for kind in KILLS_PER_HUNDRED)
    retries = ", ".join(f"{why} {count}" for why, count in sorted(outcome.retries.items()))
    rows = {
        "contacts": f"{outcome.confirmed} of {outcome.contacts} confirmed, by {outcome.clients} clients",
        "kills": f"{sum(outcome.kills.values())} ({kills})",
        "retries": f"{sum(outcome.retries.values())} ({retries})",
        "replays": f"{outcome.replays} kept answers given again",
        "referrals": f"{outcome.referrals} confirmed as sent",
        "notices": f"{outcome.notices}, {outcome.sent_again} of them sent again",
        "jobs done": f"{outcome.jobs}",
        "sealed": f"{outcome.sealed} events",
        **{fault: _fault(outcome.verdict, fault) for fault in FAULTS},
        "seconds": f"{outcome.seconds:.0f}",
    }
    return "\n".join(f"{name:<12}{value}" for name, value in rows.items())


def last_line(outcome: Outcome) -> str:
    return json.dumps(outcome.numbers())


def _fault(verdict: Verdict, fault: str) -> str:
    names = sorted(verdict.faults[fault])
    if not names:
        return "0"
    more = ", ..." if len(names) > SHOWN else ""
    return f"{len(names)}  {FAULTS[fault]}: {', '.join(names[:SHOWN])}{more}"
