"""What callers hand to the commands of oversight."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class AuditPlan:
    """What was found in a case: an answer for each question by its code, a finding, and words for the worker.

    `follow_up_on` None: nothing is to be followed up.
    """

    answers: Mapping[str, str]
    finding: str
    feedback: str
    follow_up_on: date | None = None
