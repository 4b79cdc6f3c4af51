"""A database with all tables, migrated once: each process that tests copies it, which takes a second instead of thirty.

Made anew when a migration, the second lock or a library changes. What `migrate` does after migrations, such as making
the policies and rights, it does to each copy as well. `python -m tests.ready_made` has it there, and says its name.
"""

import hashlib
import os
import subprocess
import sys

import django
from django.conf import settings
from django.db import connection

from config import postgres
from config.localdb import BASE_DIR, NAME, PORT, LocalDatabase, local_database

PREFIX = "ready_made_"
MADE_OF = ("*/migrations/*.py", "*/migrations/*.sql", "config/guards.py", "config/lock/*", "requirements/*.txt")


def ready_made() -> str:
    """The name of the database to copy. Whoever comes second waits until the first has made it."""
    name = f"{PREFIX}{_digest()}"
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [PREFIX])  # until this connection closes
        if name not in _there():
            _make(name)
    return name


def migrate(database: LocalDatabase) -> None:
    """Have all tables in the empty database of another server, which runs: dumped here, restored there, and migrated.

    In processes of their own, whatever the settings of this one.
    """
    plain = {
        name: value for name, value in os.environ.items() if name not in ("MODE", "DATABASE_LOGIN", "DATABASE_URL")
    }
    asked = [sys.executable, "-m", "tests.ready_made"]
    name = subprocess.check_output(asked, env=plain, cwd=BASE_DIR, text=True).strip()  # noqa: S603 - our own words
    tests = ["-h", local_database("test").socket, "-p", PORT, "-U", "postgres"]
    there = ["-h", database.socket, "-p", PORT, "-U", "postgres", "-d", NAME]
    dump = [postgres.programs() / "pg_dump", *tests, "--format=custom", "--compress=0", name]
    restore = [postgres.programs() / "pg_restore", *there, "--exit-on-error"]
    with subprocess.Popen(dump, stdout=subprocess.PIPE) as dumped:  # noqa: S603
        subprocess.run(restore, stdin=dumped.stdout, check=True)  # noqa: S603
    subprocess.run([sys.executable, BASE_DIR / "manage.py", "migrate", "--verbosity", "0"], check=True)  # noqa: S603


def _digest() -> str:
    read = hashlib.sha256()
    for pattern in MADE_OF:
        for path in sorted(BASE_DIR.glob(pattern)):
            if path.is_file():
                read.update(path.read_bytes())
    return read.hexdigest()[:16]


def _there() -> list[str]:
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        return [name for (name,) in cursor.fetchall()]


def _make(name: str) -> None:
    """Under another name first: what a stopped run leaves half made, nobody copies."""
    test, own_name = connection.settings_dict["TEST"], connection.settings_dict["NAME"]
    copies_name, test["NAME"] = test["NAME"], f"{PREFIX}half"
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    connection.close()
    test["NAME"] = copies_name
    for place in (connection.settings_dict, settings.DATABASES[connection.alias]):
        place["NAME"] = own_name
    with connection._nodb_cursor() as cursor:
        for older in _there():
            if older != f"{PREFIX}half":
                cursor.execute(f"DROP DATABASE {older}")
        cursor.execute(f"ALTER DATABASE {PREFIX}half RENAME TO {name}")


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    settings.LOCAL_DATABASE.start()
    print(ready_made())
