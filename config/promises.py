"""Whether the promises hold for every row there is: one table of checks, each one statement to the database.

Most are kept by constraints as well. That a constraint is there proves nothing about rows that came before it,
were restored from a backup, or were written while somebody had it switched off.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, F, Model, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Now
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

from audit.log import CODE
from audit.models import AuditEvent, Outcome
from audit.seal import UNSEALED_ALARM_SECONDS
from casework.categories import PERMISSION
from casework.models import (
    Case,
    CaseKind,
    Channel,
    Consent,
    Contact,
    ContactRoute,
    Incident,
    LiveGroupGrant,
    NextStep,
    PublishedOutcome,
    RiskLevel,
    Safety,
    SharingDecision,
    StepKind,
    StepOutcome,
    read_reference,
)
from casework.models.agreements import CATEGORY_NAMES
from casework.states import CaseStatus, ContactStatus
from config.guards import case_of_row, versioned_models
from config.lock.erasing import something_is_left
from referrals.models import Referral
from referrals.states import ENDED, LIVE

VISIT_ANSWERS = (StepOutcome.VISIT_ACCEPTED, StepOutcome.VISIT_DECLINED, StepOutcome.UNREACHABLE)
HOLDER = ("view_case", "hold_case")


@dataclass(frozen=True)
class Finding:
    """How many rows a check looked at, and how many of them break the promise."""

    examined: int
    violations: int

    @property
    def is_kept(self) -> bool:
        """A check that looked at no rows has failed."""
        return self.examined > 0 and self.violations == 0


@dataclass(frozen=True)
class Check:
    """One thing that must hold of every row: which promise it belongs to, in words, and how to look."""

    promise: int
    says: str
    look: Callable[[], Finding]


def none_of(rows: QuerySet[Any], broken: Q) -> Callable[[], Finding]:
    """Of these rows, none is broken. Counts both in one statement, so that they are of one moment."""

    def look() -> Finding:
        return Finding(**rows.aggregate(examined=Count("*"), violations=Count(Value(1), filter=broken)))

    return look


def no_two(rows: QuerySet[Any], *fields: str) -> Callable[[], Finding]:
    """No two of these rows agree in all these fields. Counts the values, and those that stand more than once."""
    return none_of(rows.order_by().values(*fields).annotate(times=Count("pk")), Q(times__gt=1))


def no_event(action: str, model: type[Model], case: str = "case") -> Q:
    """The row has no event of this action that names it. `case` is the way to its case, by which events are found."""
    return ~Q(
        Exists(
            AuditEvent.objects.filter(
                action=action,
                outcome=Outcome.ALLOWED,
                case_id=OuterRef(case),
                subject_type=model._meta.model_name,
                subject_id=OuterRef("pk"),
            )
        )
    )


def not_imported(case: str = "case") -> Q:
    """The row's case did not come out of the police's records: one event of the case stands for all that came."""
    return ~Q(Exists(AuditEvent.objects.filter(action="casework.import_burglaries", case_id=OuterRef(case))))


def unreadable_references() -> Finding:
    """References that fail their own check sign. Reads them all: the sign is arithmetic that SQL does not know."""
    cases, *others = (model.objects.values_list("reference", flat=True) for model in (Case, Contact, Referral))
    wrong = [read_reference(reference) != reference for reference in cases.union(*others, all=True).iterator()]
    return Finding(examined=len(wrong), violations=sum(wrong))


def events_with_values() -> Finding:
    """Events that carry anything but codes, ids and numbers."""
    code = f"^({CODE.pattern})?$"
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*), count(*) FILTER (WHERE
                NOT (action ~ %(code)s AND reason ~ %(code)s AND purpose ~ %(code)s AND subject_type ~ %(code)s)
                OR NOT categories <@ %(categories)s::text[]
                OR jsonb_path_exists(detail, %(not_a_code)s::jsonpath))
            FROM audit_event
            """,
            {
                "code": code,
                "categories": list(CATEGORY_NAMES),
                "not_a_code": f'$.** ? (@.type() == "string" && !(@ like_regex "{code}"))',
            },
        )
        return Finding(*cursor.fetchone())


def records_unlike_their_newest_version() -> Finding:
    """Records of cases of which no version is kept, or that were changed without leaving one."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT count(*), count(*) FILTER (WHERE held IS NULL OR EXISTS (
                SELECT 1 FROM jsonb_each(held) h WHERE now_held ? h.key AND now_held -> h.key <> h.value))
            FROM ({" UNION ALL ".join(with_newest_version(model) for model in versioned_models())}) AS each
            """  # noqa: S608 - of our own names
        )
        return Finding(*cursor.fetchone())


