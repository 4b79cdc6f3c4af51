"""Parts of commands, never one by themselves: a referral's clock, its end, and the sender's step that follows it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from accounts.models import User
from accounts.transitions import Transition, move
from casework.commands import answer_step, end_sharing
from casework.models import NextStep, SharingDecision, StepKind, StepOutcome
from casework.plans import StepPlan
from casework.queries import Due, due_by
from referrals.models import Referral, Told

After = Callable[[Referral, datetime], StepPlan]


def runs(due: Due) -> dict[str, Any]:
    """The stamps of a clock that begins: by when, by which standard, and that nobody was told yet that it is late."""
    return {"due_at": due.at, "due_source": due.source, "told": Told.NOBODY, "climbs_at": due.at}


def acknowledged(referral: Referral, actor: User, now: datetime) -> dict[str, Any]:
    """The stamps of that it was received, unless it has them: whoever answers has received it."""
    return {} if referral.acknowledged_at else {"acknowledged_at": now, "acknowledged_by": actor}


def end(
    referral: Referral,
    transition: Transition,
    *,
    actor: User,
    now: datetime,
    then: After,
    settled: str = StepOutcome.DONE,
    shares: bool = True,
    detail: dict[str, Any] | None = None,
    **stamps: Any,
) -> Referral:
    """Move it to a state in which it has ended: no clock runs any more, its share ends, and the sender goes on with
    a step of their own. `shares` False where what was shared is ending already."""
    stops = {"climbs_at": None, "answer_left": None, "ended_at": now, "ended_by": actor}
    ended = move(referral, transition, actor=actor, detail=detail, **stops, **stamps)
    if ended.decision:
        if shares:
            end_sharing(actor=actor, decision=ended.decision, now=now)
        follow(ended, actor, settled, then(ended, now), now)
    return ended


def follow(referral: Referral, actor: User, outcome: str, plan: StepPlan, now: datetime) -> None:
    """Settle the sender's step that watches this referral and open the one that comes after it."""
    referral.follow_up = answer_step(actor=actor, step=follow_up_of(referral), outcome=outcome, then=plan, now=now)
    referral.save(update_fields=["follow_up"])


def watch(referral: Referral, due: Due, owner: User | None) -> StepPlan:
    """The sender's step while the addressed agency has the next move."""
    agency = referral.service.agency
    return StepPlan(StepKind.FOLLOW_UP_REFERRAL, due.at, due.source, owner=owner, waits_for=agency)


def watch_on(referral: Referral, due: Due) -> StepPlan:
    """The same, whose it was."""
    return watch(referral, due, follower_of(referral))


def decide_next(referral: Referral, now: datetime) -> StepPlan:
    due = due_by("decide_what_next", now, referral.sender.partnership_id)
    return StepPlan(StepKind.DECIDE_WHAT_NEXT, due.at, due.source, owner=follower_of(referral))


def find_another(referral: Referral, now: datetime) -> StepPlan:
    due = due_by("declined_referral", now, referral.sender.partnership_id)
    return StepPlan(StepKind.FIND_ANOTHER_SERVICE, due.at, due.source, owner=follower_of(referral))


def follower_of(referral: Referral) -> User | None:
    """Of the sender's workers, who follows it; None for the duty queue. Without the password, which no job may read."""
    followed = NextStep.objects.filter(pk=referral.follow_up_id or 0)
    return User.objects.defer("password").filter(pk__in=followed.values("owner")).first()


def decision_of(referral: Referral) -> SharingDecision:
    """That every referral which was sent has one, is a constraint."""
    return cast(SharingDecision, referral.decision)


def follow_up_of(referral: Referral) -> NextStep:
    """That every referral which was sent has one, is a constraint."""
    return cast(NextStep, referral.follow_up)
