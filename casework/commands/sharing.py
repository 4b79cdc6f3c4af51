"""Deciding to share, putting a decision into effect, and ending it. Grants are written here and nowhere else."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q

from accounts.authorization import NotPossibleNow, authorize
from accounts.models import User
from audit.log import command, record
from casework.categories import PERMISSION, Category
from casework.commands.cases import LATEST
from casework.commands.consent import consent_named
from casework.commands.contacts import case_permissions
from casework.models import DOES_NOT_AGREE, Case, GroupGrant, LiveGroupGrant, SharingDecision
from casework.plans import SHARE_ENDED, SharePlan
from casework.queries import agreement_for, must_be_whole, problems_with

NOT_LONGER = "A share can only be shortened here: choose a moment between now and its end."


@command
def decide_sharing(*, actor: User, case: Case, plan: SharePlan, now: datetime) -> SharingDecision:
    """Record a decision to share, as the actor's. Nothing is shared until it begins. Raises `ValidationError`.

    Against the victim's will, or beyond every agreement in force, only a supervisor decides, who thereby authorises it.
    """
    authorize(actor, "casework.decide_sharing", case)
    decision = _decide(actor, case, plan, None, now)
    _record_decision(actor, "casework.decide_sharing", decision)
    return decision


@command
def widen_sharing(*, actor: User, decision: SharingDecision, plan: SharePlan, now: datetime) -> SharingDecision:
    """Share more with an agency that has a share of the case already, or for longer, by a decision beside that one.

    It takes effect at once, because that agency has accepted already, and ends with the share that it widens.
    Raises `ValidationError` where it widens nothing, and `NotPossibleNow` where that share does not run.
    """
    authorize(actor, "casework.widen_sharing", decision)
    running = SharingDecision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if not running.began_at or running.ended_at or running.until <= now:
        raise NotPossibleNow("Only a share that has begun and still runs can be widened.")
    if plan.recipient.pk != running.recipient_id:
        raise ValidationError({"recipient": "A share is widened for the agency that has it."})
    if set(plan.categories) <= set(running.categories) and plan.until <= running.until:
        raise ValidationError({"categories": "Choose more to share, or a later end."})
    wider = _decide(actor, running.case, plan, running.widens or running, now)
    _begin(wider, now)
    _record_decision(actor, "casework.widen_sharing", wider, widens=running.pk)
    return wider


@command
def share_as_asked(*, actor: User, case: Case, plan: SharePlan, now: datetime) -> SharingDecision:
    """Share with an agency that asked for it, at once: it has nothing to accept. Raises as `decide_sharing`."""
    authorize(actor, "casework.decide_sharing", case)
    decision = _decide(actor, case, plan, None, now)
    _begin(decision, now)
    _record_decision(actor, "casework.decide_sharing", decision)
    return decision


@command
def begin_sharing(*, actor: User, decision: SharingDecision, now: datetime) -> SharingDecision:
    """Put a decision into effect: from now on the recipient sees these categories of the case, until it ends.

    Done by the recipient, by accepting; the right to share was the sender's, when deciding.
    """
    authorize(actor, "casework.begin_sharing", decision)
    fresh = SharingDecision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if fresh.began_at or fresh.ended_at or fresh.until <= now:
        raise NotPossibleNow("This share has begun already, or has ended.")
    _begin(fresh, now)
    record(actor=actor, action="casework.begin_sharing", subject=fresh, categories=fresh.categories)
    return fresh


@command
def end_sharing(*, actor: User, decision: SharingDecision, now: datetime) -> SharingDecision:
    """End a share, begun or not, and what widened it. What rests on another decision of that agency and case stays.

    A referral that is still live is taken back with the last of what was shared by it.
    """
    authorize(actor, "casework.end_sharing", decision)
    fresh = SharingDecision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    wider = fresh.widenings.select_for_update(of=("self",)).filter(ended_at__isnull=True)
    running = [*wider.order_by("pk"), *([] if fresh.ended_at else [fresh])]
    if not running:
        raise NotPossibleNow("This share has ended already.")
    for each in running:
        _end(each, actor, now)
    SHARE_ENDED(decision=fresh, actor=actor, now=now)
    return fresh


@command
def shorten_sharing(*, actor: User, decision: SharingDecision, until: datetime, now: datetime) -> SharingDecision:
    """Let a share, and what widened it, end earlier than was decided. Raises `ValidationError` for any other moment."""
    authorize(actor, "casework.shorten_sharing", decision)
    fresh = SharingDecision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if fresh.ended_at or fresh.until <= now:
        raise NotPossibleNow("This share has ended already.")
    if not now < until < fresh.until:
        raise ValidationError({"until": NOT_LONGER})
    family = SharingDecision.objects.filter(Q(pk=fresh.pk) | Q(widens=fresh), ended_at__isnull=True, until__gt=until)
    for each in family.order_by("pk"):
        before, each.until = int(each.until.timestamp()), until
        GroupGrant.objects.filter(sharing=each, valid_until__gt=until).update(valid_until=until)
        each.save(update_fields=["until"])
        moments: dict[str, Any] = {"before": before, "after": int(until.timestamp())}
        record(actor=actor, action="casework.shorten_sharing", subject=each, **moments)
    fresh.refresh_from_db()
    return fresh


def _decide(actor: User, case: Case, plan: SharePlan, widens: SharingDecision | None, now: datetime) -> SharingDecision:
    late = {} if now < plan.until <= now + LATEST else {"until": "The end must be in the future, and within a year."}
    must_be_whole(problems_with(actor, case, plan, now) | late)
    overridden = plan.consent in DOES_NOT_AGREE
    agreement = agreement_for(case, plan.recipient, plan.categories, now)
    return SharingDecision.objects.create(
        case=case,
        recipient=plan.recipient,
        purpose=plan.purpose,
        basis=plan.basis,
        consent=consent_named(actor, case, plan, now),
        override_reason=plan.override.reason,
        override_narrative=plan.override.narrative,
        told_victim=plan.override.told_victim,
        authorised_by=actor if overridden else None,
        agreement=agreement,
        beyond_agreement="" if agreement else plan.beyond_agreement,
        justification=plan.justification,
        widens=widens,
        necessity=plan.necessity,
        categories=sorted(plan.categories),
        until=plan.until,
        decided_at=now,
        decided_by=actor,
    )


def _record_decision(actor: User, action: str, decision: SharingDecision, **more: Any) -> None:
    record(
        actor=actor,
        action=action,
        subject=decision,
        categories=decision.categories,
        purpose=decision.purpose,
        recipient=decision.recipient_id,
        basis=decision.basis_id,
        consent=decision.consent.stands,
        override=decision.override_reason,
        agreement=decision.agreement_id,
        justified=bool(decision.justification),
        **more,
    )


def _begin(decision: SharingDecision, now: datetime) -> None:
    decision.began_at = now
    decision.save(update_fields=["began_at"])  # first: the database takes no grant of what has not begun
    codenames = ("view_case", *(PERMISSION[Category(name)] for name in decision.categories))
    GroupGrant.objects.bulk_create(
        GroupGrant(
            content_object_id=decision.case_id,
            group_id=decision.recipient.group_id,
            permission=permission,
            sharing=decision,
            valid_until=decision.until,
        )
        for permission in case_permissions(codenames)
    )


def _end(decision: SharingDecision, actor: User, now: datetime) -> SharingDecision:
    """End exactly this one, which is locked and has not ended: its grants, its stamps, its event."""
    LiveGroupGrant.objects.filter(sharing=decision).delete()
    decision.ended_at, decision.ended_by = now, actor
    decision.save(update_fields=["ended_at", "ended_by"])
    record(actor=actor, action="casework.end_sharing", subject=decision, categories=decision.categories)
    return decision
