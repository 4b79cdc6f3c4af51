#!/usr/bin/env python3
"""Checks an export of Front Door's audit log, on a machine of your own, without trusting the system that made it.

    python3 verify_export.py EXPORT --keys KEYS [--seen FILE_OR_FOLDER ...] [--mail LINE ...]

EXPORT is the folder that `manage.py export_audit` wrote. KEYS are the public keys, which you had by another way than
this export. What you saw of the log before, a witness's files or the last line of a mail, shows whether its end was
cut off, or whether it was rewritten by somebody who holds the key. docs/audit-format.md says what is checked.

It needs Python 3.11 and the package `cryptography`, and no network. Ends with 0 when all is well, 1 at the first bad
place, which it names, 2 when it cannot be asked so.
"""

import argparse
import base64
import binascii
import gc
import hashlib
import re
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

CHANGED, MISSING, ADDED, OUT_OF_ORDER = "changed", "missing", "added", "out of order"
TRUNCATED, RECHAINED, REPLAYED = "truncated", "re-chained", "replayed"
FORGED_SIZE, FORGED, SWAPPED_KEY, BACKDATED = "forged size", "forged checkpoint", "swapped key", "back-dated"

FORMAT = "1"
AHEAD = 50  # how many events past a bad batch are looked at, to name what is wrong
LONGEST = timedelta(days=1)  # no transaction takes so long
MOMENT, DIGITS = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", r"0|[1-9]\d{0,18}"
BASE64 = r"[A-Za-z0-9+/]{43}="
TEXT = re.compile(
    rf"(?P<origin>[!-*,-~]+)\n(?P<size>{DIGITS})\n(?P<root>{BASE64})\nformat (?P<format>\d+)\ntime (?P<at>{MOMENT})\n"
    rf"previous (?P<previous>{BASE64})\ntransactions (?P<low>{DIGITS}) (?P<high>{DIGITS})\n"
    rf"(?:restored (?P<since>{MOMENT})\n)?"
)
PLACE = re.compile(rb'\{.*?"at":"(%b)".*?"id":"([0-9a-f-]{36})".*"xid":"(\d{1,20})".*\}' % MOMENT.encode())
SIGNATURE = re.compile("\u2014 (?P<name>[!-*,-~]+) (?P<signed>[A-Za-z0-9+/=]+)")


class Bad(Exception):
    """The first bad place: what kind of wrong, at which event (the first is 1), in words."""

    def __init__(self, kind: str, event: int, says: str) -> None:
        super().__init__(f"{kind.upper()} at event {event:,}: {says}")
        self.kind, self.event = kind, event


class Unusable(Exception):
    """What was given is no export, or are no keys."""


@dataclass(frozen=True)
class Key:
    """A public key, and up to which size of the log it signs."""

    name: str
    key: Ed25519PublicKey
    until: int | None


class Event(NamedTuple):
    """One line of the log as it was hashed, and what it says of its place."""

    line: bytes
    xid: int
    id: str
    at: str

    @property
    def place(self) -> tuple[int, str]:
        return self.xid, self.id


@dataclass(frozen=True)
class Note:
    """A checkpoint as it is written, and what it says."""

    text: str
    signatures: list[tuple[str, bytes]]
    origin: str
    size: int
    root: bytes
    at: str
    previous: bytes
    low: int
    high: int
    since: str


def leaf(line: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + line).digest()


@dataclass
class Tree:
    """The hash tree of RFC 6962 so far: its perfect subtrees, the largest first."""

    size: int = 0
    edge: list[bytes] = field(default_factory=list)

    def grown(self, leaves: Iterable[bytes]) -> "Tree":
        sha256, edge, size = hashlib.sha256, list(self.edge), self.size
        for hashed in leaves:
            above = size
            while above & 1:
                hashed, above = sha256(b"\x01" + edge.pop() + hashed).digest(), above >> 1
            edge.append(hashed)
            size += 1
        return Tree(size, edge)

    @property
    def root(self) -> bytes:
        if not self.edge:
            return hashlib.sha256(b"").digest()
        right = self.edge[-1]
        for left in reversed(self.edge[:-1]):
            right = hashlib.sha256(b"\x01" + left + right).digest()
        return right


