"""Work of casework that waits for a worker. Times are UTC."""

from django.utils import timezone

from accounts.models import User
from accounts.work import job
from casework import commands


@job("casework.warn_of_agreements", every="15 6 * * *")
def warn_of_agreements(*, actor: User) -> None:
    commands.warn_of_agreements(actor=actor, now=timezone.now())


@job("casework.climb_steps", every="*/5 * * * *")
def climb_steps(*, actor: User) -> None:
    commands.climb_steps(actor=actor, now=timezone.now())


@job("casework.find_two_sides")
def find_two_sides(*, actor: User, case: int) -> None:
    commands.find_two_sides(actor=actor, case_id=case, now=timezone.now())


@job("casework.ask_holders")
def ask_holders(*, actor: User, case: int, worker: int) -> None:
    commands.ask_holders(actor=actor, case_id=case, worker_id=worker, now=timezone.now())


@job("casework.find_repeats")
def find_repeats(*, actor: User, case: int) -> None:
    commands.find_repeats(actor=actor, case_id=case, now=timezone.now())


@job("casework.tell_of_two_sides", every="*/15 * * * *")
def tell_of_two_sides(*, actor: User) -> None:
    commands.tell_of_two_sides(actor=actor, now=timezone.now())
