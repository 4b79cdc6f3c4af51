"""Work that waits: put off with what causes it, done once by a named actor, tried again, and rescued from the dead."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from procrastinate.periodic import PeriodicDeferrer
from procrastinate.psycopg_connector import PsycopgConnector

from accounts import commands, work
from accounts.commands import found_partnership
from accounts.models import Notice
from accounts.roles import PERMISSIONS, Role
from audit.log import AuditMissing, NotACode, record
from audit.models import AuditEvent
from config.lock.roles import JOBS
from tests import factories
from tests.conftest import as_a_worker, at_once, events, worked
from tests.factories import at

ROOT = Path(__file__).resolve().parents[2]


def for_real(test):
    """With transactions that are truly committed, for a worker to see."""
    return pytest.mark.usefixtures("for_real")(pytest.mark.django_db(transaction=True)(test))


def put_off(world, name="accounts.clear_sessions", **ids) -> ProcrastinateJob:
    with transaction.atomic():
        work.defer(name, actor=world.system, jobs=[ids])
    return ProcrastinateJob.objects.filter(task_name=name).latest("pk")


def state(job: ProcrastinateJob) -> tuple[str, int]:
    job.refresh_from_db()
    return job.status, job.attempts


def set_job(job: ProcrastinateJob, **columns) -> None:
    """Put a job where a test needs it; the library's models are for reading only."""
    with connection.cursor() as cursor:
        for name, value in columns.items():
            cursor.execute(f"UPDATE procrastinate_jobs SET {name} = %s WHERE id = %s", [value, job.pk])  # noqa: S608


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch):
    """Other work under the name of a job that is there, for the length of a test."""

    def declare(function, name="accounts.clear_sessions"):
        if name in app.tasks:
            monkeypatch.delitem(app.tasks, name)
        monkeypatch.setitem(app.tasks, name, None)
        del app.tasks[name]
        work.job(name)(function)

    return declare


def note(*, actor, **ids) -> None:
    """The least that a job may do."""
    commands.clear_sessions(actor=actor)


# Put off, in the transaction that causes it, and with ids and codes only.


@for_real
def test_what_is_undone_leaves_no_work(world):
    with transaction.atomic():
        work.defer("accounts.clear_sessions", actor=world.system, jobs=[{}])
        transaction.set_rollback(True)
    assert not ProcrastinateJob.objects.exists()
    with transaction.atomic():
        work.defer("accounts.clear_sessions", actor=world.system, jobs=[{}, {}])
    assert ProcrastinateJob.objects.count() == 2


@for_real
def test_outside_a_transaction_nothing_is_put_off(world):
    with pytest.raises(work.OutsideTransaction):
        work.defer("accounts.clear_sessions", actor=world.system, jobs=[{}])


def test_what_nobody_declared_is_not_put_off(world):
    with pytest.raises(work.Undeclared):
        work.defer("accounts.fly", actor=world.system, jobs=[{}])


@pytest.mark.parametrize("value", ["Qandeel Vorrazi", "020 7946 0123", "", None, 1.5, ["a"], {"a": 1}, "Umtarra"])
def test_a_job_is_given_ids_and_codes_only(world, value):
    with pytest.raises(NotACode):
        work.defer("accounts.clear_sessions", actor=world.system, jobs=[{"of": value}])
    work.defer("accounts.clear_sessions", actor=world.system, jobs=[{"of": 7, "kind": "referral_sent"}])
    assert ProcrastinateJob.objects.get().args == {
        "partnership": world.system.agency.partnership_id,
        "of": 7,
        "kind": "referral_sent",
    }


@pytest.mark.parametrize("value", ["Qandeel Vorrazi", ["020 7946 0123"], {"deep": {"er": "IG1 1AA"}}], ids=str)
def test_the_database_refuses_a_value_by_whatever_way_it_comes(world, value):
    with pytest.raises(ConnectorException) as refusal, transaction.atomic():
        app.configure_task("accounts.clear_sessions").defer(of=value)
    assert "job_is_given_only_ids_and_codes" in str(refusal.value.__cause__)


# Declared, permitted and recorded.


def test_each_job_declares_a_permission_that_the_system_holds():
    ours = {name: task for name, task in app.tasks.items() if "builtin" not in name}
    assert {name: getattr(task.func, "permission", None) for name, task in ours.items()} == {n: n for n in ours}
    assert set(ours) - PERMISSIONS[Role.SYSTEM] == set()
    assert {task.func.__module__.partition(".")[2] for task in ours.values()} == {"jobs"}
    assert [name for name, task in ours.items() if task.retry_strategy is not work.RETRY] == []


