"""Files that are attached to a case: cleaned, sealed with the key of the case, and of one category each."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import User
from casework.cleaning import Kind
from casework.models.agreements import CATEGORY_NAMES
from casework.models.cases import Case
from casework.models.sealed import SealedBytes, SealedText, are_sealed
from casework.scanning import Found

KINDS = {Kind.JPEG: "Picture (JPEG)", Kind.PNG: "Picture (PNG)", Kind.PDF: "Document (PDF)", Kind.TEXT: "Plain text"}
FOUND = {
    Found.NOTHING_KNOWN: "Not scanned yet: nobody outside can open it",
    Found.CLEAN: "Nothing harmful was found",
    Found.HARMFUL: "Harmful: nobody can open it",
}


class Attachment(models.Model):
    """One file as it is kept, which is not as it came: see `casework.cleaning`. `category` is whose sharing lets others
    see it. `digest` is the SHA-256 of what is kept."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="attachments")
    category = models.CharField(max_length=10, choices=[(name, name) for name in CATEGORY_NAMES])
    kind = models.CharField("kind of file", max_length=10, choices=[(k.value, label) for k, label in KINDS.items()])
    title = SealedText("what it is")
    size = models.PositiveIntegerField("bytes")
    digest = models.CharField(max_length=64)
    scanned = models.CharField("scanned", max_length=12, choices=[(f.value, label) for f, label in FOUND.items()])
    scanned_at = models.DateTimeField(null=True)
    content = SealedBytes("the file")
    added_at = models.DateTimeField("added")
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        permissions = [
            ("view_attachment", "See which files are attached, and open them"),
            ("add_attachment", "Attach a file"),
            ("scan_attachment", "Have a file scanned again"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(category__in=CATEGORY_NAMES), name="attachment_is_of_a_known_category"),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in Kind]), name="attachment_is_of_a_known_kind"
            ),
            models.CheckConstraint(
                condition=Q(scanned__in=[found.value for found in Found]), name="attachment_is_scanned_or_not"
            ),
            models.CheckConstraint(
                condition=Q(scanned=Found.NOTHING_KNOWN.value, scanned_at__isnull=True)
                | ~Q(scanned=Found.NOTHING_KNOWN.value) & Q(scanned_at__isnull=False),
                name="attachment_that_is_scanned_says_when",
            ),
            models.CheckConstraint(
                condition=Q(content__isnull=False, title__isnull=False), name="attachment_has_content_and_a_title"
            ),
            are_sealed("attachment_is_sealed", "content", "title"),
        ]

    @property
    def file_name(self) -> str:
        """As it is called when it is taken away: it says nothing of anybody."""
        return {Kind.JPEG: "picture.jpg", Kind.PNG: "picture.png", Kind.PDF: "document.pdf"}.get(
            Kind(self.kind), "notes.txt"
        )

    def __str__(self) -> str:
        return f"attachment {self.pk}"
