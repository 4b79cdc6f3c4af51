"""Logs hold no values: not the row that the database refused, not what was typed, not where somebody went."""

import io
import json
import logging
import logging.config
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from rest_framework.response import Response
from rest_framework.views import APIView

import config.urls
from accounts.gate import signed_in
from casework.models import Case, Contact, Party
from config.checks import check_database
from config.lock.roles import WEB
from config.logs import KEYS, LOGGING, QUIET_POSTGRESQL, Line
from tests.crash.database import address
from tests.factories import TOKENS, opened
from tests.logins import signed_in as as_login
from tests.world import World


@signed_in
def stumble(request) -> HttpResponse:
    """A page with a fault: it writes a row that the database refuses, and its message quotes the row."""
    Contact.objects.create(
        case=Case.objects.get(),
        said=TOKENS.said,
        channel="nonsense",
        started_at=timezone.now(),
        started_by=request.user,
    )
    return HttpResponse()


@signed_in
def tarry(request) -> HttpResponse:
    """A page that takes too long: the database ends its statement, which holds what was typed."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 1")
        cursor.execute("SELECT pg_sleep(9), %s", [request.GET["name"]])
    return HttpResponse()


class Stumble(APIView):
    permissions = {"post": "casework.start_contact"}

    def post(self, request) -> Response:
        raise ValueError(request.data)


urlpatterns = [
    *config.urls.urlpatterns,
    path("stumble/", stumble, name="stumble"),
    path("tarry/", tarry, name="tarry"),
    path("api/s", Stumble.as_view()),
]


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the log of the processes would hold, at any level, in the form that the settings give it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Line())
    loggers = [logging.getLogger(), logging.getLogger("gunicorn.error")]  # the others hand theirs on
    for logger in loggers:
        logger.addHandler(handler)
    yield stream
    for logger in loggers:
        logger.removeHandler(handler)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def found_in(text: str) -> set[str]:
    """The tokens that stand in it, however it writes them."""
    ways = (str, quote, lambda value: value.replace(" ", "+"), lambda value: value.lower())
    return {token for token in vars(TOKENS).values() for way in ways if way(token) in text}


def test_the_database_would_quote_the_row(world: World):
    opened(world.caseworker)
    with pytest.raises(IntegrityError, match=TOKENS.name), transaction.atomic():
        Party.objects.filter(name=TOKENS.name).update(role="nonsense")


@pytest.mark.urls(__name__)
def test_an_error_is_logged_by_its_kind_and_place_and_not_by_what_it_quotes(world: World, written: io.StringIO):
    opened(world.caseworker)
    client = world.page("caseworker")
    client.raise_request_exception = False
    response = client.get(f"/stumble/?name={TOKENS.name}")
    (line,) = [line for line in lines(written) if "error" in line]
    assert (response.status_code, line["status"], line["route"]) == (500, 500, "stumble")
    assert "django.db.utils.IntegrityError" in line["error"]
    assert any(frame.endswith("in stumble") for frame in line["error"])
    assert len(line["request"]) == 36
    assert found_in(written.getvalue() + response.content.decode()) == set()


def of_the_web(world: World) -> None:
    """Whatever can go wrong with a request, with a token wherever there is room for one."""
    for who in ("caseworker", "outsider", "anonymous"):
        client = world.page(who)
        client.raise_request_exception = False
        client.get("/tarry/", {"name": " ".join(vars(TOKENS).values())})
        for token in vars(TOKENS).values():
            name, body = quote(token), json.dumps({"case": token, token: token})
            client.get(f"/stumble/?name={name}")
            client.post("/api/s", body, content_type="application/json")
            client.get(f"/cases/{name}/?name={name}")
            client.get(f"/{name}/")
            client.get(f"/cases/?after={name}%00")
            client.get("/cases/", HTTP_HOST=f"{name}.example", HTTP_REFERER=token, HTTP_USER_AGENT=token)
            client.post("/api/v1/contacts/", body + token, content_type="application/json")
            client.post("/sign-in/", {"login": token, "password": token})
            client.handler.enforce_csrf_checks = True
            client.post("/contacts/start/", {"case": token}, HTTP_ORIGIN=f"https://{name}.example")
            client.handler.enforce_csrf_checks = False


def of_the_database(world: World) -> None:
    """Statements that fail, in each of the ways in which PostgreSQL quotes: row, statement, parameter, key."""
    statements = [
        ("UPDATE casework_party SET role = 'nonsense' WHERE name = %s", TOKENS.name),
        ("SELECT %s::int", TOKENS.said),
        ("SELECT %s FROM no_such_table", TOKENS.lines),
        ("SELECT casework_no_such_function(%s)", TOKENS.alleged),
        ("UPDATE accounts_user SET email = %s", world.caseworker.email),
        ("INSERT INTO casework_party (name) VALUES (%s)", TOKENS.name),
        ("DO $$ BEGIN RAISE LOG 'told'; PERFORM 1 / 0; END $$ -- %s", TOKENS.why),
    ]
    for statement, value in statements:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [value])


def of_waiting() -> None:
    """Two logins wait for each other, and one for a lock in vain; whatever tells of it has both statements at hand."""
    lock = "SELECT pg_advisory_xact_lock({}) -- {}"
    database = address(settings.LOCAL_DATABASE, connection.settings_dict["NAME"])
    with psycopg.connect(database) as quick, as_login(WEB) as web, ThreadPoolExecutor(1) as pool:
        quick.execute("SET deadlock_timeout = '10ms'")  # as only a superuser may; the web's own is a second
        quick.execute(lock.format(1, TOKENS.name))
        web.execute("BEGIN")
        web.execute(lock.format(2, TOKENS.said))
        waiting = pool.submit(web.execute, lock.format(1, TOKENS.lines))
        while not quick.execute("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted").fetchone():
            pass
        with pytest.raises(psycopg.errors.DeadlockDetected):
            quick.execute(lock.format(2, TOKENS.alleged))
        quick.rollback()
        waiting.result()
        quick.execute("SET lock_timeout = '1ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            quick.execute(lock.format(1, TOKENS.why))


def of_the_processes() -> None:
    """What others say of us: the web server of an address, Python and the libraries of a value."""
    for logger in (logging.getLogger("gunicorn.error"), logging.getLogger("somebody.else")):
        try:
            raise OSError(TOKENS.said)
        except OSError:
            logger.exception("Error handling request %s", f"/?name={quote(TOKENS.name)}")
        logger.error(f"Could not take {TOKENS.name}")
        logger.error("No %(name)s", {"name": TOKENS.name}, extra={"name_of": TOKENS.name})
    logging.getLogger("py.warnings").warning("%s", warnings.formatwarning(TOKENS.said, UserWarning, "x", 1))


@pytest.mark.urls(__name__)
@pytest.mark.skipif(not hasattr(settings, "LOCAL_DATABASE"), reason="only the embedded server's log can be read")
def test_of_all_that_goes_wrong_at_any_layer_no_log_keeps_a_value(world: World, written: io.StringIO):
    opened(world.caseworker)
    start = settings.LOCAL_DATABASE.log.stat().st_size
    of_the_web(world)
    of_the_database(world)
    of_waiting()
    of_the_processes()
    with settings.LOCAL_DATABASE.log.open("rb") as log:
        log.seek(start)
        of_postgresql = log.read().decode()
    assert "LOG:  told" in of_postgresql
    assert "ERROR" not in of_postgresql
    assert found_in(of_postgresql) == set()
    said = lines(written)
    assert {key for line in said for key in line} == set(KEYS)
    assert {line.get("status") for line in said} >= {400, 403, 404, 500}
    assert {line.get("route") for line in said if line.get("status") == 500} >= {"stumble", "tarry"}
    assert found_in(written.getvalue()) == set()
    assert world.caseworker.email not in written.getvalue() + of_postgresql


def test_a_sentence_is_kept_without_what_was_put_into_it(written: io.StringIO):
    logging.getLogger("x").warning("Not Found: %s", TOKENS.name)
    logging.getLogger("x").warning(f"Not Found: {TOKENS.name}")
    assert [line.get("message") for line in lines(written)] == ["Not Found: %s", None]


def test_every_logger_writes_in_that_form_and_nothing_is_sent_by_mail():
    assert settings.LOGGING is LOGGING
    assert LOGGING["formatters"] == {"line": {"()": "config.logs.Line"}}
    kinds = {type(handler) for name in ("", *LOGGING["loggers"]) for handler in logging.getLogger(name).handlers}
    assert "AdminEmailHandler" not in {kind.__name__ for kind in kinds}


def test_the_web_server_writes_in_that_form_too_and_logs_no_accesses():
    program = (
        "from gunicorn.app.wsgiapp import WSGIApplication; app = WSGIApplication();"
        "log = app.cfg.logger_class(app.cfg);"
        f"log.error('Error handling request %s', {TOKENS.name!r}); print(app.cfg.accesslog);"
        f"log.access_log.info('%(r)s', {{'r': {TOKENS.name!r}}})"
    )
    arguments = [sys.executable, "-c", program, "-c", "python:config.gunicorn", "config.wsgi"]
    environment = os.environ | {"PYTHONPATH": str(settings.BASE_DIR)}
    done = subprocess.run(arguments, capture_output=True, text=True, cwd=settings.BASE_DIR, env=environment)  # noqa: S603
    assert done.stdout == "None\n"
    assert [json.loads(line)["message"] for line in done.stderr.splitlines()] == ["Error handling request %s"]
    assert TOKENS.name not in done.stderr


def test_a_server_whose_log_would_quote_rows_is_told_by_the_check_of_the_database(db, monkeypatch):
    assert check_database(databases=["default"]) == []
    monkeypatch.setitem(QUIET_POSTGRESQL, "log_error_verbosity", "other than this server's")
    (advice,) = check_database(databases=["default"])
    assert (advice.id, "log_error_verbosity = " in advice.hint) == ("config.W001", True)


def test_the_operators_are_told_what_to_set():
    told = (settings.BASE_DIR / "docs" / "operations.md").read_text()
    assert [name for name, value in QUIET_POSTGRESQL.items() if f"{name} = {value}" not in told] == []
