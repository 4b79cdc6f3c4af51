"""The police visit of a case, and what is asked and due before it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Aggregate, Count, DurationField, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.authorization import NotVisible, authorize, can
from accounts.models import AgencyKind, User
from audit.log import record
from casework.categories import Category
from casework.models import Case, CaseKind, SharingDecision, Visit, VisitRule
from casework.policy import grants_of
from casework.policy_of_visits import visible_visits
from casework.queries.reference import Due, due_by, standing
from casework.states import UNANSWERED, VISIT_TRANSITIONS, CaseStatus, VisitStatus

COUNTED = timedelta(days=30)
MOST = 100  # as long as anybody reads; the oldest first
URGENT_OFFER, USUAL_OFFER = "burglary_vulnerable_offer", "burglary_visit_offer"


def get_visit(actor: User, case: Case, action: str) -> Visit:
    """The visit of a case, to act on. Raises `NotVisible`."""
    visit = visible_visits(actor).select_related("case__agency").filter(case=case).first()
    if visit is None:
        raise NotVisible(action, case)
    return visit


def visit_is_answered(case: Case) -> bool:
    """Whether the offer of a visit that every victim of a burglary is owed was made and answered.

    True of a case without a burglary. No case may be closed before: the database asks the same of it.
    """
    visit = Visit.objects.filter(case=case).first()
    if visit is None:
        return case.kind != CaseKind.BURGLARY
    return visit.status not in UNANSWERED


def questions(now: datetime, partnership_id: int) -> list[VisitRule]:
    """What is asked at the first report, as it stands today."""
    stands: dict[str, VisitRule] = {}
    for rule in standing(VisitRule, timezone.localdate(now), partnership_id).filter(metres=None):
        stands.setdefault(rule.code, rule)
    return sorted(stands.values(), key=lambda each: each.place)


def hastens(screen: Iterable[dict[str, str]], now: datetime, partnership_id: int) -> bool:
    """Whether one of these answers makes it urgent."""
    urgent = {question.code for question in questions(now, partnership_id) if question.hastens}
    return any(each["said"] == "yes" and each["code"] in urgent for each in screen)


def offer_due(visit_is_urgent: bool, now: datetime, partnership_id: int) -> Due:
    """By when a visit is offered: within a day; on the same day, and within the hour before midnight, where it is
    urgent."""
    if not visit_is_urgent:
        return due_by(USUAL_OFFER, now, partnership_id)
    acknowledged = due_by("burglary_vulnerable_acknowledge", now, partnership_id).at
    latest = due_by(URGENT_OFFER, now, partnership_id).at
    midnight = _midnight(timezone.localdate(now) + timedelta(days=1))
    return Due(min(max(acknowledged, midnight), latest), URGENT_OFFER)


def _midnight(day: date) -> datetime:
    """When a day begins, by the clock in London."""
    return datetime.combine(day, time(), timezone.get_current_timezone())


def is_with_police(case: Case) -> bool:
    """Whether the police see this case by a share that runs: then nobody need refer it to them again."""
    running = SharingDecision.objects.filter(case=case, began_at__isnull=False, ended_at=None)
    return running.filter(recipient__kind=AgencyKind.POLICE).exists()


@dataclass(frozen=True)
class Visits:
    """How the visits of an agency's burglaries go: those that are late, and how many of the rest came how far."""

    red: list[Visit]
    late: list[Visit]
    since: datetime
    figures: dict[str, Any]


class Median(Aggregate):
    """The middle one of some lengths of time."""

    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def visits_for(*, actor: User, now: datetime) -> Visits:
    """Offers that were not made within a day or by their due time, and visits that are late: the oldest, at most 100 of
    each; and figures of the burglaries reported in the last 30 days. Recorded."""
    authorize(actor, "casework.view_visits")
    held = grants_of(actor, "hold_case").filter(content_object=OuterRef("case"))
    mine = visible_visits(actor).filter(Exists(held), case__status__in=(CaseStatus.INTAKE, CaseStatus.OPEN))
    unoffered = mine.filter(status__in=(VisitStatus.REPORTED, VisitStatus.SCREENED))
    red = unoffered.filter(Q(reported_at__lt=now - timedelta(days=1)) | Q(due_at__lt=now))
    late = mine.filter(status__in=(VisitStatus.ACCEPTED, VisitStatus.SCHEDULED), due_at__lt=now)
    found = [list(each.select_related("case__owner").order_by("due_at", "pk")[:MOST]) for each in (red, late)]
    since = _midnight(timezone.localdate(now) - COUNTED)
    shown = sorted({visit.case_id for visits in found for visit in visits})
    record(
        actor=actor,
        action="casework.view_visits",
        purpose="casework",
        shown=shown,
        categories=[Category.INCIDENT] if shown else [],
        deliberate=False,
        criteria=["late"],
        count=len(shown),
    )
    return Visits(
        found[0], found[1], since, _figures(visible_visits(actor).filter(Exists(held), reported_at__gte=since))
    )


def _figures(visits: QuerySet[Visit]) -> dict[str, Any]:
    """Counted by the borough's own measures; hours from the report to the visit, the middle one."""
    answered, came = Q(answered_at__isnull=False), Q(attended_at__isnull=False)
    counted = visits.aggregate(
        reported=Count("pk"),
        offered=Count("pk", filter=Q(offered_at__isnull=False)),
        accepted=Count("pk", filter=answered & Q(why_not="", offered_at__isnull=False) & ~Q(status="unreachable")),
        declined=Count("pk", filter=~Q(why_not="")),
        unreachable=Count("pk", filter=Q(status=VisitStatus.UNREACHABLE)),
        attended=Count("pk", filter=came),
        missed=Count("pk", filter=Q(times_missed__gt=0)),
        hours=Median(F("attended_at") - F("reported_at"), filter=came),
    )
    hours = counted.pop("hours")
    return counted | {
        "hours_to_attend": round(hours.total_seconds() / 3600, 1) if hours is not None else None,
        "declined_by_reason": _by(visits.exclude(why_not=""), "why_not"),
        "attended_by": _by(visits.filter(came), "visitor"),
    }


def _by(visits: QuerySet[Visit], name: str) -> dict[str, int]:
    return {row[name]: row["count"] for row in visits.values(name).annotate(count=Count("pk")).order_by(name)}


def acts_on_visit(actor: User, case: Case) -> list[str]:
    """The permissions by which the actor may move the visit of this case on now, for buttons."""
    visit = visible_visits(actor).select_related("case__agency").filter(case=case).first()
    if visit is None or case.status not in (CaseStatus.INTAKE, CaseStatus.OPEN):
        return []
    asked = dict.fromkeys(move.permission for move in VISIT_TRANSITIONS if visit.status in move.sources)
    asked |= dict.fromkeys(("casework.note_crime", "casework.ask_overlap", "casework.view_nearby"))
    return [permission for permission in asked if can(actor, permission, visit)]
