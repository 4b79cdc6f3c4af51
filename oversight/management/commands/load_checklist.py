"""Brings the checklist of case audits up to what this version ships. Can be run again."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.roles import Role
from oversight.commands import load_checklist
from oversight.models import AuditQuestion

SHIPPED = Path(__file__).resolve().parents[2] / "reference" / "checklist.csv"


class Command(BaseCommand):
    help = "Load the checklist of case audits that this version ships, or a partnership's own."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--file", type=Path, default=SHIPPED, help="A CSV file with the columns of the shipped one."
        )

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        actor = User.objects.filter(role=Role.SYSTEM).order_by("pk").first()
        if actor is None:
            raise CommandError("There is no partnership yet. Found one first: see docs/operations.md.")
        with file.open(newline="", encoding="utf-8") as text:
            questions = [AuditQuestion(**row | days_of(row)) for row in csv.DictReader(text)]
        self.stdout.write(f"Checklist: {load_checklist(actor=actor, questions=questions)} questions.")


def days_of(row: dict[str, str]) -> dict[str, date | None]:
    until = row["valid_until"]
    return {
        "valid_from": date.fromisoformat(row["valid_from"]),
        "valid_until": date.fromisoformat(until) if until else None,
    }
