"""Brings the reference data up to what this version ships. Can be run again."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import User
from accounts.roles import Role
from casework.commands import load_reference
from casework.models import AttemptStandard, CodeRule, LadderStandard, LawfulBasis, ServiceStandard

FOLDER = Path(__file__).resolve().parents[2] / "reference"
FLAGS = ("rests_on_consent", "is_emergency", "is_condition", "repeats")
NUMBERS = ("code_right", "standard", "enhanced")  # empty is none
SHIPPED: dict[str, Any] = {
    "service_standards.csv": ServiceStandard,
    "lawful_bases.csv": LawfulBasis,
    "attempt_standards.csv": AttemptStandard,
    "ladder_standards.csv": LadderStandard,
    "code_rules.csv": CodeRule,
}


class Command(BaseCommand):
    help = "Load the reference data that this version ships."

    def handle(self, *args: Any, **options: Any) -> None:
        actor = User.objects.filter(role=Role.SYSTEM).order_by("pk").first()
        if actor is None:
            self.stderr.write("There is no partnership yet. Found one first: see docs/operations.md.")
            raise SystemExit(1)
        counts = load_reference(
            actor=actor, rows=[model(**row) for name, model in SHIPPED.items() for row in rows_of(name)]
        )
        self.stdout.write(f"Reference data: {', '.join(f'{count} {name}' for name, count in counts.items())}.")


def rows_of(name: str) -> list[dict[str, Any]]:
    """The rows of a shipped file, days as days, an empty end as none, and yes as true."""
    with (FOLDER / name).open(newline="", encoding="utf-8") as text:
        return [
            row
            | {
                "valid_from": date.fromisoformat(row["valid_from"]),
                "valid_until": date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
            }
            | {name: row[name] == "yes" for name in FLAGS if name in row}
            | {name: row[name] or None for name in NUMBERS if name in row}
            for row in csv.DictReader(text)
        ]