def read_keys(text: str) -> dict[bytes, Key]:
    """Public keys by their id: lines of name+id+key, each with the last size it signs for if it was given up."""
    keys = {}
    for line in text.splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        name, _, rest = words[0].partition("+")
        known_by, _, encoded = rest.partition("+")
        try:
            raw = base64.b64decode(encoded, validate=True)
            key = Ed25519PublicKey.from_public_bytes(raw[1:])
            until = int(words[1]) if len(words) > 1 else None
        except (binascii.Error, ValueError):
            raise Unusable("One of the keys is not written as name+id+key.") from None
        made = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
        if raw[:1] != b"\x01" or made.hex() != known_by:
            raise Unusable(f"The key {name}+{known_by} does not belong to its name.")
        keys[made] = Key(name, key, until)
    if not keys:
        raise Unusable("There is no key.")
    return keys


def read_note(note: str, event: int) -> Note:
    """Raises `Bad` for anything that no sealer writes."""
    text, divider, signed = note.partition("\n\n")
    said = TEXT.fullmatch(text + "\n")
    signatures = [SIGNATURE.fullmatch(line) for line in signed.splitlines()]
    if not divider or said is None or said["format"] != FORMAT or not signatures or None in signatures:
        raise Bad(FORGED, event, "what stands here is no checkpoint of format 1")
    try:
        each = [(s["name"], base64.b64decode(s["signed"], validate=True)) for s in signatures if s]
    except binascii.Error:
        raise Bad(FORGED, event, "a signature of this checkpoint is not written as one") from None
    return Note(
        text=text + "\n",
        signatures=each,
        origin=said["origin"],
        size=int(said["size"]),
        root=base64.b64decode(said["root"]),
        at=said["at"],
        previous=base64.b64decode(said["previous"]),
        low=int(said["low"]),
        high=int(said["high"]),
        since=said["since"] or "",
    )


def signed_by(note: Note, keys: dict[bytes, Key]) -> bool:
    """Whether a key that was given signed this text, and none of those given signed another. Raises `KeyError`."""
    known = [(keys[s[:4]], s[4:]) for name, s in note.signatures if s[:4] in keys and keys[s[:4]].name == name]
    known = [(key, s) for key, s in known if key.name == note.origin and note.size <= (key.until or note.size)]
    if not known:
        raise KeyError
    try:
        for key, signature in known:
            key.key.verify(signature, note.text.encode())
    except InvalidSignature:
        return False
    return True


def read_event(line: bytes, number: int) -> Event:
    """In the form that is hashed a name, a colon and a quote stand together nowhere but where a value begins: within
    strings quotes are escaped, and in `detail` a space follows each colon. So nothing else of the line is read."""
    said = PLACE.fullmatch(line)
    if said is None:
        raise Bad(CHANGED, number, "this line is no event")
    at, own_id, xid = said.groups()
    return Event(line, int(xid), own_id.decode(), at.decode())


class Ahead:
    """Events one after the other, some of which may be looked at before they are taken."""

    def __init__(self, events: Iterator[Event]) -> None:
        self._events, self._waiting = events, deque[Event]()

    def look(self, count: int) -> list[Event]:
        self._waiting.extend(islice(self._events, max(0, count - len(self._waiting))))
        return list(islice(self._waiting, count))

    def take(self, count: int) -> list[Event]:
        taken = [self._waiting.popleft() for _ in range(min(count, len(self._waiting)))]
        return taken + list(islice(self._events, count - len(taken)))


