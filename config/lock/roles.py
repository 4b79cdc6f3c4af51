"""The database's roles, and how a PostgreSQL is prepared for them. They belong to the cluster, never to a migration."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from psycopg import Connection, sql

from config.logs import QUIET_POSTGRESQL

PREFIX = "front_door_"
OWNER, MIGRATOR, TESTER = f"{PREFIX}owner", f"{PREFIX}migrator", f"{PREFIX}tester"
WEB, JOBS, SEALER, CHECKS = (f"{PREFIX}{name}" for name in ("web", "jobs", "sealer", "checks"))
SERVING = {
    WEB: "answers pages and the API",
    JOBS: "does the work that waits; sees one job's case at a time",
    SEALER: "reads the log and adds checkpoints, and nothing else",
    CHECKS: "reads everything, to see whether the promises hold; writes nothing",
}
LOGINS = {MIGRATOR: "becomes the owner, for migrations only", **SERVING}
ALL = {OWNER: "owns the database and all in it; cannot sign in", **LOGINS}
EXTENSIONS = ("pg_trgm", "btree_gist")

# For every login: what a row holds never reaches the server's log, and nobody waits, or holds others up, for ever.
OF_LOGINS = {"idle_in_transaction_session_timeout": "60s", "lock_timeout": "10s"}
OF_SERVING = OF_LOGINS | {"statement_timeout": "30s"}


@dataclass(frozen=True)
class Step:
    """One thing that was done, in words; for a new login also the password that it was given."""

    says: str
    login: str = ""
    password: str = ""


def prepare(
    server: Connection[tuple[object, ...]], database: str, *, passwords: bool, for_tests: bool
) -> Iterator[Step]:
    """Make the roles and the database, or leave what is there as it is. Can be run again.

    `server` is in autocommit mode, and signed in as somebody who may make roles and databases. Without `passwords`
    the server must know its callers in another way, as on a private socket. Raises `psycopg.Error`.
    """
    for role, purpose in ALL.items():
        yield from _role(server, role, purpose, "NOLOGIN" if role == OWNER else "LOGIN NOINHERIT", passwords)
    _member(server, OWNER, MIGRATOR)
    if for_tests:
        yield from _role(server, TESTER, "runs the tests, as each of the others", "LOGIN NOINHERIT", passwords)
        server.execute(sql.SQL("ALTER ROLE {} CREATEDB").format(sql.Identifier(OWNER)))
        server.execute(sql.SQL("ALTER ROLE {} CREATEDB").format(sql.Identifier(TESTER)))
        for role in (OWNER, *SERVING):
            _member(server, role, TESTER)
    yield from _database(server, database)
    yield from _settings(server)


def _role(
    server: Connection[tuple[object, ...]], role: str, purpose: str, attributes: str, passwords: bool
) -> Iterator[Step]:
    if server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
        yield Step(f"{role} is there: {purpose}")
        return
    server.execute(sql.SQL(f"CREATE ROLE {{}} {attributes}").format(sql.Identifier(role)))
    if not passwords or attributes == "NOLOGIN":
        yield Step(f"{role} is made: {purpose}")
        return
    password = secrets.token_urlsafe(24)
    hashed = server.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    server.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(hashed)))
    yield Step(f"{role} is made: {purpose}", role, password)


def _member(server: Connection[tuple[object, ...]], group: str, member: str) -> None:
    server.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(group), sql.Identifier(member)))


def _database(server: Connection[tuple[object, ...]], database: str) -> Iterator[Step]:
    name, owner = sql.Identifier(database), sql.Identifier(OWNER)
    found = server.execute("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", [database]).fetchone()
    if found is None:
        _become_able_to_give(server)
        server.execute(sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(name, owner))
        yield Step(f"database {database} is made")
    elif found[0] == OWNER:
        yield Step(f"database {database} is there")
    else:
        raise ValueError(f"The database {database} belongs to {found[0]}. Name one that is not there yet.")
    server.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    for login in LOGINS:
        server.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, sql.Identifier(login)))
    yield Step(f"only these logins may connect to {database}")


def _become_able_to_give(server: Connection[tuple[object, ...]]) -> None:
    """Who is no superuser gives a database only to a role that they may become."""
    if not _is_superuser(server):
        server.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(OWNER)))


def _is_superuser(server: Connection[tuple[object, ...]]) -> bool:
    return bool(server.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()[0])  # type: ignore[index]


def _settings(server: Connection[tuple[object, ...]]) -> Iterator[Step]:
    of_logs = QUIET_POSTGRESQL if _is_superuser(server) else {}
    for login in LOGINS:
        wanted = (OF_SERVING if login in SERVING else OF_LOGINS) | of_logs
        for name, value in wanted.items():
            statement = sql.SQL("ALTER ROLE {} SET {} = {}")
            server.execute(statement.format(sql.Identifier(login), sql.Identifier(name), sql.Literal(value)))
    yield Step("no login waits for ever")
    if of_logs:
        yield Step("the server's log repeats nothing that a row holds")
    else:
        wanted_of_server = ", ".join(f"{name} = {value}" for name, value in QUIET_POSTGRESQL.items())
        yield Step(f"NOT DONE, because only a superuser may: set in the server's configuration {wanted_of_server}")
