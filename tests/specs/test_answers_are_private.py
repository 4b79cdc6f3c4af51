"""Answers are private: nothing is kept, framed, sniffed or fetched from elsewhere, whatever the answer is."""

import pytest

from casework.models import Contact
from tests.conftest import World

ADDRESSES = {
    "/sign-in/": 200,
    "/my-work/": 200,
    "/cases/0000-0000-000/": 404,
    "/inbox/": 403,
    "/nowhere/": 404,
    "/api/v1/cases/": 200,
    "/api/v1/cases/0000-0000-000/": 404,
}


@pytest.mark.parametrize(("address", "status"), ADDRESSES.items())
def test_every_answer_says_so(world: World, address: str, status: int):
    client = world.page("anonymous" if address == "/sign-in/" else "caseworker")
    response = client.get(address)
    assert response.status_code == status
    assert "no-store" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]


def test_a_session_ends_with_the_browser_and_is_no_business_of_scripts_or_other_sites(world: World):
    client = world.page("anonymous")
    client.post("/sign-in/", {"login": world.caseworker.email, "password": "correct horse battery staple"})
    cookie = client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Strict", "")


def test_a_form_without_its_token_changes_nothing(world: World):
    client = world.page("caseworker")
    client.handler.enforce_csrf_checks = True
    response = client.post("/contacts/start/")
    assert response.status_code == 403
    assert b"Please try again" in response.content
    assert not Contact.objects.exists()
