"""Referrals to the meeting on high risk (MARAC): noted per pair, and found again when something new is told."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.authorization import authorize
from accounts.models import User
from accounts.work import defer
from audit.acting import acting_as
from audit.log import command, record
from casework.commands.cases import add_step
from casework.commands.reviews import pull_review
from casework.models import Case, Gate, MaracReferral, NextStep, Party, PartyRole, StepKind
from casework.plans import StepPlan
from casework.policy_of_people import flagged_like
from casework.queries import due_by, flagged, flagged_since

FIND = "casework.find_repeats"
ELSEWHERE = "Something new was told about this pair, in another case than this."


@command
def note_marac(
    *, actor: User, case: Case, alleged: Party | None, referred_on: date, gate: str, now: datetime
) -> MaracReferral:
    """Note that a pair was referred to MARAC on a day: it is flagged from then on. Raises `ValidationError`."""
    authorize(actor, "casework.note_marac", case)
    problems = {}
    if referred_on > timezone.localdate(now):
        problems["referred_on"] = "The day of the referral cannot be in the future."
    if gate not in Gate.values:
        problems["gate"] = "Choose by which gate."
    if alleged and (alleged.case_id != case.pk or alleged.role != PartyRole.ALLEGED):
        problems["alleged"] = "Choose an alleged perpetrator of this case."
    if problems:
        raise ValidationError(problems)
    noted = MaracReferral.objects.create(
        case=case, alleged=alleged, referred_on=referred_on, gate=gate, noted_at=now, noted_by=actor
    )
    record(actor=actor, action="casework.note_marac", subject=noted, categories=["risk"], gate=gate)
    pull_review(actor, case, "Referred to MARAC", now)
    return noted


def look_for_repeats(actor: User, case: Case, now: datetime) -> None:
    """Part of a command, never one by itself: something new was told. Where the pair is flagged, here or in a case that
    the worker may never learn of, it is to be referred back.

    Elsewhere by a job, put off whatever was said, so that no request differs by whether there is such a case.
    """
    if flagged(case, now):
        _refer_back(actor, case, "", now)
    defer(FIND, actor=actor, jobs=[{"case": case.pk}])


@command
def find_repeats(*, actor: User, case_id: int, now: datetime) -> None:
    """Open that step in each other case in which the pair is flagged. Done by the system, for nobody."""
    authorize(actor, FIND)
    record(actor=actor, action=FIND)
    for found in flagged_like(case_id, flagged_since(actor.agency.partnership_id, now)):
        with acting_as(actor, found):
            case = Case.objects.get(pk=found)
            step = _refer_back(actor, case, ELSEWHERE, now)
            record(actor=actor, action=FIND, subject=step, step=step.kind)


def _refer_back(actor: User, case: Case, note: str, now: datetime) -> NextStep:
    due = due_by(StepKind.REFER_BACK, now, case.partnership_id)
    return add_step(actor, case, StepPlan(StepKind.REFER_BACK, due.at, due.source, note=note), now)
