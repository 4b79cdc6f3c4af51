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


def needs_database(arguments: list[str]) -> bool:
    return bool(arguments) and (arguments[0] not in WITHOUT_DATABASE or "--database" in arguments)


def prepare_database() -> None:
    """Starts the local one, or says what is wrong with the one that was named."""
    if hasattr(settings, "LOCAL_DATABASE"):
        settings.LOCAL_DATABASE.start()
    if explanation := explain_database(settings):
        sys.exit(explanation)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        if needs_database(sys.argv[1:]):
            prepare_database()
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, LocalDatabaseError) as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
