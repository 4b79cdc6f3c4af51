"""Proposing bars, answering them, and what workers declare of themselves for that."""

from datetime import datetime

from django.core.exceptions import ValidationError

from accounts.authorization import NotPossibleNow, authorize
from accounts.models import Agency, User, system_in
from audit.acting import acting_as
from audit.log import command, record
from casework.commands.bars import shut_out
from casework.models import Bar, BarProposal, Case, Dismissal, MarkKind, StaffMark, mark_of_telephone
from casework.models.proposals import mark_of_address
from casework.notices import tell_of_proposal
from casework.plans import AddressReport
from casework.policy import is_shut
from casework.queries import read_telephone

ANSWERED = "This proposal has been answered already."


def propose_bars(actor: User, case: Case, alike: dict[int, set[str]], now: datetime) -> None:
    """Part of a command, never one by itself: propose a bar for each worker who is like somebody in the case.

    Not for whom it is shut to already, nor again for what was answered. In the system's name: whoever logs a contact,
    or opens a case, does not learn of it, and may be the one whom it is about.
    """
    if not alike:
        return
    with acting_as(system := system_in(case.partnership_id)):
        authorize(system, "casework.propose_bar")
        for worker in User.objects.filter(pk__in=alike).order_by("pk"):
            if not is_shut(case.pk, worker):
                _propose(actor, system, case, worker, alike[worker.pk], now)


def _propose(actor: User, system: User, case: Case, worker: User, why: set[str], now: datetime) -> None:
    earlier = list(BarProposal.objects.filter(case=case, worker=worker))
    if why <= {code for proposal in earlier for code in proposal.why}:
        return
    proposal = next((each for each in earlier if not each.answered_at), None)
    if proposal:
        proposal.case, proposal.why = case, sorted(why.union(proposal.why))
        proposal.save(update_fields=["why"])
    else:
        proposal = BarProposal.objects.create(case=case, worker=worker, why=sorted(why), proposed_at=now)
    record(actor=actor, action="casework.propose_bar", subject=proposal, why=proposal.why)
    tell_of_proposal(proposal, actor=system, now=now)


@command
def accept_proposal(*, actor: User, proposal: BarProposal, who: User | Agency, reason: str, now: datetime) -> Bar:
    """Bar the worker, or their whole agency, as it was proposed. Raises `NotPossibleNow` where it is answered."""
    authorize(actor, "casework.answer_proposal", proposal)
    if who not in (proposal.worker, proposal.worker.agency):
        raise ValidationError({"who": "Bar the worker who is proposed, or their agency."})
    fresh = _unanswered(proposal)
    bar, steps = shut_out(actor, fresh.case, who, reason, now)
    fresh.answered_at, fresh.answered_by, fresh.bar = now, actor, bar
    fresh.save(update_fields=["answered_at", "answered_by", "bar"])
    record(actor=actor, action="casework.answer_proposal", subject=fresh, outcome_code="accepted")
    record(actor=actor, action="casework.bar_from_case", subject=bar, reason=reason, steps=steps)
    return bar


@command
def dismiss_proposal(*, actor: User, proposal: BarProposal, because: str, now: datetime) -> BarProposal:
    """Bar nobody, and say why. Raises `ValidationError` without a reason, `NotPossibleNow` where it is answered."""
    authorize(actor, "casework.answer_proposal", proposal)
    if because not in Dismissal.values:
        raise ValidationError({"because": "Choose why they need not be barred."})
    fresh = _unanswered(proposal)
    fresh.answered_at, fresh.answered_by, fresh.dismissed = now, actor, because
    fresh.save(update_fields=["answered_at", "answered_by", "dismissed"])
    record(actor=actor, action="casework.answer_proposal", subject=fresh, outcome_code=because)
    return fresh


@command
def declare_mark(*, actor: User, telephone: str, address: AddressReport | None, now: datetime) -> None:
    """Keep a mark of one's own telephone number, address, or both, never the value. Twice the same is once.

    Raises `ValidationError` for a number that is none, for an address that says too little, and for neither.
    """
    authorize(actor, "casework.declare_mark")
    marks = {MarkKind.TELEPHONE: mark_of_telephone(read_telephone(telephone))} if telephone else {}
    if address and (address.lines or address.postcode):
        if (mark := mark_of_address(address.lines, address.postcode)) is None:
            raise ValidationError({"lines": "Enter the number or name of the house, the street and the postcode."})
        marks[MarkKind.ADDRESS] = mark
    if not marks:
        raise ValidationError({"telephone": "Enter a telephone number, or an address."})
    for kind, mark in marks.items():
        StaffMark.objects.get_or_create(
            worker_id=actor.pk, mark=mark, withdrawn_at=None, defaults={"kind": kind, "declared_at": now}
        )
    record(actor=actor, action="casework.declare_mark", kinds=sorted(marks))


@command
def withdraw_marks(*, actor: User, now: datetime) -> None:
    """Be compared by one's name alone from now on."""
    authorize(actor, "casework.declare_mark")
    count = StaffMark.objects.filter(worker=actor.pk, withdrawn_at=None).update(withdrawn_at=now)
    record(actor=actor, action="casework.declare_mark", withdrawn=count)


def _unanswered(proposal: BarProposal) -> BarProposal:
    fresh = BarProposal.objects.select_for_update(of=("self",)).select_related("case__owner").get(pk=proposal.pk)
    if fresh.answered_at:
        raise NotPossibleNow(ANSWERED)
    return fresh
