"""The second lock: no table of a case without row-level security, no login with power, and no trap left open."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db import connection

from config.lock import policies
from config.lock.apply import FUNCTIONS as FUNCTIONS_SQL
from config.lock.apply import make_second_lock
from config.lock.policies import ROWS
from config.lock.rights import FUNCTIONS
from config.lock.roles import CHECKS, JOBS, MIGRATOR, OWNER, SEALER, WEB
from config.lock.serving import look_at_login, require_plain_login
from tests.architecture import second_lock
from tests.logins import refusal, signed_in

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("accounts", "audit", "casework", "config", "oversight", "referrals")
REFUSED = "42501"
# Where raw SQL is written. Whoever can write it can say who acts, so each of these files is read by two people.
RAW_SQL = {
    "accounts/authorization.py",
    "accounts/commands/agencies.py",
    "accounts/commands/invitations.py",
    "accounts/commands/workers.py",
    "accounts/management/commands/export_audit.py",
    "accounts/once.py",
    "accounts/versions.py",
    "accounts/work.py",
    "audit/acting.py",
    "audit/lines.py",
    "audit/log.py",
    "audit/seal.py",
    "casework/commands/erasure.py",
    "casework/commands/people.py",
    "casework/commands/wall.py",
    "casework/models/sealed.py",
    "casework/policy.py",
    "casework/policy_of_people.py",
    "casework/queries/nearby.py",
    "casework/queries/proposals.py",
    "config/checks.py",
    "config/guards.py",
    "config/lock/apply.py",
    "config/lock/roles.py",
    "config/management/commands/detach_audit.py",
    "config/lock/serving.py",
    "config/promises.py",
    "oversight/policy.py",
    "referrals/policy.py",
}

# An outcome is seen where its incident is, a judgement where its pair is and an event where its alert is, which a bar
# shuts; a notice holds nothing but a public reference; an invitation and a worker's marks have nothing to do with a
# case.
SHUT_OTHERWISE = {
    "accounts_invitation",
    "accounts_notice",
    "casework_publishedoutcome",
    "casework_sidesjudgement",
    "casework_absence",
    "casework_handovernote",
    "casework_staffmark",
    "oversight_alertevent",
    "oversight_staffnaming",
}
NEVER = {
    "changes an event": "UPDATE audit_event SET action = 'x'",
    "removes an event": "DELETE FROM audit_event",
    "empties the log": "TRUNCATE audit_event",
    "empties a partition": "TRUNCATE audit_event_MONTH",
    "reads a partition past its policy": "SELECT count(*) FROM audit_event_MONTH",
    "says when an event was": "INSERT INTO audit_event (id, at) VALUES (gen_random_uuid(), now())",
    "says who wrote an event": "INSERT INTO audit_event (id, db_user) VALUES (gen_random_uuid(), 'x')",
    "adds a version": "INSERT INTO casework_recordversion (act) VALUES ('added')",
    "changes a version": "UPDATE casework_recordversion SET held = '{}'",
    "removes a version": "DELETE FROM casework_recordversion",
    "drops a table": "DROP TABLE casework_case",
    "lifts a trigger": "ALTER TABLE casework_case DISABLE TRIGGER ALL",
    "lifts all triggers": "SET session_replication_role = replica",
    "lifts the lock": "ALTER TABLE casework_case DISABLE ROW LEVEL SECURITY",
    "changes a checkpoint": "UPDATE audit_checkpoint SET note = ''",
    "removes a checkpoint": "DELETE FROM audit_checkpoint",
    "empties the checkpoints": "TRUNCATE audit_checkpoint",
    "takes a month out of the log": "SELECT audit_detach_partition('2020-01-01')",
    "becomes the owner": f"SET ROLE {OWNER}",
    "becomes another login": "SET ROLE postgres",
    "makes a table": "CREATE TABLE public.x (y int)",
    "makes a function": "CREATE FUNCTION public.x() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "runs a program": "COPY casework_case TO PROGRAM 'cat'",
    "reads a file": "SELECT pg_read_file('/etc/passwd')",
    "chooses the next id": "SELECT setval('casework_case_id_seq', 1)",
    "takes a case away": "DELETE FROM casework_case",
    "takes everything away": "TRUNCATE casework_case CASCADE",
    "moves a case to another agency": "UPDATE casework_case SET agency_id = agency_id",
    "renames what is shared": "UPDATE casework_sharingdecision SET categories = '{}'",
    "moves a step to another case": "UPDATE casework_nextstep SET case_id = case_id",
    "moves a step to another agency": "UPDATE casework_nextstep SET waits_for_id = waits_for_id",
    "moves a contact to another case": "UPDATE casework_contact SET case_id = case_id",
    "moves a contact to another worker": "UPDATE casework_contact SET started_by_id = started_by_id",
    "moves a referral to another case": "UPDATE referrals_referral SET case_id = case_id",
    "moves a referral to another service": "UPDATE referrals_referral SET service_id = service_id",
    "moves a way to reach somebody": "UPDATE casework_contactroute SET party_id = party_id",
    "moves a grant": "UPDATE casework_groupgrant SET group_id = group_id",
    "widens a decision": "UPDATE casework_sharingdecision SET categories = categories",
    "says that a case was erased": "UPDATE casework_erasure SET erased_at = now()",
    "says on what other ground": "UPDATE casework_erasure SET ground = ground",
    "takes a hold away": "DELETE FROM casework_legalhold",
    "moves a worker to another agency": "UPDATE accounts_user SET agency_id = agency_id",
    "gives a worker another address": "UPDATE accounts_user SET email = email",
    "lets a worker in again": "UPDATE accounts_user SET is_active = true",
    "says whom a notice is for": "UPDATE accounts_notice SET recipient_id = recipient_id",
    "lets an agency in again": "UPDATE accounts_agency SET left_at = NULL",
    "invites to another role": "UPDATE accounts_invitation SET role = role",
    "accepts an invitation": "UPDATE accounts_invitation SET accepted_at = now()",
    "makes itself another role": "UPDATE accounts_user SET role = 'supervisor'",
}


def month() -> str:
    ((name,),) = second_lock.rows("SELECT to_char(now(), 'YYYY_MM')")
    return str(name)


@pytest.mark.parametrize("what", NEVER)
@pytest.mark.parametrize("login", [WEB, JOBS, SEALER, CHECKS])
def test_no_login_ever(login, what):
    assert refusal(login, NEVER[what].replace("MONTH", month())) == REFUSED


@pytest.mark.parametrize("login", [JOBS, SEALER, CHECKS])
@pytest.mark.parametrize("table", ["casework_case", "casework_party", "casework_groupgrant", "referrals_referral"])
def test_only_the_web_writes_cases(login, table):
    assert refusal(login, f"INSERT INTO {table} DEFAULT VALUES") == REFUSED


OF_THE_SEALER = ("audit_checkpoint", "audit_event")


def test_the_sealer_reads_the_log_and_nothing_else():
    tables = set(connection.introspection.table_names()) - {*OF_THE_SEALER}
    assert {refusal(SEALER, f"SELECT FROM {table} LIMIT 1") for table in tables} == {REFUSED}
    assert {refusal(SEALER, f"SELECT FROM {table} LIMIT 1") for table in OF_THE_SEALER} == {""}


@pytest.mark.parametrize("login", [WEB, JOBS, CHECKS])
def test_nobody_but_the_sealer_adds_a_checkpoint(login):
    assert refusal(login, "INSERT INTO audit_checkpoint (size) VALUES (1)") == REFUSED
    assert refusal(SEALER, "INSERT INTO audit_checkpoint (size) VALUES (1)") == "23514"  # only what the trigger asks


def test_the_checks_read_no_password_session_or_kept_answer():
    for hidden in ("password FROM accounts_user", "FROM django_session", "FROM accounts_onceonly"):
        assert refusal(CHECKS, f"SELECT {hidden}") == REFUSED


def test_each_login_runs_the_functions_that_are_given_to_it_and_no_other_of_ours():
    given = second_lock.rows(
        "SELECT r.rolname, p.oid::regprocedure::text FROM pg_proc p JOIN pg_roles r ON r.rolname = ANY (%s)"
        " WHERE p.pronamespace = 'public'::regnamespace AND has_function_privilege(r.oid, p.oid, 'EXECUTE')"
        " AND p.proowner = %s::regrole",
        list(FUNCTIONS),
        OWNER,
    )
    wanted = {(login, name.partition("(")[0]) for login, names in FUNCTIONS.items() for name in names}
    assert {(login, name.partition("(")[0]) for login, name in given} == wanted
    assert "audit_make_partitions" not in {name for login, name in wanted if login == WEB}


def test_nobody_who_works_reads_passwords_sessions_or_kept_answers():
    for hidden in ("password FROM accounts_user", "session_data FROM django_session", "body FROM accounts_onceonly"):
        assert refusal(JOBS, f"SELECT {hidden}") == REFUSED


def test_the_web_does_not_read_who_was_told_of_what():
    """It adds notices, and only the worker sends them: whom a referral concerns is nobody else's."""
    assert refusal(WEB, "SELECT recipient_id FROM accounts_notice") == REFUSED
    assert refusal(WEB, "SELECT reference FROM accounts_notice") == REFUSED


