"""Brings services from Open Referral's JSON into the directory. Can be run again: what is the same changes nothing."""

import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import AgencyKind, Partnership, User, system_in
from casework.management.commands.import_burglaries import Progress
from casework.models import CaseKind, Purpose
from referrals.commands import import_service
from referrals.imports import NotJson, Schema, read_services
from referrals.plans import ImportPlan

PARTNERS = sorted(set(AgencyKind.values) - {AgencyKind.FRONT_DOOR, AgencyKind.BEHAVIOUR})


class Command(BaseCommand):
    help = "Bring services into the directory from Open Referral's JSON: a service, a list of them, or organizations."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", type=Path, nargs="+")
        parser.add_argument("--partnership", required=True, help="By its name.")
        parser.add_argument(
            "--kinds", nargs="*", default=[], choices=CaseKind.values, help="Of cases, for new services."
        )
        parser.add_argument("--purpose", default=Purpose.SAFETY_SUPPORT.value, choices=Purpose.values)
        parser.add_argument("--new-agencies", default="", choices=["", *PARTNERS], help="Add agencies, of this kind.")
        parser.add_argument("--schema", type=Path, help="The folder of the published schema, to check against it too.")

    def handle(self, *args: Any, **options: Any) -> None:
        started, actor = time.monotonic(), actor_of(options["partnership"])
        schema = schema_in(options["schema"])
        plan = ImportPlan(tuple(options["kinds"]), options["purpose"], options["new_agencies"])
        documents = [(file, *each) for file in options["files"] for each in self._read(file)]
        progress, came = Progress(self.stdout, len(documents), "services"), Counter[str]()
        for file, number, document in documents:
            outcome, problems = self._take_in(actor, document, plan, schema)
            came[outcome] += 1
            for field, problem in problems:
                self.stderr.write(f"{file}, service {number} ({name_of(document)}): {field or 'all of it'}: {problem}")
            progress.advance(1)
        for name, label in {"added": "added", "changed": "changed", "same": "the same", "wrong": "not read"}.items():
            self.stdout.write(f"{label:<22}{came[name]:>8,}")
        self.stdout.write(f"{'seconds':<22}{time.monotonic() - started:>8.1f}")
        if came["wrong"]:
            raise CommandError("What is wrong stands above, by service and field. Everything else is taken in.")

    def _read(self, file: Path) -> Iterator[tuple[int, Any]]:
        try:
            yield from enumerate(read_services(file), start=1)
        except OSError as error:
            raise CommandError(f"{file} cannot be opened: {error.strerror}. Nothing is taken in.") from None
        except NotJson as problem:
            raise CommandError(f"{file} cannot be read. {problem} Nothing is taken in.") from None

    def _take_in(
        self, actor: User, document: Any, plan: ImportPlan, schema: Schema | None
    ) -> tuple[str, list[tuple[str, str]]]:
        """What came of one service, and what is wrong with it."""
        if schema and (problems := schema.problems_of(document)):
            return "wrong", list(problems.items())
        try:
            return import_service(actor=actor, document=document, plan=plan, now=timezone.now()), []
        except ValidationError as wrong:
            found = wrong.update_error_dict({})
            return "wrong", [
                ("" if field == NON_FIELD_ERRORS else field, message)
                for field, errors in found.items()
                for message in ValidationError(errors).messages
            ]


def actor_of(partnership: str) -> User:
    found = Partnership.objects.filter(name=partnership).first()
    if found is None:
        raise CommandError("There is no such partnership.")
    return system_in(found.pk)


def schema_in(folder: Path | None) -> Schema | None:
    try:
        return Schema(folder) if folder else None
    except (OSError, NotJson) as error:
        raise CommandError(f"The schema cannot be read: {error}") from None


def name_of(document: Any) -> str:
    return (
        str(document.get("id") or document.get("name") or "without an id")[:100] if isinstance(document, dict) else "?"
    )
