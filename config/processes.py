"""Several programs as one: they begin together, and when one ends, or is told to, all do."""

import os
import signal
import subprocess
from collections.abc import Collection, Mapping
from types import FrameType

PATIENCE_SECONDS = 40  # longer than a worker's own


def run_together(programs: Mapping[str, list[str]]) -> str:
    """Run programs, by name, until Ctrl-C, SIGTERM or the end of one. Returns the name of that one, or nothing."""
    before = signal.signal(signal.SIGTERM, stop)
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, words in programs.items():
            running[name] = subprocess.Popen(words)  # noqa: S603 - our own words
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
        return next((name for name, process in running.items() if process.poll() is not None), "")
    except KeyboardInterrupt:
        return ""
    finally:
        end(running.values())
        signal.signal(signal.SIGTERM, before)


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
