"""Who may read the log of which case."""

from django.db.models import Q, QuerySet

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
    events = AuditEvent.objects.filter(Q(case_id=case.pk) | Q(shown_ids__contains=[case.pk]))
    return events if holds(user, case) else events.filter(agency_id=user.agency_id)
