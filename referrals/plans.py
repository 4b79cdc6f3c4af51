"""What callers hand to the commands of services, referrals and requests."""

from dataclasses import dataclass
from datetime import date

from referrals.models import RequestKind


@dataclass(frozen=True)
class ServicePlan:
    """A service as it enters the directory."""

    name: str
    what_for: str
    kinds: tuple[str, ...]
    purpose: str
    usual_categories: tuple[str, ...]
    answers_within_hours: int


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
