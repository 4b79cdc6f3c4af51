"""`make sabotage`: the specs that must catch a planted fault pass without any, and each of them fails with its own.

The last line is what came of it, as JSON. Fails if one fault survives.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[2]
PYTEST = [sys.executable, "-m", "pytest", "-q", "--tb=no", "-p", "no:randomly", "-p", "tests.planted.plugin"]


def run(tests: Iterable[str], *more: str) -> tuple[int, set[str]]:
    """How the run ended, and the tests that failed, each without its parameters."""
    done = subprocess.run([*PYTEST, *more, *tests], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    return done.returncode, set(re.findall(r"^FAILED ([^\s\[]+)", done.stdout, re.MULTILINE))


def main() -> None:
    from tests.planted.faults import FAULTS  # noqa: PLC0415 - needs Django

    started = time.monotonic()
    tests = sorted({test for fault in FAULTS for test in fault.caught_by})
    code, failed = run(tests, "--reuse-db", "--create-db")
    if code:
        sys.exit(f"Without any fault every spec must pass, and these do not: {' '.join(sorted(failed))}")
    print(f"Without a fault all {len(tests)} specs pass.", flush=True)
    survived = []
    for fault in FAULTS:
        _, failed = run(fault.caught_by, "--reuse-db", "--plant", fault.name)
        if missed := set(fault.caught_by) - failed:
            survived.append(fault.name)
        print(f"{'SURVIVED' if missed else 'caught  '}  {fault.kind}: {fault.name}", flush=True)
        for test in fault.caught_by:
            print(f"          {'passed' if test in missed else 'failed'}  {test.rpartition('/')[2]}", flush=True)
    figures = {"faults": len(FAULTS), "caught": len(FAULTS) - len(survived), "survived": survived}
    print(json.dumps(figures | {"seconds": round(time.monotonic() - started)}))
    sys.exit(bool(survived))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    main()
