"""Work that waits: `job` declares it, `defer` puts it off in the transaction that causes it.

What there is to do stands in each app's `jobs`. See docs/decisions/0018.
"""

import asyncio
import functools
import re
import signal
import uuid
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextvars import ContextVar
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection, transaction
from procrastinate import App, JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from procrastinate.manager import JobManager
from procrastinate.psycopg_connector import PsycopgConnector
from procrastinate.tasks import Task, configure_task
from procrastinate.worker import Worker

from accounts.authorization import Denied, has_role_for
from accounts.models import User
from accounts.roles import Role
from audit.acting import acting_as
from audit.log import CODE, AuditMissing, Door, NotACode, acts_watched, record, through
from audit.models import Outcome

Work = Callable[..., object]

# The waits between attempts are 4, 16, 64 ... seconds, six hours in all: a mail server that is away for an afternoon.
ATTEMPTS = 8
BACK_OFF_SECONDS = 4
RETRY = RetryStrategy(max_attempts=ATTEMPTS - 1, exponential_wait=BACK_OFF_SECONDS)

HEARTBEAT_SECONDS = 10
DEAD_AFTER_SECONDS = 30  # without a heartbeat; the library's own measure

# Always in the present transaction. The app's own manager is not, inside a worker.
connector = DjangoConnector()
manager = JobManager(connector)

_at_hand: ContextVar[int | None] = ContextVar("job_at_hand", default=None)


class Undeclared(Exception):
    """Somebody put off work that no `@job` declares. It is not done."""


class NobodyToActAs(Exception):
    """There is no system actor for this work's partnership."""


class NotOurs(Exception):
    """The job was taken over, because this worker seemed dead, or another one is at it."""


class WorkerFailed(Exception):
    """A part of a worker failed, so all of it ended. Whoever runs it starts another."""


class OutsideTransaction(Exception):
    """Work was put off outside the transaction that causes it, so that one could be without the other."""


def job(permission: str, *, every: str = "") -> Callable[[Work], Task[Any, Any, Any]]:
    """Declare work that a worker does as the system actor of its partnership, who must hold this permission.

    Its name is the permission. It runs in one transaction, must record what it does, and is tried again when it
    fails. `every` is a cron line, in UTC: then it is put off at those times, once, however many workers there are.
    """

    def declare(function: Work) -> Task[Any, Any, Any]:
        @functools.wraps(function)
        def run(
            context: JobContext, *, partnership: int | None = None, timestamp: int | None = None, **ids: Any
        ) -> None:
            work = functools.partial(function, **ids)
            with through(Door("job", uuid.uuid4())):
                do(permission, work, context.job, partnership)

        run.permission = permission  # type: ignore[attr-defined]
        lock = permission if every else None
        task: Any = app.task(name=permission, retry=RETRY, pass_context=True, queueing_lock=lock)(run)
        return app.periodic(cron=every)(task) if every else task

    return declare


def do(permission: str, work: Work, at_hand: Job, partnership: int | None) -> None:
    """One attempt, whole or not at all. A failed one is recorded by the kind of its error, never by its message."""
    token = _at_hand.set(at_hand.id)
    try:
        with transaction.atomic(), acts_watched() as acts:
            hold(at_hand)
            actor = system_actor(partnership)
            if not has_role_for(actor, permission):
                raise Denied(permission)
            with acting_as(actor):
                work(actor=actor)
            if not acts:
                raise AuditMissing(f"{permission} recorded nothing")
    except Exception as error:
        record_failure(permission, at_hand, system_actors(partnership).first(), code_of(error))
        raise
    finally:
        _at_hand.reset(token)


def record_failure(action: str, failed: Any, actor: User | None, reason: str) -> None:
    """Write that an attempt at a job failed, and why. `failed` is the job as it was before."""
    record(
        actor=actor,
        action=action,
        subject=ProcrastinateJob(id=failed.id),
        outcome=Outcome.FAILED,
        reason=reason,
        attempt=failed.attempts + 1,
    )


def hold(at_hand: Job) -> None:
    """Keep the job to this transaction. Raises `NotOurs` if it is somebody else's by now."""
    if not is_held(at_hand.id):
        raise NotOurs
    mine = ProcrastinateJob.objects.filter(pk=at_hand.id or 0, status="doing", attempts=at_hand.attempts)
    if not mine.exists():
        raise NotOurs


def is_left(job_id: int) -> bool:
    """Whether nobody is at this job: neither the worker that took it, nor the present transaction."""
    return job_id != _at_hand.get() and is_held(job_id)


