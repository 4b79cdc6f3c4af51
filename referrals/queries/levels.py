"""Within which time a referral is acknowledged and somebody first tried, and when a late one climbs."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from accounts.models import AgencyKind
from casework.clocks import Unit, due_at
from casework.models import AttemptStandard
from casework.queries import standing, standing_row
from referrals.models import Referral, ReferralStandard, Service, Urgency
from referrals.models.standards import TIMES


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
    row = levels_for(referral.service, timezone.localdate(now)).get(own_code(code, referral.service))
    if row is None:
        raise ReferralStandard.DoesNotExist(code)
    return Levels(code, **{name: (getattr(row, name), Unit(getattr(row, f"{name}_in"))) for name in TIMES})


def own_code(code: str, service: Service) -> str:
    """Under which a service may have agreed to times of its own."""
    return f"{code}-{service.pk}"


def levels_for(service: Service, today: date) -> dict[str, ReferralStandard]:
    """What holds for a service, by the code that is its own: of each kind and risk its own row, or everybody's."""
    rows: dict[str, ReferralStandard] = {}
    of_service = ~Q(code__contains="-") | Q(code__endswith=own_code("", service))
    for row in standing(ReferralStandard, today, service.agency.partnership_id).filter(of_service):
        rows.setdefault(row.code, row)
    own = {code: own_code(code, service) for code, row in sorted(rows.items()) if not row.is_own}
    return {own[code]: rows.get(own[code], rows[code]) for code in own}


def next_attempt_by(referral: Referral, now: datetime) -> datetime:
    """When whoever accepted it tries again: the attempts of the standard, spread over its days."""
    asked = attempts_asked(referral, now)
    return now + timedelta(days=asked.days) / asked.attempts


def attempts_asked(referral: Referral, now: datetime) -> AttemptStandard:
    """How often somebody is tried before they count as unreachable."""
    code, today = referral.level or "standard", timezone.localdate(now)
    return standing_row(AttemptStandard, code, today, referral.sender.partnership_id)
