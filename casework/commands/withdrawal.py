"""Changing one's mind: what ends with a consent that is withdrawn, what stays, and who is told."""

from datetime import datetime

from accounts.authorization import NotPossibleNow, authorize
from accounts.models import User
from audit.log import command, record
from casework.commands.cases import add_step
from casework.commands.sharing import _end
from casework.models import Consent, ConsentRecord, StepKind
from casework.plans import NO_LONGER_AGREES, SHARE_ENDED, StepPlan
from casework.queries import due_by, who_saw


@command
def withdraw_consent(*, actor: User, consent: ConsentRecord, now: datetime) -> ConsentRecord:
    """Record that somebody no longer agrees. Every share that rests on this consent ends in this transaction.

    What has a basis of its own or was overridden stays, and its receivers are told. For each agency that read of the
    case already there is a next step: to tell them. Raises `NotPossibleNow` where there is nothing to withdraw.
    """
    authorize(actor, "casework.withdraw_consent", consent)
    fresh = ConsentRecord.objects.select_for_update(of=("self",)).select_related("case").get(pk=consent.pk)
    if fresh.stands != Consent.GIVEN:
        raise NotPossibleNow("They do not agree already, or were not asked: there is nothing to withdraw.")
    fresh.withdrawn_at, fresh.withdrawn_by = now, actor
    fresh.save(update_fields=["withdrawn_at", "withdrawn_by"])
    shares = fresh.decisions.select_for_update(of=("self",)).filter(ended_at__isnull=True).select_related("basis")
    running = [share for share in shares.order_by("pk") if share.until > now]
    resting = [share for share in running if share.basis.rests_on_consent]
    for share in resting:
        _end(share, actor, now)
        SHARE_ENDED(decision=share, actor=actor, now=now)
    for share in running:
        if share not in resting:
            NO_LONGER_AGREES(decision=share, actor=actor, now=now)
    told = _plan_to_tell(actor, fresh, now)
    record(actor=actor, action="casework.withdraw_consent", subject=fresh, ended=[s.pk for s in resting], to_tell=told)
    return fresh


def _plan_to_tell(actor: User, consent: ConsentRecord, now: datetime) -> list[int]:
    """A next step for each agency that read of the case: the ids of those agencies."""
    due = due_by("tell_of_withdrawal", now, consent.case.partnership_id)
    agencies = [seen.agency for seen in who_saw(actor, consent)]
    for agency in agencies:
        plan = StepPlan(StepKind.TELL_OF_WITHDRAWAL, due.at, due.source, note=f"Tell {agency.name}.", owner=actor)
        add_step(actor, consent.case, plan, now)
    return [agency.pk for agency in agencies]
