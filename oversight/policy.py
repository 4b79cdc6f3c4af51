"""Who may read the log of which case, who reads of attempts, and who sees to work that stopped."""

from django.db.models import Q, QuerySet, TextField
from django.db.models.expressions import RawSQL
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.authorization import reach, rule
from accounts.models import AgencyKind, User
from accounts.roles import Role
from audit.models import SHUT, AuditEvent
from casework.models import BarProposal, Case
from casework.policy import holds, visible_proposals


@rule("oversight.view_case_history")
@rule("oversight.export_case_history")
def read_history(user: User, case: Case | None) -> bool:
    return True


def visible_events(user: User, case: Case) -> QuerySet[AuditEvent]:
    """What everybody did in the cases that their agency holds; in others, what their own agency did. No
    attempts, and of proposed bars what they may see."""
    about = RawSQL("SELECT events_about(%s)", [case.pk])
    events = AuditEvent.objects.filter(pk__in=about).exclude(reason=SHUT)
    proposed = BarProposal._meta.model_name
    events = events.exclude(Q(subject_type=proposed) & ~Q(subject_id__in=visible_proposals(user).values("pk")))
    return events if holds(user, case.pk) else events.filter(agency_id=user.agency_id)


def visible_attempts(user: User) -> QuerySet[AuditEvent]:
    """To an audit lead the refusals of those to whom a case of the partnership is shut, each with its `reference`."""
    attempts = AuditEvent.objects.filter(reason=SHUT).annotate(
        reference=RawSQL("attempted(case_id)", [], output_field=TextField())
    )
    return attempts.filter(reference__isnull=False) if user.role == Role.AUDIT_LEAD else attempts.none()


@rule("oversight.view_attempts")
def read_attempts(user: User, record: None) -> bool:
    return record is None


@reach(ProcrastinateJob)
def visible_jobs(user: User) -> QuerySet[ProcrastinateJob]:
    """To a front door the jobs of its partnership, and those that keep the installation: they are nobody's own."""
    if user.agency.kind != AgencyKind.FRONT_DOOR:
        return ProcrastinateJob.objects.none()
    own = Q(args__partnership=user.agency.partnership_id)
    return ProcrastinateJob.objects.filter(own | Q(args__partnership__isnull=True))


@rule("oversight.view_stopped_work")
@rule("oversight.retry_work")
def see_to_work(user: User, job: ProcrastinateJob | None) -> bool:
    return user.agency.kind == AgencyKind.FRONT_DOOR
