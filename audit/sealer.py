"""A round of the sealer: what waits is sealed, and every witness is told."""

import logging

from django.conf import settings

from audit.notes import Signer
from audit.seal import BATCH, AnotherSeals, seal
from audit.witnesses import tell, witnesses

log = logging.getLogger(__name__)


def seal_all(signer: Signer) -> int:
    """Seal all that can be sealed now. Returns how many events. Another sealer at it is as good as this one."""
    count = 0
    try:
        while made := seal(signer):
            count += made.size - made.first
            if made.size - made.first < BATCH:
                break
    except AnotherSeals:
        pass
    return count


def tell_all() -> int:
    """Bring the witnesses up to date. Returns how many could not be told. Raises `Contradicted`.

    One that cannot be reached holds nothing up: it is told later, and the processes' log says so until then.
    """
    failed = 0
    for place, witness in enumerate(witnesses(), start=1):
        try:
            tell(witness)
        except OSError:
            failed += 1
            log.exception("Witness %d of the log cannot be told. Checkpoints wait for it.", place)
    return failed


def go_round(signer: Signer) -> tuple[int, int]:
    """The witnesses are asked first: a log that one of them contradicts is not sealed. How many, and who failed."""
    failed = tell_all() if settings.AUDIT_WITNESSES else 0
    count = seal_all(signer)
    return count, tell_all() if count else failed
