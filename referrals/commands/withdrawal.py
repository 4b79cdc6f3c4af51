"""A referral that its sender takes back, and what becomes of live ones when people, agencies or shares end."""

from datetime import datetime

from django.core.exceptions import ValidationError

from accounts.authorization import NotPossibleNow, authorize
from accounts.models import Agency, NoticeKind, User, system_in
from accounts.roles import roles_with
from accounts.slots import AGENCY_LEFT, WORKER_LEFT
from audit.log import command, record, record_many
from casework.models import Case, SharingDecision, StepOutcome
from casework.plans import BEFORE_ERASING, NO_LONGER_AGREES, RISK_LOWERED, SHARE_ENDED, WAS_SHUT
from casework.policy import is_shut
from referrals import states
from referrals.commands.following import decide_next, end
from referrals.models import SENT_WRONGLY, Referral, WithdrawReason
from referrals.notices import receivers_of, tell, tell_receivers

ANSWERS = "referrals.accept_referral"


@command
def withdraw_referral(*, actor: User, referral: Referral, reason: str, now: datetime) -> Referral:
    """Take it back, in whatever live state it is; what was shared ends in this moment.

    What was sent wrongly is recalled: the addressed agency is told, and finds it no more. Raises `ValidationError`.
    """
    if reason not in WithdrawReason.values:
        raise ValidationError({"reason": "Choose why you take it back."})
    return _take_back(referral, actor, WithdrawReason(reason), now)


def _take_back(referral: Referral, actor: User, reason: WithdrawReason, now: datetime, shares: bool = True) -> Referral:
    recalled = reason in SENT_WRONGLY and referral.status != states.ReferralStatus.DRAFT
    told = receivers_of(referral) if recalled else []
    withdrawn = end(
        referral,
        states.RECALL if recalled else states.WITHDRAW,
        actor=actor,
        now=now,
        then=decide_next,
        settled=StepOutcome.OVERTAKEN,
        shares=shares,
        detail={"reason_code": reason},
        withdraw_reason=reason,
    )
    if recalled:
        tell(withdrawn, NoticeKind.REFERRAL_RECALLED, told, actor=actor, now=now)
    return withdrawn


@WAS_SHUT.fill
def _come_back(*, actor: User, case: Case, to: User, now: datetime) -> None:
    """Take back the live referrals of a case that nobody at the addressed agency finds any more.

    One that others there still find passes from its owner to their duty queue, and the holder's own to somebody.
    """
    live = Referral.objects.filter(case=case, status__in=states.LIVE).select_related("service", "owner")
    for referral in live.order_by("pk"):
        addressed = User.objects.filter(agency=referral.service.agency_id, is_active=True)
        if all(is_shut(case.pk, worker) for worker in addressed.filter(role__in=roles_with(ANSWERS))):
            _take_back(referral, actor, WithdrawReason.SHARE_ENDED, now)
        elif referral.owner and is_shut(case.pk, referral.owner):
            referral.owner = to if referral.owner_agency_id == to.agency_id else None
            referral.save(update_fields=["owner"])


@WORKER_LEFT.fill
def _pass_on(worker: User, role: str, now: datetime) -> None:
    hand_over_referrals(actor=system_in(worker.agency.partnership_id), worker=worker)


@command
def hand_over_referrals(*, actor: User, worker: User) -> None:
    """Pass on the live referrals of a worker who left to their agency's duty queue."""
    authorize(actor, "referrals.hand_over_referrals")
    theirs = list(Referral.objects.select_for_update(of=("self",)).filter(owner=worker, status__in=states.LIVE))
    Referral.objects.filter(pk__in=[referral.pk for referral in theirs]).update(owner=None)
    record_many(actor=actor, action="referrals.hand_over_referrals", subjects=theirs, worker=worker.pk)
    record(actor=actor, action="referrals.hand_over_referrals", subject=worker)


@AGENCY_LEFT.fill
def _bring_back(agency: Agency, actor: User, now: datetime) -> None:
    """What waits for an agency that left, after its shares have ended, goes back to its sender, by the system."""
    system = system_in(agency.partnership_id)
    for referral in Referral.objects.filter(service__agency=agency, status__in=states.LIVE).order_by("pk"):
        _take_back(referral, system, WithdrawReason.SHARE_ENDED, now, shares=False)


@SHARE_ENDED.fill
def _goes_back(decision: SharingDecision, actor: User, now: datetime) -> None:
    """A live referral goes back with the last of what was shared by it; one that has just ended took its shares along.

    Where the addressed agency gives its share up, the referral stays theirs to complete.
    """
    first = decision.widens or decision
    if not first.ended_at or first.widenings.filter(ended_at__isnull=True).exists():
        return
    live = Referral.objects.filter(decision=first, status__in=states.LIVE, sender=actor.agency_id)
    if referral := live.first():
        _take_back(referral, actor, WithdrawReason.SHARE_ENDED, now, shares=False)


@BEFORE_ERASING.fill
def _must_have_ended(case: Case) -> None:
    if Referral.objects.filter(case=case, status__in=states.LIVE).exists():
        raise NotPossibleNow("A referral of this case still runs. Withdraw it first, or have it completed.")


@NO_LONGER_AGREES.fill
def _tell_receivers(decision: SharingDecision, actor: User, now: datetime) -> None:
    for referral in Referral.objects.filter(decision=decision.widens or decision):
        tell_receivers(referral, actor=actor, now=now)


@RISK_LOWERED.fill
def _tell_who_works_on_it(case: Case, actor: User, now: datetime) -> None:
    """Of those that are shown the risk."""
    live = Referral.objects.filter(case=case, status__in=states.IN_EFFECT)
    for referral in live.filter(decision__categories__contains=["risk"]).order_by("pk"):
        tell_receivers(referral, actor=actor, now=now, kind=NoticeKind.RISK_LOWERED)
