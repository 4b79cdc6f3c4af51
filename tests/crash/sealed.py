"""The log after the run: each event sealed once, as it is, and known to the witness, whatever was killed meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from audit.models import AuditEvent
from audit.notes import signer
from audit.seal import newest, unsealed_since
from audit.sealer import seal_all, tell_all
from audit.verify import checker, look
from audit.verify_export import Bad, read_keys, seen_in
from audit.witnesses import Contradicted, held_outside
from config.lock.roles import SEALER
from tests.crash.clock import Clock

SECONDS = 60  # until whatever was killed has let go of its transactions


def sealed_events() -> tuple[int, set[str]]:
    """How many there are, and what is wrong with the log."""
    clock = Clock(SECONDS)
    with _as_the_sealer():
        clock.until(lambda: seal_all(signer()) == 0 and unsealed_since() is None, "the last events to be sealed")
        last = newest()
        assert last is not None
        try:
            tell_all()
            keys = read_keys(signer().verifiers())
            look(checker(keys, seen_in(list(held_outside()), [], keys), None, last.size), 0, last.size, lambda _: None)
        except Bad as found:
            return last.size, {str(found)}
        except Contradicted:
            return last.size, {"the witness saw another log"}
        count = AuditEvent.objects.count()
        return count, set() if count == last.size else {f"{count} events, of which {last.size} are sealed"}


@contextmanager
def _as_the_sealer() -> Iterator[None]:
    user = connection.settings_dict["USER"]
    connection.close()
    connection.settings_dict["USER"] = SEALER
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["USER"] = user
