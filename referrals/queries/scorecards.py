"""How quickly and how partners answer: one scorecard for each service."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Avg, Case, Count, F, FloatField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from accounts.authorization import authorize
from accounts.models import User
from audit.log import record
from casework.queries.visits import Median
from referrals.models import DeclineReason, Referral
from referrals.policy import visible_referrals
from referrals.states import IN_EFFECT, ReferralStatus

OVER = timedelta(days=365)


@dataclass(frozen=True)
class Scorecard:
    """What became of the referrals that one service was sent within a year. Shares are of those that can be judged.

    `fed_back`: of those taken on that ended, or of which news are overdue, how many ended with what came of it.
    """

    service: str
    agency: str
    sent: int
    acknowledged_in_time: float | None
    accepted: float | None
    declined: dict[str, int]
    to_safe_contact: timedelta | None
    fed_back: float | None

    @property
    def hours_to_safe_contact(self) -> float | None:
        return self.to_safe_contact / timedelta(hours=1) if self.to_safe_contact else None


def scorecards(*, actor: User, now: datetime) -> list[Scorecard]:
    """Of the referrals that the actor may know of: those that their agency sent, or that were sent to it. Recorded."""
    authorize(actor, "referrals.view_scorecard")
    found = _counted(visible_referrals(actor).filter(sent_at__gt=now - OVER), now)
    record(actor=actor, action="referrals.view_scorecard", count=len(found))
    return found


def _one(condition: Q) -> Case:
    return Case(When(condition, then=Value(1.0)), default=Value(0.0), output_field=FloatField())


def _counted(referrals: QuerySet[Referral], now: datetime) -> list[Scorecard]:
    late = Q(acknowledge_by__lt=Coalesce("ended_at", Value(now)))  # what was taken back in time was not late
    judged = Q(acknowledged_at__isnull=False) | late
    answered = Q(answered_at__isnull=False)
    told = Q(status__in=[ReferralStatus.COMPLETED, ReferralStatus.UNABLE])
    silent = Q(status__in=IN_EFFECT, due_at__lt=now)
    rows = (
        referrals.values("service", "service__name", "service__agency__name")
        .annotate(
            sent=Count("pk"),
            in_time=Avg(_one(Q(acknowledged_at__lte=F("acknowledge_by"))), filter=judged),
            accepted=Avg(_one(~Q(status=ReferralStatus.DECLINED)), filter=answered),
            quick=Median(F("engaged_at") - F("sent_at"), filter=Q(engaged_at__isnull=False)),
            fed_back=Avg(_one(told), filter=told | silent),
        )
        .order_by("service__agency__name", "service__name")
    )
    declined: dict[int, dict[str, int]] = {}
    reasons = referrals.filter(status=ReferralStatus.DECLINED).values_list("service", "decline_reason")
    for service, reason, count in reasons.annotate(count=Count("pk")).order_by("-count"):
        declined.setdefault(service, {})[str(DeclineReason(reason).label)] = count
    return [
        Scorecard(
            row["service__name"],
            row["service__agency__name"],
            row["sent"],
            row["in_time"],
            row["accepted"],
            declined.get(row["service"], {}),
            row["quick"],
            row["fed_back"],
        )
        for row in rows
    ]
