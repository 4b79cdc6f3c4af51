"""Deadlines, not pauses: everything in the run that waits does so by one clock, and says what it waited for."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class TooLate(Exception):
    """What was waited for did not come before the run's deadline."""


class Stopped(Exception):
    """The run is being ended."""


class Clock:
    """The run's one deadline, and the sign by which all its threads are told to stop."""

    def __init__(self, seconds: float) -> None:
        self.started = time.monotonic()
        self.deadline = self.started + seconds
        self._stop = threading.Event()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    def stop(self) -> None:
        self._stop.set()

    def require(self, what: str) -> None:
        """Raises `Stopped` or `TooLate` when there is no more time for it."""
        if self._stop.is_set():
            raise Stopped
        if time.monotonic() > self.deadline:
            raise TooLate(f"Waited in vain for {what}.")

    def pause(self, seconds: float) -> None:
        """Between two tries. Ends at once when the run is ended."""
        if self._stop.wait(seconds):
            raise Stopped

    def until(self, look: Callable[[], T], what: str, every: float = 0.02) -> T:
        """What `look` finds, as soon as it finds something."""
        while not (found := look()):
            self.require(what)
            self.pause(every)
        return found
