"""pytest, with one fault planted for the whole run: `-p tests.planted.plugin --plant NAME`.

It is planted once everything is imported, and before there is a database.
"""

import pytest

PATCH = pytest.MonkeyPatch()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--plant", help="the name of a fault of tests/planted/faults.py")


def pytest_collection_finish(session: pytest.Session) -> None:
    if name := session.config.getoption("--plant"):
        from tests.planted.faults import BY_NAME  # noqa: PLC0415 - needs Django

        BY_NAME[name].plant(PATCH)


def pytest_unconfigure() -> None:
    PATCH.undo()
