"""Founding a partnership, its agencies and their people; notices to them; the upkeep of the installation."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.auth.models import Group
from django.db.models import Q, QuerySet
from procrastinate import sql
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts import notices, work
from accounts.authorization import authorize, reach, rule
from accounts.commands.agencies import end_agency
from accounts.commands.invitations import (
    accept_invitation,
    invite_worker,
    send_invitation,
    send_invitation_again,
    take_back_invitation,
)
from accounts.commands.workers import change_role, end_worker, release_worker
from accounts.models import KEPT_FOR, Agency, AgencyKind, Notice, NoticeKind, OnceOnly, Partnership, User
from accounts.roles import Role
from audit import log
from audit.log import command, record
from audit.models import Checkpoint
from audit.seal import UNSEALED_ALARM_SECONDS, unsealed_since

__all__ = [
    "accept_invitation",
    "add_agency",
    "add_worker",
    "change_password",
    "change_role",
    "clear_sessions",
    "end_agency",
    "end_worker",
    "found_partnership",
    "invite_worker",
    "make_partitions",
    "purge_jobs",
    "purge_once_only",
    "release_worker",
    "rescue_jobs",
    "send_invitation",
    "send_invitation_again",
    "send_notice",
    "take_back_invitation",
]

DONE = ["succeeded", "cancelled", "aborted"]  # not failed: that is for a person to see
DONE_JOBS_KEPT_HOURS = 24


@reach(Agency)
def visible_agencies(user: User) -> QuerySet[Agency]:
    """Who takes part is known to all who take part."""
    return Agency.objects.filter(partnership=user.agency.partnership_id, left_at__isnull=True)


@rule("accounts.add_agency")
def in_own_partnership(actor: User, agency: Agency | None) -> bool:
    return agency is None


@rule("accounts.add_worker")
def that_takes_part(actor: User, agency: Agency) -> bool:
    return agency is not None


@rule("accounts.change_password")
def ones_own(actor: User, record: None) -> bool:
    return record is None


@rule("accounts.clear_sessions")
@rule("accounts.export_audit")
@rule("accounts.make_partitions")
@rule("accounts.purge_jobs")
@rule("accounts.purge_once_only")
@rule("accounts.rescue_jobs")
@rule("accounts.watch_seal")
def of_everybody(actor: User, record: None) -> bool:
    return record is None


@reach(Notice)
def visible_notices(user: User) -> QuerySet[Notice]:
    """No page shows them: they are the system's, who sends them."""
    notices = Notice.objects.filter(agency__partnership=user.agency.partnership_id)
    return notices if user.role == Role.SYSTEM else notices.none()


@rule("accounts.send_notice")
def that_can_be_seen(actor: User, notice: Notice) -> bool:
    return notice is not None


@command
def found_partnership(*, actor: None, name: str, front_door: str, system_email: str) -> User:
    """The first act of an installation, hence by nobody: a partnership, its front door and its system actor.

    Returns the system actor, who adds the rest.
    """
    partnership = Partnership.objects.create(name=name)
    agency = _agency(partnership, front_door, AgencyKind.FRONT_DOOR)
    system = _worker(agency, system_email, "System", Role.SYSTEM, password="")
    record(actor=system, action="accounts.found_partnership", subject=partnership)
    return system


@command
def add_agency(*, actor: User, name: str, kind: str) -> Agency:
    """Add an agency to the actor's partnership, with the group by which grants name it."""
    authorize(actor, "accounts.add_agency")
    agency = _agency(actor.agency.partnership, name, kind)
    record(actor=actor, action="accounts.add_agency", subject=agency)
    return agency


@command
def add_worker(*, actor: User, agency: Agency, email: str, name: str, role: str, password: str) -> User:
    """Add a person to one agency in one role, as the system, which founds things. Whoever works here invites.

    Without a password they cannot sign in.
    """
    authorize(actor, "accounts.add_worker", agency)
    user = _worker(agency, email, name, role, password)
    record(actor=actor, action="accounts.add_worker", subject=user, role=str(role))
    return user


@command
def change_password(*, actor: User, password: str) -> None:
    """Give the actor another password. That it is a good one, the form has checked."""
    authorize(actor, "accounts.change_password")
    actor.set_password(password)
    actor.save(update_fields=["password"])
    record(actor=actor, action="accounts.change_password", subject=actor)


def keep_answer(answer: OnceOnly) -> None:
    """Keep an answer to give again, in place of one under its key that is too old to be given.

    Never a command by itself: the work that it answers was recorded by its own, in the same transaction.
    """
    OnceOnly.objects.filter(user=answer.user, key=answer.key).delete()
    answer.save(force_insert=True)


@command
def purge_once_only(*, actor: User, now: datetime) -> int:
    """Remove the answers that are too old to be given again. Returns how many."""
    authorize(actor, "accounts.purge_once_only")
    count, _ = OnceOnly.objects.filter(created_at__lt=now - KEPT_FOR).delete()
    record(actor=actor, action="accounts.purge_once_only", count=count)
    return count


