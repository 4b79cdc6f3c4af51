"""What partners do besides answering referrals, in a real browser: hand in, ask, and keep their services right."""

import pytest
from playwright.sync_api import Browser, expect

from casework.models import Case
from referrals.models import HandIn, InformationRequest, Service
from tests import factories
from tests.browser.conftest import Visitor, faults, look
from tests.conftest import World
from tests.factories import TOKENS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_partner_hands_in_what_they_know_and_hears_how_it_stands(world: World, visitor: Visitor):
    page = visitor.page
    visitor.sign_in(world.partner.email)
    page.goto(f"{visitor.address}/hand-ins/")
    visitor.press("Hand something in")
    page.get_by_label("What did they say?").fill("He waits outside her work.")
    visitor.press("Save draft")
    expect(page.get_by_text("of 12 things that help are there")).to_be_visible()
    visitor.check("70-hand-in-draft")
    page.goto(f"{visitor.address}/hand-ins/")
    page.get_by_role("link", name=HandIn.objects.get().reference).click()
    expect(page.get_by_label("What did they say?")).to_have_value("He waits outside her work.")
    visitor.press("Hand it in")
    expect(page.get_by_text("Not yet received")).to_be_visible()
    visitor.check("71-handed-in")
    handed_in = page.url
    visitor.sign_out()

    visitor.sign_in(world.caseworker.email)
    page.goto(handed_in)
    visitor.press("We have it")
    page.get_by_role("link", name="Go to the case").click()
    expect(page.get_by_role("main")).to_contain_text("He waits outside her work.")
    visitor.sign_out()

    visitor.sign_in(world.partner.email)
    page.goto(f"{visitor.address}/hand-ins/")
    expect(page.get_by_role("table")).to_contain_text("Received")
    visitor.check("72-hand-ins")


def test_a_service_says_in_two_clicks_that_it_is_full(world: World, visitor: Visitor):
    page, service = visitor.page, world.services["harbour"]
    visitor.sign_in(world.partner.email)
    page.get_by_role("link", name="Services", exact=True).click()
    visitor.press("Full")
    expect(page.get_by_text("Everybody who refers")).to_be_visible()
    visitor.check("73-directory")
    assert Service.objects.get(pk=service.pk).capacity_now == 0


def test_what_the_police_ask_is_refused_with_a_reason(world: World, case: Case, visitor: Visitor):
    page, asked = visitor.page, factories.information_request(world, case, is_sent=True)
    visitor.sign_in(world.caseworker.email)
    page.goto(f"{visitor.address}/requests/{asked.reference}/")
    visitor.check("74-request")
    page.get_by_label("We will not share it, because").check()
    page.get_by_label("Why will you not share it?").select_option(index=1)
    page.get_by_label("In a sentence").fill("She asked us not to.")
    visitor.press("Record this answer")
    visitor.check("75-refused")
    assert InformationRequest.objects.get().status == "refused"


def test_each_of_their_pages_is_readable_at_a_desk_and_on_a_telephone(
    world: World, case: Case, browser: Browser, live_server
):
    asked = factories.information_request(world, case, is_sent=True)
    entry = world.services["harbour"].entry["id"]
    factories.handed_in(world, case)
    pages = {
        "caseworker": {
            "draft": f"cases/{case.reference}/referrals/new/",
            "hand-ins": "hand-ins/",
            "request": f"requests/{asked.reference}/",
            "give": f"requests/{asked.reference}/give/",
        },
        "officer": {"ask": "requests/new/", "requests": "requests/"},
        "administrator": {"service": f"directory/{entry}/", "edit": f"directory/{entry}/edit/"},
        "manager": {"gaps": "gaps/", "directory": "directory/"},
    }
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(10_000)
    visitor = Visitor(page, live_server.url, True)
    for who, theirs in pages.items():
        visitor.sign_in(world.people[who].email)
        for name, address in theirs.items():
            for width in (1280, 360):
                page.set_viewport_size({"width": width, "height": 800})
                page.goto(f"{live_server.url}/{address}")
                look(page, f"partners-{name}-{width}")
                assert faults(page) == []
                assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert TOKENS.name not in page.title()
        visitor.sign_out()
    context.close()