@contextmanager
def uncollected() -> Iterator[None]:
    """Nothing here holds itself. To look all the same for what does would take a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Checker:
    """Goes through a log from its first event, checkpoint by checkpoint, and raises `Bad` at the first bad place.

    `seen` are roots by size that somebody outside was shown; `leaves` gives the hashes that the log itself keeps of
    its events, from a place on: not trusted, they only help to name what is wrong.
    """

    def __init__(
        self,
        keys: dict[bytes, Key],
        events: Iterator[Event],
        seen: dict[int, bytes],
        leaves: Callable[[int, int], bytes],
    ) -> None:
        self.keys, self.events, self.leaves = keys, Ahead(events), leaves
        self.tree, self.last = Tree(), None  # type: tuple[Tree, Note | None]
        self.order = (-1, "")
        self._seen = deque(sorted(seen.items()))
        self._agreed = 0

    def go_on_from(self, written: str, edge: bytes) -> None:
        """Begin after a checkpoint that was verified before, with the right edge of the tree as it was then."""
        note = read_note(written, 1)
        self.tree = Tree(note.size, [edge[at : at + 32] for at in range(0, len(edge), 32)])
        if len(self.tree.edge) != note.size.bit_count() or self.tree.root != note.root:
            raise Bad(CHANGED, note.size, "the checkpoint to go on from does not keep the tree that it signed")
        self._signature(note)
        self.last, self._agreed = note, note.size

    def checkpoint(self, written: str) -> Note:
        """Check one checkpoint, and the events up to it."""
        note = read_note(written, self.tree.size + 1)
        self._signature(note)
        self._sequence(note)
        batch = self.events.take(note.size - self.tree.size)
        hashes = [leaf(event.line) for event in batch]
        grown = self.tree.grown(hashes)
        if (grown.size, grown.root) != (note.size, note.root):
            raise self._diagnosis(note, batch, hashes)
        self._places(note, batch)
        self._outside(grown, hashes)
        self.tree, self.last = grown, note
        return note

    def end(self) -> None:
        """Nothing may follow the last checkpoint, and nothing that was seen outside may be later."""
        place = self.tree.size + 1
        if self.last is None:
            raise Bad(TRUNCATED, place, "there is no checkpoint")
        if self.events.look(1):
            raise Bad(ADDED, place, "here is an event that no checkpoint covers")
        if self._seen:
            raise Bad(TRUNCATED, place, f"the log ends here, and was seen with {self._seen[-1][0]:,} events")

    def _signature(self, note: Note) -> None:
        place = self.tree.size + 1
        try:
            if signed_by(note, self.keys):
                return
        except KeyError:
            raise Bad(SWAPPED_KEY, place, "no key that you gave has signed this checkpoint") from None
        many = note.size - self.tree.size
        if many <= 0 or many != len(self._inside(note, self.events.look(min(many, 10**6) + AHEAD))):
            raise Bad(FORGED_SIZE, place, f"its signature is not of a checkpoint of {note.size:,} events")
        raise Bad(FORGED, place, "its signature is not of what this checkpoint says")

    def _sequence(self, note: Note) -> None:
        place, last = self.tree.size + 1, self.last
        if note.size <= self.tree.size or (last and note.at < last.at):
            raise Bad(REPLAYED, place, f"a checkpoint of {note.size:,} events comes after one of {self.tree.size:,}")
        text, high, since = (last.text, last.high, last.since) if last else ("", 0, "")
        follows = (note.low, note.since) == (high, since) or (last and note.low == 0 and note.since > since)
        if note.previous != hashlib.sha256(text.encode()).digest() or not follows or note.high <= note.low:
            raise Bad(RECHAINED, place, "this checkpoint does not follow the one before")

    def _places(self, note: Note, batch: list[Event]) -> None:
        """What was sealed, was sealed in its place: an error of the sealer, or of who holds its key, if not."""
        goes_on = self.last is not None and self.last.since == note.since
        before, earliest = self.order if goes_on else (-1, ""), self._earliest()
        for number, (_, xid, own_id, at) in enumerate(batch, start=self.tree.size + 1):
            place = xid, own_id
            if not note.low <= xid < note.high or place <= before:
                raise Bad(OUT_OF_ORDER, number, f"event {own_id} was sealed out of its place")
            if at < earliest:
                raise Bad(BACKDATED, number, f"event {own_id} says {at}, long before the last checkpoint")
            before = place
        self.order = before

    def _earliest(self) -> str:
        if self.last is None:
            return ""
        return (datetime.fromisoformat(self.last.at) - LONGEST).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def _outside(self, grown: Tree, hashes: list[bytes]) -> None:
        while self._seen and self._seen[0][0] <= grown.size:
            size, root = self._seen.popleft()
            then = grown if size == grown.size else self.tree.grown(hashes[: size - self.tree.size])
            if then.root != root:
                where = f"events {self._agreed + 1:,} to {size:,} are not those that were seen outside"
                raise Bad(RECHAINED, self._agreed + 1, f"the log was rewritten: {where}")
            self._agreed = size

    def _inside(self, note: Note, events: list[Event]) -> list[Event]:
        return [event for event in events if note.low <= event.xid < note.high]

    def _diagnosis(self, note: Note, batch: list[Event], hashes: list[bytes]) -> Bad:
        """What is wrong with a batch whose root is not its checkpoint's."""
        start, many = self.tree.size, note.size - self.tree.size
        events = batch + self.events.look(AHEAD)
        there = hashes + [leaf(event.line) for event in events[len(batch) :]]
        kept = self.leaves(start, many + AHEAD)
        known = [kept[at : at + 32] for at in range(0, len(kept), 32)]
        if self.tree.grown(known[:many]).root != note.root:
            return self._by_count(note, events)
        at = next((i for i, (one, other) in enumerate(zip(there, known, strict=False)) if one != other), len(there))
        kind = kind_of(there, known, at, events, note)
        named = f"event {events[at].id}, written at {events[at].at}" if at < len(events) else "the end"
        return Bad(kind, start + at + 1, f"here stands {named}, and it is not what was sealed")

    def _by_count(self, note: Note, events: list[Event]) -> Bad:
        """Without the hash of each event, as near as its batch."""
        start, inside = self.tree.size, self._inside(note, events)
        many, places = note.size - start, [event.place for event in inside]
        where = f"somewhere in events {start + 1:,} to {note.size:,}, sealed at {note.at}"
        if len(inside) < many:
            kind = TRUNCATED if len(events) < many else MISSING
            return Bad(kind, start + 1, f"{where}, of {many:,} there are {len(inside):,}")
        if len(inside) > many:
            return Bad(ADDED, start + 1, f"{where}, there are {len(inside):,} for {many:,}")
        if places != sorted(places):
            return Bad(OUT_OF_ORDER, start + 1, where)
        return Bad(CHANGED, start + 1, where)


