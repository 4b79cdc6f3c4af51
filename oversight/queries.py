"""The history of a case: who did and saw what in it, what for, and what was refused. Attempts. Work that stopped."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Coalesce, Now
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.authorization import NotVisible, authorize
from accounts.models import Agency, User
from accounts.roles import Role
from audit.log import record
from audit.models import AuditEvent, Outcome
from casework.categories import Category
from casework.models import Case
from casework.queries import get_case
from oversight.policy import visible_attempts, visible_events, visible_jobs

PAGE = 50
MOST_EXPORTED = 10_000
MOST_STOPPED = 100
LONGEST_ATTEMPT = timedelta(hours=1)  # between the record of a failure and the end of its job; far more than it takes
NOBODY = "Somebody not signed in"
READING = ("view_", "find_", "export_")


@dataclass(frozen=True)
class HistoryFilter:
    """What to show of a history. Days are London's; empty means all."""

    person: int | None = None
    agency: int | None = None
    outcome: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class HistoryLine:
    """One event, in words."""

    id: UUID
    at: datetime
    who: str
    agency: str
    action: str
    outcome: str
    refused: bool
    purpose: str
    categories: tuple[str, ...]
    how: str


@dataclass(frozen=True)
class History:
    """A page of a case's history, newest first. `before` begins the next page; None on the last."""

    case: Case
    lines: list[HistoryLine]
    before: UUID | None
    people: list[User]
    agencies: list[Agency]


@dataclass(frozen=True)
class Attempt:
    """Somebody's act or reading that was refused, on a case that is shut to them. `case` is its reference."""

    id: UUID
    at: datetime
    who: str
    agency: str
    action: str
    door: str
    case: str


@dataclass(frozen=True)
class AttemptPage:
    """A page of attempts, newest first. `before` begins the next page; None on the last."""

    attempts: list[Attempt]
    before: UUID | None


@dataclass(frozen=True)
class StoppedWork:
    """A job that used up its attempts: what it was, never with what. `error` is a code; empty: not known."""

    id: int
    what: str
    stopped_at: datetime
    attempts: int
    error: str


def read_history(*, actor: User, reference: str, chosen: HistoryFilter, before: UUID | None = None) -> History:
    """A page of the history of a case. Reading it is itself recorded."""
    case = get_case(actor, reference, "oversight.view_case_history")
    authorize(actor, "oversight.view_case_history", case)
    record(
        actor=actor,
        action="oversight.view_case_history",
        subject=case,
        purpose="supervision",
        criteria=[name for name, value in vars(chosen).items() if value],
    )
    events = visible_events(actor, case)
    people, agencies = _who(events)
    found = list(_page(_narrowed(events, chosen), events, before)[: PAGE + 1])
    return History(
        case=case,
        lines=_in_words(case, found[:PAGE]),
        before=found[PAGE - 1].pk if len(found) > PAGE else None,
        people=people,
        agencies=agencies,
    )


def export_history(*, actor: User, reference: str, chosen: HistoryFilter) -> History:
    """The history as it goes into a file: at most the newest 10,000 events. Recorded, with how many."""
    case = get_case(actor, reference, "oversight.export_case_history")
    authorize(actor, "oversight.export_case_history", case)
    found = list(_ordered(_narrowed(visible_events(actor, case), chosen))[:MOST_EXPORTED])
    record(
        actor=actor,
        action="oversight.export_case_history",
        subject=case,
        purpose="supervision",
        criteria=[name for name, value in vars(chosen).items() if value],
        count=len(found),
    )
    return History(case=case, lines=_in_words(case, found), before=None, people=[], agencies=[])


