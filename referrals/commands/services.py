"""The directory of partner services."""

from django.core.exceptions import ValidationError

from accounts.authorization import NotVisible, authorize, visible
from accounts.models import Agency, AgencyKind, User
from audit.log import command, record
from casework.models import CaseKind
from casework.queries import ACROSS
from referrals.models import Service
from referrals.plans import ServicePlan


@command
def add_service(*, actor: User, agency: Agency, plan: ServicePlan) -> Service:
    """Add a partner service to the directory."""
    authorize(actor, "referrals.add_service")
    if not visible(actor, agency):
        raise NotVisible("referrals.add_service", agency)
    if any((kind == CaseKind.BEHAVIOUR) != (agency.kind == AgencyKind.BEHAVIOUR) for kind in plan.kinds):
        raise ValidationError({"kinds": ACROSS})
    service = Service.objects.create(
        agency=agency, **vars(plan) | {"kinds": list(plan.kinds), "usual_categories": list(plan.usual_categories)}
    )
    record(actor=actor, action="referrals.add_service", subject=service)
    return service