def kind_of(there: list[bytes], known: list[bytes], at: int, events: list[Event], note: Note) -> str:
    """What happened at the first place where the events that are there part from those that were sealed."""
    if at >= len(there):
        return TRUNCATED
    if at >= len(known):
        return ADDED
    have, want = there[at], known[at]
    if have in known or want in there:
        return moved(Counter(there), Counter(known), have, want)
    if there[at + 1 : at + 2] == known[at + 1 : at + 2]:
        return CHANGED
    return CHANGED if note.low <= events[at].xid < note.high else MISSING


def moved(there: "Counter[bytes]", known: "Counter[bytes]", have: bytes, want: bytes) -> str:
    if there[have] > known[have]:
        return ADDED
    return MISSING if there[want] < known[want] else OUT_OF_ORDER


def notes_in(text: str) -> Iterator[str]:
    """The checkpoints of a file: each its text, an empty line, its signatures, an empty line."""
    parts = iter(text.split("\n\n"))
    for said in parts:
        if said:
            yield f"{said}\n\n{next(parts, '')}\n"


def last_whole(text: str) -> list[str]:
    """The last checkpoint of a witness's file, for it says all of those before. What follows it was cut off."""
    whole = [note for note in notes_in(text.rpartition("\n\n")[0] + "\n\n") if "\n\n\u2014 " in note]
    return whole[-1:]


