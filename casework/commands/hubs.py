"""Where people may walk in: reference data that the partnership keeps."""

from django.core.exceptions import ValidationError

from accounts.authorization import authorize
from accounts.models import User
from audit.log import command, record
from casework.models import Hub


@command
def add_hub(*, actor: User, code: str, name: str, kind: str) -> Hub:
    """Add a hub to the actor's partnership. Raises `ValidationError` for a code that is taken."""
    authorize(actor, "casework.keep_hubs")
    if Hub.objects.filter(partnership=actor.agency.partnership_id, code=code).exists():
        raise ValidationError({"code": "Another hub has this code already."})
    hub = Hub.objects.create(partnership_id=actor.agency.partnership_id, code=code, name=name, kind=kind)
    record(actor=actor, action="casework.keep_hubs", subject=hub, act="add")
    return hub


@command
def close_hub(*, actor: User, hub: Hub) -> None:
    """Nobody works there any more; the contacts that were taken there stay."""
    authorize(actor, "casework.keep_hubs")
    hub.is_open = False
    hub.save(update_fields=["is_open"])
    record(actor=actor, action="casework.keep_hubs", subject=hub, act="close")
