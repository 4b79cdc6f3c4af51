"""What the victim answered to equality questions, which are asked when there is time for them."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError

from accounts.authorization import NotPossibleNow, authorize
from accounts.models import User
from audit.log import command, record
from casework.models import ABOUT, Case, EqualityAnswer
from casework.plans import EqualityReport

ONE_OF_TWO = "Enter an answer or why it was not asked, not both."


@command
def note_equality(*, actor: User, case: Case, answers: Iterable[EqualityReport], now: datetime) -> None:
    """Add answers; earlier ones stay, and the newest to each question stands. Raises `ValidationError` for both an
    answer and a reason, or for neither, by the question; `NotPossibleNow` while nobody is there to ask."""
    authorize(actor, "casework.note_equality", case)
    answers = list(answers)
    problems = {each.question: ONE_OF_TWO for each in answers if bool(each.answer) == bool(each.not_asked)}
    if problems or not answers:
        raise ValidationError(problems or "Answer at least one question.")
    victim = case.parties.filter(role__in=ABOUT).order_by("pk").first()
    if victim is None:
        raise NotPossibleNow("Nobody is named in this case yet. Log a contact that says who it is about.")
    EqualityAnswer.objects.bulk_create(
        EqualityAnswer(case=case, party=victim, noted_at=now, noted_by=actor, **vars(each)) for each in answers
    )
    record(actor=actor, action="casework.note_equality", subject=case, categories=["needs"], count=len(answers))
