"""Writes the directory as Open Referral's JSON: what is public of it, and never where a refuge is."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.acting import acting_as
from referrals import entries
from referrals.management.commands.import_directory import actor_of
from referrals.queries import public_entries


class Command(BaseCommand):
    help = "Write what is public of the directory as Open Referral's JSON, to a file or to the standard output."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--partnership", required=True, help="By its name.")
        parser.add_argument("--organizations", action="store_true", help="Organizations with their services.")
        parser.add_argument("--out", type=Path, help="A file that is not there yet.")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = actor_of(options["partnership"])
        with acting_as(actor):
            found = public_entries(actor)
        contents = entries.organizations_of(found) if options["organizations"] else found
        text = json.dumps(entries.listed(contents), indent=2, ensure_ascii=False)
        if options["out"] is None:
            self.stdout.write(text)
            return
        try:
            with options["out"].open("x", encoding="utf-8") as file:
                file.write(text + "\n")
        except OSError as wrong:
            raise CommandError(f"{options['out']} cannot be written: {wrong.strerror}.") from None
        self.stdout.write(f"Written: {len(found):,} services.")
