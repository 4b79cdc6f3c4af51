"""The data key of each case. What it opens is nothing without the key that wraps it, which is not in the database."""

from django.db import models
from django.db.models.functions import Length

from accounts import vault
from audit.acting import kept_while_acting
from casework.models.cases import Case

WRAPPED_BYTES = vault.LEAST_BYTES + vault.KEY_BYTES
models.BinaryField.register_lookup(Length, "bytes")


class CaseKey(models.Model):
    """A data key, wrapped by the version of the key-encryption key that is named. Destroying it destroys the values."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="key")
    wrapped = models.BinaryField()
    version = models.CharField(max_length=20, db_index=True, help_text="Of the key-encryption key.")
    made_at = models.DateTimeField()
    rewrapped_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        permissions = [("rewrap_keys", "Wrap the keys of cases anew")]
        constraints = [
            models.CheckConstraint(condition=models.Q(wrapped__bytes=WRAPPED_BYTES), name="key_of_a_case_is_wrapped"),
        ]

    def __str__(self) -> str:
        return f"Key of case {self.case_id}"


def key_of(case_id: int) -> bytes:
    """The data key of a case, unwrapped once for each request, job or command. Raises `KeyMissing`, `NotGenuine`."""
    kept = kept_while_acting()
    if (place := (CaseKey, case_id)) not in kept:
        row = CaseKey.objects.filter(case=case_id).values_list("wrapped", "version").first()
        if row is None:
            raise vault.KeyMissing("key", case_id)
        kept[place] = vault.unwrap(bytes(row[0]), case_id, row[1])
    key: bytes = kept[place]
    return key
