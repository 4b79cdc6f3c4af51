"""Checkpoints of the log as signed notes, and the keys that sign them. See docs/audit-format.md.

The forms are C2SP's, signed-note and tlog-checkpoint, with Ed25519: `python -m audit.notes NAME > key` makes a key,
`python -m audit.notes --public < key` says what others check it by.
"""

import base64
import binascii
import hashlib
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

FORMAT = 1
ED25519 = b"\x01"
KEY_BYTES = 32
SECRET = "PRIVATE+KEY+"  # noqa: S105 - how such a key begins
NAME = re.compile(r"[!-*,-~]{1,200}")  # without spaces, and without the plus that divides a key's parts
MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"
HOW = "A key is a line as `python -m audit.notes NAME` makes it; the first one is named like all others."


class KeyUnusable(ValueError):
    """What was given is no key of ours. The message is for the operator, and quotes none."""


@dataclass(frozen=True)
class Signer:
    """One name, and the keys that sign for it: while the key is changed, the new one and the old one both."""

    name: str
    keys: Sequence[Ed25519PrivateKey]

    def sign(self, text: str) -> str:
        """The note: what is said, and a line for each signature."""
        signed = [(key_id(self.name, public(key)) + key.sign(text.encode())) for key in self.keys]
        return text + "\n" + "".join(f"\u2014 {self.name} {encoded(each)}\n" for each in signed)

    def verifiers(self) -> str:
        """The public keys as others are given them."""
        return "".join(
            f"{self.name}+{key_id(self.name, public(key)).hex()}+{encoded(ED25519 + public(key))}\n"
            for key in self.keys
        )


@dataclass(frozen=True)
class Said:
    """What a checkpoint says. `previous` is the text of the one before, and empty before the first."""

    origin: str
    size: int
    root: bytes
    at: datetime
    previous: str
    low: int
    high: int
    since: datetime | None = None

    @property
    def text(self) -> str:
        lines = [
            self.origin,
            str(self.size),
            encoded(self.root),
            f"format {FORMAT}",
            f"time {moment(self.at)}",
            f"previous {encoded(hashlib.sha256(self.previous.encode()).digest())}",
            f"transactions {self.low} {self.high}",
        ]
        return "\n".join([*lines, *([f"restored {moment(self.since)}"] if self.since else [])]) + "\n"


def text_of(note: str) -> str:
    """What was signed of a note: all before its signatures."""
    return note.partition("\n\n")[0] + "\n" if note else ""


def short(size: int, at: datetime, root: bytes) -> str:
    """As much of a checkpoint as a line of a mail holds; unsigned, for the mail is the witness."""
    return f"{size} {moment(at)} {encoded(root)}"


def moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime(MOMENT)


def encoded(value: bytes) -> str:
    return base64.b64encode(value).decode()


def public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def key_id(name: str, public_key: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public_key).digest()[:4]


def signer() -> Signer:
    """The signer of this process: the setting says how its keys are come by."""
    return _read_once(settings.AUDIT_KEY())


@lru_cache(maxsize=2)
def _read_once(text: str) -> Signer:
    return read_signer(text)


def read_signer(text: str) -> Signer:
    """The signer whose keys were written down, a line for each, the current one first. Raises `KeyUnusable`."""
    found = [_read(line.strip()) for line in text.splitlines() if line.strip()]
    if not found or len({name for name, _ in found}) > 1:
        raise KeyUnusable(f"There must be a key, and all must have one name. {HOW}")
    return Signer(found[0][0], [key for _, key in found])


def _read(line: str) -> tuple[str, Ed25519PrivateKey]:
    name, _, rest = line.removeprefix(SECRET).partition("+")
    known_by, _, secret = rest.partition("+")
    try:
        raw = base64.b64decode(secret, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if not (line.startswith(SECRET) and NAME.fullmatch(name) and raw[:1] == ED25519 and len(raw) == 1 + KEY_BYTES):
        raise KeyUnusable(f"This is no key. {HOW}")
    key = Ed25519PrivateKey.from_private_bytes(raw[1:])
    if key_id(name, public(key)).hex() != known_by:
        raise KeyUnusable(f"A key does not belong to its name. {HOW}")
    return name, key


def new_key(name: str) -> str:
    """A fresh key as it is written down."""
    if not NAME.fullmatch(name):
        raise KeyUnusable("A name has no spaces and no plus, for example frontdoor.example/log.")
    key = Ed25519PrivateKey.generate()
    return f"{SECRET}{name}+{key_id(name, public(key)).hex()}+{encoded(ED25519 + key.private_bytes_raw())}\n"


def main(words: Sequence[str], read: Callable[[], str], write: Callable[[str], object]) -> None:
    if len(words) != 1:
        raise SystemExit("Give a name, such as frontdoor.example/log; or --public, and a key on standard input.")
    try:
        write(read_signer(read()).verifiers() if words[0] == "--public" else new_key(words[0]))
    except KeyUnusable as wrong:
        raise SystemExit(str(wrong)) from None


if __name__ == "__main__":
    main(sys.argv[1:], sys.stdin.read, sys.stdout.write)
