"""Putting something else in a thing's place, wherever it was imported to, while a test or a run of them lasts."""

import sys
from collections.abc import Mapping
from typing import Any

import pytest

PACKAGES = ("accounts", "audit", "casework", "config", "oversight", "referrals", "tests")


def replaced(patch: pytest.MonkeyPatch, others: Mapping[Any, Any]) -> None:
    """Each module that has one of these as a global has the other instead."""
    by_id = {id(one): other for one, other in others.items()}
    for module in [m for name, m in sys.modules.items() if name.partition(".")[0] in PACKAGES]:
        for name, value in list(vars(module).items()):
            if id(value) in by_id:
                patch.setattr(module, name, by_id[id(value)])
