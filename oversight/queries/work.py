"""Work that used up its attempts and waits for a person."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Coalesce, Now
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.authorization import NotVisible, authorize
from accounts.models import User
from accounts.roles import Role
from audit.log import record
from audit.models import AuditEvent, Outcome
from oversight.policy import visible_jobs

MOST_STOPPED = 100
LONGEST_ATTEMPT = timedelta(hours=1)  # between the record of a failure and the end of its job; far more than it takes


@dataclass(frozen=True)
class StoppedWork:
    """A job that used up its attempts: what it was, never with what. `error` is a code; empty: not known."""

    id: int
    what: str
    stopped_at: datetime
    attempts: int
    error: str


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
