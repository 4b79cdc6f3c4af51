"""The product's processes, each born of one that has loaded it all: what was killed is back at once. See `nursery`."""

import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from config.localdb import BASE_DIR
from config.lock.roles import JOBS, SEALER, WEB
from config.management.commands.demo import web_server
from tests.crash import strikes
from tests.crash.programs import Program

SEAL = ["seal_audit", "--loop", "--every", "0.2"]  # at work without much of a pause


class Nursery:
    """Loaded with these settings. Ends with whoever started it."""

    def __init__(self, settings: str, folder: Path) -> None:
        self._alone = threading.Lock()
        self._running = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.nursery"],
            cwd=BASE_DIR,
            env=os.environ | {"DJANGO_SETTINGS_MODULE": settings, "CRASH_STRIKES": str(folder / strikes.FILE)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def bear(self, login: str, words: list[str], says: Path) -> "Child":
        with self._alone:
            self._running.stdin.write(json.dumps({"login": login, "words": words, "says": str(says)}) + "\n")
            self._running.stdin.flush()
            return Child(int(self._running.stdout.readline()))

    def end(self) -> None:
        self._running.kill()
        self._running.communicate()


@dataclass
class Child:
    """As much of `Popen` as is asked of a process whose parent is another."""

    pid: int

    def __post_init__(self) -> None:
        self._process: psutil.Process | None = None
        with suppress(psutil.NoSuchProcess):
            self._process = psutil.Process(self.pid)

    def poll(self) -> int | None:
        """None while it lives."""
        return None if self._process and self._process.is_running() else 0

    def wait(self) -> None:
        if self._process:
            self._process.wait()


@dataclass(kw_only=True)
class Born(Program):
    nursery: Nursery
    login: str

    def start(self) -> None:
        self.running = self.nursery.bear(self.login, self.words, self.says)


def web(nursery: Nursery, port: int, folder: Path) -> Program:
    """As the product is served, loaded before it forks; and in more processes, so that a kill hits fewer requests."""
    *words, product = web_server(port)[2:]
    words += ["--preload", "--workers", "4", product]
    return Born(words, "", folder / "web.log", nursery=nursery, login=WEB)


def job_worker(nursery: Nursery, folder: Path) -> Program:
    return Born(["manage.py", "work"], "", folder / "work.log", nursery=nursery, login=JOBS)


def sealer(nursery: Nursery, number: int, folder: Path) -> Program:
    return Born(["manage.py", *SEAL], "", folder / f"seal-{number}.log", nursery=nursery, login=SEALER)
