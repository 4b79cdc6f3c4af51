"""While somebody is away, what is theirs is looked after: by a colleague, or by the post on duty."""

import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import Agency, User


class Absence(models.Model):
    """From when until when a worker is away, and who covers for them; nobody by name is the agency's post on duty.

    What they own stays theirs, and stands in the list of who covers for them besides.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    worker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="absences")
    begins_at = models.DateTimeField()
    until = models.DateTimeField()
    covered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="covers")
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        permissions = [
            ("note_absence", "Say that somebody is away, and who covers for them"),
            ("view_workload", "See who has how much, and what is late"),
            ("offer_case", "Offer a case to a colleague"),
            ("answer_offer", "Take over a case that one was offered, or say why not"),
            ("take_case", "Take a case, or a step, that is on duty"),
            ("climb_steps", "Let late steps climb"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("begins_at")), name="absence_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(covered_by__isnull=True) | ~Q(covered_by=F("worker")), name="nobody_covers_for_themselves"
            ),
        ]
        indexes = [models.Index(fields=["agency", "until"], name="absence_of_agency")]

    def __str__(self) -> str:
        return f"absence {self.pk}"
