"""`manage.py detach_audit`: takes a month that is over and sealed out of the log's table. It stays in the database."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection, transaction

from config.lock.apply import make_second_lock


class Command(BaseCommand):
    help = "Detach a month of the log, which no history shows from then on. It is kept, guarded, verified and exported."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("month", help="as 2025-03")

    def handle(self, *args: Any, month: str, **options: Any) -> None:
        try:
            first = datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC).date()
        except ValueError:
            raise CommandError("Name a month, as 2025-03.") from None
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT audit_detach_partition(%s)", [first])
                make_second_lock()
        except DatabaseError as refusal:
            raise CommandError(f"Not detached: {str(refusal).splitlines()[0]}.") from None
        self.stdout.write(f"Detached: audit_event_{first:%Y_%m}. Nothing was removed.")
