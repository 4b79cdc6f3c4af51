"""Part of a command, never one by itself: where a declined referral goes next."""

from datetime import datetime

from accounts.models import system_in
from audit.acting import acting_as
from audit.log import record
from casework.models import Case
from casework.queries import due_by
from casework.states import CaseStatus
from referrals.commands.following import follower_of, runs
from referrals.models import Referral
from referrals.queries import next_suggestions


def reroute(declined: Referral, now: datetime) -> Referral | None:
    """Begin a draft to whoever suits next, for the sender to look at and send; None where nobody does.

    In the system's name, for who declines does not see the case. Nothing is shared by it.
    """
    suits = next_suggestions(declined, now)
    system = system_in(declined.sender.partnership_id)
    with acting_as(system, declined.case_id):
        case = Case.objects.select_related("partnership").get(pk=declined.case_id)
        if not suits or case.status != CaseStatus.OPEN:
            return None
        draft = Referral.objects.create(
            case=case,
            service_id=suits[0].service.id,
            sender=declined.sender,
            previous=declined,
            owner_agency=declined.sender,
            owner=follower_of(declined),
            urgency=declined.urgency,
            asked=declined.asked,
            case_kind=declined.case_kind,
            borough=declined.borough,
            drafted_at=now,
            drafted_by=system,
            **runs(due_by("referral_draft", now, case.partnership_id)),
        )
        record(actor=system, action="referrals.draft_referral", subject=draft, service=draft.service_id)
    return draft
