"""Sessions: thirty minutes of rest end one, to the minute; a database that fails while one is saved is said to have
failed, for the work before it may be done."""

from datetime import timedelta

import psycopg
import pytest
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.utils import timezone

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


def ends_in(minutes: float) -> None:
    Session.objects.update(expire_date=timezone.now() + timedelta(minutes=minutes))


def minutes_left() -> float:
    return (Session.objects.get().expire_date - timezone.now()).total_seconds() / 60


def test_a_request_within_the_same_minute_writes_nothing(world):
    page = world.page("caseworker")
    ends_in(29.5)
    before = Session.objects.get().expire_date
    assert page.get("/cases/").status_code == 200
    assert Session.objects.get().expire_date == before


def test_a_later_request_gives_it_all_its_time_again(world):
    page = world.page("caseworker")
    ends_in(28.9)
    assert page.get("/cases/").status_code == 200
    assert 29.9 < minutes_left() <= 30


def test_thirty_minutes_of_rest_end_it(world):
    page = world.page("caseworker")
    ends_in(0)
    assert page.get("/cases/")["Location"].startswith("/sign-in/")


def test_one_that_would_last_longer_than_it_may_is_cut_to_its_time(world):
    page = world.page("caseworker")
    ends_in(60)
    assert page.get("/cases/").status_code == 200
    assert minutes_left() <= 30


def test_what_is_put_into_it_is_kept_at_once(db):
    store = saved_session()
    again = SessionStore(store.session_key)
    again["agency"] = "another"
    again.save()
    assert SessionStore(store.session_key)["agency"] == "another"
