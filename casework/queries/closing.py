"""What a closing is decided by, and closings to answer."""

from datetime import datetime, timedelta
from uuid import UUID

from accounts.authorization import NotVisible
from accounts.models import User
from casework.models import Case, CaseOutcome, Closing, Level
from casework.policy_of_closing import visible_closings
from casework.states import CaseStatus

COMES_BACK = timedelta(days=365)  # a local default: who comes back within a year goes on where they were


def needs_second_person(case: Case, outcome: str) -> bool:
    """At high risk, and where a domestic abuse victim was not reached, it never closes by one person alone."""
    newest = case.newest_risk
    return bool(newest and newest.level == Level.HIGH) or outcome == CaseOutcome.UNREACHABLE


def get_closing(actor: User, public_id: UUID) -> Closing:
    """A closing to answer. Raises `NotVisible`."""
    closing = visible_closings(actor).select_related("case", "asked_by").filter(public_id=public_id).first()
    if closing is None:
        raise NotVisible("casework.answer_closing", named=str(public_id))
    return closing


def closings_of(case: Case) -> list[Closing]:
    """All of a case, the newest first."""
    return list(case.closings.select_related("asked_by", "answered_by").order_by("-asked_at", "-pk"))


def to_reopen(others: tuple[Case, ...], now: datetime) -> list[Case]:
    """Of further cases of the same person, those that closed within a year: to go on with instead of a new one."""
    return [
        each
        for each in others
        if each.status == CaseStatus.CLOSED and each.closed_at and each.closed_at > now - COMES_BACK
    ]
