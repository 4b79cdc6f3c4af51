"""Asking whoever holds a case quietly whether somebody else should hear that they know a person, and answering that.

Whoever took a contact learns nothing from it: it is asked after every contact, by a job, whatever was said.
"""

from datetime import datetime

from django.core.exceptions import ValidationError

from accounts.authorization import NotPossibleNow, authorize
from accounts.models import User
from accounts.work import defer
from audit.log import command, record
from casework.models import AskAnswer, Case, QuietAsk
from casework.notices import tell_of_ask
from casework.policy_of_people import kept_from

ASK = "casework.ask_holders"


def ask_quietly(actor: User, case: Case) -> None:
    """Part of a command, never one by itself: have it asked later, by the system, for this worker."""
    defer(ASK, actor=actor, jobs=[{"case": case.pk, "worker": actor.pk}])


@command
def have_holders_asked(*, actor: User, case: Case) -> None:
    """Have whoever may know the person of a case asked. The same for nobody as for somebody."""
    authorize(actor, ASK, case)
    ask_quietly(actor, case)
    record(actor=actor, action=ASK, subject=case)


@command
def ask_holders(*, actor: User, case_id: int, worker_id: int, now: datetime) -> None:
    """Ask the holders of the cases that are kept from a worker. Done by the system, once for each two cases."""
    authorize(actor, ASK)
    record(actor=actor, action=ASK)
    worker = User.objects.defer("password").get(pk=worker_id)
    for kept, holder, reference, why in kept_from(case_id, worker_id):
        if QuietAsk.objects.filter(case=kept, asking_case=case_id).exists():
            continue
        ask = QuietAsk.objects.create(
            case_id=kept, asking_case_id=case_id, asking_agency_id=worker.agency_id, why=why, asked_at=now
        )
        record(actor=actor, action=ASK, subject=ask, why=why)
        tell_of_ask(ask, holder, reference, actor=actor, now=now)


@command
def answer_ask(*, actor: User, ask: QuietAsk, answer: str, reason: str, words: str, now: datetime) -> QuietAsk:
    """Answer for the holder. They are told `words`, and by whom, where the answer is to tell them; else nothing, ever.

    Raises `ValidationError` by field, and `NotPossibleNow` where it was answered already.
    """
    authorize(actor, "casework.answer_ask", ask)
    problems = {} if answer in AskAnswer.values else {"answer": "Choose what they are told."}
    if not reason.strip():
        problems["reason"] = "Say why. Only your agency reads it."
    if (answer == AskAnswer.TELL) != bool(words.strip()):
        problems["words"] = "Say what they are told, and only where they are told something."
    if problems:
        raise ValidationError(problems)
    fresh = QuietAsk.objects.select_for_update(of=("self",)).get(pk=ask.pk)
    if fresh.answered_at:
        raise NotPossibleNow("This was answered already.")
    fresh.answer, fresh.reason, fresh.words, fresh.answered_at, fresh.answered_by = answer, reason, words, now, actor
    fresh.save(update_fields=["answer", "reason", "words", "answered_at", "answered_by"])
    record(actor=actor, action="casework.answer_ask", subject=fresh, answer=answer)
    if answer == AskAnswer.TELL:
        record(actor=actor, action="casework.answer_ask", subject=fresh, case_id=fresh.asking_case_id, answer=answer)
    return fresh
