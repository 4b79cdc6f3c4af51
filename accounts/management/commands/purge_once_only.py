"""Removes the answers that were kept for repeated requests and are too old to be given again. Run it each day."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.commands import purge_once_only
from accounts.work import NobodyToActAs, system_actor


class Command(BaseCommand):
    help = "Remove the answers kept for repeated requests that are older than 7 days."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            actor = system_actor(None)
        except NobodyToActAs:
            raise CommandError("There is no partnership yet. Found one first: see docs/operations.md.") from None
        self.stdout.write(f"Removed: {purge_once_only(actor=actor, now=timezone.now()):,}")
