"""Preparing a PostgreSQL: one command makes the roles and the database, says what it does, and can be run again."""

import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
from django.core.management import CommandError, call_command
from psycopg import sql

from config.localdb import BASE_DIR, LocalDatabase
from config.lock.roles import ALL, CHECKS, JOBS, LOGINS, MIGRATOR, OWNER, SEALER, SERVING, WEB
from tests.specs.test_the_local_database import local_database, new_checkout

checkout = pytest.fixture(new_checkout, name="bare_checkout", scope="module")


@pytest.fixture(scope="module")
def server(bare_checkout) -> LocalDatabase:
    """A PostgreSQL like any other: of its own roles it knows only the superuser, and one who may make roles."""
    server = local_database(bare_checkout)
    server.start()
    with superuser(server) as connection:
        forget(connection)
        connection.execute("CREATE ROLE dba LOGIN CREATEROLE CREATEDB")
    return server


@pytest.fixture(autouse=True)
def bare(server: LocalDatabase) -> Iterator[None]:
    yield
    with superuser(server) as connection:
        forget(connection)


def superuser(server: LocalDatabase) -> psycopg.Connection:
    return psycopg.connect(address(server, "postgres"), autocommit=True)


def forget(connection: psycopg.Connection) -> None:
    for database in ("front_door", "other"):
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))
    for role in reversed([*ALL, "front_door_tester"]):
        connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))


def address(server: LocalDatabase, user: str) -> str:
    return f"postgresql://{user}@/postgres?host={server.socket}"


def prepare(server: LocalDatabase, user: str = "postgres", **options: object) -> str:
    out = io.StringIO()
    call_command("prepare_database", address(server, user), stdout=out, **options)
    return out.getvalue()


def asked(server: LocalDatabase, question: str) -> list[tuple]:
    with superuser(server) as connection:
        return connection.execute(question).fetchall()


def test_it_says_what_it_makes_and_gives_each_login_a_password_once(server):
    said = prepare(server)
    assert [role for role in ALL if f"{role} is made" not in said] == []
    passwords = re.findall(r"postgresql://(\w+):(\S+)@\S+/front_door", said)
    assert [login for login, _ in passwords] == list(LOGINS)
    assert len({password for _, password in passwords}) == len(LOGINS)
    kept = asked(server, "SELECT rolpassword FROM pg_authid WHERE rolname LIKE 'front_door%' AND rolcanlogin")
    assert {password.split("$")[0] for (password,) in kept} == {"SCRAM-SHA-256"}
    assert "manage.py migrate" in said


def test_run_again_it_leaves_everything_as_it_is(server):
    prepare(server)
    question = "SELECT rolname, rolpassword, rolcanlogin FROM pg_authid WHERE rolname LIKE 'front_door%' ORDER BY 1"
    before = asked(server, question)
    said = prepare(server)
    assert [role for role in ALL if f"{role} is there" not in said] == []
    assert "postgresql://" not in said
    assert asked(server, question) == before


def test_the_owner_cannot_sign_in_and_no_login_has_power_or_may_become_another(server):
    prepare(server)
    assert (OWNER,) in asked(server, "SELECT rolname FROM pg_roles WHERE NOT rolcanlogin")
    powers = "rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication OR rolinherit"
    powerful = {name for (name,) in asked(server, f"SELECT rolname FROM pg_roles WHERE {powers}")}  # noqa: S608
    assert powerful & set(LOGINS) == set()
    members = "SELECT member::regrole::text, roleid::regrole::text FROM pg_auth_members"
    assert asked(server, f"{members} WHERE member::regrole::text LIKE 'front_door%'") == [(MIGRATOR, OWNER)]


def test_only_its_logins_may_connect_and_the_database_is_the_owners(server):
    prepare(server, database="other")
    said = "SELECT pg_get_userbyid(datdba), datacl::text FROM pg_database WHERE datname = 'other'"
    ((owner, rights),) = asked(server, said)
    assert owner == OWNER
    assert set(re.findall(r"[{,](\w*)=", rights)) == {OWNER, *LOGINS}
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(address(server, "dba").replace("/postgres?", "/other?"))


@pytest.mark.parametrize("login", [WEB, JOBS, SEALER, CHECKS])
def test_nobody_waits_for_ever_and_the_servers_log_repeats_no_row(server, login):
    prepare(server)
    with psycopg.connect(address(server, login).replace("/postgres?", "/front_door?")) as connection:
        for name, value in {"statement_timeout": "30s", "lock_timeout": "10s", "log_min_messages": "log"}.items():
            assert connection.execute(f"SHOW {name}").fetchone() == (value,)


def test_somebody_who_is_no_superuser_can_do_it_and_is_told_what_is_left(server):
    said = prepare(server, "dba")
    assert f"{WEB} is made" in said
    assert "NOT DONE, because only a superuser may" in said
    assert "log_error_verbosity = terse" in said
    assert asked(server, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'front_door'") == [(OWNER,)]


def test_a_database_of_somebody_else_is_left_alone(server):
    with superuser(server) as connection:
        connection.execute("CREATE DATABASE other OWNER dba")
    with pytest.raises(CommandError, match="belongs to dba"):
        prepare(server, database="other")


def test_the_login_of_the_tests_is_made_only_when_it_is_asked_for(server):
    prepare(server)
    assert asked(server, "SELECT FROM pg_roles WHERE rolname = 'front_door_tester'") == []
    prepare(server, for_tests=True)
    assert len(asked(server, "SELECT FROM pg_roles WHERE rolname = 'front_door_tester'")) == 1


def test_it_needs_no_settings_and_says_in_a_sentence_what_is_wrong(server):
    program = [sys.executable, "manage.py", "prepare_database", "postgresql://nobody@127.0.0.1:1/postgres"]
    bare = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME"}}
    done = subprocess.run(program, cwd=BASE_DIR, env=bare, capture_output=True, text=True)  # noqa: S603
    assert done.returncode == 1
    assert done.stderr.startswith("CommandError: Not done: ")
    assert "Traceback" not in done.stderr


def test_a_command_under_another_login_says_which_it_needs(server):
    given = {"MODE": "demo", "DATABASE_URL": f"postgresql://{WEB}@/front_door?host={server.socket}"}
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME"}}
    program = [sys.executable, "manage.py", "migrate"]
    done = subprocess.run(program, cwd=BASE_DIR, env=kept | given, capture_output=True, text=True)  # noqa: S603
    assert done.returncode == 1
    assert done.stderr.startswith(f"This works as the database login {MIGRATOR}, but DATABASE_URL names {WEB}.")


@pytest.mark.parametrize("command", ["work", "demo", "shell"])
def test_nothing_but_a_migration_works_as_the_owner(command):
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME"}}
    environment = kept | {"MODE": "demo", "DATABASE_LOGIN": "migrator"}
    program = [sys.executable, "manage.py", command]
    done = subprocess.run(program, cwd=BASE_DIR, env=environment, capture_output=True, text=True)  # noqa: S603
    assert (done.returncode, done.stderr[:52]) == (1, "DATABASE_LOGIN=migrator is for manage.py migrate. Le")


def test_what_each_login_is_for_is_said_once():
    assert {*SERVING, MIGRATOR, OWNER} == set(ALL)
