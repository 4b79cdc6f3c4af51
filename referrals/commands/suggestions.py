"""Several referrals at once, by what is suggested or against it, and what nobody offers."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.authorization import NotPossibleNow, authorize
from accounts.models import User
from audit.log import command, record
from casework.commands.cases import add_step
from casework.models import Case, StepKind
from casework.plans import StepPlan
from casework.queries import due_by
from casework.states import CaseStatus
from referrals.commands.referrals import draft_referral
from referrals.models import Gap, Referral
from referrals.models.routing import mark_of_gap
from referrals.plans import AS_KNOWN, AS_SUGGESTED, DraftPlan, Search
from referrals.queries import suggested
from referrals.routing import Suggestions, Unmet, is_against

NOBODY_CHOSEN = "Choose a service, or say that nobody fits."
SAY_WHY = "This is not what is suggested first. Say why you choose it."
SOMEBODY_FITS = "For each of these needs a service is there."


@command
def draft_referrals(
    *, actor: User, case: Case, plans: Collection[DraftPlan], search: Search = AS_KNOWN, now: datetime
) -> list[Referral]:
    """Begin a referral to each of these services, or none: all in one act.

    Needs that nobody meets, of which none of these services is either, are noted for commissioners. Raises
    `ValidationError` where a choice against the suggestion does not say why, and `NotPossibleNow` as `draft_referral`.
    """
    authorize(actor, "referrals.draft_referral", case)
    if not plans:
        raise ValidationError({"service": NOBODY_CHOSEN})
    found = suggested(actor, case, search, now)
    chosen = {plan.service.pk for plan in plans}
    explained = [_explained(plan, found, chosen) for plan in plans]
    drafted = [
        draft_referral(
            actor=actor,
            case=case,
            service=plan.service,
            asked=plan.asked,
            urgency=plan.urgency,
            choice=plan.choice,
            now=now,
        )
        for plan in explained
    ]
    met = {need for each in (*found.suggested, *found.excluded) if each.service.id in chosen for need in each.meets}
    unmet = [each for each in found.unmet if each.need and each.need not in met]
    _note(actor, case, found, unmet, now)
    record(actor=actor, action="referrals.draft_referral", subject=case, count=len(drafted), unmet=len(unmet))
    return drafted


@command
def note_gaps(*, actor: User, case: Case, search: Search = AS_KNOWN, now: datetime) -> list[str]:
    """Note for commissioners which needs nobody meets, and see to it that somebody goes on looking.

    Gives the needs; an empty one where none was named. Raises `NotPossibleNow` while there is somebody for each.
    """
    authorize(actor, "referrals.note_gap", case)
    if case.status != CaseStatus.OPEN:
        raise NotPossibleNow("Open the case first: only an open case can be referred.")
    found = suggested(actor, case, search, now)
    if not found.unmet:
        raise NotPossibleNow(SOMEBODY_FITS)
    _note(actor, case, found, found.unmet, now)
    record(actor=actor, action="referrals.note_gap", subject=case, unmet=len(found.unmet))
    return [each.need for each in found.unmet]


def _explained(plan: DraftPlan, found: Suggestions, chosen: Collection[int]) -> DraftPlan:
    """Raises `ValidationError` where it goes against the suggestion and does not say why."""
    if not is_against(found, plan.service.pk, chosen):
        return replace(plan, choice=AS_SUGGESTED)
    said = {"chosen_against": plan.choice.against, "chosen_because": plan.choice.because.strip()}
    if missing := {name: SAY_WHY for name, value in said.items() if not value}:
        raise ValidationError(missing)
    return plan


def _note(actor: User, case: Case, found: Suggestions, unmet: Collection[Unmet], now: datetime) -> None:
    """Once for a case, need and month. The case gets a step to go on looking, unless one is open."""
    if not unmet:
        return
    month = timezone.localdate(now).replace(day=1)
    gaps = [
        Gap(
            partnership_id=case.partnership_id,
            month=month,
            need=each.need,
            kind=case.kind,
            area=_area(found),
            risk=found.sought.risk,
            excluded=list(each.excluded),
            once=mark_of_gap(case.pk, each.need, f"{month:%Y-%m}"),
        )
        for each in unmet
    ]
    Gap.objects.bulk_create(gaps, ignore_conflicts=True)
    if not case.steps.filter(kind=StepKind.FIND_ANOTHER_SERVICE, done_at=None).exists():
        due = due_by("declined_referral", now, case.partnership_id)
        add_step(actor, case, StepPlan(StepKind.FIND_ANOTHER_SERVICE, due.at, due.source, owner=actor), now)


def _area(found: Suggestions) -> str:
    """Where they come from, as some service calls it: what was typed otherwise might be where they are."""
    known = {area for each in (*found.suggested, *found.excluded) for area in each.service.areas}
    return next((area for area in sorted(known) if area.casefold() == found.sought.area.casefold()), "")
