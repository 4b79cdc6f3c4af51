"""`manage.py localdb`: the embedded PostgreSQL, for the person who runs the demonstration or the tests."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

ACTIONS = ("start", "stop", "status", "reset", "psql")


class Command(BaseCommand):
    help = "Starts, stops, shows, empties or opens the embedded PostgreSQL of this MODE (demo or test)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=ACTIONS)
        parser.add_argument("--yes", action="store_true", help="reset without asking")

    def handle(self, *args: Any, action: str, yes: bool, **options: Any) -> None:
        if not hasattr(settings, "LOCAL_DATABASE"):
            raise CommandError("DATABASE_URL is set, so there is no local database.")
        if action == "reset" and not yes:
            self._confirm()
        answer = getattr(settings.LOCAL_DATABASE, action)()
        self.stdout.write(answer or settings.LOCAL_DATABASE.status())

    def _confirm(self) -> None:
        """Only the whole word counts; no answer at all is a no."""
        try:
            answer = input(f"Throw away everything in {settings.LOCAL_DATABASE.data}? Type yes: ")
        except EOFError:
            answer = ""
        if answer != "yes":
            raise CommandError("Nothing was thrown away. (--yes does it without asking.)")
