"""The police visit of a case, and what is asked and due before it."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.utils import timezone

from accounts.authorization import NotVisible, can
from accounts.models import AgencyKind, User
from casework.models import Case, SharingDecision, Visit, VisitRule
from casework.policy_of_visits import visible_visits
from casework.queries.reference import Due, due_by, in_force
from casework.states import UNANSWERED, VISIT_TRANSITIONS, CaseStatus

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
    return visit is None or visit.status not in UNANSWERED


def questions(now: datetime) -> list[VisitRule]:
    """What is asked at the first report, as it stands today."""
    rules = VisitRule.objects.filter(in_force(timezone.localdate(now)), metres=None)
    newest: dict[str, VisitRule] = {each.code: each for each in rules.order_by("valid_from")}
    return sorted(newest.values(), key=lambda each: each.pk)


def hastens(screen: Iterable[dict[str, str]], now: datetime) -> bool:
    """Whether one of these answers makes it urgent."""
    urgent = {question.code for question in questions(now) if question.hastens}
    return any(each["said"] == "yes" and each["code"] in urgent for each in screen)


def offer_due(visit_is_urgent: bool, now: datetime) -> Due:
    """By when a visit is offered: within a day; on the same day, and within the hour before midnight, where it is
    urgent."""
    if not visit_is_urgent:
        return due_by(USUAL_OFFER, now)
    acknowledged, latest = due_by("burglary_vulnerable_acknowledge", now).at, due_by(URGENT_OFFER, now).at
    midnight = datetime.combine(timezone.localdate(now) + timedelta(days=1), time(), timezone.get_current_timezone())
    return Due(min(max(acknowledged, midnight), latest), URGENT_OFFER)


def is_with_police(case: Case) -> bool:
    """Whether the police see this case by a share that runs: then nobody need refer it to them again."""
    running = SharingDecision.objects.filter(case=case, began_at__isnull=False, ended_at=None)
    return running.filter(recipient__kind=AgencyKind.POLICE).exists()


def acts_on_visit(actor: User, case: Case) -> list[str]:
    """The permissions by which the actor may move the visit of this case on now, for buttons."""
    visit = visible_visits(actor).select_related("case__agency").filter(case=case).first()
    if visit is None or case.status not in (CaseStatus.INTAKE, CaseStatus.OPEN):
        return []
    asked = dict.fromkeys(move.permission for move in VISIT_TRANSITIONS if visit.status in move.sources)
    return [permission for permission in asked if can(actor, permission, visit)]
