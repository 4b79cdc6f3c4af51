"""Everything `make test` asks, in order, each with the seconds it should need. Stops at the first thing wrong.

Uses the standard library only, and the programs that lie beside the Python it is run with.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from filecmp import cmpfiles
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(sys.executable).parent
PACKAGES = ["config", "oversight", "referrals", "casework", "accounts", "audit"]
TOTAL_SECONDS = 900


def lock_is_current() -> bool:
    """Compiling the requirements again, from the ones that are there, changes nothing."""
    here = ROOT / "requirements"
    with tempfile.TemporaryDirectory() as folder:
        there = shutil.copytree(here, Path(folder) / "requirements")
        if not run("sh", str(there / "lock.sh")):
            return False
        locks = [path.name for path in there.glob("*.txt")]
        _, changed, missing = cmpfiles(here, there, locks, shallow=False)
    for name in changed + missing:
        print(f"requirements/{name} is not what its .in file asks for. Run: make lock")
    return not changed + missing


def run(*command: str) -> bool:
    """Whether the program ends well. Those of this environment come first on its PATH."""
    environment = os.environ | {"MODE": "test", "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0  # noqa: S603


def command(*words: str) -> Callable[[], bool]:
    return lambda: run(*words)


STEPS: list[tuple[str, int, Callable[[], bool]]] = [
    ("requirements are compiled", 60, lock_is_current),
    ("format", 10, command("ruff", "format", "--check", "--quiet", ".")),
    ("lint", 10, command("ruff", "check", "--quiet", ".")),
    ("types", 120, command("mypy", *PACKAGES)),
    ("layers", 20, command("lint-imports")),
    ("templates", 60, command("djlint", "--lint", "--quiet", *PACKAGES)),
    ("migrations are complete", 30, command("python", "manage.py", "makemigrations", "--check", "--dry-run")),
    ("tests", 630, command("pytest", "-n", "2")),
]


def timed(name: str, budget: int, step: Callable[[], bool]) -> float:
    """The seconds it took; ends everything if it failed."""
    print(f"--- {name}", flush=True)
    started = time.monotonic()
    passed = step()
    seconds = time.monotonic() - started
    late = ", OVER BUDGET" if seconds > budget else ""
    print(f"--- {name}: {'passed' if passed else 'FAILED'} in {seconds:.1f} s of {budget} s{late}", flush=True)
    if not passed:
        sys.exit(1)
    return seconds


def main() -> None:
    environment = os.environ | {"MODE": "test"}  # meanwhile, on the other processor, what the tests begin with
    with subprocess.Popen([sys.executable, "-m", "tests.ready_made"], cwd=ROOT, env=environment):
        total = sum(timed(*step) for step in STEPS)
    print(f"--- all {len(STEPS)} steps passed in {total:.0f} s of {TOTAL_SECONDS} s")
    if total > TOTAL_SECONDS:
        sys.exit("Too slow: a check that takes so long is one that people skip.")


if __name__ == "__main__":
    main()
