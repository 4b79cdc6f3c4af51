"""Work of oversight that waits for a worker. Times are UTC."""

from django.utils import timezone

from accounts.models import User
from accounts.work import job, system_actors
from oversight import commands


@job("oversight.find_odd_access", every="30 3 * * *")
def find_odd_access(*, actor: User) -> None:
    """In each partnership, by its own system actor."""
    for system in system_actors(None).distinct("agency__partnership").order_by("agency__partnership", "pk"):
        commands.find_odd_access(actor=system, now=timezone.now())
