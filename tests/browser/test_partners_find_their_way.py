"""What partners do besides answering referrals, in a real browser: hand in, ask, and keep their services right."""

import pytest
from playwright.sync_api import Browser, expect

from accounts.commands import add_worker
from accounts.roles import Role
from casework.models import Case
from referrals import commands
from referrals.models import HandIn, InformationRequest, Service
from tests import factories
from tests.browser.conftest import Visitor, faults, look
from tests.factories import TOKENS, at
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def asked(world: World, case: Case) -> InformationRequest:
    """What the police ask about a case, approved by their sergeant."""
    of = {"agency": world.agencies["police"], "role": Role.SUPERVISOR, "password": factories.PASSWORD}
    sergeant = add_worker(actor=world.system, email="sergeant@police.example", name="Sam Wren", **of)
    request = factories.information_request(world, case)
    return commands.approve_request(actor=sergeant, request=request, now=at())


def test_a_partner_hands_in_what_they_know_and_hears_how_it_stands(world: World, visitor: Visitor):
    page = visitor.page
    visitor.sign_in(world.partner.email)
    page.goto(f"{visitor.address}/hand-ins/")
    visitor.press("Hand something in")
    page.get_by_label("What happened, in their words").fill("He waits outside her work.")
    visitor.press("Save draft")
    page.get_by_role("link", name=HandIn.objects.get().reference).click()
    expect(page.get_by_text("of 12 things that help are there")).to_be_visible()
    visitor.check("70-hand-in-draft")
    expect(page.get_by_label("What happened, in their words")).to_have_value("He waits outside her work.")
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


def test_what_the_police_ask_is_refused_with_a_reason(world: World, asked: InformationRequest, visitor: Visitor):
    page = visitor.page
    visitor.sign_in(world.caseworker.email)
    page.goto(f"{visitor.address}/requests/{asked.reference}/")
    visitor.check("74-request")
    page.get_by_label("We will not share it, because").check()
    page.get_by_label("Why will you not share it?").select_option(index=1)
    page.get_by_label("In a sentence").fill("She asked us not to.")
    visitor.press("Record this answer")
    visitor.check("75-refused")
    assert InformationRequest.objects.get().status == "refused"


def test_what_the_police_ask_is_given_in_part_after_a_look_at_it(
    world: World, case: Case, asked: InformationRequest, visitor: Visitor
):
    page = visitor.page
    visitor.sign_in(world.caseworker.email)
    page.goto(f"{visitor.address}/requests/{asked.reference}/give/")
    seen = page.get_by_role("region", name="What East Area Police will see")
    expect(seen).to_contain_text(TOKENS.said)
    page.get_by_label("What was said", exact=True).uncheck()
    visitor.press("Show what they will see")
    expect(seen).not_to_contain_text(TOKENS.said)
    page.get_by_label("They agree", exact=True).check()
    page.get_by_label("Why is it necessary? One sentence.").fill("Only that night is asked for.")
    visitor.press("Share it now")
    visitor.check("76-given")
    visitor.sign_out()
    visitor.sign_in(world.officer.email)
    page.goto(f"{visitor.address}/cases/{case.reference}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text(case.reference)
    expect(page.get_by_role("main")).not_to_contain_text(TOKENS.said)
    assert InformationRequest.objects.get().decision.categories == ["incident"]


def test_each_of_their_pages_is_readable_at_a_desk_and_on_a_telephone(
    world: World, case: Case, asked: InformationRequest, browser: Browser, live_server
):
    entry, hand_in = world.services["harbour"].entry["id"], commands.begin_hand_in(actor=world.partner, now=at())
    pages = {
        "caseworker": {
            "draft": f"cases/{case.reference}/referrals/new/",
            "hand-ins": "hand-ins/",
            "request": f"requests/{asked.reference}/",
            "give": f"requests/{asked.reference}/give/",
        },
        "partner": {"hand-in": f"hand-ins/{hand_in.reference}/"},
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
                assert page.evaluate("document.documentElement.scrollWidth") <= width
                assert width > 360 or faults(page) == []
        assert TOKENS.name not in page.title()
        visitor.sign_out()
    context.close()
