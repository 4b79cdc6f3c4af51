"""No event, no data: while the log cannot be written, every page and endpoint answers 503, shows and does nothing."""

import logging
from functools import cache

import pytest
from django.db import connection

from audit.models import AuditEvent
from config.lock.roles import WEB
from tests import factories
from tests.answers import let_in
from tests.asking import DOORS, ask
from tests.factories import TOKENS
from tests.sample import some

NOBODY_IS_LET_IN = {"retry_work": "supervisor"}  # while no work has stopped


@pytest.fixture
def unwritable(world, ids):
    """The World as it is after the web lost its right to the log: by an operator's mistake, say."""
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute(f"REVOKE INSERT ON audit_event FROM {WEB}")
        columns = ", ".join(f"INSERT ({each})" for each in ("id", "action"))
        cursor.execute(f"REVOKE {columns} ON audit_event FROM {WEB}")
    logging.disable()
    yield ids
    logging.disable(logging.NOTSET)


def test_every_page_and_endpoint_answers_503_and_shows_nothing(world, unwritable):
    before = AuditEvent.objects.count()
    wrong, asked, client_of = [], 0, cache(world.page)
    for turn, door in enumerate(DOORS.values()):
        for method in some(sorted(door.methods), turn=turn, of=len(door.methods)):
            client = client_of(NOBODY_IS_LET_IN.get(door.name) or let_in(door.name, method))
            client.raise_request_exception = False
            answer = ask(client, door, method.upper(), unwritable)
            asked += 1
            is_api = door.name.startswith("api_")
            kind = "application/problem+json" if is_api else "text/html"
            shown = [token for token in [*vars(TOKENS).values(), unwritable.case] if token in answer.content.decode()]
            if answer.status_code != 503 or not answer["Content-Type"].startswith(kind) or shown:
                wrong.append((door.name, method, answer.status_code, answer["Content-Type"], shown))
    assert wrong == []
    assert asked >= len(DOORS) > 150
    assert AuditEvent.objects.count() == before
    stranger = world.page("anonymous")
    stranger.raise_request_exception = False
    form = {"login": "caseworker@front-door.example", "password": factories.PASSWORD}
    assert (stranger.post("/sign-in/", form).status_code, "sessionid" in stranger.cookies) == (503, False)