def test_the_times_of_what_comes_again(world):
    times = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    assert times == {
        "accounts.rescue_jobs": "* * * * *",
        "accounts.purge_jobs": "10 2 * * *",
        "accounts.purge_once_only": "20 2 * * *",
        "accounts.clear_sessions": "30 2 * * *",
        "accounts.make_partitions": "40 2 * * *",
        "accounts.watch_seal": "*/5 * * * *",
        "casework.tell_of_two_sides": "*/15 * * * *",
        "casework.climb_steps": "*/5 * * * *",
        "casework.warn_of_agreements": "15 6 * * *",
        "referrals.climb_referrals": "*/5 * * * *",
        "referrals.expire_waits": "*/5 * * * *",
        "oversight.find_odd_access": "30 3 * * *",
    }
    assert {name: app.tasks[name].queueing_lock for name in times} == {name: name for name in times}


@for_real
@pytest.mark.parametrize("name", ["tests.bare", "builtin:procrastinate.builtin_tasks.remove_old_jobs"])
def test_work_that_was_not_declared_is_refused(world, monkeypatch, name):
    done: list[str] = []
    if name == "tests.bare":
        monkeypatch.setitem(app.tasks, name, None)
        del app.tasks[name]
        app.task(name=name)(lambda: done.append("bare"))
    app.configure_task(name).defer(**({} if name == "tests.bare" else {"max_hours": 0}))
    worked()
    assert done == []
    assert state(ProcrastinateJob.objects.get(task_name=name)) == ("failed", 1)


@for_real
def test_it_acts_as_the_system_of_its_own_partnership_through_its_own_door(world, stand_in):
    other = found_partnership(actor=None, name="Elsewhere", front_door="Other Door", system_email="other@b.example")
    stand_in(note)
    put_off(world)
    with transaction.atomic():
        work.defer("accounts.clear_sessions", actor=other, jobs=[{}])
    worked()
    found = events("accounts.clear_sessions")
    assert [event.actor_id for event in found] == [world.system.pk, other.pk]
    assert {(event.door, event.outcome) for event in found} == {("job", "allowed")}
    assert len({event.request_id for event in found} - {None}) == 2


@for_real
def test_without_a_system_actor_it_is_not_done(world, stand_in):
    stand_in(note)
    job = put_off(world)
    set_job(job, args='{"partnership": 0}')
    worked()
    assert state(job) == ("todo", 1)
    (event,) = events("accounts.clear_sessions")
    assert (event.actor_id, event.outcome, event.reason) == (None, "failed", "nobody_to_act_as")


@for_real
def test_what_the_system_may_not_do_it_does_not_do_in_a_job_either(world, stand_in):
    done: list[str] = []
    stand_in(lambda *, actor: done.append("opened"), "casework.open_case")
    job = put_off(world, "casework.open_case")
    worked()
    assert (done, state(job)) == ([], ("todo", 1))
    (event,) = events("casework.open_case")
    assert (event.outcome, event.reason, event.subject_id, event.detail) == ("failed", "denied", job.pk, {"attempt": 1})


@for_real
def test_what_records_nothing_is_undone(world, stand_in):
    Session.objects.create(session_key="x", session_data="", expire_date=at(-1))
    stand_in(lambda *, actor: Session.objects.filter(expire_date__lt=at()).delete())
    job = put_off(world)
    worked()
    assert (Session.objects.count(), state(job)) == (1, ("todo", 1))
    assert [event.reason for event in events("accounts.clear_sessions")] == ["audit_missing"]


def test_a_reading_is_no_deed(world):
    job = put_off(world)
    set_job(job, status="doing")
    with pytest.raises(AuditMissing):
        as_a_worker(
            work.do, "accounts.clear_sessions", lambda actor: record(actor=actor, action="a.b"), as_taken(job), None
        )


def as_taken(job: ProcrastinateJob) -> Job:
    """As the worker holds it that took it."""
    job.refresh_from_db()
    return job.procrastinate_job


# Tried again, with more and more patience.


@for_real
def test_what_fails_is_undone_recorded_by_its_kind_and_tried_again_later(world, stand_in):
    def fail(*, actor) -> None:
        note(actor=actor)
        work.defer("accounts.make_partitions", actor=actor, jobs=[{}])
        raise ConnectionResetError("to qandeel@vorrazi.example")

    stand_in(fail)
    job = put_off(world)
    worked()
    assert state(job) == ("todo", 1)
    assert timedelta(0) < job.scheduled_at - timezone.now() <= timedelta(seconds=work.BACK_OFF_SECONDS)
    assert not ProcrastinateJob.objects.filter(task_name="accounts.make_partitions").exists()  # which it put off
    (event,) = events("accounts.clear_sessions")
    assert (event.outcome, event.reason, event.door) == ("failed", "connection_reset_error", "job")
    assert not [e for e in AuditEvent.objects.all() if "vorrazi" in str(vars(e))]


