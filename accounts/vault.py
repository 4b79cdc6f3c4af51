"""Encryption of the deadly fields: data keys wrapped by a key that the database never holds. See docs/decisions/0022.

Knows no tables. What is sealed begins with the version of its format: one byte, then a nonce, then AES-256-GCM.
"""

import base64
import binascii
import hmac
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

FORMAT = b"\x01"
NONCE_BYTES, TAG_BYTES, KEY_BYTES = 12, 16, 32
LEAST_BYTES = len(FORMAT) + NONCE_BYTES + TAG_BYTES
INDEX = "index"  # the name, among the versions, of the key that blind indexes are made with
HOW = (
    "Write each key as name:key, divided by commas or on lines of their own; a key is 32 random bytes in Base64. "
    "Names are versions, the current one first, and `index`. Make all: python -m accounts.vault."
)


class KeysUnusable(ValueError):
    """The keys that were given are no keys of ours. The message is for the operator, and quotes none of them."""


class VaultProblem(Exception):
    """A value that cannot be opened. Answered with 503 and recorded; says which case and field, never what.

    `code` is the reason for the log.
    """

    code = ""

    def __init__(self, what: str, case_id: int | None = None) -> None:
        super().__init__(f"{type(self).__name__}: {what} of case {case_id}")
        self.what, self.case_id = what, case_id


class KeyMissing(VaultProblem):
    """The case has no data key, or it is wrapped by a version that is not among the keys given."""

    code = "key_missing"


class NotGenuine(VaultProblem):
    """The ciphertext was changed, or stands where it does not belong."""

    code = "not_genuine"


@dataclass(frozen=True)
class Keyring:
    """The key-encryption keys by version, the current one first, and the key of the blind indexes."""

    versions: Mapping[str, bytes]
    index: bytes

    @property
    def current(self) -> str:
        return next(iter(self.versions))


def read_keys(text: str) -> Keyring:
    """The keyring that was written down. Raises `KeysUnusable`."""
    keys: dict[str, bytes] = {}
    for part in text.replace("\n", ",").split(","):
        if not part.strip():
            continue
        name, _, encoded = part.strip().partition(":")
        if not (name.isascii() and name.isalnum() and name.islower() | name.isdecimal()) or name in keys:
            raise KeysUnusable(f"A key has no name, or one that stands there twice. {HOW}")
        keys[name] = _decoded(name, encoded)
    index = keys.pop(INDEX, None)
    if not keys or index is None:
        raise KeysUnusable(f"There must be at least one version, and a key named {INDEX}. {HOW}")
    if len({*keys.values(), index}) <= len(keys):
        raise KeysUnusable(f"One key stands there under two names. {HOW}")
    return Keyring(keys, index)


def new_keys(version: str = "1") -> str:
    """Fresh keys, as they are written down."""
    return "".join(f"{name}:{new_key()}\n" for name in (version, INDEX))


def new_key() -> str:
    return base64.b64encode(os.urandom(KEY_BYTES)).decode()


def keyring() -> Keyring:
    """The keys of this process: the setting says how they are come by."""
    return _read_once(settings.VAULT_KEYS())


@lru_cache(maxsize=2)
def _read_once(text: str) -> Keyring:
    return read_keys(text)


def new_data_key(case_id: int) -> tuple[bytes, str]:
    """A data key for a case, wrapped, and the version that wrapped it."""
    return wrap(os.urandom(KEY_BYTES), case_id)


def wrap(data_key: bytes, case_id: int) -> tuple[bytes, str]:
    """A data key wrapped by the current version, and that version."""
    keys = keyring()
    return _sealed(keys.versions[keys.current], data_key, _of_key(case_id, keys.current)), keys.current


def unwrap(wrapped: bytes, case_id: int, version: str) -> bytes:
    """The data key of a case. Raises `KeyMissing` and `NotGenuine`."""
    key = keyring().versions.get(version)
    if key is None:
        raise KeyMissing("key", case_id)
    return _opened(key, wrapped, _of_key(case_id, version), lambda: NotGenuine("key", case_id))


def seal(data_key: bytes, plain: bytes, *, case_id: int, place: str) -> bytes:
    """Encrypt a value for the one place where it may stand: a case, a field and a row of it."""
    return _sealed(data_key, plain, _of_place(case_id, place))


def unseal(data_key: bytes, sealed: bytes, *, case_id: int, place: str) -> bytes:
    """The value. Raises `NotGenuine` where anything of it was changed, or it was sealed for another place."""
    what = place.partition("|")[0]
    return _opened(data_key, sealed, _of_place(case_id, place), lambda: NotGenuine(what, case_id))


def blind(field: str, plain: str) -> bytes:
    """What stands in the database to look a value up by, exactly. Each field has a key of its own."""
    key = hmac.digest(keyring().index, field.encode(), "sha256")
    return hmac.digest(key, plain.encode(), "sha256")


def _sealed(key: bytes, plain: bytes, bound_to: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return FORMAT + nonce + AESGCM(key).encrypt(nonce, plain, bound_to)


def _opened(key: bytes, sealed: bytes, bound_to: bytes, problem: Callable[[], VaultProblem]) -> bytes:
    if len(sealed) < LEAST_BYTES or sealed[:1] != FORMAT:
        raise problem()
    start = len(FORMAT) + NONCE_BYTES
    try:
        return AESGCM(key).decrypt(sealed[len(FORMAT) : start], sealed[start:], bound_to)
    except InvalidTag:
        raise problem() from None


def _of_place(case_id: int, place: str) -> bytes:
    return b"|".join([FORMAT, b"value", str(case_id).encode(), place.encode()])


def _of_key(case_id: int, version: str) -> bytes:
    return b"|".join([FORMAT, b"key", str(case_id).encode(), version.encode()])


def _decoded(name: str, encoded: str) -> bytes:
    try:
        key = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise KeysUnusable(f"The key named {name} is not {KEY_BYTES} bytes in Base64. {HOW}")
    return key


if __name__ == "__main__":
    import sys

    sys.stdout.write(new_keys(*sys.argv[1:2]))
