"""The embedded PostgreSQL of the demonstration and the tests: one server for each, started when it is needed.

Nobody stops it by side effect: `manage.py localdb` does. Production names its own server and never comes here.
"""

import hashlib
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.pq import PGconn, Ping

from config import postgres
from config.lock.roles import MIGRATOR, prepare
from config.logs import QUIET_POSTGRESQL
from config.postgres import LocalDatabaseError

if TYPE_CHECKING:
    from psutil import Process

BASE_DIR = Path(__file__).resolve().parent.parent
NAME = "front_door"
PORT = "5432"  # only a part of the socket's name: nothing listens on the network
SOCKETS = Path("/tmp")  # noqa: S108 - short, and the same for every caller whatever TMPDIR says
ELSEWHERE = Path("/var/tmp")  # noqa: S108 - survives a restart

SETTINGS = {
    "listen_addresses": "",
    "port": PORT,
    "max_connections": "50",
    **QUIET_POSTGRESQL,
}
FAST_BUT_NOT_SAFE = {
    **dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), "off"),
    "jit": "off",  # of tables of a few rows it knows too little, and would compile what is done in no time
}


def local_database(mode: str) -> "LocalDatabase":
    """The server of this mode. The tests' one may lose data in a power cut, and is the quicker for it."""
    if mode == "test":
        return LocalDatabase(BASE_DIR, "-test", FAST_BUT_NOT_SAFE, for_tests=True)
    return LocalDatabase(BASE_DIR)


