"""Where processes were killed at failpoints, written outside of them the moment before: one line of JSON each."""

import fcntl
import json
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "strikes"
AT_JOBS = "strike-jobs"  # while this file is there, job workers strike themselves


@dataclass(frozen=True)
class Strike:
    """Who was killed in which attempt at which act, and at which point: its name, and what was about to happen."""

    victim: str
    act: str
    attempt: str
    point: str
    words: str


def first_there(path: Path, strike: Strike) -> bool:
    """Whether nobody was struck at that point before: then it is written, and the caller strikes."""
    with path.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if any(_place(each) == _place(strike) for each in read(path)):
            return False
        file.write(json.dumps(asdict(strike)) + "\n")
    return True


def _place(strike: Strike) -> tuple[str, str, str]:
    return strike.victim, strike.act, strike.point


def read(path: Path) -> list[Strike]:
    if not path.exists():
        return []
    return [Strike(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def counted(path: Path) -> dict[str, dict[str, int]]:
    """How many points were struck, by victim and act."""
    found: dict[str, Counter[str]] = {}
    for strike in read(path):
        found.setdefault(strike.victim, Counter())[strike.act] += 1
    return {victim: dict(sorted(acts.items())) for victim, acts in sorted(found.items())}