def read_seen(paths: list[Path], mails: list[str], keys: dict[bytes, Key]) -> dict[int, bytes]:
    """Roots by size that were seen outside: in a witness's files, which are signed, and in mails."""
    return seen_in(list(notes_of(paths)), mails, keys)


def notes_of(paths: list[Path]) -> Iterator[tuple[str, str]]:
    """The last checkpoint of each file, with its name."""
    for file in [file for path in paths for file in (sorted(path.iterdir()) if path.is_dir() else [path])]:
        yield from ((file.name, note) for note in last_whole(file.read_text(encoding="utf-8")))


def seen_in(notes: list[tuple[str, str]], mails: list[str], keys: dict[bytes, Key]) -> dict[int, bytes]:
    """The same of checkpoints, each with where it was seen."""
    seen: dict[int, bytes] = {}
    found = [*mail_lines(mails)]
    for where, written in notes:
        note = read_note(written, 1)
        try:
            if not signed_by(note, keys):
                raise Bad(FORGED, note.size, f"what was seen, in {where}, is not what was signed")
        except KeyError:
            raise Bad(SWAPPED_KEY, note.size, f"no key that you gave has signed {where}") from None
        found.append((note.size, note.root))
    for size, root in found:
        if seen.setdefault(size, root) != root:
            raise Bad(RECHAINED, size, f"two different logs of {size:,} events were seen")
    return seen


def mail_lines(mails: list[str]) -> Iterator[tuple[int, bytes]]:
    for said in mails:
        found = re.fullmatch(rf"(?:.*: )?(?P<size>{DIGITS}) {MOMENT} (?P<root>{BASE64})", said.strip())
        if found is None:
            raise Unusable("A mail's last line holds a number, a time, and 44 signs.")
        yield int(found["size"]), base64.b64decode(found["root"])


@uncollected()
def check(export: Path, keys: dict[bytes, Key], seen: dict[int, bytes], tell: Callable[[int], None]) -> Checker:
    """Go through an export. Raises `Bad`, and `OSError` when a file of it is not there."""
    with open(export / "events.jsonl", "rb") as lines, open(export / "leaves.bin", "rb") as hashes:

        def leaves(start: int, count: int) -> bytes:
            hashes.seek(32 * start)
            return hashes.read(32 * count)

        events = (read_event(line.removesuffix(b"\n"), number) for number, line in enumerate(lines, start=1))
        checker = Checker(keys, events, seen, leaves)
        for written in notes_in((export / "checkpoints.txt").read_text(encoding="utf-8")):
            checker.checkpoint(written)
            tell(checker.tree.size)
        checker.end()
        return checker


class Progress:
    """A line on how far it is, every other second."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self.write, self.began = write, time.monotonic()
        self.told = self.began

    def __call__(self, size: int) -> None:
        now = time.monotonic()
        if now - self.told > 2:
            self.told = now
            self.write(f"{size:,} events, {size / (now - self.began):,.0f} a second\n")


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Check an export of the audit log.")
    parser.add_argument("export", type=Path, help="the folder that export_audit wrote")
    parser.add_argument("--keys", type=Path, required=True, help="the public keys, which you had by another way")
    parser.add_argument("--seen", type=Path, action="append", default=[], help="a witness's file or folder")
    parser.add_argument("--mail", action="append", default=[], help="the last line of a mail")
    asked = parser.parse_args(words)
    try:
        keys = read_keys(asked.keys.read_text())
        seen = read_seen(asked.seen, asked.mail, keys)
        checker = check(asked.export, keys, seen, Progress(sys.stderr.write))
    except Bad as found:
        print(found)
        return 1
    except (OSError, UnicodeDecodeError, Unusable) as wrong:
        print(f"Cannot check: {wrong}")
        return 2
    last = checker.last
    print(f"Whole: {checker.tree.size:,} events, sealed at {last.at if last else ''} by {last.origin if last else ''}.")
    if not seen:
        print(
            "Nothing here shows whether later events were cut off: give what you saw of the log, with --seen or --mail."
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
