"""Who may read the log of which case, audit which, read of attempts and odd access, and see to work that stopped."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.expressions import RawSQL
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.authorization import has_role_for, reach, rule
from accounts.models import AgencyKind, User
from accounts.roles import Role
from audit.models import SHUT, AuditEvent
from casework.categories import Category
from casework.models import BarProposal, Case, Contact, Note
from casework.policy import Probed, categories_for, grants_of, holds, shut_to, visible_cases, visible_proposals
from casework.states import CaseStatus
from oversight.models import Alert, CaseAudit, GivenAnswer, StaffNaming
from oversight.rules import NUMBERS
from oversight.states import AuditStatus


@rule("oversight.view_changes")
@rule("oversight.view_case_history")
@rule("oversight.export_case_history")
def read_history(user: User, case: Case | None) -> bool:
    return True


@rule("oversight.view_replay")
@rule("oversight.export_replay")
def ask_what_was_known(user: User, case: Case) -> bool:
    return holds(user, case.pk)


def content_for(user: User, case: Case) -> tuple[frozenset[Category], bool]:
    """Of a case's content what may be shown beside its log: categories, and whether referrals. An auditor sees none."""
    categories = categories_for(user, case) if has_role_for(user, "casework.view_case") else frozenset()
    return categories, has_role_for(user, "referrals.view_referral")


def visible_events(user: User, case: Case) -> QuerySet[AuditEvent]:
    """What everybody did in the cases that their agency holds; in others, what their own agency did. No
    attempts, of proposed bars what they may see, and of notes their own agency's."""
    about = RawSQL("SELECT events_about(%s)", [case.pk])
    events = AuditEvent.objects.filter(pk__in=about).exclude(reason=SHUT)
    proposed = BarProposal._meta.model_name
    events = events.exclude(Q(subject_type=proposed) & ~Q(subject_id__in=visible_proposals(user).values("pk")))
    events = events.exclude(Q(subject_type=Note._meta.model_name) & ~Q(agency_id=user.agency_id))
    return events if holds(user, case.pk) else events.filter(agency_id=user.agency_id)


def showing(category: str) -> RawSQL:
    """Of events, those that showed this category."""
    return RawSQL("%s = ANY (audit_event.categories)", [category], output_field=BooleanField())


OF_ONE_ACT = "FROM casework_recordversion v JOIN audit_event e USING (xid, at) WHERE v.case_id = %s"


