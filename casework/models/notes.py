"""What workers note of a case. A note is never changed: another takes its place, and both stay."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import Agency, User
from casework.models.cases import Case


class Disclosable(models.TextChoices):
    YES = "yes", "May be given to the person it is about"
    ASK = "ask", "Ask us before it is given to anybody"
    NO = "no", "Not to be given to anybody, because it would put somebody at risk"


class Note(models.Model):
    """One note, whose it is, and whether it may be given away when somebody asks for their file."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", help_text="Whose it is.")
    words = models.CharField("note", max_length=4000)
    disclosable = models.CharField("may it be given away", max_length=10, choices=Disclosable)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    superseded_at = models.DateTimeField("no longer holds since", null=True)

    class Meta:
        default_permissions = ()
        permissions = [("write_note", "Write a note, or another in its place")]
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="note_says_something"),
            models.CheckConstraint(
                condition=Q(disclosable__in=Disclosable.values), name="note_says_whether_it_may_be_given_away"
            ),
            models.UniqueConstraint(
                fields=["replaces"], condition=Q(replaces__isnull=False), name="note_is_replaced_once"
            ),
        ]
        indexes = [models.Index(fields=["case", "-written_at"], name="note_of_case")]

    def __str__(self) -> str:
        return f"note {self.pk}"
