"""Proposed bars: which workers are like somebody in a case, and the proposals that wait for an answer."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from accounts.authorization import NotVisible, authorize
from accounts.models import User
from audit.log import record, record_many
from casework.models import BarProposal, Case, PartyRole
from casework.models.proposals import mark_of_address
from casework.policy import visible_marks, visible_proposals

PAGE = 25


@dataclass(frozen=True)
class ProposalPage:
    """A page of proposals that are open, the oldest first. `after` begins the next page; None on the last."""

    proposals: list[BarProposal]
    after: UUID | None


def workers_alike(case: Case) -> dict[int, set[str]]:
    """By their ids the workers of the partnership who are like somebody in the case, each with the codes of why.

    Names in any order and writing; telephones and addresses by what workers declared. Costs the same for any number
    of workers: each is looked up by an index. Whoever asks must see all of the case. Who handed it in is a worker.
    """
    names = [(p.role, p.name) for p in case.parties.exclude(role=PartyRole.REFERRER) if p.name]
    marks = [
        (f"{route.party.role}_telephone", bytes(route.mark or b""))
        for route in case.routes.exclude(mark=None).select_related("party").defer("value", "e164")
    ]
    for address in case.addresses.select_related("party"):
        if mark := mark_of_address(str(address.lines or ""), str(address.postcode or "")):
            marks.append((f"{address.party.role}_address", mark))
    found: dict[int, set[str]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT worker, the_name, the_mark FROM staff_alike(%s, %s, %s)",
            [case.partnership_id, [name for _, name in names], [mark for _, mark in marks]],
        )
        for worker, name, mark in cursor.fetchall():
            found[worker].add(f"{names[name - 1][0]}_name" if name else marks[mark - 1][0])
    return found


def proposals_for(*, actor: User, after: UUID | None = None) -> ProposalPage:
    """A page of the proposed bars that the actor may see and that nobody has answered. Recorded, each by itself: its
    event is seen by who sees the proposal, which that of a case would not be."""
    authorize(actor, "casework.view_proposals")
    waiting = visible_proposals(actor).filter(answered_at=None)
    if start := waiting.filter(public_id=after).first() if after else None:
        waiting = waiting.filter(pk__gt=start.pk)
    found = list(waiting.select_related("case", "worker__agency").order_by("pk")[: PAGE + 1])
    shown = found[:PAGE]
    record_many(
        actor=actor,
        action="casework.view_proposals",
        subjects=shown or [None],
        purpose="supervision",
        deliberate=False,
        count=len(shown),
    )
    return ProposalPage(shown, shown[-1].public_id if len(found) > PAGE else None)


def open_proposals(actor: User, case: Case) -> list[BarProposal]:
    """Those of one case, for its own page."""
    waiting = visible_proposals(actor).filter(case=case, answered_at=None)
    return list(waiting.select_related("worker__agency").order_by("pk"))


def get_proposal(actor: User, public_id: UUID) -> BarProposal:
    """One to answer. Raises `NotVisible`."""
    found = visible_proposals(actor).select_related("case__agency", "case__owner", "worker__agency")
    proposal = found.filter(public_id=public_id).first()
    if proposal is None:
        raise NotVisible("casework.answer_proposal", named=str(public_id))
    return proposal


def proposal_is_shown(*, actor: User, proposal: BarProposal) -> None:
    """Record that a form shows a proposal, found to act on."""
    record(actor=actor, action="casework.view_proposals", subject=proposal, purpose="supervision")


def declared(actor: User) -> dict[str, int]:
    """How many numbers and addresses the actor has declared, by kind. What they are, nobody can be shown."""
    kinds = visible_marks(actor).filter(withdrawn_at=None).values_list("kind", flat=True)
    return {kind: list(kinds).count(kind) for kind in ("telephone", "address")}
