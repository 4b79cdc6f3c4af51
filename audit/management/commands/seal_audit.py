"""`manage.py seal_audit`: seals the log and tells the witnesses, once, or every few seconds until told to stop."""

import signal
import threading
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from audit.log import record
from audit.notes import KeyUnusable, Signer, signer
from audit.seal import AnotherSeals, NothingYet, WasRestored, seal_restored
from audit.sealer import go_round
from audit.witnesses import Contradicted

SECONDS = 5
TROUBLE: dict[type[Exception], str] = {
    Contradicted: "A witness holds a checkpoint that this log does not have. Nothing was sealed. Events were taken "
    "from the log, or rewritten, or the database was restored from before: see docs/operations.md.",
    WasRestored: "This server counts transactions from before the last seal, so the database was restored into it. "
    "Nothing was sealed. Go on with --restored: see docs/operations.md.",
    NothingYet: "There is nothing to go on from: this server was not restored, or another transaction is still open.",
    AnotherSeals: "Another sealer is at work. Stop it first.",
    OperationalError: "The database went away or refused the sealer. Start it again.",
}


class Command(BaseCommand):
    help = "Seal the log up to now, and give the checkpoints to the witnesses. One at a time, however many are started."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--loop", action="store_true", help="go on until Ctrl-C or SIGTERM")
        parser.add_argument("--every", type=float, default=SECONDS, help="seconds between two rounds of --loop")
        parser.add_argument("--restored", action="store_true", help="once, after a restore into another server")

    def handle(self, *args: Any, loop: bool, every: float, restored: bool, **options: Any) -> None:
        by = self._signer()
        try:
            if restored:
                record(actor=None, action="audit.go_on_after_restore")
                self.stdout.write(f"Goes on after a restore with {seal_restored(by).size:,} events.")
            if loop:
                return self._loop(by, every)
            count, failed = go_round(by)
        except tuple(TROUBLE) as trouble:
            raise CommandError(next(says for kind, says in TROUBLE.items() if isinstance(trouble, kind))) from None
        self.stdout.write(f"Sealed: {count:,} events.")
        if failed:
            raise CommandError(f"Witnesses that could not be told: {failed}. They are told in the next round.")

    def _loop(self, by: Signer, every: float) -> None:
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _setter(stop))
        while not stop.is_set():
            go_round(by)
            stop.wait(every)

    def _signer(self) -> Signer:
        if settings.PRODUCTION and not settings.AUDIT_WITNESSES:
            raise CommandError("AUDIT_WITNESSES is not set. Name a folder in other hands. See .env.example.")
        if not settings.PRODUCTION:
            for folder in settings.AUDIT_WITNESSES:
                Path(folder).mkdir(parents=True, exist_ok=True)
        try:
            return signer()
        except (KeyUnusable, ImproperlyConfigured, UnicodeDecodeError) as wrong:
            raise CommandError(f"{wrong} See .env.example.") from None
        except OSError as wrong:
            raise CommandError(f"AUDIT_KEY_FILE cannot be read: {wrong.strerror}. See .env.example.") from None


def _setter(stop: threading.Event) -> Callable[..., None]:
    return lambda number, frame: stop.set()
