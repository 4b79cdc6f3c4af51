"""Contacts logged without a mouse: one while the connection is cut, one without JavaScript. The keys are counted."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from casework import commands
from casework.models import Contact
from casework.plans import SettlePlan
from tests import factories
from tests.browser.conftest import faults, look
from tests.browser.test_from_contact_to_supervisor import Visitor
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FEWEST = 60  # what a usable contact may need beyond its narrative


class Typist:
    """Whoever touches nothing but the keyboard; every key pressed outside the narrative is counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.presses, self.fields = page, 0, 0
        self.browser = page.context.new_cdp_session(page)

    def keys(self, *names: str) -> None:
        for name in names:
            self.page.keyboard.press(name)
            self.presses += 1

    def jump(self, key: str) -> None:
        """Press a key together with Alt. The browser is told so itself: its driver leaves out what the key says."""
        said = {"modifiers": 1, "key": key, "unmodifiedText": key, "code": f"Key{key.upper()}"}
        self.browser.send("Input.dispatchKeyEvent", {"type": "keyDown", **said})
        self.browser.send("Input.dispatchKeyEvent", {"type": "keyUp", **said})
        self.presses += 1

    def next(self, *names: str) -> None:
        """Fill in one field, and go to the next."""
        self.keys(*names, "Tab")
        self.fields += 1

    def words(self, words: str) -> None:
        self.page.keyboard.type(words)
        self.presses += len(words)
        self.fields += 1

    def narrate(self, words: str) -> None:
        self.page.keyboard.type(words)


@pytest.fixture
def open_page(browser: Browser, live_server) -> Iterator:
    contexts = []

    def open_it(world: World, *, scripted: bool) -> Page:
        contexts.append(browser.new_context(java_script_enabled=scripted, viewport={"width": 1280, "height": 900}))
        page = contexts[-1].new_page()
        page.set_default_timeout(10_000)
        visitor = Visitor(page, live_server.url, scripted)
        visitor.sign_in(world.caseworker.email)
        visitor.press("Log a contact")
        expect(page.get_by_role("heading", level=1)).to_have_text("Log a contact")
        return page

    yield open_it
    for context in contexts:
        context.close()


def safety_first(typist: Typist, danger: str) -> None:
    typist.next("Space")  # safe to talk: yes
    typist.next("Space")  # alone: yes
    typist.next("ArrowDown")  # if we are cut off: ring them back
    typist.keys("Tab", "Tab", "Tab")  # where everybody is, which she does not say
    typist.next(danger)
    typist.next("t")  # by telephone
    typist.next("Space")  # the victim


def how_to_reach_them(typist: Typist) -> None:
    typist.jump("r")
    typist.keys("Tab")  # what to call them
    typist.next("t")
    typist.words("02079460321")
    typist.keys("Tab")
    typist.next("ArrowDown")  # safe, which comes after "not known"
    typist.words("any time")


def finish(typist: Typist, step: str) -> None:
    typist.jump("n")
    typist.keys("Tab")
    typist.next(step)
    typist.keys("Enter")


def counted(typist: Typist, record_property, what: str) -> None:
    words = f"{what} by keyboard: {typist.fields} fields, {typist.presses} key presses beyond the narrative"
    record_property("figures", words)
    assert typist.presses < FEWEST, words


