"""The run's own PostgreSQL, one that may lose nothing: made for the run, killed in it, thrown away after it."""

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg
from fasteners import InterProcessLock

from config.localdb import BASE_DIR, NAME, PORT, LocalDatabase
from config.lock.roles import OWNER
from config.postgres import LocalDatabaseError
from tests.crash.clock import Clock

SAFE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
TELLS_COMMITS = {"track_commit_timestamp": "on"}  # the judge asks which rows were committed together
AS_MADE = "as_made"
BACKEND = re.compile(rf"postgres: \S+ {NAME} ")  # somebody's connection, not one of the server's helpers


class AnotherRun(Exception):
    """Somebody runs it in this checkout already."""


def crash_database(name: str = "crash") -> LocalDatabase:
    return LocalDatabase(BASE_DIR, f"-{name}", SAFE | TELLS_COMMITS)


def evidence_folder(database: LocalDatabase) -> Path:
    """Where a round's ledgers, mails and what the processes said are kept until the next one."""
    return database.home / f"{database.data.name.rpartition('-')[2]}-run"


def mail_folder(database: LocalDatabase) -> Path:
    return evidence_folder(database) / "mail"


def address(database: LocalDatabase, name: str = NAME) -> str:
    """As the superuser, whom no policy of rows holds back: the judge must see everything."""
    return f"host={database.socket} port={PORT} user=postgres dbname={name} connect_timeout=10"


@contextmanager
def thrown_away_after(database: LocalDatabase) -> Iterator[LocalDatabase]:
    """The server, empty and running; ended and removed with all its files however the run ends."""
    alone = InterProcessLock(database.data.with_suffix(".alone"))
    if not alone.acquire(blocking=False):
        raise AnotherRun("A crash run is going on in this checkout. Wait for it to end.")
    try:
        remove(database)
        database.start()
        require_safe(database)
        yield database
    finally:
        remove(database)
        alone.release()


def require_safe(database: LocalDatabase) -> None:
    """The server itself says that it waits for the disk: otherwise the run would prove nothing."""
    with psycopg.connect(address(database)) as connection:
        for name, value in SAFE.items():
            found = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
            assert found == (value,), f"{name} is {found}"


def remove(database: LocalDatabase) -> None:
    database.stop()
    for folder in (database.data, database.data.with_suffix(".new"), database.socket, database.witness):
        shutil.rmtree(folder, ignore_errors=True)
    for file in (database.log, database.data.with_suffix(".lock")):
        file.unlink(missing_ok=True)


def keep_as_made(database: LocalDatabase) -> None:
    """Keep the database as it is now, for `put_back`. Nobody may be connected."""
    _as_superuser(database, f"CREATE DATABASE {AS_MADE} TEMPLATE {NAME}")


def put_back(database: LocalDatabase) -> None:
    """Make the database again what it was when it was kept."""
    _as_superuser(
        database, f"DROP DATABASE {NAME} WITH (FORCE)", f"CREATE DATABASE {NAME} OWNER {OWNER} TEMPLATE {AS_MADE}"
    )
    database.start()  # who may connect is no part of a template


def start_again(database: LocalDatabase, clock: Clock) -> None:
    """Have it running again. Refused while a backend of the killed server lives: its memory is still in use."""
    while True:
        try:
            return database.start()
        except LocalDatabaseError:
            clock.require("PostgreSQL to start again")
            time.sleep(0.1)


def postmaster(database: LocalDatabase) -> psutil.Process | None:
    """The live server of these data, and never a process that was given its number since."""
    with suppress(OSError, ValueError, IndexError, psutil.Error):
        process = psutil.Process(int((database.data / "postmaster.pid").read_text().split()[0]))
        return process if str(database.data) in process.cmdline() else None
    return None


def backends(database: LocalDatabase) -> list[psutil.Process]:
    """The connections that are being served, in the order in which they were made."""
    found = []
    with suppress(psutil.Error):
        for child in server.children() if (server := postmaster(database)) else []:
            with suppress(psutil.Error):
                found += [child] if BACKEND.match(" ".join(child.cmdline())) else []
    return sorted(found, key=lambda process: (process.create_time(), process.pid))


def _as_superuser(database: LocalDatabase, *statements: str) -> None:
    with psycopg.connect(address(database, "postgres"), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)
