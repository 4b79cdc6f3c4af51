"""What callers hand to the commands of services and referrals."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ServicePlan:
    """A service as it enters the directory."""

    name: str
    what_for: str
    kinds: tuple[str, ...]
    purpose: str
    usual_categories: tuple[str, ...]
    answers_within_hours: int