class LocalDatabase:
    """One PostgreSQL server whose data lies in `var` of a checkout, reached through a private Unix socket."""

    def __init__(
        self, base: Path, suffix: str = "", settings: Mapping[str, str] | None = None, *, for_tests: bool = False
    ) -> None:
        self._base = base
        self._name = f"pg{postgres.major_version()}{suffix}"  # so that another version never opens these data
        self._settings = {**SETTINGS, **(settings or {})}
        self._for_tests = for_tests
        self.socket = SOCKETS / f"front-door-{_hash(base / self._name)}"  # a socket's path may have 103 bytes only

    def settings(self, role: str) -> dict[str, Any]:
        """Django's entry for this server and one of its logins. Starts nothing."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": NAME,
            "USER": role,
            "HOST": str(self.socket),
            "PORT": PORT,
        }

    def start(self) -> None:
        """Has the server running and its database there; only looks when they are."""
        with self._alone():
            postgres.own_folder(self.socket, 0o700, postgres.account())
            if not self._answers():
                self._end()
                self._initialise()
                self._launch()
            self._create_database()

    def stop(self) -> None:
        """Ends the server, if it runs, and rolls back what was open."""
        with self._alone():
            self._end()

    def reset(self) -> None:
        """Throws all data away and begins again."""
        with self._alone():
            self._end()
            for folder in (self.data, self.witness):
                if folder.exists():
                    shutil.rmtree(folder)
        self.start()

    def status(self) -> str:
        """Whether it runs, and where its things are."""
        with self._alone():
            server = self._server()
        state = f"running, process {server.pid}" if server else "not running"
        return f"{state}\ndata:   {self.data}\nlog:    {self.log}\nsocket: {self.socket}"

    def psql(self) -> None:
        """Becomes psql, where there is one beside the server, as who may become the owner: SET ROLE."""
        self.start()
        program = postgres.programs() / "psql"
        if not program.exists():
            raise LocalDatabaseError(
                f"There is no psql in {program.parent}. Try: psql -h {self.socket} -U {MIGRATOR} {NAME}"
            )
        os.execv(program, [str(program), "-h", str(self.socket), "-p", PORT, "-U", MIGRATOR, NAME])  # noqa: S606

    @property
    def data(self) -> Path:
        return self.home / self._name

    @property
    def witness(self) -> Path:
        """What a demonstration tells of its log. It would contradict another one, and goes with its data."""
        return self.home / f"{self._name}-witness"

    @property
    def log(self) -> Path:
        return self.home / f"{self._name}.log"

    @cached_property
    def home(self) -> Path:
        """`var` of the checkout, unless root works where the server's account cannot enter."""
        inside = self._base / "var"
        inside.mkdir(exist_ok=True)
        if postgres.can_reach(inside):
            return inside
        outside = ELSEWHERE / f"front-door-{_hash(self._base)}"
        postgres.own_folder(outside, 0o755, (os.geteuid(), os.getegid()))
        return outside

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time; and what it may not read or write is told in a sentence."""
        from fasteners import InterProcessLock  # noqa: PLC0415 - production has none

        try:
            with InterProcessLock(self.home / f"{self._name}.lock"):
                yield
        except OSError as error:
            raise LocalDatabaseError(
                f"The local database cannot use {os.fsdecode(error.filename or self.home)}: {error.strerror}. "
                "Put that right, or name a PostgreSQL of your own in DATABASE_URL."
            ) from error

    def _answers(self) -> bool:
        """Whether it takes connections. A server whose data were deleted does so for another minute: not counted.

        One that repairs what a crash of a backend left is waited for: ended in the middle of that, it may hang.
        """
        deadline = time.monotonic() + 60
        while (ping := PGconn.ping(self._address().encode())) == Ping.REJECT and time.monotonic() < deadline:
            time.sleep(0.02)
        return ping == Ping.OK and (self.data / "postmaster.pid").exists()

    def _address(self) -> str:
        return f"host={self.socket} port={PORT} user=postgres dbname=postgres connect_timeout=10"

    def _server(self) -> "Process | None":
        """The live server of these data. A number alone proves nothing: by now it may be another process's."""
        import psutil  # noqa: PLC0415 - production has none

        for path in self._traces():
            with suppress(FileNotFoundError, ValueError, IndexError, psutil.Error):
                process = psutil.Process(int(path.read_text().split()[0]))
                if process.name() == "postgres" and str(self.data) in process.cmdline():  # a zombie's is empty
                    return process
        return None

    def _traces(self) -> tuple[Path, Path]:
        """Where a server notes its process number; the next one will not start while it believes the note."""
        return self.data / "postmaster.pid", self.socket / f".s.PGSQL.{PORT}.lock"

    def _end(self) -> None:
        """Ends the server, or clears away the notes of one that was killed."""
        if server := self._server():
            server.send_signal(signal.SIGINT)  # PostgreSQL's "fast" shutdown
            self._await_end(server.pid)
        for path in self._traces():
            path.unlink(missing_ok=True)

    def _await_end(self, process_id: int) -> None:
        """Looks for itself: the system keeps an ended process for as long as its parent does not ask about it."""
        deadline = time.monotonic() + 60
        while self._server():
            if time.monotonic() > deadline:
                raise LocalDatabaseError(f"PostgreSQL (process {process_id}) does not stop. See {self.log}")
            time.sleep(0.02)

    def _initialise(self) -> None:
        """Makes the data folder, under another name until it is whole: an interrupted one is never opened."""
        if self.data.exists():
            return
        fresh = self.home / f"{self._name}.new"
        if fresh.exists():
            shutil.rmtree(fresh)
        postgres.own_folder(fresh, 0o700, postgres.account())
        self._run("initdb", "-D", fresh, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        fresh.rename(self.data)

    def _launch(self) -> None:
        """Starts the server and waits until it has repaired what a crash left, for two minutes at most."""
        if self.home != self._base / "var":
            print(
                f"The local database lies in {self.home}: its account cannot enter {self._base}.",
                file=sys.stderr,
            )
        self.log.touch(0o600)
        os.chown(self.log, *postgres.account())
        settings = self._settings | {"unix_socket_directories": str(self.socket)}
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        self._run("pg_ctl", "-D", self.data, "-w", "-t", "120", "-l", self.log, "-o", options, "start")

    def _run(self, program: str, *arguments: str | Path) -> None:
        done = postgres.run(postgres.reachable_programs(self.home) / program, *arguments)
        if done.returncode != 0:
            said = " ".join(done.stdout.split()[-40:])
            raise LocalDatabaseError(f"The local database did not start. See {self.log}\n{program} said: {said}")

    def _create_database(self) -> None:
        """Prepared as any other PostgreSQL. Everybody who reaches the private socket is who they say they are."""
        try:
            with psycopg.connect(self._address(), autocommit=True) as server:
                for _ in prepare(server, NAME, passwords=False, for_tests=self._for_tests):
                    pass
        except psycopg.Error as error:
            raise LocalDatabaseError(f"The local database takes no connections: {error}\nSee {self.log}") from error
        except ValueError:
            raise LocalDatabaseError(
                f"An earlier version made the local database in {self.data}. Throw it away: manage.py localdb reset"
            ) from None


def _hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
