"""The product as the web's role, as in production: around each request of a test, and around its own commands."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from psycopg import sql

from config.lock.roles import OWNER, WEB


@contextmanager
def become(role: str) -> Iterator[None]:
    """Ask and act as this role inside; as the owner again afterwards, unless a rollback has seen to that."""
    _set(role)
    try:
        with override_settings(ACTS_AS=role):
            yield
    finally:
        if not connection.needs_rollback:
            _set(OWNER)


def manage(command: str, *arguments: Any, role: str = WEB, **options: Any) -> None:
    """Run one of the product's own commands, as the login that it works under."""
    with become(role):
        call_command(command, *arguments, **options)


class AsTheWeb:
    """The outermost middleware of the tests."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with become(WEB):
            return self.get_response(request)


def _set(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