def notify(*, actor: User, kind: NoticeKind, recipients: Iterable[User], reference: str, now: datetime) -> None:
    """Have one notice sent to each of these workers, once the present transaction is committed.

    Never a command by itself: what they are told of was recorded by its own, in the same transaction.
    """
    made = Notice.objects.bulk_create(
        Notice(kind=kind, recipient=each, agency_id=each.agency_id, reference=reference, made_at=now)
        for each in recipients
    )
    work.defer("accounts.send_notice", actor=actor, jobs=[{"notice": notice.pk} for notice in made])


@command
def send_notice(*, actor: User, notice: Notice, now: datetime) -> None:
    """Send a notice that was not sent yet; drop it if its recipient has left, works elsewhere now, or must not know."""
    found = Notice.objects.select_for_update(of=("self",)).select_related("recipient").defer("recipient__password")
    fresh = found.get(pk=notice.pk)
    authorize(actor, "accounts.send_notice", fresh)
    result = "done_before"
    if not fresh.sent_at and not fresh.dropped_at:
        result = "sent" if notices.still_wanted(fresh) else "dropped"
        setattr(fresh, f"{result}_at", now)
        fresh.save(update_fields=[f"{result}_at"])
    record(
        actor=actor,
        action="accounts.send_notice",
        subject=fresh,
        kind=fresh.kind,
        recipient=fresh.recipient_id,
        result=result,
    )
    if result == "sent":
        notices.post(fresh)  # last, so that nothing after it can undo what is sent already


@command
def rescue_jobs(*, actor: User, now: datetime) -> int:
    """Put back the jobs whose worker died. Returns how many. One that used up its attempts is stopped instead."""
    authorize(actor, "accounts.rescue_jobs")
    silent_since = now - timedelta(seconds=work.DEAD_AFTER_SECONDS)
    abandoned = Q(worker__isnull=True) | Q(worker__last_heartbeat__lt=silent_since)
    left = ProcrastinateJob.objects.filter(abandoned, status="doing").order_by("pk")
    # One that is held has a worker after all, which was only slow to say so; another rescue may have been quicker.
    left_behind = [job for job in left if work.is_left(job.pk) and left.filter(pk=job.pk).exists()]
    for job in left_behind:
        if job.attempts + 1 < work.ATTEMPTS:
            work.manager.retry_job_by_id(job.pk, now)
        else:
            work.connector.execute_query(sql.queries["finish_job"], job_id=job.pk, status="failed", delete_job=False)
            work.record_failure(job.task_name, job, actor, "worker_died")
    record(actor=actor, action="accounts.rescue_jobs", jobs=[job.pk for job in left_behind])
    return len(left_behind)


@command
def purge_jobs(*, actor: User) -> None:
    """Remove the jobs that were done a day ago or earlier. Those that failed stay."""
    authorize(actor, "accounts.purge_jobs")
    work.connector.execute_query(
        sql.queries["delete_old_jobs"], nb_hours=DONE_JOBS_KEPT_HOURS, queue=None, statuses=DONE
    )
    record(actor=actor, action="accounts.purge_jobs")


@command
def clear_sessions(*, actor: User) -> None:
    """Remove the sessions that have ended."""
    authorize(actor, "accounts.clear_sessions")
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    record(actor=actor, action="accounts.clear_sessions")


@command
def make_partitions(*, actor: User) -> None:
    """Make the log's partitions for the months ahead, so that it never runs out of them."""
    authorize(actor, "accounts.make_partitions")
    log.make_partitions()
    record(actor=actor, action="accounts.make_partitions")


@command
def watch_seal(*, actor: User, now: datetime) -> bool:
    """Tell a partnership's supervisors of the front door and its audit leads, once, when events wait for their seal
    too long."""
    authorize(actor, "accounts.watch_seal")
    since = unsealed_since()
    late = since is not None and since < now - timedelta(seconds=UNSEALED_ALARM_SECONDS)
    told = late and not _told_of_seal(actor)
    if told:
        notify(actor=actor, kind=NoticeKind.LOG_UNSEALED, recipients=_who_hear_of_seal(actor), reference="", now=now)
    record(actor=actor, action="accounts.watch_seal", late=late, told=told)
    return told


def _told_of_seal(actor: User) -> bool:
    """Whether a notice was made in the actor's partnership since the last seal."""
    newest = Checkpoint.objects.only("at").order_by("-size").first()
    told = Notice.objects.filter(kind=NoticeKind.LOG_UNSEALED, agency__partnership=actor.agency.partnership_id)
    return (told.filter(made_at__gt=newest.at) if newest else told).exists()


def _who_hear_of_seal(actor: User) -> QuerySet[User]:
    supervisors = Q(role=Role.SUPERVISOR, agency__kind=AgencyKind.FRONT_DOOR)
    partnership = User.objects.filter(agency__partnership=actor.agency.partnership_id, is_active=True)
    return partnership.filter(supervisors | Q(role=Role.AUDIT_LEAD)).defer("password").order_by("pk")


def _agency(partnership: Partnership, name: str, kind: str) -> Agency:
    group = Group.objects.create(name=f"{partnership.name}: {name}")
    return Agency.objects.create(partnership=partnership, name=name, kind=kind, group=group)


def _worker(agency: Agency, email: str, name: str, role: str, password: str) -> User:
    user = User(agency=agency, email=email.lower(), name=name, role=role)
    user.set_password(password or None)
    user.save()
    user.groups.set([agency.group])
    return user
