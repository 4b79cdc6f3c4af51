"""A real browser, Debian's Chromium, against a live server."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.factories import PASSWORD, TOKENS

SCREENSHOTS = Path(__file__).resolve().parents[2] / "var" / "screenshots"
AXE = Path(__file__).parent / "axe.min.js"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]

# The browser's driver runs an event loop in this thread; the tests themselves are plain, synchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium")
    assert program, "Chromium is not installed. On Debian or Ubuntu: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def context(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(
        java_script_enabled=request.param == "with JavaScript", viewport={"width": 1280, "height": 900}
    )
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    page = context.new_page()
    page.set_default_timeout(10_000)
    return page


def look(page: Page, name: str) -> None:
    """Keep a picture of the page, whole, for people to look at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


def faults(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA. Needs JavaScript."""
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
    )
    return [f"{v['id']}: {v['nodes'][0]['html']}" for v in found["violations"]]


class Visitor:
    """Somebody at a browser; each page that they come to is checked and looked at."""

    def __init__(self, page: Page, address: str, scripted: bool) -> None:
        self.page, self.address, self.scripted = page, address, scripted

    def sign_in(self, email: str) -> None:
        self.page.goto(f"{self.address}/")
        self.page.get_by_label("Email").fill(email)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("button", name="Sign out")).to_be_visible()

    def sign_out(self) -> None:
        self.page.get_by_role("button", name="Sign out").click()
        expect(self.page.get_by_role("button", name="Sign in")).to_be_visible()

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def check(self, name: str) -> None:
        suffix = "" if self.scripted else "-plain"
        look(self.page, f"{name}{suffix}")
        assert TOKENS.name not in self.page.title()
        assert TOKENS.name not in self.page.url
        if self.scripted:
            assert faults(self.page) == []


@pytest.fixture
def visitor(request: pytest.FixtureRequest, page: Page, live_server) -> Visitor:
    return Visitor(page, live_server.url, "without" not in request.node.callspec.id)
