"""The safety plan of a case, as it stands and as it stood, and the ways by which its notes may be given."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.authorization import NotVisible, authorize
from accounts.models import User
from audit.log import record
from casework.categories import Category
from casework.models import ABOUT, Case, ContactRoute, RouteKind, SafetyPlan
from casework.policy_of_plans import visible_plans
from casework.policy_of_ways import visible_routes
from casework.queries.cases import purpose_of
from casework.safe_contact import Verdict, verdicts


@dataclass(frozen=True)
class Plans:
    """The plan that stands, none at first, and the versions before it, the newest first."""

    case: Case
    standing: SafetyPlan | None
    before: list[SafetyPlan]


@dataclass(frozen=True)
class GivingWay:
    """A way by which they can be given something, and whether it may be used now."""

    route: ContactRoute
    verdict: Verdict


def get_plan(actor: User, public_id: UUID, action: str) -> SafetyPlan:
    """A version to act on. Raises `NotVisible`."""
    plan = visible_plans(actor).select_related("case").filter(public_id=public_id).first()
    if plan is None:
        raise NotVisible(action, named=str(public_id))
    return plan


def read_plan(*, actor: User, case: Case) -> Plans:
    """The plan and its earlier versions. Recorded."""
    authorize(actor, "casework.view_plan", case)
    found = list(visible_plans(actor).filter(case=case).select_related("made_by").order_by("-version"))
    shown = [Category.NARRATIVE] * bool(found)
    record(actor=actor, action="casework.view_plan", subject=case, purpose=purpose_of(actor), categories=shown)
    return Plans(case=case, standing=found[0] if found else None, before=found[1:])


def giving_ways(actor: User, plan: SafetyPlan, now: datetime) -> list[GivingWay]:
    """The ways of whom it is for that this worker sees, those that may be used now first."""
    ways = visible_routes(actor).filter(case=plan.case_id, party__role__in=ABOUT, superseded_at=None)
    listed = list(ways.exclude(kind=RouteKind.NONE).order_by("pk"))
    found = verdicts(listed, now)
    return sorted((GivingWay(way, found[way.pk]) for way in listed), key=lambda each: not each.verdict.may)