def _narrowed(events: QuerySet[AuditEvent], chosen: HistoryFilter) -> QuerySet[AuditEvent]:
    if chosen.person:
        events = events.filter(actor_id=chosen.person)
    if chosen.agency:
        events = events.filter(agency_id=chosen.agency)
    if chosen.outcome:
        events = events.filter(outcome=chosen.outcome)
    if chosen.since:
        events = events.filter(at__gte=_midnight(max(chosen.since, date(1900, 1, 1))))
    if chosen.until and chosen.until < date.max - timedelta(days=1):
        events = events.filter(at__lt=_midnight(chosen.until + timedelta(days=1)))
    return events


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _ordered(events: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
    return events.order_by("-at", "-id")


def _page(events: QuerySet[AuditEvent], among: QuerySet[AuditEvent], before: UUID | None) -> QuerySet[AuditEvent]:
    last = among.filter(pk=before).first() if before else None
    if last is None:
        return _ordered(events)
    return _ordered(events.filter(Q(at__lt=last.at) | Q(at=last.at, id__lt=last.pk)))


def _who(events: QuerySet[AuditEvent]) -> tuple[list[User], list[Agency]]:
    people = User.objects.filter(pk__in=events.values("actor_id")).order_by("name", "pk")
    agencies = Agency.objects.filter(pk__in=events.values("agency_id")).order_by("name", "pk")
    return list(people), list(agencies)


def _in_words(case: Case, events: list[AuditEvent]) -> list[HistoryLine]:
    people = User.objects.in_bulk({event.actor_id for event in events if event.actor_id})
    agencies = Agency.objects.in_bulk({event.agency_id for event in events if event.agency_id})
    return [_line(case, event, people, agencies) for event in events]


def _line(case: Case, event: AuditEvent, people: dict[int, User], agencies: dict[int, Agency]) -> HistoryLine:
    # In the event of another case this one only stood in a list: what was shown of that one was not shown of this.
    is_of_another = event.case_id not in (None, case.pk)
    actor, agency = people.get(event.actor_id or 0), agencies.get(event.agency_id or 0)
    return HistoryLine(
        id=event.pk,
        at=event.at,
        who=actor.name if actor else NOBODY,
        agency=agency.name if agency else "",
        action=_act(event),
        outcome=Outcome(event.outcome).label,
        refused=event.outcome in {Outcome.REFUSED, Outcome.NOT_FOUND},
        purpose=event.purpose.replace("_", " ").capitalize(),
        categories=() if is_of_another else tuple(str(Category(name).label) for name in event.categories),
        how="Shown in a list" if is_of_another else _how(event),
    )


def _act(event: AuditEvent) -> str:
    return event.action.partition(".")[2].replace("_", " ").capitalize()


def _how(event: AuditEvent) -> str:
    if not event.is_deliberate:
        return "Shown in a list"
    return "Read" if event.action.partition(".")[2].startswith(READING) else "Done"


def attempts_for(*, actor: User, before: UUID | None = None) -> AttemptPage:
    """A page of attempts at cases that were shut to who made them, newest first. Recorded, with how many.

    Not which cases: that would tell whoever reads those cases' histories.
    """
    authorize(actor, "oversight.view_attempts")
    events = visible_attempts(actor)
    found: list[Any] = list(_page(events, events, before)[: PAGE + 1])
    shown = found[:PAGE]
    record(actor=actor, action="oversight.view_attempts", purpose="supervision", count=len(shown))
    people = User.objects.select_related("agency").in_bulk({event.actor_id for event in shown if event.actor_id})
    return AttemptPage(
        [_attempt(event, people.get(event.actor_id or 0)) for event in shown],
        before=shown[-1].pk if len(found) > PAGE else None,
    )


def _attempt(event: Any, actor: User | None) -> Attempt:
    return Attempt(
        id=event.pk,
        at=event.at,
        who=actor.name if actor else NOBODY,
        agency=actor.agency.name if actor else "",
        action=_act(event),
        door=event.door,
        case=event.reference,
    )


def stopped_jobs(user: User) -> QuerySet[ProcrastinateJob]:
    """The jobs that used up their attempts and wait for a person."""
    return visible_jobs(user).filter(status="failed")


def stopped_work(*, actor: User) -> list[StoppedWork]:
    """The work that stopped, the longest ago first, at most 100: to see to one shows the next. Recorded."""
    authorize(actor, "oversight.view_stopped_work")
    # One that was never tried, only marked as failed, has no such event.
    stopped = Coalesce(Max("procrastinateevent__at", filter=Q(procrastinateevent__type="failed")), Now())
    jobs = list(stopped_jobs(actor).annotate(stopped_at=stopped).order_by("stopped_at", "pk")[:MOST_STOPPED])
    record(actor=actor, action="oversight.view_stopped_work", count=len(jobs))
    errors, words = _errors(jobs), _words()
    return [
        StoppedWork(
            job.pk, words.get(job.task_name, job.task_name), job.stopped_at, job.attempts, errors.get(job.pk, "")
        )
        for job in jobs
    ]


def get_stopped_job(actor: User, pk: int) -> ProcrastinateJob:
    """A job to have tried again. Raises `NotVisible`."""
    job = visible_jobs(actor).filter(pk=pk).first()
    if job is None:
        raise NotVisible("oversight.retry_work")
    return job


def _errors(jobs: list[Any]) -> dict[int, str]:
    """Of each job the kind of error of its last attempt, from the log: by actor and time, as its index stands."""
    if not jobs:
        return {}
    failures = AuditEvent.objects.filter(
        actor_id__in=list(User.objects.filter(role=Role.SYSTEM).values_list("pk", flat=True)),
        at__gte=jobs[0].stopped_at - LONGEST_ATTEMPT,
        outcome=Outcome.FAILED,
        subject_type=ProcrastinateJob._meta.model_name,
        subject_id__in=[job.pk for job in jobs],
    )
    return {event.subject_id or 0: event.reason for event in failures.order_by("at")}


def _words() -> dict[str, str]:
    """What each permission allows, in words: the work that is named for it."""
    return {f"{m._meta.app_label}.{code}": words for m in apps.get_models() for code, words in m._meta.permissions}
