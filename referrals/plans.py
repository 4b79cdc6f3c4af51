"""What callers hand to the commands of services and referrals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from casework.models import Purpose
from casework.plans import ContactReport


@dataclass(frozen=True)
class ServicePlan:
    """A service as it enters the directory. `more` holds what else is known of it, by the names of its fields."""

    name: str
    what_for: str
    kinds: tuple[str, ...]
    purpose: str
    usual_categories: tuple[str, ...]
    answers_within_hours: int
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class CapacityPlan:
    """How many places there are now, and what waits for one. None: not said; 0 places: full."""

    capacity_now: int
    waitlist_length: int | None = None
    waiting_days: int | None = None


@dataclass(frozen=True)
class ImportPlan:
    """What documents do not say: what new services are for, and of what kind an agency is that is not there yet.

    Without kinds of case nothing is referred to a new service until somebody says so. Without a kind of agency none is
    added, for a refuge taken for something else would be published with its address.
    """

    kinds: tuple[str, ...] = ()
    purpose: str = Purpose.SAFETY_SUPPORT
    new_agencies: str = ""


@dataclass(frozen=True)
class HandInPlan:
    """What an agency hands in: the contact, without who makes it and what comes next; where they live, and how great
    the risk is, as they see it. Empty is not known; nothing here is ever required."""

    report: ContactReport
    borough: str = ""
    risk: str = ""
