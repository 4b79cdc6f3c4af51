"""Records to read and to save, where recording is measured. Their tables are made by `benchmarks.audit`."""

from django.db import models


class Noted(models.Model):
    words = models.TextField()
    count = models.IntegerField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"note {self.pk}"


class Note(Noted):
    """Watched by nobody, or by django-auditlog."""

    class Meta:
        managed = False
        db_table = "benchmark_note"
        default_permissions = ()


class KeptNote(Noted):
    """The same with the product's triggers: a change needs its event, and leaves a version."""

    class Meta:
        managed = False
        db_table = "benchmark_kept_note"
        default_permissions = ()
