"""Sessions: a database that fails while one is saved is said to have failed, for the work before it may be done."""

import psycopg
import pytest
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.db import OperationalError, connection

from accounts.sessions import SessionStore


def saved_session() -> SessionStore:
    store = SessionStore()
    store["agency"] = "any"
    store.create()
    return store


def lose_the_connection() -> None:
    address = connection.get_connection_params()
    names = {"host", "port", "user", "password", "dbname"}
    with psycopg.connect(**{name: address[name] for name in names & {*address}}, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 10000)", [connection.connection.info.backend_pid])


@pytest.mark.django_db(transaction=True)
def test_a_lost_connection_is_no_ended_session():
    store = saved_session()
    lose_the_connection()
    with pytest.raises(OperationalError):
        store.save()
    connection.close()


def test_a_session_that_was_ended_meanwhile_is_not_brought_back(db):
    store = saved_session()
    store.delete(store.session_key)
    with pytest.raises(UpdateError):
        store.save()


def test_they_are_the_ones_in_use():
    assert SessionStore.__module__ == settings.SESSION_ENGINE