def test_the_waits_grow_to_six_hours_in_all():
    job = Job(id=1, queue="", task_name="", lock=None, queueing_lock=None)
    decisions = [
        work.RETRY.get_retry_decision(exception=OSError(), job=job.evolve(attempts=n)) for n in range(work.ATTEMPTS)
    ]
    waits = [round((d.retry_at - timezone.now()).total_seconds()) for d in decisions if d]
    assert waits == [4, 16, 64, 256, 1024, 4096, 16384]
    assert len(waits) == work.ATTEMPTS - 1


@for_real
def test_what_used_up_its_attempts_stops(world, stand_in):
    def fail(*, actor) -> None:
        raise TimeoutError

    stand_in(fail)
    job = put_off(world)
    set_job(job, attempts=work.ATTEMPTS - 1)
    worked()
    assert state(job) == ("failed", work.ATTEMPTS)


# Rescued.


@pytest.fixture
def mail_server() -> Iterator[socket.socket]:
    """Somewhere to deliver to, which says nothing until the test does: whoever connects is in the middle of a job."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        yield server


@contextlib.contextmanager
def worker(mail_server: socket.socket) -> Iterator[subprocess.Popen[bytes]]:
    """A worker as operations start it, in a process of its own."""
    url = f"smtp://127.0.0.1:{mail_server.getsockname()[1]}"
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "tests.worker", connection.settings_dict["NAME"]],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "EMAIL_URL": url},
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def one_notice(world) -> Notice:
    """A referral's notices, of which one is left to be sent."""
    factories.sent(world.caseworker, factories.opened(world.caseworker), world.services["elsewhere"])
    return Notice.objects.get(recipient=world.outsider)


@for_real
def test_a_worker_killed_in_the_middle_of_a_job_loses_nothing_and_doubles_nothing(world, mail_server):
    notice = one_notice(world)
    job = ProcrastinateJob.objects.get(task_name="accounts.send_notice")
    with worker(mail_server) as process:
        talk, _ = mail_server.accept()
        process.send_signal(signal.SIGKILL)
        process.wait()
        talk.close()
    with transaction.atomic():  # waits for the database to have noticed
        assert Notice.objects.select_for_update().get().sent_at is None
    assert state(job) == ("doing", 0)
    assert as_a_worker(commands.rescue_jobs, actor=world.system, now=at()) == 0  # it may be only slow
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '31 seconds'")
    put_off(world, "accounts.rescue_jobs")
    worked()
    assert state(job) == ("succeeded", 2)
    assert [message.to for message in mail.outbox] == [[world.outsider.email]]
    assert [event.detail["result"] for event in events("accounts.send_notice")] == ["sent"]
    assert [job.pk] in [event.detail["jobs"] for event in events("accounts.rescue_jobs")]
    notice.refresh_from_db()
    assert notice.sent_at


@for_real
def test_told_to_stop_it_finishes_its_attempt_and_goes(world, mail_server):
    one_notice(world)
    with worker(mail_server) as process:
        talk, _ = mail_server.accept()
        process.terminate()
        talk.sendall(b"421 come back later\r\n")
        talk.close()
        assert process.wait(60) == 0
    assert state(ProcrastinateJob.objects.get(task_name="accounts.send_notice")) == ("todo", 1)
    assert not ProcrastinateWorker.objects.exists()
    assert [event.reason for event in events("accounts.send_notice")] == ["smtp_connect_error"]


def left_behind(world, **columns) -> ProcrastinateJob:
    """A job whose worker has gone."""
    job = put_off(world)
    set_job(job, status="doing", **columns)
    return job


def test_a_job_that_kills_its_workers_stops_when_its_attempts_are_used_up(world):
    job = left_behind(world, attempts=work.ATTEMPTS - 1)
    assert as_a_worker(commands.rescue_jobs, actor=world.system, now=at()) == 1
    assert state(job) == ("failed", work.ATTEMPTS)
    (event,) = events("accounts.clear_sessions")
    assert (event.outcome, event.reason, event.subject_id) == ("failed", "worker_died", job.pk)


def test_rescued_is_what_has_no_worker_or_a_silent_one(world):
    jobs = [left_behind(world) for _ in range(3)]
    for job, silent in zip(jobs, ["29 seconds", "31 seconds"], strict=False):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval) RETURNING id",
                [silent],
            )
            set_job(job, worker_id=cursor.fetchone()[0])
    as_a_worker(commands.rescue_jobs, actor=world.system, now=at())
    assert [state(job) for job in jobs] == [("doing", 0), ("todo", 1), ("todo", 1)]


@contextlib.contextmanager
def elsewhere() -> Iterator[psycopg.Connection]:
    """Another session of the same database, in a transaction."""
    with psycopg.connect(**connector_params(), options=f"-c role={JOBS}") as session:
        yield session


