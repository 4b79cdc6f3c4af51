"""Where one may work for a day, and with whom."""

from django.db.models import QuerySet

from accounts.models import User
from accounts.roles import roles_with
from casework.models import Hub


def hubs_of(actor: User) -> QuerySet[Hub]:
    """The hubs of their partnership that are open."""
    return Hub.objects.filter(partnership=actor.agency.partnership_id, is_open=True).order_by("name")


def hub_of(actor: User, code: str) -> Hub | None:
    """The one that they said they work at, while it is open."""
    return hubs_of(actor).filter(code=code).first() if code else None


def colleagues_of(actor: User) -> QuerySet[User]:
    """Who else of their agency takes contacts, to be handed one."""
    takers = User.objects.filter(agency=actor.agency_id, is_active=True, role__in=roles_with("casework.log_contact"))
    return takers.exclude(pk=actor.pk).order_by("name")
