"""The processes' logs hold no values: not the row that the database refused, not what was typed."""

import io
import logging
import logging.config

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.urls import path

from accounts.gate import signed_in
from casework.models import Contact
from config.logs import WithoutValues
from tests.conftest import World
from tests.factories import TOKENS, opened


@signed_in
def stumble(request) -> HttpResponse:
    """A page with a fault: it writes a row that the database refuses, and its message quotes the row."""
    Contact.objects.filter(said=TOKENS.said).update(channel="nonsense")
    return HttpResponse()


urlpatterns = [path("stumble/", stumble)]


@pytest.fixture
def written() -> io.StringIO:
    """What the log of the processes would hold, in the form that the settings give it."""
    stream, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(WithoutValues(settings.LOGGING["formatters"]["line"]["format"]))
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)


def test_the_database_would_quote_the_row(world: World):
    opened(world.caseworker)
    with pytest.raises(IntegrityError, match=TOKENS.said), transaction.atomic():
        Contact.objects.filter(said=TOKENS.said).update(channel="nonsense")


@pytest.mark.urls(__name__)
def test_an_error_is_logged_by_its_kind_and_place_and_not_by_what_it_quotes(world: World, written: io.StringIO):
    opened(world.caseworker)
    client = world.page("caseworker")
    client.raise_request_exception = False
    response = client.get(f"/stumble/?name={TOKENS.name}")
    log = written.getvalue()
    assert response.status_code == 500
    assert "IntegrityError" in log
    assert "in stumble" in log
    assert not [token for token in vars(TOKENS).values() if token in log + response.content.decode()]


def test_the_settings_use_that_form():
    assert settings.LOGGING["formatters"]["line"]["()"] == "config.logs.WithoutValues"
