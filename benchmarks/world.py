"""The world that is measured: made with the product's commands, filled with invented cases by SQL.

Three front doors hold the cases, and partners were let into those of the largest, all in shares of very different
size, because a plan that suits a big agency can be a bad one for a small one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from accounts import vault
from accounts.commands import add_agency, add_worker, found_partnership
from accounts.models import AgencyKind, User
from accounts.roles import Role
from benchmarks.names import names
from benchmarks.server import superuser
from casework.categories import PERMISSION
from casework.matching import Said, keys_of
from casework.models import Purpose, mark_of_telephone, new_reference
from casework.queries import fold
from config.localdb import LocalDatabase
from referrals.commands import add_service
from referrals.plans import ServicePlan
from tests.ready_made import migrate

FILL = Path(__file__).with_name("fill.sql")
COMPLETE = Path(__file__).with_name("complete.sql")
# How each index but the primary keys' is taken away, and how it is made again.
INDEXES = """
    SELECT CASE WHEN c.oid IS NULL THEN format('DROP INDEX %s', i.indexrelid::regclass)
           ELSE format('ALTER TABLE %s DROP CONSTRAINT %I', i.indrelid::regclass, c.conname) END,
           CASE WHEN c.oid IS NULL THEN pg_get_indexdef(i.indexrelid)
           ELSE format('ALTER TABLE %s ADD CONSTRAINT %I %s', i.indrelid::regclass, c.conname,
                       pg_get_constraintdef(c.oid)) END
    FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid AND t.relname ~ '^(casework|referrals)_'
    LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype = 'u'
    WHERE NOT i.indisprimary"""


# What nothing is said of is empty, as Django writes it: columns that come later need no word in what fills the tables.
DEFAULTS = """
    SELECT format('ALTER TABLE %I ALTER COLUMN %I SET DEFAULT %s', table_name, column_name,
                  CASE data_type WHEN 'boolean' THEN 'false' WHEN 'ARRAY' THEN $$'{}'$$ WHEN 'jsonb' THEN $$'[]'$$
                  ELSE $$''$$ END)
    FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name ~ '^(casework|referrals)_' AND is_nullable = 'NO'
      AND column_default IS NULL AND data_type IN ('character varying', 'text', 'boolean', 'ARRAY', 'jsonb')
      AND table_name IN (SELECT tablename FROM pg_tables)"""


@dataclass(frozen=True)
class Partner:
    """An agency that was let into one case in `every`, from `beginning` on, but into `most` at most."""

    every: int
    most: int = 2**31 - 1
    beginning: int = 0


FRONT_DOOR, MIDDLE_DOOR, SMALL_DOOR = "front door", "middle front door", "small front door"
PARTNERS = {
    "big": Partner(every=5),
    "middle": Partner(every=100),
    "small": Partner(every=4, most=60),
    "none": Partner(every=1, most=0),
    **{f"also big {number}": Partner(every=5, beginning=number) for number in range(1, 4)},
    **{f"also middle {number}": Partner(every=100, beginning=number * 2) for number in range(1, 40)},
    **{f"also small {number}": Partner(every=9, most=60, beginning=number) for number in range(1, 9)},
}
MEASURED = (FRONT_DOOR, MIDDLE_DOOR, SMALL_DOOR, "big", "middle", "small", "none")


def make_world() -> dict[str, User]:
    """A worker of each agency, by the agency's name."""
    migrate(settings.LOCAL_DATABASE)
    systems = {name: _found(name) for name in (SMALL_DOOR, MIDDLE_DOOR, FRONT_DOOR)}
    call_command("load_reference", stdout=StringIO())
    workers = {name: _worker(system, system, name, Role.CASEWORKER) for name, system in systems.items()}
    system = systems[FRONT_DOOR]
    for name in PARTNERS:
        agency = add_agency(actor=system, name=name, kind=AgencyKind.SUPPORT)
        workers[name] = _worker(system, agency.workers.model(agency=agency), name, Role.PARTNER_WORKER)
        add_service(actor=system, agency=agency, plan=_service(name))
    return workers


def _found(name: str) -> User:
    email = f"system-of-{name.replace(' ', '-')}@benchley.example"
    return found_partnership(actor=None, name=f"Borough of the {name}", front_door=name, system_email=email)


def _worker(system: User, like: User, name: str, role: Role) -> User:
    email = f"{name.replace(' ', '-')}@benchley.example"
    return add_worker(actor=system, agency=like.agency, email=email, name=f"A {name}", role=role, password="")


def _service(name: str) -> ServicePlan:
    return ServicePlan(f"Help of {name}", "Support", ("domestic_abuse",), Purpose.SAFETY_SUPPORT, ("identity",), 24)


