"""Several programs as one: they begin together, and when one ends for good, or is told to, all do."""

import os
import signal
import subprocess
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import FrameType

PATIENCE_SECONDS = 40  # longer than a worker's own
LOOK_SECONDS = 0.1
# Before each new start of what failed: a minute in all, in which a database that went away can be back.
WAITS_SECONDS = (1, 2, 4, 8, 16, 32)
RAN_WELL_SECONDS = 120  # after so long, a failure counts as the first


@dataclass
class Program:
    """One of them. `waits` are the pauses before it is started again each time that it failed; none: it never is."""

    words: list[str]
    waits: tuple[float, ...] = ()
    failures: int = 0
    began: float = field(default_factory=time.monotonic)
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        self.process = subprocess.Popen(self.words, env=own_login())  # noqa: S603 - our own words
        self.began = time.monotonic()

    def goes_on(self) -> bool:
        """Whether it runs, or will again. One that failed is started again here, when its pause is over."""
        if self.process is None:
            if time.monotonic() >= self.began:
                self.start()
            return True
        status, now = self.process.poll(), time.monotonic()
        if status is None:
            return True
        self.failures = 0 if now - self.began > RAN_WELL_SECONDS else self.failures
        if status == 0 or self.failures == len(self.waits):
            return False
        self.process, self.began = None, now + self.waits[self.failures]
        self.failures += 1
        return True


def run_together(programs: Mapping[str, Program]) -> str:
    """Run programs, by name, until Ctrl-C, SIGTERM or the end of one. Returns the name of that one, or nothing.

    The end of one is its end with status 0, for then somebody told it to, or its last failure.
    """
    before = signal.signal(signal.SIGTERM, stop)
    try:
        for program in programs.values():
            program.start()
        while not (ended := [name for name, program in programs.items() if not program.goes_on()]):
            time.sleep(LOOK_SECONDS)
        return ended[0]
    except KeyboardInterrupt:
        return ""
    finally:
        end([program.process for program in programs.values() if program.process])
        signal.signal(signal.SIGTERM, before)


def own_login() -> dict[str, str]:
    """The environment, without the database login of the program that starts others: each has its own."""
    return {name: value for name, value in os.environ.items() if name != "DATABASE_LOGIN"}


def stop(number: int, frame: FrameType | None) -> None:
    """Told to end is as good as Ctrl-C."""
    raise KeyboardInterrupt


def end(processes: Collection[subprocess.Popen[bytes]]) -> None:
    """Tell all to end, wait for each, and end those by force that take too long."""
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(PATIENCE_SECONDS)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            process.kill()
            process.wait()
