"""What one's agency is quietly asked; and what others said of the person of a case when they were asked."""

from dataclasses import dataclass
from uuid import UUID

from accounts.authorization import NotVisible, authorize
from accounts.models import User
from audit.log import record
from casework.models import AskAnswer, Case, QuietAsk
from casework.policy_of_people import visible_asks

PAGE = 25


@dataclass(frozen=True)
class AskPage:
    """A page of what waits for an answer, the oldest first. `after` begins the next page; None on the last."""

    asks: list[QuietAsk]
    after: UUID | None


def asks_for(*, actor: User, after: UUID | None = None) -> AskPage:
    """What the actor's agency is asked and nobody has answered, of cases that they find. Recorded."""
    authorize(actor, "casework.view_asks")
    waiting = visible_asks(actor).filter(answered_at=None)
    if start := waiting.filter(public_id=after).first() if after else None:
        waiting = waiting.filter(pk__gt=start.pk)
    found = list(waiting.select_related("case", "asking_agency").order_by("pk")[: PAGE + 1])
    shown = found[:PAGE]
    record(
        actor=actor,
        action="casework.view_asks",
        shown=[ask.case_id for ask in shown],
        deliberate=False,
        count=len(shown),
    )
    return AskPage(shown, shown[-1].public_id if len(found) > PAGE else None)


def asks_waiting(actor: User) -> int:
    """How many wait, for the page on which the day begins."""
    return visible_asks(actor).filter(answered_at=None).count()


def get_ask(actor: User, public_id: UUID) -> QuietAsk:
    """One to answer. Raises `NotVisible`."""
    found = visible_asks(actor).select_related("case__agency", "asking_agency").filter(public_id=public_id).first()
    if found is None:
        raise NotVisible("casework.answer_ask", named=str(public_id))
    return found


def ask_is_shown(*, actor: User, ask: QuietAsk) -> None:
    """Record that somebody looked at it."""
    record(actor=actor, action="casework.view_asks", subject=ask)


def told_of(case: Case) -> list[QuietAsk]:
    """What others chose to say of the person of a case that the reader's agency holds: by whom, and their words."""
    told = QuietAsk.objects.filter(asking_case=case, answer=AskAnswer.TELL)
    return list(told.select_related("answered_by__agency").defer("why", "reason").order_by("answered_at", "pk"))
