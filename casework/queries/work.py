"""What waits for somebody: their drafts, and the next steps that are theirs or their agency's."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from accounts.authorization import NotVisible, authorize
from accounts.models import User
from audit.log import record
from casework.categories import Category
from casework.models import Absence, Contact, NextStep, Rung, read_reference
from casework.policy import clock, visible_contacts, visible_steps
from casework.states import ContactStatus

PAGE = 25
MOST_DRAFTS = 50
MINE = "mine"


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


def steps_for(actor: User, after: UUID | None = None, *, whose: str = MINE) -> WorkPage:
    """A page of open next steps, the most urgent first, by danger and the time that is left. Recorded.

    `whose` is one of `LISTS`. `after` is the public id of the last step of the page before.
    """
    listed = visible_steps(actor).filter(LISTS[whose](actor, clock()), done_at__isnull=True)
    if last := listed.filter(public_id=after).first() if after else None:
        beyond = Q(urgent_at__gt=last.urgent_at) | Q(urgent_at=last.urgent_at, pk__gt=last.pk)
        listed = listed.filter(beyond, urgent_at__gte=last.urgent_at)
    found = list(listed.select_related("case", "owner", "owner_agency").order_by("urgent_at", "pk")[: PAGE + 1])
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


def _mine(actor: User, now: datetime) -> Q:
    """One's own, and those of whom one covers for."""
    covered = away(now).filter(covered_by=actor, agency=actor.agency_id).values_list("worker", flat=True)
    return Q(owner__in=[actor.pk, *covered], owner_agency=actor.agency_id)


def _on_duty(actor: User, now: datetime) -> Q:
    return Q(owner_agency=actor.agency_id) & ~Q(rung=Rung.WORKER)


def _of_who_is_away(actor: User, now: datetime) -> Q:
    """Those of colleagues who are away, and for whom the post on duty covers."""
    uncovered = away(now).filter(covered_by=None, agency=actor.agency_id).values_list("worker", flat=True)
    return Q(owner__in=list(uncovered), owner_agency=actor.agency_id)


def _for_supervisors(actor: User, now: datetime) -> Q:
    return Q(owner_agency=actor.agency_id, rung=Rung.SUPERVISOR)


LISTS: dict[str, Callable[[User, datetime], Q]] = {
    MINE: _mine,
    "duty": _on_duty,
    "away": _of_who_is_away,
    "late": _for_supervisors,
}


def away(now: datetime) -> QuerySet[Absence]:
    """The absences of this moment."""
    return Absence.objects.filter(ended_at=None, begins_at__lte=now, until__gt=now)


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
