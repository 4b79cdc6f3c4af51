"""The directory of partner services."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError

from accounts.authorization import NotVisible, authorize, visible
from accounts.models import Agency, AgencyKind, User
from audit.log import command, record
from casework.models import CaseKind
from casework.queries import ACROSS
from referrals import entries
from referrals.models import Service, ServiceStatus


@dataclass(frozen=True)
class ServicePlan:
    """A service as it enters the directory. `more` holds what else is known of it, by the names of its fields."""

    name: str
    what_for: str
    kinds: tuple[str, ...]
    purpose: str
    usual_categories: tuple[str, ...]
    answers_within_hours: int
    more: Mapping[str, Any] = field(default_factory=dict)


@command
def add_service(*, actor: User, agency: Agency, plan: ServicePlan) -> Service:
    """Add a partner service to the directory."""
    authorize(actor, "referrals.add_service")
    if not visible(actor, agency):
        raise NotVisible("referrals.add_service", agency)
    if any((kind == CaseKind.BEHAVIOUR) != (agency.kind == AgencyKind.BEHAVIOUR) for kind in plan.kinds):
        raise ValidationError({"kinds": ACROSS})
    public = {name: value for name, value in plan.more.items() if name in entries.SAYS}
    described = {"name": plan.name, "description": plan.what_for, "status": ServiceStatus.ACTIVE.value} | public
    entry = entries.written({"id": str(uuid4())}, described)
    service = Service.objects.create(
        agency=agency,
        kinds=list(plan.kinds),
        purpose=plan.purpose,
        usual_categories=list(plan.usual_categories),
        answers_within_hours=plan.answers_within_hours,
        entry=entry,
        **entries.columns_of(entry),
        **{name: value for name, value in plan.more.items() if name not in public},
    )
    record(actor=actor, action="referrals.add_service", subject=service)
    return service
