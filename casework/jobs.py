"""Work of casework that waits for a worker. Times are UTC."""

from django.utils import timezone

from accounts.models import User
from accounts.work import job
from casework import commands


@job("casework.warn_of_agreements", every="15 6 * * *")
def warn_of_agreements(*, actor: User) -> None:
    commands.warn_of_agreements(actor=actor, now=timezone.now())
