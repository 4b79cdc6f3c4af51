"""`make mutants`: the specs of the policies, for each small change of them. The last line is what came of it, as JSON.

Takes pytest's options and those of the plugin, such as `--minutes 20`.
"""

import os
import sys

import django
import pytest

SPECS = (
    "who_may",
    "each_lock_alone",
    "random_worlds",
    "partner_accepts_a_referral",
    "emergency_access",
    "case_history",
    "withdraw_and_complete",
    "bars_and_seals",
    "sharing_by_category",
    "send_a_referral",
    "addresses_are_revealed",
    "dead_letters",
    "notices",
    "both_locks",
    "bars_are_proposed",
    "attempts_reach_the_audit_lead",
    "workers_join_and_leave",
    "two_sides_of_one_story",
    "replay",
)
OPTIONS = ["-q", "-p", "no:randomly", "-p", "tests.mutants.plugin", "--reuse-db", "--create-db"]

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    sys.exit(pytest.main([*OPTIONS, *(f"tests/specs/test_{name}.py" for name in SPECS), *sys.argv[1:]]))
