"""Who is told of odd access. What they read is in `accounts/notices.py`."""

from collections.abc import Collection
from datetime import datetime

from accounts.commands import notify
from accounts.models import NoticeKind, User
from accounts.roles import roles_with
from audit.acting import acting_as
from oversight.models import Alert
from oversight.policy import visible_alerts


def tell_of_alerts(made: Collection[Alert], *, partnership: int, actor: User, now: datetime) -> None:
    """Whoever sees any of them, once; never whom it is about, and of nobody's name."""
    readers = User.objects.filter(
        agency__partnership=partnership, is_active=True, role__in=roles_with("oversight.view_alerts")
    )
    for reader in readers.defer("password").select_related("agency").order_by("pk") if made else ():
        with acting_as(reader):
            first = visible_alerts(reader).filter(pk__in=[alert.pk for alert in made]).order_by("pk").first()
        if first:
            notify(actor=actor, kind=NoticeKind.ODD_ACCESS, recipients=[reader], reference=first.reference, now=now)