def test_who_migrates_is_nobody_until_they_become_the_owner():
    assert refusal(MIGRATOR, "SELECT FROM casework_case") == "42P01"  # it does not even see that there is one
    with signed_in(MIGRATOR) as server:
        server.execute(f"SET ROLE {OWNER}")
        assert server.execute("SELECT count(*) FROM casework_case").fetchone() is not None


@pytest.mark.parametrize(
    "asked",
    [
        second_lock.tables_without_row_level_security,
        second_lock.tables_that_bars_do_not_shut,
        second_lock.views_that_look_as_their_owner,
        second_lock.logins_with_power,
        second_lock.tables_of_others,
        second_lock.rights_beyond_the_table,
    ],
    ids=lambda asked: asked.__name__,
)
def test_there_are_no(asked):
    assert asked() - SHUT_OTHERWISE == set()


def test_the_tables_that_belong_to_no_case_are_there_and_have_no_case():
    tables = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    assert set(second_lock.OF_NO_CASE) - set(tables) == set()
    fields = {name: {field.name for field in tables[name]._meta.get_fields()} for name in second_lock.OF_NO_CASE}
    assert [name for name, own in fields.items() if own & {"case", "content_object"}] == []


def test_what_runs_as_the_owner_is_listed_and_keeps_to_its_search_path():
    assert set(second_lock.definers()) == second_lock.DEFINERS
    assert all(second_lock.definers().values())


