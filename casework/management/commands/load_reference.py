"""Brings the reference data up to what this version ships. Can be run again."""

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import User
from accounts.roles import Role
from casework.commands import load_reference
from casework.models import (
    SHIPPED,
    AttemptStandard,
    CodeRule,
    LadderStandard,
    LawfulBasis,
    RiskInstrument,
    RiskRule,
    ServiceStandard,
    VisitRule,
)

FOLDER = Path(__file__).resolve().parents[2] / "reference"
FLAGS = ("rests_on_consent", "is_emergency", "is_condition", "hastens", "repeats")
NUMBERS = ("metres", "days", "code_right", "standard", "enhanced")  # empty is none
SHIPPED |= {
    FOLDER / "service_standards.csv": ServiceStandard,
    FOLDER / "lawful_bases.csv": LawfulBasis,
    FOLDER / "attempt_standards.csv": AttemptStandard,
    FOLDER / "ladder_standards.csv": LadderStandard,
    FOLDER / "visit_rules.csv": VisitRule,
    FOLDER / "code_rules.csv": CodeRule,
}


class Command(BaseCommand):
    help = "Load the reference data that this version ships."

    def handle(self, *args: Any, **options: Any) -> None:
        actor = User.objects.filter(role=Role.SYSTEM).order_by("pk").first()
        if actor is None:
            self.stderr.write("There is no partnership yet. Found one first: see docs/operations.md.")
            raise SystemExit(1)
        counts = load_reference(
            actor=actor,
            rows=[
                *(model(**row) for path, model in SHIPPED.items() for row in rows_of(path)),
                *(RiskInstrument(**row) for row in objects_of("risk_instruments.json")),
                *(RiskRule(**row) for row in objects_of("risk_rules.json")),
            ],
        )
        self.stdout.write(f"Reference data: {', '.join(f'{count} {name}' for name, count in counts.items())}.")


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The rows of a shipped file, days as days, an empty end or number as none, and yes as true."""
    with path.open(newline="", encoding="utf-8") as text:
        return [
            row
            | {
                "valid_from": date.fromisoformat(row["valid_from"]),
                "valid_until": date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
            }
            | {name: row[name] == "yes" for name in FLAGS if name in row}
            | {name: int(row[name]) if row[name] else None for name in NUMBERS if name in row}
            for row in csv.DictReader(text)
        ]


def objects_of(name: str) -> list[dict[str, Any]]:
    """The objects of a shipped file, days as days."""
    return [
        row | {key: date.fromisoformat(row[key]) for key in ("valid_from", "valid_until") if row.get(key)}
        for row in json.loads((FOLDER / name).read_text(encoding="utf-8"))
    ]
