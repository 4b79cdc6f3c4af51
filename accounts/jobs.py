"""Work that waits for a worker: notices, and the upkeep of the installation. Times are UTC."""

from django.utils import timezone

from accounts import commands
from accounts.models import Invitation, Notice, User
from accounts.work import job, system_actors


@job("accounts.send_notice")
def send_notice(*, actor: User, notice: int) -> None:
    commands.send_notice(actor=actor, notice=Notice.objects.get(pk=notice), now=timezone.now())


@job("accounts.send_invitation")
def send_invitation(*, actor: User, invitation: int) -> None:
    commands.send_invitation(actor=actor, invitation=Invitation.objects.get(pk=invitation), now=timezone.now())


@job("accounts.rescue_jobs", every="* * * * *")
def rescue_jobs(*, actor: User) -> None:
    commands.rescue_jobs(actor=actor, now=timezone.now())


@job("accounts.purge_jobs", every="10 2 * * *")
def purge_jobs(*, actor: User) -> None:
    commands.purge_jobs(actor=actor)


@job("accounts.purge_once_only", every="20 2 * * *")
def purge_once_only(*, actor: User) -> None:
    commands.purge_once_only(actor=actor, now=timezone.now())


@job("accounts.clear_sessions", every="30 2 * * *")
def clear_sessions(*, actor: User) -> None:
    commands.clear_sessions(actor=actor)


@job("accounts.watch_seal", every="*/5 * * * *")
def watch_seal(*, actor: User) -> None:
    """For every partnership: the log is one, and each has people who should hear of it."""
    for each in system_actors(None):
        commands.watch_seal(actor=each, now=timezone.now())


@job("accounts.make_partitions", every="40 2 * * *")
def make_partitions(*, actor: User) -> None:
    commands.make_partitions(actor=actor)
