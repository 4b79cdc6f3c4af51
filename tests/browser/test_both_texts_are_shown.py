"""Two windows on one draft, in a real browser: whoever comes second is shown both texts, and loses nothing."""

import pytest
from playwright.sync_api import Page, expect

from casework import commands
from casework.models import Contact
from tests import factories
from tests.browser.test_from_contact_to_supervisor import Visitor
from tests.factories import at
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
THEIRS = {"said": "He came back on Tuesday.\nThe neighbour saw him.", "danger": "yes", "postcode": "ZZ9 7XQ"}


@pytest.fixture
def visitor(request: pytest.FixtureRequest, page: Page, live_server) -> Visitor:
    return Visitor(page, live_server.url, "without" not in request.node.callspec.id)


def test_who_comes_second_sees_both_texts_and_decides(world: World, visitor: Visitor):
    draft = factories.draft(world.caseworker)
    page = visitor.page
    visitor.sign_in(world.caseworker.email)
    page.goto(f"{visitor.address}/contacts/{draft.reference}/")
    page.get_by_label("What was said, in their words").fill("He came back, she thinks on Monday.")
    page.get_by_role("group", name="Are they in danger now?").get_by_label("Not known").check()
    commands.save_draft(actor=world.caseworker, contact=draft, draft=THEIRS, now=at())

    visitor.press("Save draft")
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Somebody saved this after you opened it.")
    if visitor.scripted:
        expect(page.locator(".govuk-error-summary")).to_be_focused()
    expect(page.get_by_label("What was said, in their words")).to_have_value("He came back, she thinks on Monday.")
    expect(page.get_by_text("The neighbour saw him.")).to_be_visible()
    visitor.check("12-both-texts")
    page.set_viewport_size({"width": 320, "height": 640})
    visitor.check("12-both-texts-small")
    if visitor.scripted:
        assert page.evaluate("document.documentElement.scrollWidth") <= 320

    page.get_by_label("What was said, in their words").fill("He came back on Monday or Tuesday.")
    visitor.press("Save draft")
    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    assert Contact.objects.get().draft["said"] == "He came back on Monday or Tuesday."
