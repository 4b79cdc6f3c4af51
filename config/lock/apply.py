"""Switching the second lock on after each migrate, in one transaction, and shutting everything before it."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import connection, transaction
from django.db.models import Model

from accounts.roles import LOOKS_AFTER, Role
from casework.categories import PERMISSION
from casework.models import (
    Address,
    Bar,
    BarProposal,
    Case,
    ConsentRecord,
    Contact,
    ContactAttempt,
    ContactRoute,
    EmergencyAccess,
    Erasure,
    LegalHold,
    NextStep,
    Party,
    PersonJudgement,
    QuietAsk,
    RouteOverride,
    SharingDecision,
)
from config.lock import odd, policies, rights
from config.lock.erasing import erase_case
from config.lock.roles import OWNER, SEALER, WEB
from oversight.models import GivenAnswer
from referrals.models import HandIn, InformationRequest, Referral

FUNCTIONS = Path(__file__).with_name("functions.sql")
WORKERS = Path(__file__).with_name("workers.sql")
UNPREPARED = (
    "This PostgreSQL is not prepared for Front Door. Run `manage.py prepare_database` first: docs/operations.md."
)

# A month that has left the log is the sealer's to read, and nobody else's.
DETACHED = f"""
    DO $$ DECLARE t regclass; BEGIN
        FOR t IN SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
            AND NOT relispartition AND relname ~ '^audit_event_\\d{{4}}_\\d{{2}}$'
        LOOP
            EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', t);
            EXECUTE format('DROP POLICY IF EXISTS sealer_select ON %s', t);
            EXECUTE format('CREATE POLICY sealer_select ON %s FOR SELECT TO {SEALER} USING (true)', t);
            EXECUTE format('GRANT SELECT ON %s TO {SEALER}', t);
        END LOOP;
    END $$"""

# By which name in an address each record is found, for the log.
REFERENCE, PUBLIC_ID = "reference", "public_id"
NAMED: dict[type[Model], str] = {
    Case: REFERENCE,
    Contact: REFERENCE,
    HandIn: REFERENCE,
    Referral: REFERENCE,
    InformationRequest: REFERENCE,
    Address: PUBLIC_ID,
    Bar: PUBLIC_ID,
    BarProposal: PUBLIC_ID,
    ConsentRecord: PUBLIC_ID,
    ContactAttempt: PUBLIC_ID,
    ContactRoute: PUBLIC_ID,
    EmergencyAccess: PUBLIC_ID,
    GivenAnswer: PUBLIC_ID,
    Erasure: PUBLIC_ID,
    LegalHold: PUBLIC_ID,
    NextStep: PUBLIC_ID,
    Party: PUBLIC_ID,
    RouteOverride: PUBLIC_ID,
    PersonJudgement: PUBLIC_ID,
    QuietAsk: PUBLIC_ID,
    SharingDecision: PUBLIC_ID,
}


def make_second_lock(**kwargs: Any) -> None:
    """Make functions, policies and rights what the tables of this package say. Can be run again.

    `flush` asks for it as `migrate` does, without a plan: it empties tables, and the rights to them stay.
    """
    if "sender" in kwargs and "plan" not in kwargs:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_roles WHERE rolname IN (%s, %s)", [OWNER, WEB])
        if cursor.fetchone() != (2,):
            raise CommandError(UNPREPARED)
        connection.check_constraints()  # a table with changes that wait for their checks cannot be altered
        for statement in (
            FUNCTIONS.read_text(),
            record_named(),
            emergency_permissions(),
            looks_after(),
            WORKERS.read_text(),
            *odd.statements(),
            erase_case(),
            policies.known_by(),
            policies.version_is_seen(),
            *policies.statements(),
            *rights.statements(),
            DETACHED,
        ):
            cursor.execute(statement)


def lift_policies(*, plan: Any = (), **kwargs: Any) -> None:
    """Take the policies away before tables are altered: PostgreSQL alters no column that one of them looks at.

    Row-level security stays on, so that until they are made again no login sees a row: a migration that fails half way
    leaves everything shut.
    """
    if not plan:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT format('DROP POLICY %I ON %s', polname, polrelid::regclass) FROM pg_policy")
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)


def record_named() -> str:
    """SQL: the function that finds the record of a public name whoever asks, ids only: for the log, never an answer.

    Reads a reference as people type one, like `casework.models.read_reference`.
    """
    said = {REFERENCE: "the_reference", PUBLIC_ID: "the_id"}
    found = " UNION ALL ".join(
        f"SELECT '{model._meta.model_name}', n.id, {'n.id' if model is Case else 'n.case_id'} "
        f"FROM {model._meta.db_table} n, said WHERE n.{column} = said.{said[column]}"
        for model, column in NAMED.items()
    )
    return f"""
        CREATE OR REPLACE FUNCTION record_named(the_name text) RETURNS TABLE (kind text, id bigint, case_id bigint)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
            WITH signs AS (SELECT translate(upper(the_name), 'O -', '0') AS s),
            said AS (SELECT substr(s, 1, 4) || '-' || substr(s, 5, 4) || '-' || substr(s, 9) AS the_reference,
                            CASE WHEN s ~ '^[0-9A-F]{{32}}$' THEN s::uuid END AS the_id FROM signs)
            {found}
        $$"""


def emergency_permissions() -> str:
    """SQL: the function that tells which permissions the acting user's emergency access gives, by its categories."""
    pairs = ", ".join(f"('{category.value}', '{codename}')" for category, codename in PERMISSION.items())
    return f"""
        CREATE OR REPLACE FUNCTION ctx_emergency_permissions() RETURNS int[] LANGUAGE sql STABLE PARALLEL SAFE
        SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
            SELECT ctx_permissions(array_agg(gives.codename) || 'view_case'::text)
            FROM casework_emergencyaccess e JOIN (VALUES {pairs}) AS gives (category, codename)
                ON gives.category = ANY (e.categories)
            WHERE e.worker_id = ctx_user() AND e.case_id = ctx_emergency_case() AND e.reviewed_at IS NULL
        $$"""


def looks_after() -> str:
    """SQL: the function that tells whether the acting user looks after people of this role in this agency."""
    pairs = ", ".join(f"('{role}', '{other}')" for role, others in LOOKS_AFTER.items() for other in sorted(others))
    return f"""
        CREATE OR REPLACE FUNCTION looks_after(the_agency bigint, the_role text) RETURNS boolean LANGUAGE sql STABLE
        PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
            SELECT EXISTS (
                SELECT 1 FROM accounts_user u JOIN accounts_agency own ON own.id = u.agency_id
                JOIN accounts_agency a ON a.partnership_id = own.partnership_id
                JOIN (VALUES {pairs}) AS may (role, other) ON may.role = u.role
                WHERE u.id = ctx_user() AND u.is_active AND may.other = the_role AND a.id = the_agency
                  AND (a.id = own.id OR u.role <> '{Role.AGENCY_ADMINISTRATOR}'))
        $$"""
