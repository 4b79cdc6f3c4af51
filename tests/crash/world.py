"""The small world of the run, made with the product's own commands: a front door and its caseworkers."""

import subprocess
import sys
from io import StringIO

from django.core.management import call_command
from django.db import connection

from accounts.commands import add_worker, found_partnership
from accounts.roles import Role
from config.localdb import BASE_DIR

PASSWORD = "a kettle, a lamp and a bridge"


def make_world(workers: int) -> list[str]:
    """The caseworkers' addresses. The tables are the migrator's to make, in a process of its own."""
    migrate = [sys.executable, str(BASE_DIR / "manage.py"), "migrate", "--verbosity", "0"]
    subprocess.run(migrate, check=True)  # noqa: S603 - our own words
    system = found_partnership(
        actor=None, name="Crashton", front_door="Crashton Front Door", system_email="system@crashton.example"
    )
    call_command("load_reference", stdout=StringIO())
    emails = [f"worker-{number}@crashton.example" for number in range(1, workers + 1)]
    for number, email in enumerate(emails, start=1):
        add_worker(
            actor=system,
            agency=system.agency,
            email=email,
            name=f"Worker {number}",
            role=Role.CASEWORKER,
            password=PASSWORD,
        )
    connection.close()
    return emails
