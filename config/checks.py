"""What is wrong with the database, in a sentence, before a traceback can say it worse."""

from collections.abc import Sequence
from typing import Any

import psycopg
from django.conf import LazySettings, settings
from django.core.checks import CheckMessage, Error, Warning
from django.db import connection

from config.lock.roles import PREFIX, TESTER
from config.logs import QUIET_POSTGRESQL

OLDEST_SERVER = 15


def explain_database(settings: LazySettings) -> str:
    """Why the database cannot be used, or nothing. Names the host, never the password."""
    address = settings.DATABASES["default"]
    wanted = f"{PREFIX}{settings.DATABASE_LOGIN}"
    if address.get("USER") not in (wanted, TESTER):
        return (
            f"This works as the database login {wanted}, but DATABASE_URL names {address.get('USER') or 'none'}. "
            "Name that of the program that you start: see docs/operations.md."
        )
    try:
        server = connection.get_new_connection(connection.get_connection_params())
    except psycopg.OperationalError as error:
        reason = str(error).strip().rpartition("failed: ")[2]
        return (
            f"The database {address['NAME']} on {address['HOST'] or 'this machine'} cannot be used: {reason}. "
            "Check that it runs and that DATABASE_URL is right, or leave DATABASE_URL out to use the local database."
        )
    version = server.info.server_version // 10_000
    server.close()
    if version < OLDEST_SERVER:
        return f"The database on {address['HOST']} is PostgreSQL {version}; Front Door needs {OLDEST_SERVER} or later."
    return ""


def check_database(*, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """The same, for `manage.py check --database default`; and whether the server's log would quote what it is sent."""
    if not databases:
        return []
    if explanation := explain_database(settings):
        return [Error(explanation, id="config.E001")]
    hint = ", ".join(f"{name} = {QUIET_POSTGRESQL[name]}" for name in talkative())
    text = "PostgreSQL may write contents of rows into its own log."
    return [Warning(text, hint=f"Set {hint}. See docs/operations.md.", id="config.W001")] if hint else []


def talkative() -> list[str]:
    """Those settings of the server's log that are not as they must be, as far as this role may read them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, setting FROM pg_settings WHERE name = ANY(%s) ORDER BY name", [list(QUIET_POSTGRESQL)]
        )
        return [name for name, setting in cursor.fetchall() if setting != QUIET_POSTGRESQL[name]]
