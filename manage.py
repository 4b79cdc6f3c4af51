#!/usr/bin/env python
"""Administrative tasks. On the embedded PostgreSQL it is started first, when the task needs one."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from config.checks import explain_database
from config.postgres import LocalDatabaseError

WITHOUT_DATABASE = {"localdb", "help", "check", "collectstatic", "spectacular", "--help", "--version"}
# As which login a command works. All others are the web, which sees of cases what its actor may see: without, nothing.
LOGINS = {
    "migrate": "migrator",
    "check_promises": "checks",
    "detach_audit": "migrator",
    "export_audit": "sealer",
    "purge_once_only": "jobs",
    "rotate_keys": "jobs",
    "seal_audit": "sealer",
    "verify_audit": "sealer",
    "work": "jobs",
}


def needs_database(arguments: list[str]) -> bool:
    return bool(arguments) and (arguments[0] not in WITHOUT_DATABASE or "--database" in arguments)


def reach_database() -> None:
    """Starts the local one, or says what is wrong with the one that was named."""
    if hasattr(settings, "LOCAL_DATABASE"):
        settings.LOCAL_DATABASE.start()
    if explanation := explain_database(settings):
        sys.exit(explanation)


def prepare_database() -> None:
    """The one command that comes before there is a database to name in the settings, and asks for none of them."""
    from config.management.commands.prepare_database import Command  # noqa: PLC0415

    settings.configure()
    Command().run_from_argv(sys.argv)


def main() -> None:
    if sys.argv[1:2] == ["prepare_database"]:
        return prepare_database()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    own_login = LOGINS.get("".join(sys.argv[1:2]), "web")
    if os.environ.setdefault("DATABASE_LOGIN", own_login) == "migrator" != own_login:
        sys.exit("DATABASE_LOGIN=migrator is for manage.py migrate. Leave it out: each command knows its own login.")
    try:
        if needs_database(sys.argv[1:]):
            reach_database()
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, LocalDatabaseError) as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