def with_newest_version(model: type[Model]) -> str:
    """SQL: what each row holds now, and what its newest version says that it holds."""
    table = model._meta.db_table
    return (
        f"SELECT to_jsonb(t) AS now_held, (SELECT v.held FROM casework_recordversion v "  # noqa: S608 - the same
        f"WHERE v.case_id = {case_of_row(model)} AND v.record = '{table}' AND v.row_id = t.id "
        f"ORDER BY v.id DESC LIMIT 1) AS held FROM {table} t"
    )


def unsealed_events() -> Finding:
    """Of all events, those that have waited for their seal too long."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH last AS (SELECT size, high, since FROM audit_checkpoint ORDER BY size DESC LIMIT 1)
            SELECT coalesce((SELECT size FROM last), 0) + count(*),
                   count(*) FILTER (WHERE at < now() - make_interval(secs => %s))
            FROM audit_event WHERE xid >= coalesce((SELECT high FROM last), 0)::text::xid8
                AND at > coalesce((SELECT since FROM last), '-infinity')
            """,
            [UNSEALED_ALARM_SECONDS],
        )
        return Finding(*cursor.fetchone())


def erased_cases_with_something_left() -> Finding:
    """Of all cases, those that were erased and of which something is left, in a record or in a version of one."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), count(*) FILTER (WHERE status = 'erased' AND {something_is_left()}) FROM casework_case c"  # noqa: S608 - the same
        )
        return Finding(*cursor.fetchone())


CASES, OPEN = Case.objects.all(), Case.objects.filter(status=CaseStatus.OPEN)
LOGGED, STEPS = Contact.objects.filter(status=ContactStatus.LOGGED), NextStep.objects.all()
REFERRALS, SENT = Referral.objects.all(), Referral.objects.filter(sent_at__isnull=False)
OWN_GRANTS = LiveGroupGrant.objects.filter(sharing__isnull=True)
SHARED_GRANTS = LiveGroupGrant.objects.filter(sharing__isnull=False)
DECISIONS = SharingDecision.objects.all()

NOT_OWNED = Q(owner_agency__isnull=True) | Q(due_at__isnull=True) | Q(due_source="")
OWNER_ELSEWHERE = Q(owner__isnull=False) & ~Q(owner__agency=F("owner_agency"))
NOT_FOLLOWED_UP = (
    Q(follow_up__isnull=True)
    | ~Q(follow_up__case=F("case"))
    | ~Q(follow_up__owner_agency=F("sender"))
    # The step that waited for the answer has to have made way for one of the sender's own.
    | Q(status__in=ENDED, follow_up__waits_for__isnull=False)
)
WITHIN_ITS_DECISION = Q(
    Q(permission__codename="view_case"),
    *(Q(permission__codename=codename, sharing__categories__contains=[name]) for name, codename in PERMISSION.items()),
    _connector=Q.OR,
)
OPEN_STEP = Exists(NextStep.objects.filter(case=OuterRef("pk"), done_at__isnull=True))
TOLD_OF_BURGLARY = Exists(Contact.objects.filter(case=OuterRef("pk"), kind=CaseKind.BURGLARY))
BURGLED = OPEN.filter(Q(kind=CaseKind.BURGLARY) | TOLD_OF_BURGLARY)
OFFER = Exists(
    NextStep.objects.filter(case=OuterRef("pk"), kind=StepKind.OFFER_VISIT).filter(
        Q(done_at__isnull=True) | Q(outcome__in=VISIT_ANSWERS)
    )
)

JOBS = ProcrastinateJob.objects.all()
AN_HOUR_AGO = Now() - timedelta(hours=1)
PUT_OFF_LONG_AGO = Exists(ProcrastinateEvent.objects.filter(job=OuterRef("pk"), at__lt=AN_HOUR_AGO))
DUE_LONG_AGO = Q(scheduled_at__lt=AN_HOUR_AGO) | Q(PUT_OFF_LONG_AGO, scheduled_at__isnull=True)
OVERDUE = Q(DUE_LONG_AGO, status="todo")

CHECKS = (
    Check(
        1,
        "a logged contact has a next step or a reason for none",
        none_of(LOGGED, Q(next_step__isnull=True, no_step_reason="")),
    ),
    Check(1, "an open case has an open next step", none_of(OPEN, ~Q(OPEN_STEP))),
    Check(1, "a next step has an owning agency and a due time", none_of(STEPS, NOT_OWNED)),
    Check(1, "whoever owns a next step works for its agency", none_of(STEPS, OWNER_ELSEWHERE)),
    Check(
        1,
        "a live referral has an owning agency and a due time",
        none_of(REFERRALS.filter(status__in=LIVE), NOT_OWNED),
    ),
    Check(
        1,
        "a clock runs on every live referral, and on none that has ended",
        none_of(REFERRALS, Q(status__in=LIVE, climbs_at__isnull=True) | Q(status__in=ENDED, climbs_at__isnull=False)),
    ),
    Check(1, "whoever owns a referral works for its agency", none_of(REFERRALS, OWNER_ELSEWHERE)),
    Check(1, "a referral that was sent, or declined, is followed up", none_of(SENT, NOT_FOLLOWED_UP)),
    Check(
        2,
        "a live grant without a decision is the holder's own",
        none_of(OWN_GRANTS, ~Q(group=F("content_object__agency__group")) | ~Q(permission__codename__in=HOLDER)),
    ),
    Check(
        2,
        "the decision of a live grant has begun and not ended",
        none_of(SHARED_GRANTS, Q(sharing__began_at__isnull=True) | Q(sharing__ended_at__isnull=False)),
    ),
    Check(
        2,
        "a live grant is for its decision's agency and case",
        none_of(SHARED_GRANTS, ~Q(group=F("sharing__recipient__group")) | ~Q(content_object=F("sharing__case"))),
    ),
    Check(2, "a live grant is of a category of its decision", none_of(SHARED_GRANTS, ~WITHIN_ITS_DECISION)),
    Check(
        2,
        "a live grant ends no later than its decision",
        none_of(SHARED_GRANTS, Q(valid_until__isnull=True) | Q(valid_until__gt=F("sharing__until"))),
    ),
    Check(
        3,
        "a decision says what for, why, and until when",
        none_of(DECISIONS, Q(purpose="") | Q(necessity="") | Q(until__lte=F("decided_at"))),
    ),
    Check(
        3,
        "the lawful basis was in force when it was decided",
        none_of(
            DECISIONS, Q(decided_at__date__lt=F("basis__valid_from")) | Q(decided_at__date__gte=F("basis__valid_until"))
        ),
    ),
    Check(
        3,
        "a decision has consent, or says why not",
        none_of(DECISIONS, ~Q(consent__state=Consent.GIVEN) & Q(consent__reason="")),
    ),
    Check(
        3,
        "what rests on consent ended when it was withdrawn",
        none_of(DECISIONS, Q(basis__rests_on_consent=True, consent__withdrawn_at__isnull=False, ended_at__isnull=True)),
    ),
    Check(4, "a case has an event", none_of(CASES, ~Q(Exists(AuditEvent.objects.filter(case_id=OuterRef("pk")))))),
    Check(
        4,
        "an open case has the event of its opening",
        none_of(OPEN, no_event("casework.open_case", Case, "pk") & not_imported("pk")),
    ),
    Check(
        4,
        "a logged contact has its event",
        none_of(
            LOGGED,
            no_event("casework.log_contact", Contact) & (~Q(channel=Channel.POLICE_TRANSFER) | not_imported()),
        ),
    ),
    Check(
        4,
        "a referral that was sent has its event",
        none_of(SENT, no_event("referrals.send_referral", Referral)),
    ),
    Check(
        4,
        "a level of risk has its event",
        none_of(RiskLevel.objects.all(), no_event("casework.judge_risk", RiskLevel)),
    ),
    Check(4, "a record of a case is as its newest version says", records_unlike_their_newest_version),
    Check(4, "what was written two minutes ago is sealed", unsealed_events),
    Check(4, "a decision has its event", none_of(DECISIONS, no_event("casework.decide_sharing", SharingDecision))),
    Check(
        5,
        "a safe route says who confirmed it and when (nothing is sent out yet)",
        none_of(
            ContactRoute.objects.filter(safety=Safety.SAFE), Q(confirmed_at__isnull=True) | Q(confirmed_by__isnull=True)
        ),
    ),
    Check(6, "an open case that tells of a burglary has the offer of a visit", none_of(BURGLED, ~Q(OFFER))),
    Check(7, "no crime id stands twice", no_two(Incident.objects.exclude(crime_id=""), "partnership", "crime_id")),
    Check(7, "no two outcomes have one place", no_two(PublishedOutcome.objects.all(), "incident", "position")),
    Check(7, "no work has used up its attempts", none_of(JOBS, Q(status="failed"))),
    Check(7, "no work is an hour overdue", none_of(JOBS, OVERDUE)),
    Check(8, "of a case that was erased nothing is left", erased_cases_with_something_left),
    Check(8, "an event carries codes and ids only", events_with_values),
    Check(8, "a reference can be checked by its last sign", unreadable_references),
)
