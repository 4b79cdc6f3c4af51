"""pytest, which runs the specs that must catch a fault once as they are, and then each with its fault planted."""

import json
import time

import pytest

from tests import copies


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    from tests.planted.faults import FAULTS  # noqa: PLC0415 - needs Django

    began, config = time.monotonic(), session.config
    copies.first_run(session, "test_planted")
    copies.say(config, f"\nWithout a fault {len(session.items)} tests pass.")
    survived = []
    for fault in FAULTS:
        became = {}
        for test in fault.caught_by:
            items = [item for item in session.items if item.nodeid.partition("[")[0] == test]
            became[test] = copies.in_a_copy(session, items, lambda fault=fault: fault.plant(pytest.MonkeyPatch()))
            copies.lock_again(session)
        caught = set(became.values()) == {copies.FAILED}
        survived += [] if caught else [fault.name]
        copies.say(config, f"{'caught  ' if caught else 'SURVIVED'}  {fault.kind}: {fault.name}")
        for test, code in became.items():
            copies.say(
                config, f"{'':10}{'failed' if code == copies.FAILED else f'NOT ({code})'}  {test.rpartition('/')[2]}"
            )
    figures = {"faults": len(FAULTS), "caught": len(FAULTS) - len(survived), "survived": survived}
    copies.say(config, json.dumps(figures | {"seconds": round(time.monotonic() - began)}))
    if survived:
        pytest.exit("A fault survives.", returncode=1)
    return True
