"""What waits for somebody: their drafts, and the next steps that are theirs or their agency's."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Model, Q

from accounts.authorization import NotVisible, authorize
from accounts.models import User
from audit.log import record
from casework.categories import Category
from casework.models import Contact, NextStep, read_reference
from casework.policy import visible_contacts, visible_steps
from casework.states import ContactStatus

PAGE = 25
MOST_DRAFTS = 50


@dataclass(frozen=True)
class WorkPage:
    """One page of next steps. `after` begins the next page; None on the last."""

    steps: list[NextStep]
    after: UUID | None


def drafts_for(*, actor: User) -> list[Contact]:
    """Their own drafts and those of colleagues who left, oldest first, at most 50: to finish one shows the next.

    Recorded: of which cases, and how many.
    """
    drafts = visible_contacts(actor).filter(status=ContactStatus.DRAFT).select_related("case")
    found = list(drafts.order_by("started_at", "pk")[:MOST_DRAFTS])
    record(
        actor=actor,
        action="casework.view_contact",
        purpose="casework",
        shown=sorted({draft.case_id for draft in found}),
        deliberate=False,
        criteria=["drafts"],
        count=len(found),
    )
    return found


def steps_for(actor: User, after: UUID | None = None, *, of_duty: bool = False) -> WorkPage:
    """A page of open next steps, most urgent first: the actor's own, or their agency's duty queue's. Recorded.

    `after` is the public id of the last step of the page before.
    """
    owner = Q(owner__isnull=True) if of_duty else Q(owner=actor)
    mine = visible_steps(actor).filter(owner, owner_agency=actor.agency_id, done_at__isnull=True)
    if last := mine.filter(public_id=after).first() if after else None:
        mine = mine.filter(Q(due_at__gt=last.due_at) | Q(due_at=last.due_at, pk__gt=last.pk), due_at__gte=last.due_at)
    found = list(mine.select_related("case", "owner", "owner_agency").order_by("due_at", "pk")[: PAGE + 1])
    steps = found[:PAGE]
    record(
        actor=actor,
        action="casework.view_case",
        purpose="casework",
        shown=sorted({step.case_id for step in steps}),
        deliberate=False,
        criteria=["next_steps"],
        count=len(steps),
    )
    return WorkPage(steps=steps, after=steps[-1].public_id if len(found) > PAGE else None)


def get_contact(actor: User, reference: str) -> Contact:
    """A contact to act on. Raises `NotVisible`."""
    reference = read_reference(reference) or ""
    contact = visible_contacts(actor).select_related("case__agency").filter(reference=reference).first()
    if contact is None:
        raise NotVisible("casework.view_contact", named=reference)
    return contact


def get_logged_contact(actor: User, code: str) -> Contact:
    """The contact whose reference somebody without a name was given, to go on with its case. Raises `NotVisible`."""
    reference = read_reference(code) or ""
    logged = visible_contacts(actor).select_related("case__agency").filter(status=ContactStatus.LOGGED)
    contact = logged.filter(reference=reference).first()
    if contact is None:
        raise NotVisible("casework.start_contact", named=reference)
    return contact


def read_draft(*, actor: User, reference: str) -> Contact:
    """A draft to go on with: its writer's alone. Recorded once for each time it is opened."""
    contact = get_contact(actor, reference)
    authorize(actor, "casework.view_contact", contact)
    may_hold = Category if contact.draft else ()
    record(actor=actor, action="casework.view_contact", subject=contact, purpose="casework", categories=may_hold)
    return contact


def get_step(actor: User, public_id: UUID) -> NextStep:
    """A next step to act on. Raises `NotVisible`."""
    step = visible_steps(actor).filter(public_id=public_id).first()
    if step is None:
        raise NotVisible("casework.complete_step", named=str(public_id))
    return step


def is_shown(*, actor: User, subject: Model, purpose: str = "casework") -> None:
    """Record that a form shows something of a case, found to act on, as it stands."""
    record(actor=actor, action="casework.view_case", subject=subject, purpose=purpose)
