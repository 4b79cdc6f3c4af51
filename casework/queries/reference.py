"""Reference data as it stands on a day: how long things may take, and why the law lets us share."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from casework.models import LawfulBasis, ServiceStandard


@dataclass(frozen=True)
class Due:
    """A due time (aware) and where it comes from: the code of a service standard, or "worker"."""

    at: datetime
    source: str


def in_force(on: date) -> Q:
    return Q(valid_from__lte=on) & (Q(valid_until__isnull=True) | Q(valid_until__gt=on))


def due_by(code: str, now: datetime) -> Due:
    """When something must be done that begins now. Raises `ServiceStandard.DoesNotExist` for an unknown code."""
    standard = ServiceStandard.objects.filter(in_force(timezone.localdate(now)), code=code).latest("valid_from")
    return Due(at=now + timedelta(hours=standard.hours), source=code)


def lawful_bases(now: datetime) -> QuerySet[LawfulBasis]:
    """Those in force today, in the order of the catalogue; not the conditions, which only go beside one."""
    return LawfulBasis.objects.filter(in_force(timezone.localdate(now)), is_condition=False).order_by("pk")
