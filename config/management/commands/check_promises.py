"""`manage.py check_promises`: every promise against every row. Ends with 1 when one is broken."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from config.promises import CHECKS, Check, Finding


class Command(BaseCommand):
    help = "Count the rows that break a promise. A check that finds no rows to look at has failed too."

    def handle(self, *args: Any, **options: Any) -> None:
        width = max(len(check.says) for check in CHECKS)
        self.stdout.write(f"promise  {'what was checked':<{width}}  {'examined':>9}  {'violations':>10}")
        failed = sum(not self._look(check, width) for check in CHECKS)
        self.stdout.write(f"{len(CHECKS) - failed} of {len(CHECKS)} checks hold")
        if failed:
            sys.exit(1)

    def _look(self, check: Check, width: int) -> bool:
        found = check.look()
        row = f"{check.promise:>7}  {check.says:<{width}}  {found.examined:>9,}  {found.violations:>10,}"
        self.stdout.write(f"{row}  {verdict(found)}".rstrip())
        return found.is_kept


def verdict(found: Finding) -> str:
    if found.violations:
        return "BROKEN"
    return "" if found.examined else "LOOKED AT NOTHING"
