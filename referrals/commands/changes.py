"""Telling whoever works on a referral that something changed which they may know."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from accounts.models import NoticeKind, User, system_in
from audit.acting import acting_as, kept_while_acting
from casework.models import Case, SharingDecision
from casework.plans import CHANGED, NO_LONGER_AGREES
from casework.policy import clock
from casework.states import CaseStatus
from referrals.models import Referral
from referrals.notices import tell_receivers
from referrals.states import LIVE


@CHANGED.fill
def _tell_who_works_on_it(case: Case, what: Collection[str], actor: User, now: datetime) -> None:
    """Once for each referral and act, of what is shared with it now: the categories, never what they hold.

    By the system, for the holder: whoever caused it need not see who else works with the case.
    """
    if case.status != CaseStatus.OPEN or not what:
        return
    with acting_as(system_in(case.partnership_id), case.pk):
        told = kept_while_acting().setdefault("told that it changed", set())
        live = Referral.objects.select_for_update(of=("self",)).filter(case=case, status__in=LIVE)
        for referral in live.filter(decision__began_at__isnull=False).select_related("service", "owner").order_by("pk"):
            if changed := _shared_now(referral, now) & set(what):
                referral.changes |= dict.fromkeys(sorted(changed), clock().isoformat())
                referral.save(update_fields=["changes"])
                if referral.pk not in told:
                    tell_receivers(referral, actor=actor, now=now, kind=NoticeKind.CHANGED)
                told.add(referral.pk)


@NO_LONGER_AGREES.fill
def _tell_receivers(decision: SharingDecision, actor: User, now: datetime) -> None:
    for referral in Referral.objects.filter(decision=decision.widens or decision):
        tell_receivers(referral, actor=actor, now=now, kind=NoticeKind.NO_LONGER_AGREES)


def _shared_now(referral: Referral, now: datetime) -> set[str]:
    """The categories that it shows, and what widened it."""
    decided = Q(pk=referral.decision_id) | Q(widens=referral.decision_id)
    running = SharingDecision.objects.filter(decided, began_at__isnull=False, ended_at=None, until__gt=now)
    return {name for decision in running for name in decision.categories}
