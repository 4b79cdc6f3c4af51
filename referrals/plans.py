"""What callers hand to commands and queries: a service as it enters, what is looked for, and what is asked of whom."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from casework.models import Purpose
from casework.plans import ContactReport
from referrals.models import RequestKind, Service, Urgency

GENDERS = [("woman", "A woman"), ("man", "A man")]


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
class Search:
    """What the sender says of whom they look for, for this once. What is None stands as the case has it."""

    needs: tuple[str, ...] | None = None
    area: str | None = None
    gender: str | None = None
    language: str | None = None
    interpreter: bool | None = None
    wheelchair: bool | None = None
    oldest_son: int | None = None


AS_KNOWN = Search()


@dataclass(frozen=True)
class Choice:
    """Why a service was chosen against the suggestion; empty where it was not."""

    against: str = ""
    because: str = ""


AS_SUGGESTED = Choice()


@dataclass(frozen=True)
class DraftPlan:
    """What is asked of one service."""

    service: Service
    asked: str
    urgency: str = Urgency.ROUTINE
    choice: Choice = AS_SUGGESTED


@dataclass(frozen=True)
class RequestPlan:
    """What is asked for, and on what grounds. `about` is the reference of the case, where no referral names it.

    The grounds are those of a victim information request; of one for more about a referral only `necessity` is asked.
    """

    categories: tuple[str, ...]
    material: str
    necessity: str
    kind: str = RequestKind.FURTHER
    about: str = ""
    enquiry: str = ""
    other_means: str = ""
    counselling: str = ""
    notice: str = ""
    period_from: date | None = None
    period_until: date | None = None


@dataclass(frozen=True)
class HandInPlan:
    """What an agency hands in: the contact, without who makes it and what comes next; where they live, and how great
    the risk is, as they see it. Empty is not known; nothing here is ever required."""

    report: ContactReport
    borough: str = ""
    risk: str = ""
