"""Copies of the checkpoints outside of the database, in other hands: what they hold, the log can no longer unsay.

A witness is a folder, by its path; or any class with `last` and `keep`, as dotted.path.of.Class:where.
"""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from audit.models import Checkpoint
from audit.verify_export import notes_of

BY_CLASS = re.compile(r"([a-z_]\w*(?:\.\w+)+):(.*)")
ENDING, SIGNED = ".checkpoints", "\u2014 ".encode()
TAIL_BYTES = 16_384  # room for several notes
BEHIND = 500  # checkpoints that are copied at a time


class Contradicted(Exception):
    """A witness holds a checkpoint that this log does not have: something was taken from it, or rewritten."""


class Witness(Protocol):
    """Somewhere to keep notes. Each raises `OSError` when it cannot be reached."""

    def last(self) -> str:
        """The note that was kept last; empty before the first."""

    def keep(self, notes: Sequence[str]) -> None:
        """Keep these notes too, for good, in their order."""


class Folder:
    """A file for each day, to which notes are added and from which nothing is taken."""

    def __init__(self, path: str) -> None:
        self.path = Path(path)

    def last(self) -> str:
        self.path.stat()  # a folder that is not there, or not mounted, is no empty one
        for day in sorted(self.path.glob(f"*{ENDING}"), reverse=True):
            if note := last_in(day)[0]:
                return note
        return ""

    def keep(self, notes: Sequence[str]) -> None:
        by_day: dict[str, list[str]] = {}
        for note in notes:
            by_day.setdefault(day_of(note), []).append(note)
        for day, said in by_day.items():
            add_to(self.path / f"{day}{ENDING}", "".join(f"{note}\n" for note in said))


def last_in(path: Path) -> tuple[str, int]:
    """The last note of a file, and where it ends. What follows is half a note: the disk was full, or power failed."""
    with open(path, "rb") as file:
        start = max(0, file.seek(0, os.SEEK_END) - TAIL_BYTES)
        file.seek(start)
        tail = file.read()
    *parts, half = tail.split(b"\n\n")
    if parts and not parts[-1].startswith(SIGNED):
        half = parts.pop() + b"\n\n" + half
    note = b"\n\n".join(parts[-2:]) + b"\n" if len(parts) > 1 else b""
    return note.decode(), start + len(tail) - len(half)


def add_to(path: Path, text: str) -> None:
    """Add to a file, in place of half a note that it may end with."""
    with open(path, "ab") as file:
        if file.tell() != (whole := last_in(path)[1]):
            file.truncate(whole)
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())


def day_of(note: str) -> str:
    return note.partition("\ntime ")[2][:10]


def witnesses() -> Iterator[Witness]:
    for where in settings.AUDIT_WITNESSES:
        named = BY_CLASS.fullmatch(where)
        yield import_string(named[1])(named[2]) if named else Folder(where)


def held_outside() -> Iterator[tuple[str, str]]:
    """Checkpoints that the witnesses hold, each with where: of a folder the last of each day. Raises `OSError`."""
    for witness in witnesses():
        if isinstance(witness, Folder):
            yield from notes_of([witness.path])
        elif note := witness.last():
            yield type(witness).__name__, note


def behind(witness: Witness) -> list[str]:
    """The notes, oldest first, that it does not have yet. Raises `Contradicted` and `OSError`."""
    last, size = witness.last(), 0
    if last:
        size = int(last.split("\n", 2)[1])
        if not Checkpoint.objects.filter(size=size, note=last).exists():
            raise Contradicted
    waiting = Checkpoint.objects.filter(size__gt=size).order_by("size")
    return list(waiting.values_list("note", flat=True)[:BEHIND])


def tell(witness: Witness) -> None:
    """Bring it up to date. Raises `Contradicted` and `OSError`."""
    while notes := behind(witness):
        witness.keep(notes)
