"""`manage.py export_audit`: the sealed log as files that `audit/verify_export.py` checks anywhere. Ids and codes.

As the system actor, who must hold the permission; the login that it runs under reads the log and no people.
"""

import os
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.authorization import authorize
from accounts.models import User
from audit.log import record
from audit.models import Checkpoint
from audit.seal import newest
from audit.verify import PAGE, checkpoints, events, kept_leaves


class Command(BaseCommand):
    help = "Write the sealed events, their checkpoints and their hashes into a new folder. Recorded in the log."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="a folder that is not there yet")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        found = User.objects.raw("SELECT id, agency_id, role, is_active FROM system_actor()")
        if (actor := next(iter(found), None)) is None:
            raise CommandError("There is no partnership yet. Found one first: see docs/operations.md.")
        authorize(actor, "accounts.export_audit")
        last = newest()
        if last is None:
            raise CommandError("Nothing is sealed yet.")
        record(actor=actor, action="accounts.export_audit", size=last.size)
        try:
            folder.mkdir(mode=0o700)
            write(folder, last)
        except OSError as wrong:
            raise CommandError(f"{folder} cannot be written: {wrong.strerror}. Name one that is not there.") from None
        self.stdout.write(f"Written: {last.size:,} events, up to the checkpoint of {last.at:%Y-%m-%d %H:%M:%S} UTC.")
        self.stdout.write(f"Check them: python3 verify_export.py {folder} --keys KEYS --seen WITNESS")


def write(folder: Path, last: Checkpoint) -> None:
    save(folder / "checkpoints.txt", (f"{each.note}\n".encode() for each in checkpoints(0, last.size)))
    save(folder / "events.jsonl", (event.line + b"\n" for event in events(0, last.size)))
    save(folder / "leaves.bin", (kept_leaves(at, min(PAGE, last.size - at)) for at in range(0, last.size, PAGE)))


def save(path: Path, parts: Iterable[bytes]) -> None:
    """Readable for whoever wrote it only."""
    with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        for part in parts:
            file.write(part)
