"""`manage.py demo`: a front door with invented people, made once and then served until Ctrl-C."""

import os
import socket
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from accounts.models import Agency, User
from audit.acting import acting_as
from casework.management.commands.import_burglaries import Progress, read
from config import demo_stories, demo_victims, demo_world
from config.processes import WAITS_SECONDS, Program, run_together
from referrals.models import Service

RECORDS = Path(__file__).resolve().parents[2] / "demo" / "burglaries.csv"


class Command(BaseCommand):
    help = "Make the demonstration, with invented people only, and serve it. What was entered in it is kept."
    system: User
    agencies: dict[str, Agency]
    people: dict[str, User]
    services: dict[str, Service]
    records: Path
    streams: dict[str, Any]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=int(settings.PORT))
        parser.add_argument("--records", type=Path, default=RECORDS, help="a CSV file of burglaries")
        parser.add_argument("--no-serve", action="store_true", help="make everything and stop")

    def handle(self, *args: Any, port: int, records: Path, no_serve: bool, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("A demonstration has no place in production. Set MODE=demo.")
        read(records)
        self.records = records
        self.streams = {name: options.get(name) for name in ("stdout", "stderr")}
        if not no_serve:
            require_free(port)
        try:
            self._make()
        except KeyboardInterrupt:
            raise CommandError("Stopped. What is made is kept: run it again to go on.") from None
        self._tell_who(port)
        if not no_serve:
            self.stdout.write("Ctrl-C ends it.")
            self.stdout.flush()
            serve(port)

    def _make(self) -> None:
        steps: dict[str, Callable[[], str]] = {
            "Database": self._look_at_the_database,
            "Partnership and its agencies": self._found,
            "People and services": self._people_and_services,
            "Reference data": self._reference,
            "Burglaries": self._burglaries,
            "Their victims, invented": self._victims,
            "Stories of domestic abuse, invented": self._stories,
        }
        for number, (title, step) in enumerate(steps.items(), start=1):
            self.stdout.write(f"{number} of {len(steps)}  {title} ...")
            self.stdout.flush()
            if result := step():
                self.stdout.write(f"        {result}")

    def _look_at_the_database(self) -> str:
        """Its tables are the migrator's to make: this program's login owns nothing."""
        if MigrationExecutor(connection).migration_plan(MigrationLoader(connection).graph.leaf_nodes()):
            raise CommandError("The database is not up to date. Run `manage.py migrate` first, as `make demo` does.")
        return "up to date"

    def _found(self) -> str:
        self.system = demo_world.found()
        self.agencies = demo_world.add_agencies(self.system)
        return f"{len(self.agencies)} agencies of {self.system.agency.partnership}"

    def _people_and_services(self) -> str:
        self.people = demo_world.add_workers(self.system, self.agencies)
        self.services = demo_world.add_services(self.system, self.agencies)
        demo_world.add_hubs(self.people)
        demo_world.name_the_senior(self.system, self.people, timezone.now())
        demo_world.add_agreement_of_all(self.system, self.agencies, timezone.now())
        return f"{len(self.people)} people, {len(self.services)} services"

    def _reference(self) -> str:
        call_command("load_reference", **self.streams)
        call_command("load_checklist", **self.streams)
        return ""

    def _burglaries(self) -> str:
        call_command("import_burglaries", self.records, **self.streams)
        return ""

    def _victims(self) -> str:
        with acting_as(self.system):
            lacking = demo_victims.victims_lacking()
        demo_victims.attach(self.system, lacking, Progress(self.stdout, len(lacking), "victims").advance)
        return f"{len(lacking):,} added"

    def _stories(self) -> str:
        cast = demo_stories.Cast(
            caseworker=self.people["shabnam@frontdoor.example"],
            colleague=self.people["gurdeep@frontdoor.example"],
            adviser=self.people["ioana@harbour.example"],
            refuge_worker=self.people["kavitha@lantern.example"],
            nurse=self.people["hetal@brindlemere.example"],
            services=self.services,
        )
        return f"{demo_stories.tell(cast, timezone.now())} told"

    def _tell_who(self, port: int) -> None:
        self.stdout.write(f"\nOpen http://localhost:{port}/ and sign in as one of these:\n")
        for worker in demo_world.WORKERS:
            if worker.try_this:
                self.stdout.write(f"  {worker.email:<28}{worker.role.label}, {worker.agency}")
                self.stdout.write(f"  {'':<28}{worker.try_this}")
        self.stdout.write(f"\nEverybody's password: {demo_world.PASSWORD}")
        self.stdout.write(f"Mail to them is not sent, but written into {settings.EMAIL_FILE_PATH}\n")


def require_free(port: int) -> None:
    """Says now, before any work, that the port cannot be had."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or "there is no such port"
            raise CommandError(f"Port {port} cannot be used: {reason}. Choose another with --port.") from None


def serve(port: int) -> None:
    """Runs web server, worker and sealer, until Ctrl-C or one of them ends. The latter two are started again."""
    connection.close()
    os.chdir(settings.BASE_DIR)
    os.environ["PORT"] = str(port)  # links in mails lead there
    worker = Program([sys.executable, "manage.py", "work"], WAITS_SECONDS)
    sealer = Program([sys.executable, "manage.py", "seal_audit", "--loop"], WAITS_SECONDS)
    ended = run_together({"web server": Program(web_server(port)), "worker": worker, "sealer": sealer})
    if ended:
        raise CommandError(f"The {ended} ended by itself, so everything was ended. What is made is kept.")


def web_server(port: int) -> list[str]:
    """The words of the program that serves on this machine only, to be run in the project's folder."""
    options = f"--bind 127.0.0.1:{port} -c python:config.gunicorn --no-control-socket".split()
    return [sys.executable, "-m", "gunicorn", *options, "config.wsgi"]
