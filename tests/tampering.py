"""Logs that were sealed without a database, and every way to falsify one that this project could think of."""

import json
import random
import uuid
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from audit.notes import Said, Signer, new_key, read_signer, text_of
from audit.tree import Tree, leaf, node

BEGIN = datetime(2026, 1, 5, 9, tzinfo=UTC)
KEY = new_key("test.example/log")
OURS, ANOTHERS = read_signer(KEY), read_signer(new_key("test.example/log"))


@dataclass
class Log:
    """Events by batch as they are told now, and what was sealed of them when they were."""

    batches: list[list[dict[str, Any]]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event for batch in self.batches for event in batch]

    @property
    def size(self) -> int:
        return len(self.leaves)

    def lines(self) -> list[bytes]:
        return [json.dumps(event, separators=(",", ":"), sort_keys=True).encode() for event in self.events]

    def seal(self, signer: Signer = OURS) -> None:
        """Once more, from the events as they are now."""
        self.notes, self.leaves, self.ends = [], [], []
        tree, low, text = Tree(), 0, ""
        for number, batch in enumerate(self.batches):
            hashes = [leaf(json.dumps(e, separators=(",", ":"), sort_keys=True).encode()) for e in batch]
            tree.grow(hashes)
            high = max(int(event["xid"]) for event in batch) + 1
            at = BEGIN + timedelta(minutes=number)
            self.notes.append(signer.sign(Said(signer.name, tree.size, tree.root, at, text, low, high).text))
            self.leaves += hashes
            self.ends.append(tree.size)
            low, text = high, text_of(self.notes[-1])

    def write(self, folder: Path) -> Path:
        folder.mkdir(exist_ok=True)
        (folder / "events.jsonl").write_bytes(b"".join(line + b"\n" for line in self.lines()))
        (folder / "checkpoints.txt").write_text("".join(f"{note}\n" for note in self.notes))
        (folder / "leaves.bin").write_bytes(b"".join(self.leaves))
        return folder


def event(chance: random.Random, xid: int, minute: int) -> dict[str, Any]:
    return {
        "xid": str(xid),
        "id": str(uuid.UUID(int=chance.getrandbits(128))),
        "at": (BEGIN + timedelta(minutes=minute - 1, seconds=chance.randrange(50))).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "action": chance.choice(["casework.view_case", "casework.log_contact", "referrals.send_referral"]),
        "actor_id": chance.randrange(1, 40),
        "detail": {"count": chance.randrange(9)},
    }


def made(chance: random.Random) -> Log:
    """A log of some batches, each of a few events of a few transactions."""
    log, xid = Log(), chance.randrange(700, 900)
    for minute in range(chance.randrange(3, 8)):
        batch = []
        for _ in range(chance.randrange(2, 9)):
            xid += chance.randrange(0, 3) if batch else 1
            batch.append(event(chance, xid, minute))
        log.batches.append(sorted(batch, key=lambda each: (int(each["xid"]), each["id"])))
    log.seal()
    return log


def place(log: Log, chance: random.Random, least: int = 1) -> tuple[list[dict[str, Any]], int, int]:
    """A batch with at least so many events, a place in it, and the number of the event there."""
    number = chance.choice([n for n, batch in enumerate(log.batches) if len(batch) >= least])
    at = chance.randrange(len(log.batches[number]) - least + 1)
    return log.batches[number], at, sum(map(len, log.batches[:number])) + at + 1


def change(log: Log, chance: random.Random) -> int:
    batch, at, number = place(log, chance)
    name = chance.choice(["action", "actor_id", "at", "id", "xid", "detail", "new"])
    batch[at][name] = {
        "action": "casework.view_nothing",
        "actor_id": 99,
        "at": "2026-01-05T08:00:00.000000Z",
        "id": str(uuid.UUID(int=chance.getrandbits(128))),
        "xid": str(int(batch[at]["xid"]) + chance.choice([-500, -1, 1, 500])),
        "detail": {"count": 9},
        "new": 1,
    }[name]
    return number


def remove(log: Log, chance: random.Random) -> int:
    batch, at, number = place(log, chance)
    many = chance.randrange(1, len(batch) - at + 1)
    del batch[at : at + many]
    return number


