"""The world that is measured: made with the product's commands, filled with invented cases by SQL.

The front door holds every case. Partners were let into shares of very different size, because a plan that suits a big
agency can be a bad one for a small one.
"""

import subprocess
import sys
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import connection

from accounts import vault
from accounts.commands import add_agency, add_worker, found_partnership
from accounts.models import AgencyKind, User
from accounts.roles import Role
from benchmarks.server import superuser
from casework.models import Purpose, new_reference
from config.localdb import BASE_DIR, LocalDatabase
from referrals.commands import ServicePlan, add_service

FILL = Path(__file__).with_name("fill.sql")


@dataclass(frozen=True)
class Partner:
    """An agency that was let into one case in `every`, but into `most` at most."""

    every: int
    most: int = 2**31 - 1


FRONT_DOOR = "front door"
PARTNERS = {
    "big": Partner(every=5),
    "middle": Partner(every=100),
    "small": Partner(every=3, most=50),
    "none": Partner(every=1, most=0),
    **{f"other {number}": Partner(every=40) for number in range(1, 9)},
}
MEASURED = (FRONT_DOOR, "big", "middle", "small", "none")


def make_world() -> dict[str, User]:
    """A worker of each agency, by the agency's name. The tables are the migrator's to make, in a process of its own."""
    migrate = [sys.executable, str(BASE_DIR / "manage.py"), "migrate", "--verbosity", "0"]
    subprocess.run(migrate, check=True)  # noqa: S603 - our own words
    system = found_partnership(
        actor=None, name="Benchley", front_door="Benchley Front Door", system_email="system@benchley.example"
    )
    call_command("load_reference", stdout=StringIO())
    workers = {FRONT_DOOR: _worker(system, system, FRONT_DOOR, Role.CASEWORKER)}
    for name in PARTNERS:
        agency = add_agency(actor=system, name=name, kind=AgencyKind.SUPPORT)
        workers[name] = _worker(system, agency.workers.model(agency=agency), name, Role.PARTNER_WORKER)
        add_service(actor=system, agency=agency, plan=_service(name))
    return workers


def _worker(system: User, like: User, name: str, role: Role) -> User:
    email = f"{name.replace(' ', '-')}@benchley.example"
    return add_worker(actor=system, agency=like.agency, email=email, name=f"A {name}", role=role, password="")


def _service(name: str) -> ServicePlan:
    return ServicePlan(f"Help of {name}", "Support", ("domestic_abuse",), Purpose.SAFETY_SUPPORT, ("identity",), 24)


def fill(database: LocalDatabase, begin: int, end: int) -> None:
    """Add the cases from number `begin` up to `end`, with all that belongs to each, and let the planner look."""
    connection.close()
    with superuser(database) as server:
        server.execute("SET session_replication_role = replica")  # the triggers would ask each row for its event
        server.execute("CREATE TEMP TABLE made (n int PRIMARY KEY, case_ref text, contact_ref text)")
        server.execute("CREATE TEMP TABLE partner (agency_id bigint, every int, most int)")
        _write_numbers(server, begin, end)
        for statement in FILL.read_text().split(";\n"):
            server.execute(statement)
        server.execute("VACUUM ANALYZE")


def seal_for_real(database: LocalDatabase, references: list[str]) -> None:
    """What stands sealed in these cases that are opened: a telephone number, and when it is safe."""
    with superuser(database) as server:
        server.execute("SET session_replication_role = replica")
        ids = "SELECT case_id, public_id FROM casework_contactroute WHERE case_id IN " + (
            "(SELECT id FROM casework_case WHERE reference = ANY (%s))"
        )
        for case_id, row in server.execute(ids, [references]).fetchall():
            wrapped, version = vault.new_data_key(case_id)
            key = vault.unwrap(wrapped, case_id, version)
            words = [
                vault.seal(key, plain, case_id=case_id, place=f"casework_contactroute.{name}|{row}")
                for name, plain in (("value", b"07700 900123"), ("when_safe", b"Mornings"))
            ]
            server.execute(
                "UPDATE casework_casekey SET wrapped = %s, version = %s WHERE case_id = %s", [wrapped, version, case_id]
            )
            server.execute(
                "UPDATE casework_contactroute SET value = %s, when_safe = %s WHERE case_id = %s", [*words, case_id]
            )


def _write_numbers(server: psycopg.Connection[tuple[object, ...]], begin: int, end: int) -> None:
    with server.cursor() as cursor:
        with cursor.copy("COPY made FROM STDIN") as copy:
            for number in range(begin, end):
                copy.write_row((number, new_reference(), new_reference()))
        cursor.executemany(
            "INSERT INTO partner SELECT id, %s, %s FROM accounts_agency WHERE name = %s",
            [(partner.every, partner.most, name) for name, partner in PARTNERS.items()],
        )
