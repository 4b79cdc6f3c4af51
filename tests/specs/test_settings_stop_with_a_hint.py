"""A setting that is missing or wrong stops the start with a sentence that says what to do, and no traceback."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from accounts.vault import new_keys
from config.checks import check_database, explain_database

ROOT = Path(__file__).resolve().parents[2]
WHOLE = {
    "MODE": "production",
    "SECRET_KEY": secrets.token_urlsafe(64),
    "ALLOWED_HOSTS": "a.example",
    "SITE_URL": "https://a.example",
    "EMAIL_URL": "smtp+tls://a:b@127.0.0.1:587",
    "EMAIL_FROM": "front-door@a.example",
    "VAULT_KEYS": new_keys(),
}


def start(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """`manage.py` in an environment that holds only these settings."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "COVERAGE_PROCESS_START"}}
    program = [sys.executable, str(ROOT / "manage.py"), *arguments]
    return subprocess.run(program, env=kept | variables, capture_output=True, text=True, cwd=ROOT)  # noqa: S603


@pytest.mark.parametrize("missing", ["DATABASE_URL", *(name for name in WHOLE if name != "MODE")])
def test_production_without_one_of_its_settings(missing: str):
    given = WHOLE | {"DATABASE_URL": "postgresql://front_door_migrator@127.0.0.1:1/front_door"}
    done = start("check", **{name: value for name, value in given.items() if name != missing})
    assert done.returncode != 0
    assert f"{missing} is not set." in done.stderr
    assert "Traceback" not in done.stderr


def test_a_mode_that_is_none():
    done = start("check", MODE="demonstration")
    assert "must be production, demo or test" in done.stderr
    assert "Traceback" not in done.stderr


def test_links_in_mails_lead_to_a_place_that_is_encrypted():
    done = start("check", **WHOLE | {"SITE_URL": "http://a.example"}, DATABASE_URL="postgresql://a@127.0.0.1:1/b")
    assert "SITE_URL must begin with https://" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_does_not_answer():
    url = "postgresql://front_door_migrator:do-not-tell@127.0.0.1:1/front_door"
    done = start("migrate", **WHOLE, DATABASE_URL=url)
    assert done.returncode == 1
    assert "127.0.0.1 cannot be used" in done.stderr
    assert "Check that it runs" in done.stderr
    assert "do-not-tell" not in done.stderr
    assert "Traceback" not in done.stderr


def test_production_is_whole_and_passes_djangos_own_checks():
    done = start("check", "--deploy", "--fail-level", "WARNING", **WHOLE, DATABASE_URL="postgresql://a@127.0.0.1:1/b")
    assert (done.returncode, done.stderr) == (0, "")
    assert "no issues" in done.stdout


@pytest.mark.django_db
def test_a_server_that_is_too_old(monkeypatch: pytest.MonkeyPatch):
    assert explain_database(settings) == ""
    assert check_database() == []
    newest = connection.pg_version // 10_000
    monkeypatch.setattr("config.checks.OLDEST_SERVER", newest + 1)
    assert f"is PostgreSQL {newest}; Front Door needs {newest + 1} or later" in explain_database(settings)
    assert [error.id for error in check_database(databases=["default"])] == ["config.E001"]
