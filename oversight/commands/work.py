"""What a supervisor may do about work that stopped."""

from datetime import datetime

from procrastinate.contrib.django.models import ProcrastinateJob

from accounts import work
from accounts.authorization import NotPossibleNow, authorize
from accounts.models import User
from audit.log import command, record


@command
def retry_work(*, actor: User, job: ProcrastinateJob, now: datetime) -> None:
    """Have stopped work tried once more, at once. Raises `NotPossibleNow` for work that is not stopped."""
    fresh = ProcrastinateJob.objects.select_for_update(of=("self",)).get(pk=job.pk)
    authorize(actor, "oversight.retry_work", fresh)
    if fresh.status != "failed":
        raise NotPossibleNow("This work has not stopped. Somebody else may have had it tried again already.")
    work.manager.retry_job_by_id(fresh.pk, now)
    record(actor=actor, action="oversight.retry_work", subject=fresh)