@for_real
def test_a_job_that_somebody_is_at_is_not_rescued_however_silent_they_are(world):
    job = left_behind(world)
    with elsewhere() as session:
        session.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"job {job.pk}"])
        assert as_a_worker(commands.rescue_jobs, actor=world.system, now=at()) == 0
        taken = as_taken(job)
        with pytest.raises(work.NotOurs):
            as_a_worker(work.do, "accounts.clear_sessions", note, taken, None)
    assert as_a_worker(commands.rescue_jobs, actor=world.system, now=at()) == 1


def test_a_worker_that_wakes_up_after_its_job_was_given_away_leaves_it_alone(world):
    job = left_behind(world)
    taken = as_taken(job)
    as_a_worker(commands.rescue_jobs, actor=world.system, now=at())
    set_job(job, status="doing")
    with pytest.raises(work.NotOurs):
        as_a_worker(work.do, "accounts.clear_sessions", note, taken, None)
    as_a_worker(work.do, "accounts.clear_sessions", note, as_taken(job), None)


@for_real
def test_of_two_rescues_at_once_one_puts_it_back(world):
    job = left_behind(world)
    rescued: list[int] = []
    rescue = lambda wait: (wait(), rescued.append(commands.rescue_jobs(actor=world.system, now=at())))  # noqa: E731
    with override_settings(ACTS_AS=JOBS):
        assert at_once(rescue, rescue) == [None, None]
    assert (sorted(rescued), state(job)) == ([0, 1], ("todo", 1))


def test_a_rescue_does_not_rescue_itself(world):
    job = put_off(world, "accounts.rescue_jobs")
    set_job(job, status="doing")
    rescued: list[int] = []
    rescue = lambda actor: rescued.append(commands.rescue_jobs(actor=actor, now=at()))  # noqa: E731
    as_a_worker(work.do, "accounts.rescue_jobs", rescue, as_taken(job), None)
    assert (rescued, state(job)) == ([0], ("doing", 0))


# What comes again.


@for_real
def test_what_comes_again_comes_once_however_many_workers_there_are(world):
    (task,) = (t for t in app.periodic_registry.periodic_tasks.values() if t.task.name == "accounts.make_partitions")
    due = [(task, 1_700_000_000)]

    async def two_workers() -> None:
        deferrers = [PeriodicDeferrer(registry=app.periodic_registry) for _ in range(2)]
        async with app.open_async():
            await asyncio.gather(*(deferrer.defer_jobs(due) for deferrer in deferrers))

    with app.replace_connector(
        PsycopgConnector(kwargs=connector_params() | {"options": f"-c role={JOBS}"}, min_size=2, max_size=4)
    ):
        asyncio.run(two_workers())
    assert ProcrastinateJob.objects.filter(task_name="accounts.make_partitions").count() == 1
    worked()
    (event,) = events("accounts.make_partitions")
    assert (event.actor_id, event.door) == (world.system.pk, "job")


@for_real
def test_a_worker_keeps_the_installation_in_order(world):
    SessionStore().create_model_instance({})
    ended = SessionStore()
    ended.set_expiry(-1)
    ended.save()
    about = {"accounts.send_notice", "accounts.send_invitation", "casework.find_two_sides"}
    about |= {"casework.ask_holders", "casework.find_repeats"}  # one record each
    names = [name for name in PERMISSIONS[Role.SYSTEM] if name in app.tasks and name not in about]
    for name in names:
        put_off(world, name)
    worked()
    assert {name: [e.outcome for e in events(name, door="job")][:1] for name in names} == {
        name: ["allowed"] for name in names
    }
    assert len(names) == 12
    assert not Session.objects.exists()


def test_done_work_is_removed_after_a_day_and_stopped_work_never(world):
    jobs = {status: put_off(world) for status in ("succeeded", "failed", "todo")}
    fresh = put_off(world)
    for status, job in jobs.items():
        set_job(job, status=status)
    set_job(fresh, status="succeeded")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = at - interval '25 hours' WHERE job_id <> %s", [fresh.pk])
    as_a_worker(commands.purge_jobs, actor=world.system)
    assert set(ProcrastinateJob.objects.values_list("pk", flat=True)) == {
        jobs["failed"].pk,
        jobs["todo"].pk,
        fresh.pk,
    }


# A worker, from the outside.


def test_without_a_partnership_there_is_nobody_to_work_for(db):
    with pytest.raises(CommandError, match="Found one first"):
        call_command("work")


@for_real
def test_it_can_do_what_waits_and_stop(world, monkeypatch):
    asked: dict[str, object] = {}
    monkeypatch.setattr("config.management.commands.work.run_worker", lambda **options: asked.update(options))
    call_command("work", once=True)
    call_command("work")
    assert asked == {"wait": True, "shutdown_graceful_timeout": 30}
