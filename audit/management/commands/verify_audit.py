"""`manage.py verify_audit`: every sealed event of the log, as it stands in the database, against its checkpoints."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from audit.models import Checkpoint
from audit.notes import KeyUnusable, signer
from audit.seal import newest, unsealed_count, unsealed_since
from audit.verify import checker, look
from audit.verify_export import Bad, Key, Unusable, notes_of, read_keys, seen_in
from audit.witnesses import held_outside

TELL_SECONDS = 2


class Command(BaseCommand):
    help = "Check the sealed log. Ends with 1 at the first bad place, and names it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--keys", type=Path, help="public keys; else those that sign here")
        parser.add_argument("--seen", type=Path, action="append", default=[], help="a witness's file or folder")
        parser.add_argument("--state", type=Path, help="a file: go on after what was verified there, and note it")

    def handle(self, *args: Any, keys: Path | None, seen: list[Path], state: Path | None, **options: Any) -> None:
        after = self._verified(state)
        begun, size = time.monotonic(), after.size if after else 0
        try:
            given = self._keys(keys)
            outside = seen_in(list(notes_of(seen) if seen else held_outside()), [], given)
            last = newest()  # after the witnesses were asked, so that they know of nothing later
            if last is None:
                raise CommandError("Nothing is sealed yet.")
            self._until, self._told, self._state = last.size, begun, state
            look(checker(given, outside, after, last.size), size, last.size, lambda n: self._tell(n, size, begun))
        except Bad as found:
            raise CommandError(str(found)) from None
        except (OSError, Unusable, KeyUnusable, ImproperlyConfigured, UnicodeDecodeError) as wrong:
            raise CommandError(f"Cannot check: {wrong}") from None
        self._note(last.size)
        count, seconds = last.size - size, time.monotonic() - begun
        self.stdout.write(f"Whole: {count:,} events in {seconds:.1f} s, {count / seconds:,.0f} a second.")
        self.stdout.write(f"Not sealed yet: {self._tail()}.")

    def _tail(self) -> str:
        """What nobody could say was changed."""
        if (since := unsealed_since()) is None:
            return "nothing"
        return f"{unsealed_count():,} events, written since {since:%Y-%m-%d %H:%M:%S} UTC"

    def _verified(self, state: Path | None) -> Checkpoint | None:
        if state is None or not state.exists():
            return None
        size = state.read_text().strip()
        found = Checkpoint.objects.filter(size=int(size)).first() if size.isdecimal() else None
        if found is None:
            raise CommandError(f"{state} names no checkpoint of this log. Verify it all, without --state.")
        return found

    def _keys(self, path: Path | None) -> dict[bytes, Key]:
        given = path or (Path(settings.AUDIT_PUBLIC_KEYS_FILE) if settings.AUDIT_PUBLIC_KEYS_FILE else None)
        return read_keys(given.read_text() if given else signer().verifiers())

    def _tell(self, size: int, begun_at: int, begun: float) -> None:
        now = time.monotonic()
        if now - self._told > TELL_SECONDS:
            self._told = now
            rate = (size - begun_at) / (now - begun)
            self.stdout.write(f"{size:,} of {self._until:,} events, {rate:,.0f} a second")
            self.stdout.flush()
            self._note(size)

    def _note(self, size: int) -> None:
        if self._state:
            self._state.write_text(f"{size}\n")
