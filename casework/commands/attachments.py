"""Attaching a file to a case, and having it scanned again."""

import hashlib
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError

from accounts.authorization import NotPossibleNow, authorize
from accounts.models import User
from audit.log import command, record
from casework.cleaning import Refused, clean
from casework.models import Attachment, Case
from casework.models.agreements import CATEGORY_NAMES
from casework.scanning import Found, scan


@command
def add_attachment(*, actor: User, case: Case, content: bytes, category: str, title: str, now: datetime) -> Attachment:
    """Keep what is left of a file once it is cleaned. What it is, its content says; its name is not kept.

    Raises `ValidationError` by field for what is too large, of no kind that is kept, damaged, or can act by itself.
    """
    authorize(actor, "casework.add_attachment", case)
    problems = (
        {} if category in CATEGORY_NAMES else {"category": "Choose what it is about: whoever sees that, sees it."}
    )
    if not title.strip():
        problems["title"] = "Say in a few words what it is."
    if not content:
        problems["file"] = "Choose a file that is not empty."
    if len(content) > settings.ATTACHMENT_MAX_BYTES:
        problems["file"] = f"Choose a file of at most {settings.ATTACHMENT_MAX_BYTES // 1024 // 1024} MB."
    if problems:
        raise ValidationError(problems)
    try:
        kept = clean(content, settings.ATTACHMENT_MAX_PIXELS)
    except Refused as refusal:
        raise ValidationError({"file": str(refusal)}) from refusal
    found = scan(content)
    if found == Found.HARMFUL:
        raise ValidationError({"file": "The scanner says that this file is harmful. It is not kept."})
    made = Attachment.objects.create(
        case=case,
        category=category,
        kind=kept.kind,
        title=title,
        size=len(kept.content),
        digest=hashlib.sha256(kept.content).hexdigest(),
        scanned=found,
        scanned_at=now if found != Found.NOTHING_KNOWN else None,
        content=kept.content,
        added_at=now,
        added_by=actor,
    )
    record(actor=actor, action="casework.add_attachment", subject=made, categories=[category], kind=kept.kind.value)
    return made


@command
def scan_attachment(*, actor: User, file: Attachment, now: datetime) -> Attachment:
    """Ask the scanner again, where nothing was known or its signatures are newer. Raises `NotPossibleNow` where it does
    not answer: what was known before stays."""
    authorize(actor, "casework.scan_attachment", file)
    fresh = Attachment.objects.select_for_update().get(pk=file.pk)
    found = scan(fresh.content)
    if found == Found.NOTHING_KNOWN:
        raise NotPossibleNow("There is no scanner that answers. Try it again later.")
    fresh.scanned, fresh.scanned_at = found, now
    fresh.save(update_fields=["scanned", "scanned_at"])
    record(actor=actor, action="casework.scan_attachment", subject=fresh, outcome_code=found.value)
    return fresh
