"""`make sabotage`: the specs that must catch a planted fault pass without any, and each of them fails with its own.

The last line is what came of it, as JSON. Fails if one fault survives.
"""

import os
import sys

import django
import pytest

OPTIONS = ["-q", "-p", "no:randomly", "-p", "tests.planted.plugin", "--reuse-db", "--create-db"]


def main() -> int:
    from tests.planted.faults import FAULTS  # noqa: PLC0415 - needs Django

    tests = sorted({test for fault in FAULTS for test in fault.caught_by})
    return int(pytest.main([*OPTIONS, *tests]))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    sys.exit(main())
