"""Takes in a file of published burglaries on the police's behalf. Can be run again: what is there adds nothing."""

import csv
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, OutputWrapper
from django.db import Error as DatabaseError
from django.utils import timezone

from accounts.models import AgencyKind, User
from accounts.roles import Role
from casework.commands import import_burglaries
from casework.imports import NotThisLayout, PublishedFile, Reject, read_published
from casework.models import ServiceStandard
from casework.plans import PublishedBurglary

BATCH = 500
LABELS = {
    "rows": "rows",
    "incidents": "incidents (new)",
    "known": "already known",
    "duplicates": "duplicate rows",
    "other_crimes": "rows of other crimes",
    "outcomes": "outcomes added",
    "rejects": "rejects",
}


@dataclass
class Progress:
    """Says how far the work is: over and over on one line of a terminal, otherwise a line each time."""

    out: OutputWrapper
    total: int
    noun: str
    done: int = 0

    def __str__(self) -> str:
        return f"{self.done:,} of {self.total:,} {self.noun}"

    def advance(self, count: int) -> None:
        self.done += count
        if self.out.isatty():
            self.out.write(f"\r{self}", ending="\n" if self.done >= self.total else "")
        else:
            self.out.write(str(self))
        self.out.flush()


class Command(BaseCommand):
    help = "Take in a CSV file of burglaries in the layout in which the police publish them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--rejects", type=Path, help="where rows go that cannot be read (default: var/rejects)")

    def handle(self, *args: Any, file: Path, rejects: Path | None, **options: Any) -> None:
        started = time.monotonic()
        actor = police_account()
        published = read(file)
        if published.rejects:
            self._report_rejects(published.rejects, rejects or rejects_of(file))
        counts = self._take_in(actor, published)
        for name, label in LABELS.items():
            self.stdout.write(f"{label:<22}{counts[name]:>8,}")
        self.stdout.write(f"{'seconds':<22}{time.monotonic() - started:>8.1f}")

    def _report_rejects(self, rejects: list[Reject], path: Path) -> None:
        try:
            write_rejects(rejects, path)
        except OSError as error:
            raise CommandError(f"The file of rejected rows, {path}, cannot be written: {error.strerror}.") from None
        for reject in rejects[:10]:
            self.stderr.write(f"line {reject.line}: {reject.reason}")
        if len(rejects) > 10:
            self.stderr.write(f"and {len(rejects) - 10:,} more")
        self.stderr.write(f"Rows that cannot be read are in {path}; everything else is taken in.")

    def _take_in(self, actor: User, published: PublishedFile) -> dict[str, int]:
        """Import in batches, each its own transaction, and count what came of it."""
        progress = Progress(self.stdout, len(published.burglaries), "incidents")
        incidents = outcomes = 0
        try:
            for batch in batches(published.burglaries):
                result = import_burglaries(actor=actor, burglaries=batch, now=timezone.now())
                incidents, outcomes = incidents + result.incidents, outcomes + result.outcomes
                progress.advance(len(batch))
        except ServiceStandard.DoesNotExist:
            raise CommandError("Load the reference data first: manage.py load_reference.") from None
        except (DatabaseError, KeyboardInterrupt) as error:
            # Only its kind: a database's message repeats the row.
            raise CommandError(
                f"Stopped after {progress} ({type(error).__name__}). "
                "They are kept. Run the same command again: it goes on where it stopped."
            ) from error
        return {
            "rows": published.rows,
            "incidents": incidents,
            "known": len(published.burglaries) - incidents,
            "duplicates": published.duplicates,
            "other_crimes": published.other_crimes,
            "outcomes": outcomes,
            "rejects": len(published.rejects),
        }


def police_account() -> User:
    """In whose name: the service account of the police."""
    accounts = User.objects.filter(role=Role.SERVICE_ACCOUNT, agency__kind=AgencyKind.POLICE, is_active=True)
    actor = accounts.select_related("agency").order_by("pk").first()
    if actor is None:
        raise CommandError("No police agency has a service account, in whose name burglaries are taken in. Add one.")
    return actor


def read(file: Path) -> PublishedFile:
    """The file, or a sentence that says why not."""
    try:
        return read_published(file)
    except OSError as error:
        raise CommandError(f"{file} cannot be opened: {error.strerror}.") from None
    except NotThisLayout as problem:
        raise CommandError(f"{file} is not in the published street layout. {problem}") from None


def rejects_of(file: Path) -> Path:
    return Path(settings.BASE_DIR) / "var" / "rejects" / f"{file.stem}.rejects.csv"


def write_rejects(rejects: list[Reject], path: Path) -> None:
    """Line number, reason, then the cells as they were."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as text:
        csv.writer(text).writerows([reject.line, reject.reason, *reject.cells] for reject in rejects)


def batches(burglaries: list[PublishedBurglary]) -> Iterator[list[PublishedBurglary]]:
    for start in range(0, len(burglaries), BATCH):
        yield burglaries[start : start + BATCH]
