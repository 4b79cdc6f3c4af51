"""The command line of the crash run."""

import argparse
import os
import signal
import sys
import traceback

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.crash.settings"
os.environ.pop("DATABASE_LOGIN", None)  # a test's own login is not known to the run's server
django.setup()

from config.localdb import LocalDatabaseError  # noqa: E402 - Django must be set up before its models are read
from tests import crash  # noqa: E402
from tests.crash.clock import TooLate  # noqa: E402
from tests.crash.database import AnotherRun  # noqa: E402
from tests.crash.report import Outcome, last_line, table  # noqa: E402
from tests.crash.run import FAILPOINTS, Wanted, crash_runs  # noqa: E402
from tests.crash.sabotage import SETTINGS  # noqa: E402

CLEAN, WRONG, NOT_MADE = 0, 1, 2
ENDINGS = (signal.SIGINT, signal.SIGTERM)


CONTROLS = 48  # contacts at most, where something is wrong on purpose


def wanted() -> list[Wanted]:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=crash.__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the first round; the next has the next one")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--contacts", type=int, default=500)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument(
        "--sabotage",
        nargs="+",
        choices=[*SETTINGS],
        default=[*SETTINGS],
        help="what is wrong on purpose, and must be found: one run for each, in each round",
    )
    parser.add_argument("--failpoints", choices=[*FAILPOINTS], default="all", help="at which to kill more than the web")
    parser.add_argument("--sealers", type=int, default=2, help="at once, where nothing is wrong on purpose")
    said = parser.parse_args()
    return [
        Wanted(
            seed=seed,
            contacts=said.contacts if sabotage == "none" else min(said.contacts, CONTROLS),
            clients=said.clients,
            sabotage=sabotage,
            sealers=said.sealers,
            failpoints=said.failpoints,
        )
        for seed in range(said.seed, said.seed + said.rounds)
        for sabotage in dict.fromkeys(said.sabotage)
    ]


def stop_once(*_: object) -> None:
    """The first Ctrl-C ends the run; a second one must not keep it from putting everything away."""
    for ending in ENDINGS:
        signal.signal(ending, signal.SIG_IGN)
    raise KeyboardInterrupt


def main() -> int:
    for ending in ENDINGS:
        signal.signal(ending, stop_once)
    outcomes: list[Outcome] = []

    def tell(outcome: Outcome) -> None:
        outcomes.append(outcome)
        print(f"{table(outcome)}\n{last_line(outcome)}", flush=True)

    try:
        crash_runs(wanted(), tell)
    except (AnotherRun, LocalDatabaseError, TooLate) as problem:
        print(problem, file=sys.stderr)
        return NOT_MADE
    except KeyboardInterrupt:
        print("Stopped, and everything put away.", file=sys.stderr)
        return NOT_MADE
    except Exception:
        traceback.print_exc()
        return NOT_MADE
    return CLEAN if all(outcome.is_as_it_should_be for outcome in outcomes) else WRONG


if __name__ == "__main__":
    sys.exit(main())
