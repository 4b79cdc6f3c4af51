"""Deciding to share, putting a decision into effect, and ending it. Grants are written here and nowhere else."""

from datetime import datetime

from django.core.exceptions import ValidationError

from accounts.authorization import NotPossibleNow, authorize
from accounts.models import User
from audit.log import command, record
from casework.categories import PERMISSION, Category
from casework.commands.cases import LATEST
from casework.commands.contacts import case_permissions
from casework.models import Case, Consent, GroupGrant, LiveGroupGrant, SharingDecision
from casework.plans import SharePlan
from casework.queries import lawful_bases


@command
def decide_sharing(*, actor: User, case: Case, plan: SharePlan, now: datetime) -> SharingDecision:
    """Record a decision to share, as the actor's. Nothing is shared until it begins. Raises `ValidationError`."""
    authorize(actor, "casework.decide_sharing", case)
    _check(case, plan, now)
    decision = SharingDecision.objects.create(
        case=case,
        recipient=plan.recipient,
        purpose=plan.purpose,
        basis=plan.basis,
        consent=plan.consent,
        consent_reason=plan.consent_reason,
        necessity=plan.necessity,
        categories=sorted(plan.categories),
        until=plan.until,
        decided_at=now,
        decided_by=actor,
    )
    record(
        actor=actor,
        action="casework.decide_sharing",
        subject=decision,
        categories=decision.categories,
        purpose=decision.purpose,
        recipient=plan.recipient.pk,
        basis=plan.basis.pk,
        consent=plan.consent,
    )
    return decision


@command
def begin_sharing(*, actor: User, decision: SharingDecision, now: datetime) -> SharingDecision:
    """Put a decision into effect: from now on the recipient sees these categories of the case, until it ends.

    Done by the recipient, by accepting; the right to share was the sender's, when deciding.
    """
    authorize(actor, "casework.begin_sharing", decision)
    fresh = SharingDecision.objects.select_for_update().get(pk=decision.pk)
    if fresh.began_at or fresh.ended_at or fresh.until <= now:
        raise NotPossibleNow("This share has begun already, or has ended.")
    fresh.began_at = now
    fresh.save(update_fields=["began_at"])  # first: the database takes no grant of what has not begun
    codenames = ("view_case", *(PERMISSION[Category(name)] for name in fresh.categories))
    GroupGrant.objects.bulk_create(
        GroupGrant(
            content_object_id=fresh.case_id,
            group_id=fresh.recipient.group_id,
            permission=permission,
            sharing=fresh,
            valid_until=fresh.until,
        )
        for permission in case_permissions(codenames)
    )
    record(actor=actor, action="casework.begin_sharing", subject=fresh, categories=fresh.categories)
    return fresh


@command
def end_sharing(*, actor: User, decision: SharingDecision, now: datetime) -> SharingDecision:
    """End a share, begun or not. What rests on another decision of the same agency and case stays."""
    authorize(actor, "casework.end_sharing", decision)
    fresh = SharingDecision.objects.select_for_update().get(pk=decision.pk)
    if fresh.ended_at:
        raise NotPossibleNow("This share has ended already.")
    LiveGroupGrant.objects.filter(sharing=fresh).delete()
    fresh.ended_at, fresh.ended_by = now, actor
    fresh.save(update_fields=["ended_at", "ended_by"])
    record(actor=actor, action="casework.end_sharing", subject=fresh, categories=fresh.categories)
    return fresh


def _check(case: Case, plan: SharePlan, now: datetime) -> None:
    problems: dict[str, str] = {}
    if plan.recipient.partnership_id != case.partnership_id:
        problems["recipient"] = "Choose an agency of this partnership."
    if not plan.categories or not set(plan.categories) <= set(Category):
        problems["categories"] = "Choose what to share."
    if not lawful_bases(now).filter(pk=plan.basis.pk).exists():
        problems["basis"] = "Choose a basis that is in force."
    if not now < plan.until <= now + LATEST:
        problems["until"] = "The end of the share must be in the future, and within a year."
    if plan.consent != Consent.GIVEN and not plan.consent_reason.strip():
        problems["consent_reason"] = "Say why they were not asked, or why it is shared all the same."
    if not plan.necessity.strip():
        problems["necessity"] = "Say in a sentence why this is necessary."
    if problems:
        raise ValidationError(problems)
