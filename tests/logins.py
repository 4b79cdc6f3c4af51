"""The test database as a real login of it, on a connection of its own: no role is assumed, nothing is shared."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection


@contextmanager
def signed_in(login: str) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """In autocommit mode."""
    at = connection.settings_dict
    address = {"host": at["HOST"], "port": at["PORT"] or None, "dbname": at["NAME"], "password": at["PASSWORD"] or None}
    with psycopg.connect(**address, user=login, autocommit=True) as server:
        yield server


def refusal(login: str, statement: str) -> str:
    """The SQLSTATE with which the database refuses a statement to a login; empty where it does it."""
    with signed_in(login) as server:
        try:
            server.execute(statement)
        except psycopg.Error as error:
            return error.sqlstate or "unknown"
    return ""
