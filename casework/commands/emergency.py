"""Letting oneself into a case in an emergency, ending that, and the review that follows."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.authorization import NotPossibleNow, NotVisible, authorize
from accounts.models import User
from audit.log import command, record
from casework import notices
from casework.categories import Category
from casework.models import EmergencyAccess, EmergencyReason, Finding
from casework.models.emergency import LASTS
from casework.policy import emergency_case, holds

UNREVIEWED = (
    "An earlier emergency access of yours has not been reviewed yet. Ask a supervisor of the agency that holds that "
    "case to review it. If somebody is in danger now, ring 999."
)


@command
def open_in_emergency(
    *, actor: User, reference: str, reason: str, words: str, categories: Sequence[str], now: datetime
) -> EmergencyAccess:
    """See these categories of a case for four hours, and tell its holder's supervisors at once.

    Raises `NotVisible` for no case as for one that is shut to them; `ValidationError` by field; `NotPossibleNow`
    while an earlier emergency access of theirs waits for its review, or where their agency holds the case.
    """
    authorize(actor, "casework.open_in_emergency")
    _check(reason, words, categories)
    case_id = emergency_case(reference)
    if case_id is None:
        raise NotVisible("casework.open_in_emergency", named=reference)
    if holds(actor, case_id):
        raise NotPossibleNow("Your agency holds this case: you can open it as you always do.")
    try:
        with transaction.atomic():
            access = EmergencyAccess.objects.create(
                case_id=case_id,
                worker=actor,
                reason=reason,
                words=words,
                categories=sorted(set(categories)),
                opened_at=now,
                until=now + LASTS,
            )
    except IntegrityError as error:
        if "emergency_access_is_reviewed_before_the_next" not in str(error):
            raise
        raise NotPossibleNow(UNREVIEWED) from error
    record(
        actor=actor,
        action="casework.open_in_emergency",
        subject=access,
        purpose="emergency",
        reason=reason,
        categories=access.categories,
    )
    notices.tell_holder(access, actor=actor, now=now)
    return access


@command
def close_emergency(*, actor: User, access: EmergencyAccess, now: datetime) -> EmergencyAccess:
    """End one's own emergency access before its time. It still waits for its review."""
    authorize(actor, "casework.close_emergency", access)
    fresh = EmergencyAccess.objects.select_for_update().get(pk=access.pk)
    if fresh.closed_at or fresh.reviewed_at or fresh.until <= now:
        raise NotPossibleNow("This emergency access has ended already.")
    fresh.closed_at = now
    fresh.save(update_fields=["closed_at"])
    record(actor=actor, action="casework.close_emergency", subject=fresh)
    return fresh


@command
def review_emergency(
    *, actor: User, access: EmergencyAccess, finding: str, review: str, now: datetime
) -> EmergencyAccess:
    """Say whether it was right to open the case; the access ends with that, if it has not ended already.

    Raises `ValidationError` by field, and `NotPossibleNow` where it was reviewed already. Nobody reviews their own.
    """
    authorize(actor, "casework.review_emergency", access)
    problems = {} if finding in Finding.values else {"finding": "Choose what you found."}
    if not review.strip():
        problems["review"] = "Say in a sentence what you looked at and what you found."
    if problems:
        raise ValidationError(problems)
    fresh = EmergencyAccess.objects.select_for_update().get(pk=access.pk)
    if fresh.reviewed_at:
        raise NotPossibleNow("This emergency access has been reviewed already.")
    fresh.reviewed_at, fresh.reviewed_by, fresh.finding, fresh.review = now, actor, finding, review
    fresh.save(update_fields=["reviewed_at", "reviewed_by", "finding", "review"])
    record(actor=actor, action="casework.review_emergency", subject=fresh, finding=finding)
    return fresh


def _check(reason: str, words: str, categories: Sequence[str]) -> None:
    problems: dict[str, str] = {}
    if reason not in EmergencyReason.values:
        problems["reason"] = "Choose why you need to open it."
    if not words.strip():
        problems["words"] = "Say in a sentence what has happened."
    if not categories or not set(categories) <= set(Category):
        problems["categories"] = "Choose what you need to see."
    if problems:
        raise ValidationError(problems)
