"""Wrapping the keys of cases anew, by the current version of the key-encryption key. No value is touched."""

from datetime import datetime

from accounts import vault
from accounts.authorization import authorize
from accounts.models import User
from audit.log import command, record, record_many
from casework.models import CaseKey


@command
def rewrap_keys(*, actor: User, most: int, now: datetime) -> int:
    """Wrap at most so many keys of earlier versions by the current one. Returns how many; 0 is the end.

    A key that somebody else holds is left for a later call. One of a version that is not given stays as it is.
    """
    authorize(actor, "casework.rewrap_keys")
    earlier = set(vault.keyring().versions) - {vault.keyring().current}
    old = CaseKey.objects.select_for_update(skip_locked=True).filter(version__in=earlier).order_by("pk")
    keys = list(old[:most])
    for key in keys:
        data_key = vault.unwrap(bytes(key.wrapped), key.case_id, key.version)
        key.wrapped, key.version = vault.wrap(data_key, key.case_id)
        key.rewrapped_at = now
    CaseKey.objects.bulk_update(keys, ["wrapped", "version", "rewrapped_at"])
    record_many(actor=actor, action="casework.rewrap_keys", subjects=keys, deliberate=False)
    record(actor=actor, action="casework.rewrap_keys", count=len(keys))
    return len(keys)
