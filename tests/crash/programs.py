"""The processes of the product that the run starts, kills and starts again: the web server and the job worker."""

import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import IO

import psutil

from config.localdb import BASE_DIR
from tests.crash.clock import Clock
from tests.crash.line import HOST


@dataclass
class Program:
    """One command of the product, in a group of processes of its own. What it says goes into a file."""

    words: list[str]
    settings: str
    says: Path
    running: subprocess.Popen[bytes] | None = None
    _file: IO[bytes] | None = field(default=None, repr=False)
    _alone: threading.RLock = field(default_factory=threading.RLock, repr=False)  # who kills it, or starts it again

    def start(self) -> None:
        self._file = self.says.open("ab")
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": self.settings}
        self.running = subprocess.Popen(  # noqa: S603 - our own words
            self.words, cwd=BASE_DIR, env=environment, stdout=self._file, stderr=self._file, start_new_session=True
        )

    def see_that_it_runs(self) -> None:
        """Start it again if it ended by itself, as a service manager does. Without a database either may."""
        with self._alone:
            if self.process is None:
                self.end()
                self.start()

    @property
    def process(self) -> psutil.Process | None:
        """The one that was started, while it lives."""
        if self.running is None or self.running.poll() is not None:
            return None
        return psutil.Process(self.running.pid)

    def children(self) -> list[psutil.Process]:
        """Those it started, in the order in which it did."""
        with suppress(psutil.Error):
            found = self.process.children() if self.process else []
            return sorted(found, key=lambda child: (child.create_time(), child.pid))
        return []

    def kill(self, orphans_seconds: float) -> bool:
        """Kill the one that was started, and after at most so long those that it started. Whether it lived."""
        with self._alone:
            if (process := self.process) is None:
                return False
            orphans = self.children()
            process.kill()
            self.running.wait()
            psutil.wait_procs(orphans, timeout=orphans_seconds)
            self.end()
            return True

    def end(self) -> None:
        """Nothing of it is left."""
        if self.running is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait()
        self.running = None
        if self._file:
            self._file.close()


def job_worker(settings: str, folder: Path) -> Program:
    return Program([sys.executable, str(BASE_DIR / "manage.py"), "work"], settings, folder / "work.log")


def free_port() -> int:
    with socket.create_server((HOST, 0)) as found:
        return int(found.getsockname()[1])


def answers(port: int) -> bool:
    """Whether the web server answers as it should when all is well."""
    connection = HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/sign-in/")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def wait_for_web(port: int, clock: Clock) -> None:
    clock.until(lambda: answers(port), "the web server to answer")
