"""Wraps the keys of all cases by the current version. Can be stopped, and started again, while the service runs."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import vault
from accounts.work import NobodyToActAs, system_actor
from casework.commands import rewrap_keys
from casework.queries import keys_by_version

BATCH = 500


class Command(BaseCommand):
    help = "Wrap the data keys of all cases by the current version of the key-encryption key, in small batches."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--batch", type=int, default=BATCH, help="how many keys in one transaction")

    def handle(self, *args: Any, batch: int, **options: Any) -> None:
        try:
            actor = system_actor(None)
        except NobodyToActAs:
            raise CommandError("There is no partnership yet. Found one first: see docs/operations.md.") from None
        keys, found = vault.keyring(), keys_by_version()
        waiting = sum(count for version, count in found.items() if version in keys.versions) - found.get(
            keys.current, 0
        )
        done = 0
        try:
            while count := rewrap_keys(actor=actor, most=batch, now=timezone.now()):
                done += count
                self.stdout.write(f"Wrapped by version {keys.current}: {done:,} of {max(done, waiting):,}")
        except vault.VaultProblem as problem:
            raise CommandError(f"Stopped after {done:,}, which are kept. {problem}") from None
        self.tell(keys, keys_by_version())

    def tell(self, keys: vault.Keyring, found: dict[str, int]) -> None:
        """Which version wraps how many, and which may go. Fails while a key is of a version that is not given."""
        for version in [*keys.versions, *sorted(set(found) - set(keys.versions))]:
            count, is_current = found.get(version, 0), version == keys.current
            note = " (current)" if is_current else "" if count else ": no longer used, and may be taken away"
            self.stdout.write(f"Version {version}: {count:,} keys{note}")
        if lost := sorted(set(found) - set(keys.versions)):
            raise CommandError(f"Not among the keys given: version {', '.join(lost)}. Those cases cannot be opened.")