def fill(database: LocalDatabase, begin: int, end: int, script: Path = FILL) -> None:
    """Add the cases from number `begin` up to `end`, with all that belongs to each, and let the planner look.

    With a script of one's own there are no people in them, and so no keys by which these are looked up.
    """
    connection.close()
    with superuser(database) as server:
        server.execute("SET session_replication_role = replica")  # the triggers would ask each row for its event
        server.execute("SET work_mem = '128MB'; SET maintenance_work_mem = '512MB'; SET synchronous_commit = off")
        server.execute(
            "CREATE TEMP TABLE made (n int PRIMARY KEY, case_ref text, contact_ref text, holder text, victim text, "
            "folded text)"
        )
        server.execute("CREATE TEMP TABLE partner (agency_id bigint, every int, most int, beginning int)")
        _write_numbers(server, begin, end)
        leave_empty_what_is_not_said(server)
        server.execute("ANALYZE made")
        with indexes_made_afterwards(server):
            for statement in script.read_text().split(";\n"):
                server.execute(statement)
            if script == FILL:
                _write_keys(server, begin, end)
        server.execute("VACUUM ANALYZE")


def leave_empty_what_is_not_said(server: psycopg.Connection[tuple[object, ...]]) -> None:
    for (statement,) in server.execute(DEFAULTS).fetchall():
        server.execute(str(statement))


def _write_keys(server: psycopg.Connection[tuple[object, ...]], begin: int, end: int) -> None:
    born = dict(server.execute("SELECT id, date_of_birth FROM casework_party WHERE id >= %s", [begin]).fetchall())
    columns = "case_id, party_id, kind, key, recorded_at"
    with server.cursor() as cursor, cursor.copy(f"COPY casework_matchkey ({columns}) FROM STDIN") as copy:
        for number, name in zip(range(begin, end), names(begin), strict=False):
            for key, kind in keys_of(Said((name,), born[number], (telephone(number),))).items():
                copy.write_row((number, number, str(kind), key, "now"))


@contextmanager
def indexes_made_afterwards(server: psycopg.Connection[tuple[object, ...]]) -> Iterator[None]:
    """To sort a million entries once costs a fraction of inserting them one by one. Primary keys stay."""
    found = server.execute(INDEXES).fetchall()
    for drop, _ in found:
        server.execute(str(drop))
    yield
    for _, make in found:
        server.execute(str(make))


def _write_numbers(server: psycopg.Connection[tuple[object, ...]], begin: int, end: int) -> None:
    with server.cursor() as cursor:
        with cursor.copy("COPY made FROM STDIN") as copy:
            for row in _numbered(begin, end):
                copy.write_row(row)
        cursor.executemany(
            "INSERT INTO partner SELECT id, %s, %s, %s FROM accounts_agency WHERE name = %s",
            [(partner.every, partner.most, partner.beginning, name) for name, partner in PARTNERS.items()],
        )


def _numbered(begin: int, end: int) -> Iterator[tuple[object, ...]]:
    for number, name in zip(range(begin, end), names(begin), strict=False):
        yield number, new_reference(), new_reference(), _holder(number), name, fold(name)


def _holder(number: int) -> str:
    if number <= 1000 and number % 10 == 3:
        return SMALL_DOOR
    return MIDDLE_DOOR if number % 100 == 51 else FRONT_DOOR


def complete(database: LocalDatabase, references: list[str]) -> None:
    """These cases as full as a case can be, each value sealed for real, all of it shared with whoever has a share."""
    with superuser(database) as server:
        server.execute("SET session_replication_role = replica")
        said = {"cases": references, "categories": list(PERMISSION), "permissions": list(PERMISSION.values())}
        for statement in COMPLETE.read_text().split(";\n"):
            server.execute(statement, said)
        routes = (
            "SELECT r.case_id, r.public_id FROM casework_contactroute r JOIN casework_case c ON c.id = r.case_id "
            "WHERE c.reference = ANY (%s)"
        )
        for case_id, row in server.execute(routes, [references]).fetchall():
            _seal(server, case_id, row)


def _seal(server: psycopg.Connection[tuple[object, ...]], case_id: int, row: object) -> None:
    """A telephone number, and when it is safe."""
    wrapped, version = vault.new_data_key(case_id)
    key = vault.unwrap(wrapped, case_id, version)
    said = {"value": telephone(case_id), "e164": telephone(case_id), "when_safe": "Mornings"}
    sealed = {
        name: vault.seal(key, plain.encode(), case_id=case_id, place=f"casework_contactroute.{name}|{row}")
        for name, plain in said.items()
    }
    server.execute(
        "UPDATE casework_casekey SET wrapped = %s, version = %s WHERE case_id = %s", [wrapped, version, case_id]
    )
    server.execute(
        "UPDATE casework_contactroute SET value = %(value)s, e164 = %(e164)s, when_safe = %(when_safe)s, "
        "mark = %(mark)s WHERE public_id = %(row)s",
        sealed | {"mark": mark_of_telephone(telephone(case_id)), "row": row},
    )


def telephone(case_id: int) -> str:
    return f"+44207{case_id:07d}"
