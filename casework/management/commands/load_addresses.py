"""Takes a public list of addresses as the homes of an area, in the place of the list before. Can be run again."""

import csv
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Partnership, system_in
from casework.commands import load_addresses
from casework.places import place_of
from casework.plans import ListedPlace

COLUMNS = ["lines", "postcode", "easting", "northing"]


class Command(BaseCommand):
    help = "Load the public list of addresses of an area: a CSV of lines, postcode, easting and northing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--partnership", required=True, help="By its name.")
        parser.add_argument("--source", required=True, help="Whose list it is, and of when.")
        parser.add_argument("--without", type=Path, help="A CSV of lines and postcode that must never be listed.")

    def handle(self, *args: Any, **options: Any) -> None:
        partnership = Partnership.objects.filter(name=options["partnership"]).first()
        if partnership is None:
            raise CommandError("There is no such partnership.")
        without = {place_of(row["lines"], row["postcode"]) for row in rows_of(options["without"], COLUMNS[:2])}
        places = (place for place in self.places(options) if place.place not in without)
        count = load_addresses(actor=system_in(partnership.pk), partnership=partnership, places=places)
        self.stdout.write(f"Listed addresses: {count:,}.")

    def places(self, options: dict[str, Any]) -> Iterator[ListedPlace]:
        seen: set[tuple[str, str]] = set()
        for row in rows_of(options["file"], COLUMNS):
            lines, postcode = row["lines"].strip()[:200], " ".join(row["postcode"].upper().split())[:10]
            place = place_of(lines, postcode)[:100]
            if place and (lines, postcode) not in seen:
                seen.add((lines, postcode))
                spot = float(row["easting"]), float(row["northing"])
                yield ListedPlace(lines, postcode, place, spot, options["source"], timezone.localdate())


def rows_of(path: Path | None, columns: list[str]) -> Iterator[dict[str, str]]:
    """The rows of a file that has at least these columns; of none, none. Raises `CommandError` for another file."""
    if path is None:
        return
    with path.open(newline="", encoding="utf-8-sig") as text:
        reader = csv.DictReader(text)
        if not set(columns) <= set(reader.fieldnames or ()):
            raise CommandError(f"The first line must name these columns: {', '.join(columns)}.")
        yield from reader
