"""Erasing a case: asked for by one, approved by another and carried out at once; and the legal holds that beat it."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import F

from accounts.authorization import NotPossibleNow, authorize
from accounts.models import User
from accounts.transitions import move
from audit.acting import kept_while_acting
from audit.log import command, record
from casework import notices, states
from casework.commands.sharing import end_sharing
from casework.models import Case, CaseKey, Erasure, ErasureGround, HoldReason, LegalHold, StepKind
from casework.plans import BEFORE_ERASING
from casework.states import CaseStatus, ErasureStatus

IS_HELD = "A legal hold stands on this case. While it does, the case cannot be erased."
IS_ERASED = "This case was erased. Nothing of it is left."


@command
def ask_erasure(*, actor: User, case: Case, ground: str, words: str, now: datetime) -> Erasure:
    """Ask that a case be erased, for somebody else to approve, who is told. Raises `ValidationError` by field, and
    `NotPossibleNow` under a legal hold, while something still runs in the case, or where it was asked for already."""
    authorize(actor, "casework.ask_erasure", case)
    problems = {} if ground in ErasureGround.values else {"ground": "Choose why it may be erased."}
    if not words.strip():
        problems["words"] = "Say what that rests on: which decision or order, of when, and where it is kept."
    if problems:
        raise ValidationError(problems)
    _must_be_possible(case)
    if Erasure.objects.filter(case=case, status=ErasureStatus.ASKED).exists():
        raise NotPossibleNow("The erasure of this case was asked for already.")
    erasure = Erasure.objects.create(
        case=case, ground=ground, words=words, asked_at=now, asked_by=actor, asked_as=actor.role
    )
    record(actor=actor, action="casework.ask_erasure", subject=erasure, reason=ground)
    notices.tell_of_erasure(erasure, actor=actor, now=now)
    return erasure


@command
def approve_erasure(*, actor: User, erasure: Erasure, now: datetime) -> Erasure:
    """Approve what somebody else asked for, and carry it out in the same transaction: what is shared ends, and of the
    case nothing is left but its tombstone. Raises `NotPossibleNow`, as for asking."""
    authorize(actor, "casework.approve_erasure", erasure)
    case = Case.objects.select_for_update(of=("self",)).get(pk=erasure.case_id)
    _must_be_possible(case)
    while share := case.decisions.filter(ended_at=None).order_by(F("widens").asc(nulls_first=True), "pk").first():
        end_sharing(actor=actor, decision=share, now=now)
    approved = move(erasure, states.APPROVE_ERASURE, actor=actor, **_answered(actor, now))
    record(
        actor=actor, action="casework.erase_case", subject=case, reason=approved.ground, asked_by=approved.asked_by_id
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT erase_case(%s, %s)", [approved.pk, now])
    kept_while_acting().pop((CaseKey, case.pk), None)
    approved.refresh_from_db()
    return approved


@command
def refuse_erasure(*, actor: User, erasure: Erasure, now: datetime) -> Erasure:
    """Keep the case: refuse what somebody asked for, or take back what one asked for oneself."""
    authorize(actor, "casework.refuse_erasure", erasure)
    return move(erasure, states.REFUSE_ERASURE, actor=actor, **_answered(actor, now))


@command
def place_hold(*, actor: User, case: Case, reason: str, now: datetime) -> LegalHold:
    """Keep a case from being erased, whoever asks or has asked for it. Raises `ValidationError`, `NotPossibleNow`."""
    authorize(actor, "casework.place_hold", case)
    if reason not in HoldReason.values:
        raise ValidationError({"reason": "Choose why it must be kept."})
    if case.status == CaseStatus.ERASED:
        raise NotPossibleNow(IS_ERASED)
    if LegalHold.objects.filter(case=case, reason=reason, lifted_at=None).exists():
        raise NotPossibleNow("This case is held for that reason already.")
    hold = LegalHold.objects.create(case=case, reason=reason, placed_at=now, placed_by=actor)
    record(actor=actor, action="casework.place_hold", subject=hold, reason=reason)
    return hold


@command
def lift_hold(*, actor: User, hold: LegalHold, now: datetime) -> LegalHold:
    """Say that this reason to keep the case is over. Raises `NotPossibleNow` where it is lifted already."""
    authorize(actor, "casework.lift_hold", hold)
    fresh = LegalHold.objects.select_for_update(of=("self",)).get(pk=hold.pk)
    if fresh.lifted_at:
        raise NotPossibleNow("This hold is lifted already.")
    fresh.lifted_at, fresh.lifted_by = now, actor
    fresh.save(update_fields=["lifted_at", "lifted_by"])
    record(actor=actor, action="casework.lift_hold", subject=fresh, reason=fresh.reason)
    return fresh


def _answered(actor: User, now: datetime) -> dict[str, Any]:
    return {"answered_at": now, "answered_by": actor, "answered_as": actor.role}


def _must_be_possible(case: Case) -> None:
    if case.status == CaseStatus.ERASED:
        raise NotPossibleNow(IS_ERASED)
    if case.holds.filter(lifted_at=None).exists():
        raise NotPossibleNow(IS_HELD)
    BEFORE_ERASING(case=case)


@BEFORE_ERASING.fill
def _must_have_ended(case: Case) -> None:
    if case.emergencies.filter(reviewed_at=None).exists():
        raise NotPossibleNow("This case was opened in an emergency, and that was not reviewed yet. Review it first.")
    if case.steps.filter(kind=StepKind.OFFER_VISIT, done_at=None).exists():
        raise NotPossibleNow("The offer of a police visit has no answer yet. Settle that step first.")
