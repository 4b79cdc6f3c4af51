"""A burglary in a real browser: a visit is offered, accepted, planned by the police and made, and neighbours warned."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from casework.commands import load_addresses
from casework.models import Case, Visit
from casework.places import place_of
from casework.plans import AddressReport, ListedPlace
from tests import factories
from tests.browser.conftest import faults, look
from tests.browser.test_from_contact_to_supervisor import Visitor
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def burglary(world: World) -> Case:
    """A burglary of a listed home with two neighbours, that the police took on."""
    of = {"postcode": "IG1 1AA", "source": "A list", "valid_from": timezone.localdate()}
    places = [
        ListedPlace(lines := f"{number} Elm Road", place=place_of(lines, "IG1 1AA"), spot=(20.0 * number, 0.0), **of)
        for number in (17, 18, 19)
    ]
    load_addresses(actor=world.system, partnership=world.system.agency.partnership, places=places)
    case = factories.burgled(world.caseworker, address=AddressReport("17 Elm Road", "IG1 1AA"))
    factories.accepted(world.caseworker, world.officer, case, world.services["police"])
    return case


@pytest.fixture
def visitor(request: pytest.FixtureRequest, page: Page, live_server) -> Visitor:
    return Visitor(page, live_server.url, "without" not in request.node.callspec.id)


def test_a_visit_is_offered_accepted_planned_and_made(world: World, burglary: Case, visitor: Visitor):
    page, case = visitor.page, f"{visitor.address}/cases/{burglary.reference}/"
    visitor.sign_in(world.caseworker.email)
    page.goto(case)
    page.get_by_role("button", name="Offer a visit").click()
    expect(page.get_by_text("Save doorbell and camera footage now")).to_be_visible()
    page.get_by_label("Telephone", exact=True).check()
    page.get_by_label("When does a visit suit them?").fill("Mornings")
    page.get_by_label("I told them how to keep the scene").check()
    visitor.check("visit-01-offer")
    visitor.press("It is offered: go on to the answer")
    visitor.press("Save")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    page.get_by_label("Yes, they want a visit").check()
    visitor.press("Save")
    visitor.check("visit-02-case")
    page.get_by_role("button", name="Near this burglary").click()
    visitor.press("Draw up the list")
    visitor.check("visit-03-nearby")
    visitor.sign_out()

    visitor.sign_in(world.officer.email)
    page.goto(case)
    page.get_by_role("button", name="Plan the visit").click()
    tomorrow, group = timezone.localtime() + timedelta(days=1), page.get_by_role("group", name="When is the visit?")
    for part, value in {"Day": tomorrow.day, "Month": tomorrow.month, "Year": tomorrow.year, "Time": "14:30"}.items():
        group.get_by_label(part).fill(str(value))
    page.get_by_label("Police officer").check()
    page.get_by_label("Their name").fill("PC Wren")
    page.get_by_label("Words by which the victim knows them").fill("amber kettle")
    visitor.check("visit-04-plan")
    visitor.press("Save")
    expect(page.get_by_text("amber kettle")).to_be_visible()
    page.get_by_role("button", name="Did it take place?").click()
    page.get_by_label("Yes", exact=True).check()
    visitor.press("Save")
    page.get_by_role("button", name="What was done?").click()
    page.get_by_label("Evidence gathered").check()
    page.get_by_label("Statement of the victim or a witness").check()
    visitor.press("Save")
    page.get_by_role("button", name="Near this burglary").click()
    page.get_by_role("button", name="Warned").first.click()
    expect(page.get_by_text("1 of 2 warned")).to_be_visible()
    assert Visit.objects.get().status == "evidence"


def test_every_page_of_a_visit_is_readable_at_a_desk_and_on_a_telephone(
    world: World, burglary: Case, browser: Browser, live_server
):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(10_000)
    Visitor(page, live_server.url, True).sign_in(world.supervisor.email)
    root = f"{live_server.url}/cases/{burglary.reference}"
    acts = ("screen", "offer", "answer", "schedule", "attend", "crime", "overlap")
    pages = {act: f"{root}/visit/{act}/" for act in acts} | {"case": f"{root}/", "near": f"{root}/nearby/"}
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        for name, address in (pages | {"visits": f"{live_server.url}/visits/"}).items():
            page.goto(address)
            look(page, f"visit-{name}-{width}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert width > 360 or faults(page) == []
    context.close()