def test_every_policy_is_one_that_the_table_makes():
    made = {
        match for statement in policies.statements() for match in re.findall(r"CREATE POLICY (\w+) ON (\w+)", statement)
    }
    there = set(second_lock.rows("SELECT polname, polrelid::regclass::text FROM pg_policy"))
    assert made == there
    assert {model._meta.db_table for model in ROWS} == {table for _, table in there}


def test_making_it_again_changes_nothing():
    question = "SELECT polname, polrelid::regclass::text, pg_get_expr(polqual, polrelid) FROM pg_policy ORDER BY 2, 1"
    before = second_lock.rows(question)
    make_second_lock()
    assert second_lock.rows(question) == before


SABOTAGE = {
    "the lock is off": ("ALTER TABLE casework_contact DISABLE ROW LEVEL SECURITY", "tables_without_row_level_security"),
    "a table is new": ("CREATE TABLE casework_new (case_id bigint)", "tables_without_row_level_security"),
    "a bar is lifted": ("DROP POLICY shut ON casework_party", "tables_that_bars_do_not_shut"),
    "a view looks as its owner": (
        "ALTER VIEW casework_live_group_grant SET (security_invoker = false)",
        "views_that_look_as_their_owner",
    ),
    "a right is given by hand": (f"GRANT DELETE ON casework_case TO {WEB}", "rights_beyond_the_table"),
    "a right is given to all": ("GRANT SELECT ON casework_case TO PUBLIC", "rights_beyond_the_table"),
}


@pytest.mark.parametrize("what", SABOTAGE)
def test_it_is_noticed_when(what):
    statement, question = SABOTAGE[what]
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute(statement)
    assert getattr(second_lock, question)() != set()


def test_power_is_seen_where_it_is():
    assert second_lock.logins_with_power(OWNER, MIGRATOR, "postgres", WEB) == {OWNER, MIGRATOR, "postgres"}


def test_a_partition_made_later_is_nobodys_either(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_make_partitions(30)")
    assert second_lock.rights_beyond_the_table() == set()


def of_packages() -> list[Path]:
    return [path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts]


def writes_sql(tree: ast.AST) -> bool:
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = {call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls}
    return bool(names & {"execute", "executemany", "callproc", "raw", "extra", "RawSQL"})


def test_raw_sql_stands_in_few_files_that_are_known():
    assert {str(path.relative_to(ROOT)) for path in of_packages() if writes_sql(ast.parse(path.read_text()))} == RAW_SQL


def test_nothing_is_set_for_longer_than_a_transaction():
    """A plain SET outlives its transaction, and a pooled connection takes it to the next caller."""
    lasting = re.compile(r"\bSET (?!LOCAL|search_path|\{\}|CONSTRAINTS)(?=[a-z_.]+ *(=|TO) )|set_config\(.*, *false\)")
    assert "false)" not in FUNCTIONS_SQL.read_text()
    assert [str(p.relative_to(ROOT)) for p in of_packages() if lasting.search(p.read_text())] == []


def test_an_owner_a_superuser_and_the_migrator_are_not_served(django_db_blocker):
    class Signed:
        """As much of Django's connection as is looked at."""

        def __init__(self, server):
            self.settings_dict, self.cursor, self.close = {"OPTIONS": {}}, server.cursor, server.close

    for login, why in ((MIGRATOR, "may become another role"), ("postgres", "is a superuser")):
        with signed_in(login) as server, pytest.raises(ImproperlyConfigured, match=why):
            look_at_login(None, Signed(server))
    with signed_in(WEB) as server:
        look_at_login(None, Signed(server))
    with pytest.raises(ImproperlyConfigured, match="DATABASE_LOGIN"):
        require_plain_login()


def test_a_server_that_was_not_prepared_says_so(monkeypatch):
    monkeypatch.setattr("config.lock.apply.WEB", "somebody_else")
    with pytest.raises(CommandError, match="prepare_database"):
        make_second_lock()


def test_there_is_no_admin_site_and_nothing_that_copies_tables_out():
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
    assert second_lock.rows("SELECT 1 FROM pg_publication UNION SELECT 1 FROM pg_matviews") == []