def written_with(event: AuditEvent, case: Case) -> frozenset[int]:
    """The ids of the versions that the transaction of this act left of the case, of those that may be seen.

    Asked for as it stands: within another query, the database may judge every version there is before it joins.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT v.id {OF_ONE_ACT} AND e.id = %s", [case.pk, event.pk])
        return frozenset(pk for (pk,) in cursor.fetchall())


def with_versions(events: QuerySet[AuditEvent], case: Case) -> QuerySet[AuditEvent]:
    """Of these events those whose transaction left a version of the case."""
    return events.filter(pk__in=RawSQL(f"SELECT e.id {OF_ONE_ACT}", [case.pk]))  # noqa: S611 - our own words


def visible_attempts(user: User) -> QuerySet[AuditEvent]:
    """To an audit lead the refusals of those to whom a case of the partnership is shut, each with its `reference`."""
    attempts = AuditEvent.objects.filter(reason=SHUT).annotate(
        reference=RawSQL("attempted(case_id)", [], output_field=TextField())
    )
    return attempts.filter(reference__isnull=False) if user.role == Role.AUDIT_LEAD else attempts.none()


@rule("oversight.view_attempts")
def read_attempts(user: User, record: None) -> bool:
    return record is None


@reach(Alert)
def visible_alerts(user: User) -> QuerySet[Alert]:
    """To an audit lead the alerts of their partnership; to its manager those about audit leads. Never about themself,
    nor of a case that is barred to them. Each with the `case_reference` of its case."""
    found = Alert.objects.filter(agency__partnership=user.agency.partnership_id).exclude(worker=user)
    found = found.annotate(case_reference=RawSQL("alerted(about_case)", [], output_field=TextField()))
    found = found.filter(Q(about_case__isnull=True) | Q(case_reference__isnull=False))
    if user.role == Role.PARTNERSHIP_MANAGER:
        return found.filter(worker__role=Role.AUDIT_LEAD)
    return found if user.role == Role.AUDIT_LEAD else found.none()


@rule("oversight.view_alerts")
@rule("oversight.answer_alert")
def look_into_alerts(user: User, alert: Alert | None) -> bool:
    return alert is None or alert.worker_id != user.pk


@rule("oversight.find_odd_access")
def look_for_odd_access(user: User, record: None) -> bool:
    return record is None


@dataclass(frozen=True)
class Odd:
    """One event that one rule speaks of. `case` None: of no one case."""

    rule: str
    event: UUID
    at: datetime
    worker: int
    agency: int
    case: int | None


def odd_access(partnership: int, until: datetime) -> list[Odd]:
    """What is odd in the log of a partnership up to a moment. For its system actor, and one at a time."""
    since = until - timedelta(days=NUMBERS["window_days"].value)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('odd access', %s))", [partnership])
        cursor.execute(
            "SELECT rule, event, at, worker, agency, the_case FROM odd_access(%s, %s) ORDER BY at, event",
            [since, until],
        )
        return [Odd(*row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class Behind:
    """One event behind an alert. `case` is a reference, or empty."""

    rule: str
    event: UUID
    at: datetime
    action: str
    outcome: str
    door: str
    case: str


def events_behind(alert: Alert) -> list[Behind]:
    """The events behind an alert, the newest first, whatever agency they are of: for who sees the alert."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM events_behind(%s) ORDER BY at DESC, event LIMIT 200", [alert.pk])
        return [Behind(*row) for row in cursor.fetchall()]


@reach(CaseAudit)
def visible_audits(user: User) -> QuerySet[CaseAudit]:
    """To who audits, their agency's, but of their own work only what is finished; to others, what is theirs of that."""
    finished = ~Q(status=AuditStatus.DRAWN) & Q(about=user)
    audited = ~Q(about=user) if has_role_for(user, "oversight.audit_case") else Q(pk=None)
    held = Probed(grants_of(user, "hold_case").filter(content_object=OuterRef("case")))
    return CaseAudit.objects.filter(held, finished | audited, agency=user.agency_id)


def cases_to_audit(user: User) -> QuerySet[Case]:
    """The open cases that their agency holds and in which they did nothing themself."""
    held = visible_cases(user).filter(agency=user.agency_id, status=CaseStatus.OPEN)
    wrote = Contact.objects.filter(Q(started_by=user) | Q(logged_by=user), case=OuterRef("pk"))
    return held.exclude(Q(owner=user) | Q(opened_by=user) | Exists(wrote))


@rule("oversight.audit_case")
def audit_case(user: User, audit: CaseAudit | None) -> bool:
    """Whoever drew it, or anybody who audits once they have left; and never who is audited."""
    return audit is None or (audit.about_id != user.pk and (audit.auditor_id == user.pk or not audit.auditor.is_active))


@rule("oversight.answer_audit")
def answer_audit(user: User, audit: CaseAudit | None) -> bool:
    return audit is None or audit.about_id == user.pk


@reach(GivenAnswer)
def visible_answers(user: User) -> QuerySet[GivenAnswer]:
    """Those of the cases that their agency holds."""
    held = grants_of(user, "hold_case").filter(content_object=OuterRef("case"))
    return GivenAnswer.objects.filter(Probed(held)).exclude(case__in=shut_to(user))


@rule("oversight.give_answer")
def answer_victim(user: User, case: Case) -> bool:
    return holds(user, case.pk)


@rule("oversight.decide_naming")
def decide_naming(user: User, record: StaffNaming | None) -> bool:
    return record is None


@rule("oversight.load_checklist")
def load_checklist(user: User, record: None) -> bool:
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
