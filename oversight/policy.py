"""Who may read the log of which case."""

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from accounts.authorization import rule
from accounts.models import User
from audit.models import AuditEvent
from casework.models import Case
from casework.policy import holds


@rule("oversight.view_case_history")
@rule("oversight.export_case_history")
def read_history(user: User, case: Case | None) -> bool:
    return True


def visible_events(user: User, case: Case) -> QuerySet[AuditEvent]:
    """What everybody did in the cases that their agency holds; in others, what their own agency did."""
    about = RawSQL("SELECT events_about(%s)", [case.pk])
    events = AuditEvent.objects.filter(pk__in=about)
    return events if holds(user, case.pk) else events.filter(agency_id=user.agency_id)
