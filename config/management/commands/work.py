"""`manage.py work`: a worker. It does what waits until it is told to stop; start as many as there is work for."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from accounts.work import NobodyToActAs, WorkerFailed, run_worker, system_actor

PATIENCE_SECONDS = 30  # how long a worker that was told to stop goes on with the job at hand


class Command(BaseCommand):
    help = "Do the work that waits, until Ctrl-C or SIGTERM: then the job at hand is finished, and no other begun."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what waits now, and stop")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        try:
            system_actor(None)
            run_worker(wait=not once, shutdown_graceful_timeout=PATIENCE_SECONDS)
        except NobodyToActAs:
            raise CommandError("There is no partnership yet. Found one first: see docs/operations.md.") from None
        except (OperationalError, WorkerFailed):
            raise CommandError("The worker ended, for its database went away or refused it. Start it again.") from None