def is_held(job_id: int | None) -> bool:
    """Whether the present transaction has, or now got, the job to itself. The database lets go when a worker dies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"job {job_id}"])
        return bool(cursor.fetchone()[0])


def system_actors(partnership: int | None) -> Any:
    """The system actors of a partnership; of every one, the oldest first, for the upkeep of the installation."""
    actors = User.objects.filter(role=Role.SYSTEM, is_active=True).select_related("agency").order_by("pk")
    actors = actors.defer("password")  # which no job may read
    return actors if partnership is None else actors.filter(agency__partnership=partnership)


def system_actor(partnership: int | None) -> User:
    actor: User | None = system_actors(partnership).first()
    if actor is None:
        raise NobodyToActAs
    return actor


def defer(work: str, *, actor: User, jobs: Iterable[Mapping[str, int | str]]) -> None:
    """Put off one job for each of these arguments. If the present transaction is undone, so are they.

    Raises `NotACode` for an argument that is neither an id nor a code: a job tells nobody anything.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction
    if work not in app.tasks:
        raise Undeclared(work)
    asked: list[Any] = [{"partnership": actor.agency.partnership_id, **arguments} for arguments in jobs]
    if not all(is_id_or_code(value) for arguments in asked for value in arguments.values()):
        raise NotACode("only ids and codes may be given to work that waits")
    if asked:
        configure_task(name=work, job_manager=manager).batch_defer(*asked)


def is_id_or_code(value: Any) -> bool:
    return isinstance(value, int) or (isinstance(value, str) and bool(CODE.fullmatch(value)))


def code_of(error: BaseException) -> str:
    """The class of an error as a code: smtp_server_disconnected."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", type(error).__name__)
    return words.strip("_").lower()[:60]


async def only_declared(call_next: Callable[[], Awaitable[Any]], context: JobContext, worker: Worker) -> Any:
    """Around every job of a worker: one that was not declared with `@job` is refused, a library's own too."""
    task = worker.find_task(context.job.task_name)
    if not hasattr(task.func, "permission"):
        raise Undeclared(context.job.task_name)
    return await call_next()


async def ended_if_not_marked(call_next: Callable[[], Awaitable[Any]], context: JobContext, worker: Worker) -> Any:
    """Around every job: a worker that could not write what became of it ends; only then is the job rescued.

    The library writes that after all that stands around the job, in the same task, whose error nobody else looks at.
    """

    def look(done: "asyncio.Future[Any]") -> None:
        if done.cancelled() or done.exception():
            worker.stop()

    if task := asyncio.current_task():
        task.add_done_callback(look)
    return await call_next()


def guard_workers(made: App) -> None:
    """Called when the library's app is ready."""
    made.worker_defaults |= {
        "worker_middleware": [ended_if_not_marked, only_declared],
        "update_heartbeat_interval": HEARTBEAT_SECONDS,
        "stalled_worker_timeout": DEAD_AFTER_SECONDS,
        "install_signal_handlers": False,
    }


class CandidWorker(Worker):
    """Knows whether it ended because it was told to or because it failed: from both the library just returns.

    The library calls `stop` when its listener, heartbeat or clock failed, as each does while PostgreSQL is away.
    """

    has_failed = False

    def stop(self) -> None:
        self.has_failed = True
        super().stop()

    def end(self) -> None:
        """Finish the job at hand and begin no other. Told twice, as by Ctrl-C and then SIGTERM, is told once."""
        super().stop()


async def _work(options: dict[str, Any]) -> bool:
    """Whether the worker ended well."""
    app.perform_import_paths()
    async with app.open_async():
        worker = CandidWorker(app=app, **{**app.worker_defaults, **options})
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, worker.end)
        await worker.run()
    return not worker.has_failed


def run_worker(**options: Any) -> None:
    """Work until told to stop, or until nothing waits (`wait=False`). Needs two connections and one for each job.

    Raises `WorkerFailed` when the database went away, or anything else of the worker's own broke: never just returns.
    """
    as_worker = connector_params() | {"options": f"-c role={settings.ACTS_AS}"}
    pool = PsycopgConnector(kwargs=as_worker, min_size=1, max_size=4)
    try:
        with app.replace_connector(pool):
            ended_well = asyncio.run(_work(options))
    except (ConnectorException, psycopg.Error) as error:
        raise WorkerFailed from error
    if not ended_well:
        raise WorkerFailed
