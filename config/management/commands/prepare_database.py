"""`manage.py prepare_database`: the roles and the database that Front Door needs, on any PostgreSQL."""

from argparse import ArgumentParser
from typing import Any
from urllib.parse import quote

import psycopg
from django.core.management.base import BaseCommand, CommandError

from config.checks import OLDEST_SERVER
from config.lock.roles import prepare

SERVER = "as postgresql://postgres@host:5432/postgres, with its password in PGPASSWORD or ~/.pgpass"


class Command(BaseCommand):
    help = (
        "Make the owner, the logins and the database, as somebody who may make roles and databases. Says what it does; "
        "what is there already is left as it is, so it can be run again. Passwords of new logins are shown once."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "server", help="as postgresql://postgres@host:5432/postgres; its password from PGPASSWORD or ~/.pgpass"
        )
        parser.add_argument("--database", default="front_door", help="the database's name")
        parser.add_argument(
            "--for-tests", action="store_true", help="also the login that runs the tests; never in production"
        )

    def handle(self, *args: Any, server: str, database: str, for_tests: bool, **options: Any) -> None:
        try:
            with psycopg.connect(server, autocommit=True) as connection:
                if connection.info.server_version // 10_000 < OLDEST_SERVER:
                    raise CommandError(f"Front Door needs PostgreSQL {OLDEST_SERVER} or later.")
                where = f"{connection.info.host}:{connection.info.port}"
                self._make(connection, where, database, for_tests=for_tests)
        except (psycopg.Error, ValueError) as error:
            raise CommandError(f"Not done: {str(error).strip()}") from None

    def _make(self, connection: Any, where: str, database: str, *, for_tests: bool) -> None:
        made = []
        for step in prepare(connection, database, passwords=True, for_tests=for_tests):
            self.stdout.write(step.says)
            if step.password:
                made.append(f"  postgresql://{step.login}:{quote(step.password)}@{where}/{database}")
        if made:
            self.stdout.write("\nDATABASE_URL for each login. Keep them now: they are stored nowhere.")
            self.stdout.write("\n".join(made))
        self.stdout.write("\nNext: manage.py migrate, with the migrator's DATABASE_URL.")
