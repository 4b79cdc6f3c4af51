"""What a run came to: a short table for people, and one line of JSON for programs."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from tests.crash.judge import FAULTS, Verdict
from tests.crash.saboteur import KILLS_PER_HUNDRED

SHOWN = 5
FOUND_AS = {"key": "doubled", "audit": "unaudited", "commit": "lost"}


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
    accepted: int
    failpoints: dict[str, dict[str, int]]
    notices: int
    sent_again: int
    jobs: int
    sealed: int
    seconds: float
    verdict: Verdict

    @property
    def is_clean(self) -> bool:
        return self.verdict.is_clean and self.confirmed == self.contacts

    @property
    def is_as_it_should_be(self) -> bool:
        """Clean; but where something is wrong on purpose, that was found, or the run proves nothing."""
        if self.sabotage == "none":
            return self.is_clean
        return self.verdict.counts[FOUND_AS[self.sabotage]] > 0

    def numbers(self) -> dict[str, Any]:
        plain = {name: value for name, value in asdict(self).items() if name != "verdict"}
        more = {"seconds": round(self.seconds, 1), "clean": self.is_clean, "as_it_should_be": self.is_as_it_should_be}
        return plain | self.verdict.counts | more


def table(outcome: Outcome) -> str:
    kills = ", ".join(f"{kind} {outcome.kills.get(kind, 0)}" for kind in KILLS_PER_HUNDRED)
    retries = ", ".join(f"{why} {count}" for why, count in sorted(outcome.retries.items()))
    points = "; ".join(
        f"{victim}: {', '.join(f'{act} {count}' for act, count in acts.items())}"
        for victim, acts in outcome.failpoints.items()
    )
    rows = {
        "seed": f"{outcome.seed}" + (f", wrong on purpose: {outcome.sabotage}" if outcome.sabotage != "none" else ""),
        "contacts": f"{outcome.confirmed} of {outcome.contacts} confirmed, by {outcome.clients} clients",
        "kills": f"{sum(outcome.kills.values())} ({kills})",
        "retries": f"{sum(outcome.retries.values())} ({retries})",
        "replays": f"{outcome.replays} kept answers given again",
        "failpoints": points or "none",
        "referrals": f"{outcome.referrals} confirmed as sent, {outcome.accepted} as accepted",
        "notices": f"{outcome.notices}, {outcome.sent_again} of them sent again",
        "jobs done": f"{outcome.jobs}",
        "sealed": f"{outcome.sealed} events",
        **{fault: _fault(outcome.verdict, fault) for fault in FAULTS},
        "seconds": f"{outcome.seconds:.0f}",
        "result": "as it should be" if outcome.is_as_it_should_be else "NOT AS IT SHOULD BE",
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
