"""Gives a partnership its own words for an instrument, from a file that says by whose leave. Can be run again."""

import json
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import Partnership, system_in
from casework.commands import load_wording
from casework.plans import WordingPlan

NEEDED = ("code", "wording", "licence", "source", "valid_from")


class Command(BaseCommand):
    help = "Load the wording of a risk instrument that a partnership may use: see docs/risk.md for the file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--partnership", required=True, help="By its name.")

    def handle(self, *args: Any, **options: Any) -> None:
        partnership = Partnership.objects.filter(name=options["partnership"]).first()
        if partnership is None:
            raise CommandError("There is no partnership of that name.")
        plan = read(options["file"])
        try:
            loaded = load_wording(actor=system_in(partnership.pk), partnership=partnership, plan=plan)
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from problem
        self.stdout.write(f"{loaded.name}: its own words from {loaded.valid_from} for {partnership}.")


def read(file: Path) -> WordingPlan:
    """The file as a plan. Raises `CommandError` for one that is not as docs/risk.md describes it."""
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        code, wording, licence, source, begins = (said[name] for name in NEEDED)
        day = datetime.combine(date.fromisoformat(begins), time(12), timezone.get_current_timezone())
        retires = date.fromisoformat(said["valid_until"]) if said.get("valid_until") else None
        words = {str(item): str(text) for item, text in wording.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise CommandError(f"This file cannot be read: it needs {', '.join(NEEDED)}.") from problem
    return WordingPlan(code, words, licence, source, day, retires)
