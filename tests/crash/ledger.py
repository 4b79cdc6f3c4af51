"""What the clients meant to do and what they were told was done, kept outside the system that is being killed.

Each client has a file of its own. A line is on the disk before the request that it tells of is sent, and before
anybody relies on the answer that it tells of.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class Ledger:
    """One client's file, to which lines are only added."""

    def __init__(self, folder: Path, client: str) -> None:
        self._file = (folder / f"{client}.jsonl").open("a", encoding="utf-8")
        self._client = client

    def write(self, what: str, intent: str, act: str, **more: Any) -> None:
        line = {"what": what, "client": self._client, "intent": intent, "act": act} | more
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()


@dataclass
class Intent:
    """One contact that a client meant to log. By act: what it sent, what it was told, and what it was refused with."""

    name: str
    client: str
    sent: dict[str, Any] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)

    @property
    def case(self) -> str:
        return str(self.told["start"]["case"]) if "start" in self.told else ""

    @property
    def reference(self) -> str:
        """The contact's, as far as the client knows it."""
        return str(self.told["start"]["reference"]) if "start" in self.told else ""


def intents_of(folder: Path) -> list[Intent]:
    """What stands in all the files of this folder."""
    found: dict[str, Intent] = {}
    for line in _lines(folder):
        intent = found.setdefault(line["intent"], Intent(line["intent"], line["client"]))
        column, value = {
            "intended": (intent.sent, line.get("body")),
            "confirmed": (intent.told, line.get("answer")),
            "refused": (intent.refused, line.get("status")),
        }[line["what"]]
        column[line["act"]] = value
    return list(found.values())


def _lines(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)
