"""The log. Ids and codes only: no value, no name, no free text ever stands here, so it may outlive the case."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Outcome(models.TextChoices):
    ALLOWED = "allowed", "Allowed"
    REFUSED = "refused", "Refused"
    NOT_FOUND = "not_found", "Refused: not visible to them"
    FAILED = "failed", "Failed"


SHUT = "shut"  # the reason that the database writes to a refusal of somebody to whom the case is shut: an attempt


class AuditEvent(models.Model):
    """One act or one reading: who, for which agency, what, of which record, why, with what outcome.

    The table is partitioned by month on `at` and made by SQL in the migration. `at` (UTC), `xid`, `db_user` and
    `acting_for_id` are set by the database and cannot be chosen by the writer. `action` is the permission
    that was exercised. `actor_id` is not a foreign key: the log must never block or lose anything.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(editable=False)
    actor_id = models.BigIntegerField(null=True, help_text="The user's id; empty for somebody not signed in.")
    agency_id = models.BigIntegerField(null=True, help_text="The agency they worked for.")
    acting_for_id = models.BigIntegerField(
        null=True, help_text="The agency that the database let them act for: of the system, the holder. Else as above."
    )
    action = models.CharField(max_length=100)
    outcome = models.CharField(max_length=10, choices=Outcome)
    reason = models.CharField(max_length=60, blank=True, help_text="Code: why it was refused, or failed.")
    purpose = models.CharField(max_length=60, blank=True, help_text="Code: what the reading was for.")
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True)
    case_id = models.BigIntegerField(null=True)
    categories = ArrayField(models.CharField(max_length=20), default=list)
    shown_ids = ArrayField(models.BigIntegerField(), default=list, help_text="Ids of the cases shown in a list.")
    is_deliberate = models.BooleanField(help_text="False when the record was only one of a list.")
    detail = models.JSONField(default=dict, help_text="Codes, ids and counts by name.")
    request_id = models.UUIDField(null=True)
    door = models.CharField(max_length=10, help_text="page, api, job or command")
    network = models.CharField(max_length=12, null=True, help_text="A code of where the request came from.")  # noqa: DJ001 - NULL before it was kept

    class Meta:
        managed = False
        db_table = "audit_event"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.action} {self.outcome} {self.subject_type} {self.subject_id}"


class Checkpoint(models.Model):
    """What the log was when it was sealed up to here, in numbers that nobody can come by for another log.

    `first` is the size before; the events between are those of the transactions from `low` to before `high`, or
    after a restore those of them that came later than `since`. `note` is signed, and says all but the hashes that
    the next seal goes on from (`edge`) and those of each event (`leaves`), by which a bad one is found and named.
    """

    size = models.BigIntegerField(primary_key=True)
    first = models.BigIntegerField()
    at = models.DateTimeField()
    low = models.BigIntegerField()
    high = models.BigIntegerField()
    since = models.DateTimeField(null=True)
    root = models.BinaryField()
    edge = models.BinaryField()
    leaves = models.BinaryField()
    note = models.TextField()

    class Meta:
        managed = False
        db_table = "audit_checkpoint"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.size} events"
