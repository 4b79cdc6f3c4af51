"""Answers are private: nothing is kept, framed, sniffed or fetched from elsewhere, whatever the answer is."""

import json
import os
import secrets
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import path

import config.urls
from accounts.gate import signed_in
from accounts.vault import new_keys
from casework.models import Contact
from tests.architecture.test_every_way_out_is_listed import address_of
from tests.doors import doors
from tests.sample import some
from tests.world import World

POLICY = {
    "default-src 'none'",
    *(f"{kind}-src 'self'" for kind in ("script", "style", "img", "font", "connect")),
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
    "require-trusted-types-for 'script'",
}
OF_A_FILE = {"sandbox", "default-src 'none'"}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), clipboard-read=()",
}
NOT_KEPT = {"max-age=0", "no-cache", "no-store", "must-revalidate", "private"}


def wrong_with(response: Any) -> dict[str, str]:
    """The headers that are missing or say something else; nothing, where all is well."""
    wrong = {name: response.headers.get(name, "") for name, value in ALWAYS.items() if response.get(name) != value}
    policy = response.headers.get("Content-Security-Policy", "")
    allowed = [POLICY, OF_A_FILE] if "Content-Disposition" in response.headers else [POLICY]
    if set(policy.split("; ")) not in allowed:
        wrong["Content-Security-Policy"] = policy
    kept = response.headers.get("Cache-Control", "")
    if (set(kept.split(", ")) == NOT_KEPT) == response.request["PATH_INFO"].startswith("/static/frontend/"):
        wrong["Cache-Control"] = kept
    return wrong


@signed_in
def stumble(request: Any) -> HttpResponse:
    raise ZeroDivisionError


urlpatterns = [*config.urls.urlpatterns, path("stumble/", stumble)]
CHUNKED = {"HTTP_TRANSFER_ENCODING": "chunked"}
# status, who, method, address, and what else is sent
ANSWERS: list[tuple[int, str, str, str, dict[str, Any]]] = [
    (200, "anonymous", "get", "/sign-in/", {}),
    (200, "caseworker", "get", "/api/v1/cases/", {}),
    (200, "anonymous", "get", "/static/frontend/main.css", {}),
    (302, "anonymous", "get", "/my-work/", {}),
    (400, "caseworker", "get", "/cases/?after=%00", {}),
    (400, "caseworker", "get", "/cases/", {"HTTP_HOST": "elsewhere.example"}),
    (400, "caseworker", "get", "/api/v1/cases/?kind=theft", {}),
    (403, "caseworker", "get", "/inbox/", {}),
    (403, "auditor", "get", "/api/v1/cases/", {}),
    (404, "caseworker", "get", "/cases/0000-0000-000/", {}),
    (404, "caseworker", "get", "/nowhere/", {}),
    (404, "anonymous", "get", "/static/nothing.css", {}),
    (404, "caseworker", "get", "/api/v1/cases/0000-0000-000/", {}),
    (405, "caseworker", "delete", "/my-work/", {}),
    (405, "caseworker", "delete", "/api/v1/cases/", {}),
    (406, "caseworker", "get", "/api/v1/cases/", {"HTTP_ACCEPT": "text/html"}),
    (411, "caseworker", "post", "/contacts/start/", CHUNKED),
    (411, "caseworker", "post", "/api/v1/contacts/", CHUNKED),
    (415, "caseworker", "post", "/api/v1/contacts/", {"content_type": "text/plain", "data": "x"}),
    (500, "caseworker", "get", "/stumble/", {}),
]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(("status", "who", "method", "address", "more"), ANSWERS)
def test_every_status_carries_every_header(world: World, status, who, method, address, more):
    client = world.page(who)
    client.raise_request_exception = False
    response = getattr(client, method)(address, **more)
    response.close()
    assert (response.status_code, wrong_with(response)) == (status, {})


def test_whoever_tries_too_often_gets_them_too(world: World):
    client = Client(REMOTE_ADDR="192.0.2.99")
    tries = [client.post("/sign-in/", {"login": "a@b.example", "password": "x"}) for _ in range(31)]
    assert (tries[-1].status_code, wrong_with(tries[-1])) == (429, {})


def test_every_route_carries_every_header(world: World, accepted):
    for turn, door in enumerate(doors()):
        for who in some(["caseworker", "outsider", "anonymous"], turn=turn, of=3):
            for method in some([*door.methods, "options"], turn=turn, of=2):
                response = getattr(world.page(who), method)(address_of(world, door, accepted))
                assert (door.name, method, wrong_with(response)) == (door.name, method, {})


def test_what_is_not_possible_now_carries_them(world: World, accepted):
    response = world.page("partner").post(f"/referrals/{accepted.reference}/accept/")
    assert (response.status_code, wrong_with(response)) == (409, {})


def test_production_speaks_tls_only_and_binds_its_cookies_to_it():
    asked = "SECURE_HSTS_SECONDS SECURE_HSTS_INCLUDE_SUBDOMAINS SECURE_SSL_REDIRECT SESSION_COOKIE_NAME"
    program = f"import json, config.settings as s; print(json.dumps([getattr(s, n) for n in {asked.split()!r}]))"
    given = {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "a.example",
        "DATABASE_URL": "postgresql://h/n",
        "SITE_URL": "https://a.example",
        "EMAIL_URL": "smtp+tls://h:587",
        "EMAIL_FROM": "front-door@a.example",
        "VAULT_KEYS": new_keys(),
    }
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME"}}
    environment = kept | given | {"MODE": "production"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, cwd=settings.BASE_DIR)  # noqa: S603
    assert json.loads(done.stdout) == [63_072_000, True, True, "__Host-session"]


def test_a_body_in_chunks_is_refused_and_not_taken_for_an_empty_one(world: World):
    for address in ("/api/v1/contacts/", "/contacts/start/"):
        answer = world.page("caseworker").post(address, **CHUNKED)
        assert (answer.status_code, Contact.objects.count()) == (411, 0)
    assert world.page("caseworker").post("/api/v1/contacts/", **CHUNKED).json()["code"] == "length_required"


def test_no_other_form_of_an_answer_can_be_asked_for(world: World):
    usual, other = (world.api("caseworker").get(f"/api/v1/schema{more}") for more in ("", "?format=json"))
    assert usual["Content-Type"] == other["Content-Type"]


def test_a_session_ends_with_the_browser_and_is_no_business_of_scripts_or_other_sites(world: World):
    client = world.page("anonymous")
    client.post("/sign-in/", {"login": world.caseworker.email, "password": "correct horse battery staple"})
    cookie = client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Strict", "")


def test_a_form_without_its_token_changes_nothing(world: World):
    client = world.page("caseworker")
    client.handler.enforce_csrf_checks = True
    response = client.post("/contacts/start/")
    assert (response.status_code, wrong_with(response)) == (403, {})
    assert b"Please try again" in response.content
    assert not Contact.objects.exists()