def test_a_victim_of_domestic_abuse_while_the_connection_is_cut(world: World, open_page, record_property):
    page = open_page(world, scripted=True)
    typist = Typist(page)
    expect(page.get_by_role("group", name="Are you safe to talk now?").get_by_label("Yes")).to_be_focused()
    safety_first(typist, danger="ArrowDown")
    how_to_reach_them(typist)
    typist.jump("w")
    typist.narrate("He came back on Tuesday")
    expect(page.locator("#kept")).to_contain_text("Draft kept")
    page.context.set_offline(True)
    typist.narrate(", and took her keys.")
    expect(page.locator("#kept")).to_contain_text("Not kept: there is no connection.")
    page.context.set_offline(False)
    expect(page.locator("#kept")).to_contain_text("Draft kept")
    assert Contact.objects.get().draft["said"] == "He came back on Tuesday, and took her keys."
    typist.keys("Tab")
    typist.keys("Space")  # domestic abuse
    typist.jump("v")
    typist.words("Ada Wren")
    finish(typist, "c")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Case")
    contact = Contact.objects.get()
    assert (contact.status, contact.kind, contact.danger) == ("logged", "domestic_abuse", "no")
    assert (contact.next_step.kind, contact.next_step.due_source) == ("call_back", "call_back")
    assert contact.case.routes.get().safety == "safe"
    assert contact.said == "He came back on Tuesday, and took her keys."
    counted(typist, record_property, "A contact about domestic abuse")


def test_a_burgled_household_without_javascript(world: World, open_page, record_property):
    page = open_page(world, scripted=False)
    typist = Typist(page)
    safety_first(typist, danger="ArrowDown")
    how_to_reach_them(typist)
    typist.jump("w")
    typist.narrate("The back door was forced last night. The laptop is gone.")
    typist.keys("Tab")
    typist.keys("ArrowDown")  # burglary
    typist.jump("v")
    typist.words("Bo Lark")
    finish(typist, "o")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Case")
    contact = Contact.objects.get()
    assert (contact.status, contact.kind) == ("logged", "burglary")
    assert (contact.next_step.kind, contact.next_step.due_source) == ("offer_visit", "burglary_visit_offer")
    assert contact.case.routes.get().safety == "safe"
    counted(typist, record_property, "A contact about a burglary")


def test_every_page_of_first_contact_and_after_is_readable_at_a_desk_and_on_a_telephone(world: World, case, open_page):
    page = open_page(world, scripted=True)
    draft = page.url
    page.get_by_label("Where are you now?").fill("In the cellar of number 4")
    page.get_by_role("button", name="Danger now").click()
    expect(page.get_by_text("In the cellar of number 4")).to_be_visible()
    root = page.url.partition("/contacts/")[0]
    pages = {
        "danger-now": page.url,
        "draft": draft,
        "hub": f"{root}/hub/",
        "hub-screen": f"{root}/hub/screen/",
        "equality": f"{root}/cases/{case.reference}/equality/",
        **{name: f"{root}/{address}" for name, address in what_follows(world, case).items()},
    }
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        for name, address in pages.items():
            page.goto(address)
            look(page, f"first-contact-{name}-{width}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert width > 360 or faults(page) == []


def what_follows(world: World, case) -> dict[str, str]:
    """What is owed, the safety plan and the files of a case in which there is something of each."""
    by, long_ago = world.caseworker, factories.at(-24 * 60)
    clock = factories.owed(by, case, "reported", event_at=long_ago)
    factories.owed(by, case, "order", event_at=long_ago, due_at=factories.at(24 * 9))
    commands.settle_clock(
        actor=by, clock=clock, plan=SettlePlan("asked_not", words="Nothing by letter."), now=factories.at()
    )
    late = case.clocks.filter(ended_at=None).earliest("pk")
    plan, file = factories.planned(by, case), factories.attached(by, case)
    assert file.scanned == "clean"
    return {
        "owed": f"cases/{case.reference}/clocks/",
        "happened": f"cases/{case.reference}/clocks/new/",
        "rights": f"cases/{case.reference}/entitlement/",
        "late": "clocks/",
        "settle": f"clocks/{late.public_id}/",
        "plan": f"cases/{case.reference}/plan/",
        "write-plan": f"cases/{case.reference}/plan/new/",
        "give-plan": f"plans/{plan.public_id}/give/",
        "files": f"cases/{case.reference}/files/",
        "add-file": f"cases/{case.reference}/files/new/",
    }
