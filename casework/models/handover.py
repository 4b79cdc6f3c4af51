"""Handing over from shift to shift."""

import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import Agency, User


class HandoverNote(models.Model):
    """What whoever goes tells whoever comes, of one agency. Until somebody else signs that they have taken it over, it
    is open, and everybody of the agency sees it. It names cases by their references, and nobody."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=1000)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ()
        permissions = [
            ("view_callbacks", "See whom to call back, and when that is safe"),
            ("view_handover", "See the handover board"),
            ("write_handover", "Hand over to the next shift"),
            ("take_over", "Take over from the last shift"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="handover_note_says_something"),
            models.CheckConstraint(
                condition=Q(taken_at__isnull=True, taken_by__isnull=True)
                | Q(taken_at__isnull=False, taken_by__isnull=False),
                name="handover_note_is_taken_when_and_by_whom_or_neither",
            ),
            models.CheckConstraint(
                condition=Q(taken_by__isnull=True) | ~Q(taken_by=F("written_by")),
                name="nobody_takes_over_from_themselves",
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "-written_at"], name="handover_open", condition=Q(taken_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"handover note {self.pk}"
