"""Emergency accesses: one's own that is open, and those that wait for a supervisor's review."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from accounts.authorization import NotVisible, authorize, can
from accounts.models import User
from audit.log import record
from audit.models import AuditEvent
from casework.models import Case, EmergencyAccess
from casework.policy import holds, open_emergencies, visible_emergencies
from casework.queries.reference import due_by

PAGE = 25
REVIEW = "review_emergency"  # the service standard that says how long a review may take


@dataclass(frozen=True)
class Review:
    """An emergency access as its reviewer sees it: by when the review is due, and what was read under it."""

    access: EmergencyAccess
    due_at: datetime
    readings: tuple[AuditEvent, ...] = ()

    def is_late(self, now: datetime) -> bool:
        return self.access.reviewed_at is None and self.due_at < now


@dataclass(frozen=True)
class ReviewPage:
    """One page of them, those without a review first, the longest ago first. `after` begins the next page."""

    reviews: list[Review]
    after: UUID | None


def emergency_of(actor: User, case: Case) -> EmergencyAccess | None:
    """The emergency access by which this worker sees the case now; None where they have none."""
    return open_emergencies(actor).filter(case=case).first()


def own_emergency(actor: User) -> EmergencyAccess | None:
    """The worker's own that is open now: one at most."""
    return open_emergencies(actor).select_related("case").first()


def emergencies_to_review(actor: User, case: Case) -> QuerySet[EmergencyAccess]:
    """Those to this case that wait for a review which this worker may give."""
    waiting = visible_emergencies(actor).filter(case=case, reviewed_at=None).exclude(worker=actor)
    return waiting if can(actor, "casework.review_emergency") and holds(actor, case.pk) else waiting.none()


def get_emergency(actor: User, public_id: UUID, action: str) -> EmergencyAccess:
    """One to act on. Raises `NotVisible`."""
    found = visible_emergencies(actor).select_related("case", "worker__agency").filter(public_id=public_id).first()
    if found is None:
        raise NotVisible(action)
    return found


def emergencies_for(*, actor: User, after: UUID | None = None) -> ReviewPage:
    """A page of emergency accesses to the cases of the actor's agency that wait for a review. Recorded, with how many.

    `after` is the public id of the last of the page before.
    """
    authorize(actor, "casework.review_emergency")
    waiting = visible_emergencies(actor).filter(reviewed_at=None).exclude(worker=actor)
    if start := waiting.filter(public_id=after).first() if after else None:
        waiting = waiting.filter(pk__gt=start.pk)
    found = list(waiting.select_related("case", "worker__agency").order_by("pk")[: PAGE + 1])
    record(
        actor=actor,
        action="casework.review_emergency",
        purpose="supervision",
        shown=[access.case_id for access in found[:PAGE]],
        deliberate=False,
        count=len(found[:PAGE]),
    )
    allowed = _time_for_review(found[0]) if found else timedelta()
    reviews = [Review(access, access.opened_at + allowed) for access in found[:PAGE]]
    return ReviewPage(reviews, reviews[-1].access.public_id if len(found) > PAGE else None)


def read_emergency(*, actor: User, public_id: UUID) -> Review:
    """One to review, with what was read under it, newest first. Recorded."""
    access = get_emergency(actor, public_id, "casework.review_emergency")
    authorize(actor, "casework.review_emergency", access)
    record(actor=actor, action="casework.review_emergency", subject=access, purpose="supervision", looked=True)
    return review_of(access)


def review_of(access: EmergencyAccess) -> Review:
    """The same to compare, never to show, for it is not recorded."""
    read = AuditEvent.objects.filter(case_id=access.case_id, actor_id=access.worker_id, detail__emergency=access.pk)
    due_at = access.opened_at + _time_for_review(access)
    return Review(access, due_at, tuple(read.order_by("-at", "-id")[:PAGE]))


def _time_for_review(access: EmergencyAccess) -> timedelta:
    return due_by(REVIEW, access.opened_at, access.worker.agency.partnership_id).at - access.opened_at
