"""An assessment in a real browser, from the case to its grade: saved, resumed, signed, and why it is so."""

import pytest
from playwright.sync_api import Page, expect

from casework.models import RiskAssessment, standing_level
from tests import factories
from tests.browser.conftest import faults, look
from tests.factories import PASSWORD, assessed, flagged
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
YES = ("Injury in this incident", "Stalking, constant contact or following", "Low mood or thoughts of suicide")


def test_an_assessment_is_begun_saved_resumed_and_signed(
    world: World, page: Page, live_server, request: pytest.FixtureRequest
):
    plain = "-plain" if "without" in request.node.callspec.id else ""
    case = factories.unjudged(world.caseworker)
    assessed(world.colleague, case, "1 6", unknown=2)
    flagged(world.colleague, case)

    def check(name: str) -> None:
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 900})
            look(page, f"{name}-{width}{plain}")
        page.set_viewport_size({"width": 1280, "height": 900})
        assert plain or faults(page) == []

    page.goto(f"{live_server.url}/cases/{case.reference}/")
    page.get_by_label("Email").fill(world.caseworker.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Assess the risk").click()
    page.get_by_role("radio", name="Dash, 24 topics").check()
    check("risk-01-begin")
    page.get_by_role("button", name="Begin").click()

    page.get_by_role("group", name="How was it asked?").get_by_label("By telephone").check()
    for topic in YES:
        page.get_by_role("group", name=topic, exact=True).get_by_label("Yes", exact=True).check()
    page.get_by_role("button", name="Save draft").last.click()
    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    for topic in YES:
        expect(page.get_by_role("group", name=topic, exact=True).get_by_label("Yes", exact=True)).to_be_checked()
    page.get_by_role("button", name="Sign the assessment").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    check("risk-02-with-errors")
    page.get_by_label("What is left open above was not asked, because").select_option("no_time")
    page.get_by_role("group", name="How do you judge it?").get_by_label("High", exact=True).check()
    page.get_by_label("Why do you judge so?").fill("He waits at her school every day.")
    page.get_by_role("button", name="Sign the assessment").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Why this grade")
    main = page.get_by_role("main")
    for words in ("He waits at her school every day.", "Stalking (8)", "MARAC flag", "Professional judgement"):
        expect(main).to_contain_text(words)
    expect(page.get_by_role("img", name="Factors over time")).to_be_visible()
    check("risk-03-why")
    stands = standing_level(case)
    assert stands
    assert (stands.level, RiskAssessment.objects.exclude(signed_at=None).count()) == ("high", 2)
