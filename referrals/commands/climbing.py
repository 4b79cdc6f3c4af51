"""Late referrals climb: to whoever has them, to all who may answer, to their supervisors, to the sender's, and then
these are told again until somebody moves it. And waits for a place run out."""

from datetime import datetime

from accounts.authorization import authorize
from accounts.models import NoticeKind, User
from audit.acting import acting_as
from audit.log import command, record
from casework.models import StepOutcome
from referrals import states
from referrals.commands.following import end, find_another
from referrals.models import Referral, Told
from referrals.notices import tell_of_late, tell_sender
from referrals.policy import referrals_that_climb, waits_that_ran_out
from referrals.queries import levels_of

# To whom a late referral climbs next, and after which part of the time within which it reaches the supervisors.
CLIMBS: dict[str, tuple[Told, float]] = {
    Told.NOBODY: (Told.OWNER, 0.5),
    Told.OWNER: (Told.DUTY, 0.5),
    Told.DUTY: (Told.SUPERVISOR, 1),
    Told.SUPERVISOR: (Told.SENDER, 1),
    Told.SENDER: (Told.SENDER, 1),
}


@command
def climb_referrals(*, actor: User, now: datetime) -> int:
    """Let each late referral climb whose time for that has come; how many did. Done by the system, one at a time."""
    authorize(actor, "referrals.climb_referrals")
    late = referrals_that_climb(now)
    for referral_id, case_id in late:
        with acting_as(actor, case_id):
            _climb(actor, referral_id, now)
    record(actor=actor, action="referrals.climb_referrals", count=len(late))
    return len(late)


def _climb(actor: User, referral_id: int, now: datetime) -> None:
    related = Referral.objects.select_related("case", "service__agency", "sender", "owner_agency")
    referral = related.select_for_update(of=("self",)).get(pk=referral_id)
    if referral.climbs_at is None or referral.climbs_at > now:
        return  # somebody was quicker
    before, (referral.told, part) = referral.told, CLIMBS[referral.told]
    whole = levels_of(referral, now).supervisors_at(now) - now
    referral.climbs_at = now + whole * part
    referral.save(update_fields=["told", "climbs_at"])
    record(actor=actor, action="referrals.climb_referrals", subject=referral, before=before, after=referral.told)
    tell_of_late(referral, actor=actor, now=now)


@command
def expire_waits(*, actor: User, now: datetime) -> int:
    """Give back to its sender each referral that waited for a place in vain; how many did."""
    authorize(actor, "referrals.expire_waits")
    ran_out = waits_that_ran_out(now)
    for referral_id, case_id in ran_out:
        with acting_as(actor, case_id):
            _expire(actor, referral_id, now)
    record(actor=actor, action="referrals.expire_waits", count=len(ran_out))
    return len(ran_out)


def _expire(actor: User, referral_id: int, now: datetime) -> None:
    referral = Referral.objects.select_for_update(of=("self",)).get(pk=referral_id)
    if referral.status in states.EXPIRE.sources and referral.due_at <= now:
        ended = end(referral, states.EXPIRE, actor=actor, now=now, then=find_another, settled=StepOutcome.OVERTAKEN)
        tell_sender(ended, NoticeKind.REFERRAL_CHANGED, actor=actor, now=now)
