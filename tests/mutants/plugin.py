"""pytest, which runs the specs once as they are and then once for each mutant. `--minutes` tries a fair sample."""

import json
import time
from collections import Counter

import pytest

from tests import copies

SAYS = {
    copies.PASSED: "survived",
    copies.FAILED: "killed",
    copies.BROKEN: "is no program",
    copies.UNCHANGED: "does not run again",
    None: "does not end",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--minutes", type=float, default=1e9, help="begin no further mutant after so many minutes")
    parser.addoption("--seed", type=int, default=1, help="in which order they are tried")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    from tests.mutants.made import LOCK, Mutant, mutants  # noqa: PLC0415 - needs Django

    config = session.config
    copies.first_run(session, "test_mutants")
    began, found, results = time.monotonic(), mutants(config.getoption("--seed")), Counter[str]()
    survivors: list[Mutant] = []
    for mutant in found:
        if time.monotonic() - began > 60 * config.getoption("--minutes"):
            break
        became = SAYS[copies.in_a_copy(session, session.items, mutant.put_in_place)]
        results[became] += 1
        survivors += [mutant] if became == "survived" else []
        copies.say(config, f"{became:20} {mutant}")
        if mutant.module == LOCK:
            copies.lock_again(session)
    figures = {"there are": len(found), **results, "seconds": round(time.monotonic() - began)}
    copies.say(config, "\n".join(f"SURVIVED {survivor}" for survivor in survivors))
    copies.say(config, json.dumps(figures | {"survivors": [str(survivor) for survivor in survivors]}))
    return True
