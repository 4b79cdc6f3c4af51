"""What changed in a case that was shared with a referral, for whoever works on it."""

from datetime import datetime

from accounts.models import User
from audit.models import AuditEvent, Outcome
from casework.categories import Category
from referrals.models import Referral
from referrals.queries.referrals import case_is_visible


def changed_for(actor: User, referral: Referral) -> list[Category]:
    """In which categories the case changed since this worker of the addressed agency last read it: none of its values.

    What they read is looked up in the log, so that nothing counts as read which was not shown.
    """
    if not referral.changes or referral.service.agency_id != actor.agency_id or not case_is_visible(actor, referral):
        return []
    read = AuditEvent.objects.filter(actor_id=actor.pk, case_id=referral.case_id, subject_type="case")
    read = read.filter(action="casework.view_case", outcome=Outcome.ALLOWED, is_deliberate=True)
    whole = read.exclude(detail__has_key="criteria")  # not its timeline, which shows a page of it
    last = whole.order_by("-at").values_list("at", flat=True).first()
    since = {name for name, at in referral.changes.items() if last is None or datetime.fromisoformat(at) > last}
    return [category for category in Category if category in since]
