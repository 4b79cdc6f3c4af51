"""A PostgreSQL of the benchmark's own: as safe as production's, with a little more memory, thrown away afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from fasteners import InterProcessLock

from config.localdb import BASE_DIR, LocalDatabase
from tests.crash.database import address, remove

SETTINGS = {"shared_buffers": "1GB", "max_wal_size": "4GB", "autovacuum": "off"}  # ours to vacuum, between measures
TOLD = ("server_version", "shared_buffers", "fsync", "synchronous_commit", "full_page_writes", "jit", "work_mem")


class AnotherRun(Exception):
    """Somebody runs a benchmark in this checkout already."""


def bench_database(fsync: str) -> LocalDatabase:
    return LocalDatabase(BASE_DIR, "-bench", SETTINGS | {"fsync": fsync})


@contextmanager
def thrown_away_after(database: LocalDatabase) -> Iterator[None]:
    """The server, empty and running; ended and removed with all its files however the benchmark ends."""
    alone = InterProcessLock(database.home / "bench-run.lock")
    if not alone.acquire(blocking=False):
        raise AnotherRun("A benchmark is going on in this checkout. Wait for it to end.")
    try:
        remove(database)
        database.start()
        yield
    finally:
        remove(database)
        alone.release()


@contextmanager
def superuser(database: LocalDatabase) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """For what nobody may in production: to fill tables past their triggers, and to take the second lock off."""
    with psycopg.connect(address(database), autocommit=True) as connection:
        yield connection


def told(database: LocalDatabase) -> dict[str, str]:
    """The server's settings that matter to the figures, as it says them itself."""
    with superuser(database) as connection:
        asked = ", ".join(f"current_setting('{name}')" for name in TOLD)
        values = connection.execute(f"SELECT {asked}").fetchone() or ()
    return dict(zip(TOLD, map(str, values), strict=True))


def second_lock(database: LocalDatabase, *, on: bool) -> None:
    """Row-level security of every table that has it, as it is made, or off."""
    act = "ENABLE" if on else "DISABLE"
    with superuser(database) as connection:
        for (table,) in connection.execute("SELECT DISTINCT tablename FROM pg_policies").fetchall():
            connection.execute(f"ALTER TABLE {table} {act} ROW LEVEL SECURITY")
