"""How many contacts are logged in a second, with all that goes with one, against bare INSERTs of the same rows.

On a PostgreSQL of its own, thrown away. One contact is what a caseworker's page does: a draft is begun, the person is
looked for, and the contact is logged, each in a transaction of its own, as the web's login, with matching, safe
contact, both locks, versions and audit. The bare ones: see `benchmarks.bare`.
"""

import argparse
import json
import os
from datetime import timedelta
from io import StringIO
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"

import django

django.setup()

from django.conf import settings  # noqa: E402 - Django must be set up before its models are read
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.commands import add_worker, found_partnership  # noqa: E402
from accounts.models import User  # noqa: E402
from accounts.roles import Role  # noqa: E402
from audit.acting import acting_as  # noqa: E402
from benchmarks.bare import compared, rows_of_one, serve, show  # noqa: E402
from benchmarks.measure import load  # noqa: E402
from benchmarks.names import FAMILY, GIVEN  # noqa: E402
from benchmarks.server import thrown_away_after, told  # noqa: E402
from casework.commands import log_contact, start_contact  # noqa: E402
from casework.models import Contact, RouteKind, Safety, StepKind  # noqa: E402
from casework.plans import ContactReport, RouteReport, StepPlan, VictimReport  # noqa: E402
from casework.queries import Probe, find_person  # noqa: E402
from config.lock.roles import WEB  # noqa: E402
from tests.ready_made import migrate  # noqa: E402

SECRET = "one story told once"  # noqa: S105 - of an invented worker
ROWS_OF = "^(casework|audit)_"


def said(number: int) -> ContactReport:
    """Somebody else each time."""
    name = f"{GIVEN[number % len(GIVEN)]} {FAMILY[number // len(GIVEN) % len(FAMILY)]}"
    telephone = f"07700 {number % 1_000_000:06}"
    now = timezone.now()
    return ContactReport(
        channel="phone",
        happened_at=now,
        caller="victim",
        danger="no",
        kind="domestic_abuse",
        said="He came back on Tuesday, and took the keys. " * 5,
        victim=VictimReport(name=name, language="English"),
        routes=(RouteReport(RouteKind.PHONE, telephone, Safety.SAFE, windows="mon-fri 9:30-15:00"),),
        step=StepPlan(StepKind.CALL_BACK, now + timedelta(hours=24), "call_back"),
    )


def ours(actor: User, number: int) -> Contact:
    report = said(number)
    with acting_as(actor):
        draft = start_contact(actor=actor, case=None, now=timezone.now())
    with acting_as(actor):
        find_person(actor=actor, probe=Probe(telephone=report.routes[0].value, name=report.victim.name))  # type: ignore[union-attr]
    with acting_as(actor):
        return log_contact(actor=actor, contact=draft, report=report, now=timezone.now())


def run(asked: argparse.Namespace) -> dict[str, Any]:
    with thrown_away_after(settings.LOCAL_DATABASE):
        migrate(settings.LOCAL_DATABASE)
        system = found_partnership(actor=None, name="One", front_door="Front", system_email="system@one.example")
        call_command("load_reference", stdout=StringIO())
        actor = add_worker(
            actor=system,
            agency=system.agency,
            email="one@one.example",
            name="One",
            role=Role.CASEWORKER,
            password=SECRET,
        )
        connection.settings_dict["USER"] = settings.ACTS_AS = WEB
        connection.close()
        rows = rows_of_one(lambda n: ours(actor, n), ROWS_OF)
        before = load()
        figures = compared("benchmarks.contact", asked.clients, asked.seconds, rows)
        return {
            "figures": figures,
            "rows": {name: len(values) for name, values in rows.items()},
            "settings": told(settings.LOCAL_DATABASE),
            "load": [before, load()],
        }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.contact", description=__doc__)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--seconds", type=float, default=10.0, help="of each slot")
    parser.add_argument("--serve", choices=["ours", "bare"], help=argparse.SUPPRESS)
    parser.add_argument("--place", type=int, default=0, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        actor = User.objects.select_related("agency").defer("password").get(role=Role.CASEWORKER)
        return serve(lambda n: ours(actor, n), asked.clients[0], asked.seconds, asked.serve, asked.place)
    found = run(asked)
    show("contact", found)
    print(json.dumps(found))
    return None


if __name__ == "__main__":
    main()
