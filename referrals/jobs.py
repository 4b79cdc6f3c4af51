"""Work of referrals that waits for a worker. Times are UTC."""

from django.utils import timezone

from accounts.models import User
from accounts.work import job
from referrals import commands


@job("referrals.climb_referrals", every="*/5 * * * *")
def climb_referrals(*, actor: User) -> None:
    commands.climb_referrals(actor=actor, now=timezone.now())


@job("referrals.expire_waits", every="*/5 * * * *")
def expire_waits(*, actor: User) -> None:
    commands.expire_waits(actor=actor, now=timezone.now())
