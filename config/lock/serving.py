"""No program serves as an owner or a superuser: row-level security would not hold it."""

from contextlib import suppress
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError
from django.db import connection as default

ASK = """
    SELECT session_user,
           rolsuper OR rolbypassrls,
           EXISTS (SELECT 1 FROM pg_auth_members WHERE member = r.oid),
           EXISTS (SELECT 1 FROM pg_class WHERE relowner = r.oid)
               OR EXISTS (SELECT 1 FROM pg_database WHERE datdba = r.oid AND datname = current_database())
    FROM pg_roles r WHERE rolname = session_user
"""
WRONG = ("is a superuser, or passes row-level security by", "may become another role", "owns what it should only use")


def look_at_login(sender: Any, connection: Any, **kwargs: Any) -> None:
    """On every new connection of a program that serves. Raises `ImproperlyConfigured`."""
    if "assume_role" in connection.settings_dict["OPTIONS"]:
        return  # the migrator: `require_plain_login` keeps it from serving
    with connection.cursor() as cursor:
        cursor.execute(ASK)
        login, *found = cursor.fetchone()
    for is_wrong, why in zip(found, WRONG, strict=True):
        if is_wrong:
            connection.close()
            raise ImproperlyConfigured(
                f"The database login {login} {why}, so nothing is served as it. "
                "Name a login that manage.py prepare_database made in DATABASE_URL: see docs/operations.md."
            )


def require_plain_login() -> None:
    """Asked by each program that serves, before it serves. Raises `ImproperlyConfigured`."""
    if "assume_role" in default.settings_dict["OPTIONS"]:
        raise ImproperlyConfigured("DATABASE_LOGIN=migrator is for manage.py migrate. Leave it out to serve.")
    with suppress(OperationalError):  # away: each connection is looked at when there is one
        default.ensure_connection()
    default.close()