def add(log: Log, chance: random.Random) -> int:
    batch, at, number = place(log, chance)
    batch.insert(at, event(chance, int(batch[at]["xid"]), 0))
    return number


def double(log: Log, chance: random.Random) -> int:
    batch, at, number = place(log, chance)
    batch.insert(at + 1, deepcopy(batch[at]))
    return number + 1


def swap(log: Log, chance: random.Random) -> int:
    batch, at, number = place(log, chance, least=2)
    batch[at], batch[at + 1] = batch[at + 1], batch[at]
    return number


def cut_off(log: Log, chance: random.Random) -> int:
    """The end of it, events and checkpoints: whole by itself, and less than was seen."""
    keep = chance.randrange(1, len(log.batches))
    del log.batches[keep:], log.notes[keep:]
    log.leaves = log.leaves[: log.ends[keep - 1]]
    return log.ends[keep - 1] + 1


def cut_events_off(log: Log, chance: random.Random) -> int:
    many = chance.randrange(1, len(log.batches[-1]) + 1)
    del log.batches[-1][-many:]
    return log.size - many + 1


def rewrite(log: Log, chance: random.Random) -> int:
    """By somebody who holds the key: all is sealed anew. Only who saw the log before can tell."""
    batch, at, _ = place(log, chance)
    batch[at]["actor_id"] = 99
    log.seal()
    return 1


def take_checkpoint_out(log: Log, chance: random.Random) -> int:
    at = chance.randrange(len(log.notes) - 1)
    del log.notes[at]
    return log.ends[at - 1] + 1 if at else 1


def replay(log: Log, chance: random.Random) -> int:
    """An old checkpoint, well signed, in the place of a later one."""
    at = chance.randrange(1, len(log.notes))
    log.notes[at] = log.notes[chance.randrange(at)]
    return log.ends[at - 1] + 1


def forge_size(log: Log, chance: random.Random) -> int:
    at = chance.randrange(len(log.notes))
    origin, size, rest = log.notes[at].split("\n", 2)
    forged = chance.choice([0, int(size) - 1, int(size) + 1, 10**9])
    log.notes[at] = f"{origin}\n{forged}\n{rest}"
    return log.ends[at - 1] + 1 if at else 1


def forge_text(log: Log, chance: random.Random) -> int:
    at = chance.randrange(len(log.notes))
    log.notes[at] = log.notes[at].replace("time 2026-01-05T09:", "time 2026-01-05T08:")
    return log.ends[at - 1] + 1 if at else 1


def swap_key(log: Log, chance: random.Random) -> int:
    """From some checkpoint on, or from the first, all is signed by somebody else, events changed or not."""
    at = chance.randrange(len(log.notes))
    log.notes[at:] = [ANOTHERS.sign(text_of(note)) for note in log.notes[at:]]
    return log.ends[at - 1] + 1 if at else 1


def pass_node_for_leaf(log: Log, chance: random.Random) -> int:
    """A second preimage: one event that would hash to the node above two, if leaves and nodes were hashed alike."""
    batch, at, number = place(log, chance, least=2)
    pair = b"".join(leaf(json.dumps(e, separators=(",", ":"), sort_keys=True).encode()) for e in batch[at : at + 2])
    assert node(pair[:32], pair[32:]) != leaf(pair)
    batch[at : at + 2] = [batch[at] | {"detail": pair.hex()}]
    return number


# Each way, and the kinds by which it may be called.
WAYS: dict[Callable[[Log, random.Random], int], set[str]] = {
    change: {"changed"},
    remove: {"missing", "truncated"},
    add: {"added"},
    double: {"added"},
    swap: {"out of order"},
    cut_off: {"truncated"},
    cut_events_off: {"truncated"},
    rewrite: {"re-chained"},
    take_checkpoint_out: {"re-chained"},
    replay: {"replayed"},
    forge_size: {"forged size"},
    forge_text: {"forged checkpoint", "replayed"},
    swap_key: {"swapped key"},
    pass_node_for_leaf: {"changed", "missing"},
}
