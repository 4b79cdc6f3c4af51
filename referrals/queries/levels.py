"""Within which time a referral is acknowledged and somebody first tried, and when a late one climbs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import AgencyKind
from casework.clocks import Unit, due_at
from casework.models import AttemptStandard
from casework.queries import standing_row
from referrals.models import Referral, ReferralStandard, Urgency


@dataclass(frozen=True)
class Levels:
    """The service levels that hold for one referral: each a number and in what it counts."""

    code: str
    acknowledge: tuple[int, Unit]
    first_contact: tuple[int, Unit]
    escalate: tuple[int, Unit]

    def acknowledge_by(self, since: datetime) -> datetime:
        return due_at(since, *self.acknowledge)

    def first_contact_by(self, since: datetime) -> datetime:
        return due_at(since, *self.first_contact)

    def supervisors_at(self, due: datetime) -> datetime:
        return due_at(due, *self.escalate)


def code_of(referral: Referral, level: str) -> str:
    """By which row of the standards it goes: its danger, a refuge, or else the level of its case when it was sent."""
    if referral.urgency == Urgency.NOW:
        return "danger"
    return "refuge" if referral.service.agency.kind == AgencyKind.REFUGE else level or "standard"


def levels_of(referral: Referral, now: datetime, level: str = "") -> Levels:
    """The standard of its kind and risk; where its service has agreed to another, that. `level` is for what is unsent.

    Raises `ReferralStandard.DoesNotExist` for a code that is not in the reference data.
    """
    code = code_of(referral, level or referral.level)
    row = standing_row(ReferralStandard, code, timezone.localdate(now), referral.sender.partnership_id)
    own: dict[str, Any] = referral.service.levels.get(code, {})
    count, unit = {}, {}
    for name in ("acknowledge", "first_contact", "escalate"):
        count[name], unit[name] = own.get(name, (getattr(row, name), getattr(row, f"{name}_in")))
    return Levels(code, **{name: (count[name], Unit(unit[name])) for name in count})


def next_attempt_by(referral: Referral, now: datetime) -> datetime:
    """When whoever accepted it tries again: the attempts of the standard, spread over its days."""
    asked = attempts_asked(referral, now)
    return now + timedelta(days=asked.days) / asked.attempts


def attempts_asked(referral: Referral, now: datetime) -> AttemptStandard:
    """How often somebody is tried before they count as unreachable."""
    code, today = referral.level or "standard", timezone.localdate(now)
    return standing_row(AttemptStandard, code, today, referral.sender.partnership_id)
