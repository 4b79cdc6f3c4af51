"""Where keys come from, of the vault and of the sealer: the environment, or a file that a demonstration makes."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from accounts.vault import read_keys


def keys_given(value: str, path: str) -> Callable[[], str]:
    """The keys that the environment gives, looked at once. Raises `KeysUnusable`, and `OSError` for the file."""
    text = value or Path(path).read_text()
    read_keys(text)
    return lambda: text


def own_keys(folder: Callable[[], Path], name: str, make: Callable[[], str]) -> Callable[[], str]:
    """Keys of an installation in which nobody is real: made when they are first asked for, and kept in a file."""

    def keys() -> str:
        path = folder() / name
        if not path.exists():
            make_once(path, make())
        return path.read_text()

    return keys


def make_once(path: Path, keys: str) -> None:
    """Readable for its owner only, whole or not there, and never written over: of two at once, the first one stays."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    with open(os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
        file.write(keys)
    with suppress(FileExistsError):
        os.link(fresh, path)
    fresh.unlink()
