"""What callers hand to the commands of referrals."""

from dataclasses import dataclass

from casework.plans import ContactReport


@dataclass(frozen=True)
class HandInPlan:
    """What an agency hands in: the contact, without who makes it and what comes next; where they live, and how great
    the risk is, as they see it. Empty is not known; nothing here is ever required."""

    report: ContactReport
    borough: str = ""
    risk: str = ""
