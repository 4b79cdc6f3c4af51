"""What must be true of the second lock, asked of the database's own catalogue: each answers with what is wrong."""

from typing import Any

from django.db import connection

from config.lock.rights import TABLES
from config.lock.roles import CHECKS, JOBS, OWNER, SEALER, WEB

LOGINS = (WEB, JOBS, SEALER, CHECKS)
# Readable tables of ours that belong to no case, each with the reason why nobody needs keeping from its rows.
OF_NO_CASE = {
    "casework_hub": "reference data, known to the whole partnership",
    "casework_attemptstandard": "reference data",
    "casework_coderule": "reference data",
    "casework_ladderstandard": "reference data",
    "casework_lawfulbasis": "reference data",
    "casework_listedaddress": "reference data: a public list of addresses",
    "casework_visitrule": "reference data",
    "casework_riskinstrument": "reference data",
    "casework_riskrule": "reference data",
    "casework_servicestandard": "reference data",
    "casework_sharingagreement": "reference data, between agencies",
    "casework_agreementparty": "the same",
    "casework_agreementwarning": "the same",
    "casework_namedsenior": "who learns of two-sided cases, known to all who take part; not of which",
    "oversight_auditquestion": "reference data",
    "casework_person": "a link without any value",
    "audit_checkpoint": "hashes of the log, and nothing of anybody",
    "referrals_referralstandard": "reference data",
    "referrals_service": "the directory, known to the whole partnership",
    "accounts_agency": "who takes part, known to all who take part",
    "accounts_partnership": "the same",
    "accounts_user": "who works there, named in every history; no password leaves by a query of ours",
    "accounts_user_groups": "the same",
    "accounts_user_user_permissions": "stays empty: permissions follow from the role",
}
DEFINERS = {
    "casework_closed_case_is_at_rest",
    "steps_that_climb",
    "referrals_that_are_late",
    "alert_is_seen",
    "alerted",
    "events_behind",
    "odd_access",
    "attempted",
    "audit_make_partitions",
    "audit_required",
    "casework_attempt_is_marked",
    "burglaries_near",
    "burgled_before",
    "kept_off_list",
    "casework_burglary_is_answered",
    "casework_visit_stays_answered",
    "audit_unsealed_since",
    "casework_case_keeps_to_its_side",
    "casework_case_needs_a_step",
    "casework_grant_comes",
    "casework_grant_is_decided",
    "casework_nothing_crosses",
    "casework_keep_version",
    "casework_seal_is_held",
    "casework_erased_takes_nothing",
    "casework_erasure_is_carried_out",
    "casework_hold_beats_erasure",
    "casework_is_being_erased",
    "casework_is_held",
    "erase_case",
    "ctx_emergency_case",
    "ctx_emergency_permissions",
    "ctx_owns",
    "emergency_case",
    "events_about",
    "hand_over_to_behaviour",
    "opposite_sides",
    "may_be_shut",
    "known_by",
    "kept_from",
    "flagged_like",
    "stand_where_judged",
    "named_like",
    "record_named",
    "shut_to",
    "is_shut_to",
    "staff_alike",
    "system_actor",
    "accounts_agency_takes_part",
    "agency_leaves",
    "cases_left_by",
    "holder_of",
    "casework_owner_is_there",
    "casework_way_is_doubted",
    "casework_way_may_be_used",
    "ends_agency",
    "invitation_named",
    "looks_after",
    "worker_changes_role",
    "worker_joins",
    "worker_leaves",
    "worker_to_change",
}


def rows(question: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return list(cursor.fetchall())


def tables_without_row_level_security() -> set[str]:
    """Tables of ours that a login may read or write, without the lock or without a policy."""
    open_tables = rows(
        """
        SELECT c.relname FROM pg_class c
        WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
          AND c.relname ~ '^(accounts|audit|casework|referrals|oversight)_' AND NOT c.relispartition
          AND (NOT c.relrowsecurity OR NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid))
        """
    )
    return {name for (name,) in open_tables} - set(OF_NO_CASE)


def tables_that_bars_do_not_shut() -> set[str]:
    """Tables with a policy for the web, of which none is restrictive."""
    return {
        name
        for (name,) in rows(
            """
            SELECT DISTINCT polrelid::regclass::text FROM pg_policy p WHERE p.polroles @> ARRAY[%s::regrole::oid]
            AND NOT EXISTS (SELECT 1 FROM pg_policy r WHERE r.polrelid = p.polrelid AND NOT r.polpermissive)
            """,
            WEB,
        )
    }


def views_that_look_as_their_owner() -> set[str]:
    views = rows(
        "SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace"
        " AND NOT coalesce(reloptions @> '{security_invoker=true}', false)"
    )
    return {name for (name,) in views}


def definers() -> dict[str, bool]:
    """Functions that run as the owner, and whether each has a search path of its own."""
    return dict(
        rows(
            "SELECT proname, coalesce(proconfig::text ~ 'search_path=pg_catalog', false) FROM pg_proc"
            " WHERE pronamespace = 'public'::regnamespace AND prosecdef"
        )
    )


def logins_with_power(*logins: str) -> set[str]:
    """Of these, or of those that serve: the ones that own something, may become somebody, or are held by no policy."""
    return {
        name
        for (name,) in rows(
            """
            SELECT rolname FROM pg_roles r WHERE rolname = ANY (%s) AND (
                rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication OR rolinherit
                OR EXISTS (SELECT 1 FROM pg_auth_members WHERE member = r.oid)
                OR EXISTS (SELECT 1 FROM pg_class WHERE relowner = r.oid)
                OR EXISTS (SELECT 1 FROM pg_proc WHERE proowner = r.oid))
            """,
            list(logins or LOGINS),
        )
    }


def tables_of_others() -> set[str]:
    """Tables of the schema that do not belong to the owner."""
    return {
        name
        for (name,) in rows(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v')"
            " AND relowner <> %s::regrole",
            OWNER,
        )
    }


def rights_beyond_the_table() -> set[tuple[str, str, str]]:
    """Rights on tables that the table of rights does not name: login, table, right."""
    given = rows(
        "SELECT grantee, table_name, privilege_type FROM information_schema.column_privileges"
        " WHERE table_schema = 'public' AND grantee = ANY (%s)"
        " UNION SELECT grantee, table_name, privilege_type FROM information_schema.table_privileges"
        " WHERE table_schema = 'public' AND (grantee = ANY (%s) OR grantee = 'PUBLIC')",
        list(LOGINS),
        list(LOGINS),
    )
    named = {
        (login, table, right)
        for login, tables in TABLES.items()
        for table, said in tables.items()
        for right in ("SELECT", "INSERT", "UPDATE", "DELETE")
        if right in said
    }
    beyond = {(who, table, right) for who, table, right in given} - named
    extension = {("PUBLIC", name, "SELECT") for name in ("pg_stat_statements", "pg_stat_statements_info")}
    return beyond - extension
