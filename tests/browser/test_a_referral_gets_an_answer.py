"""The loop in a real browser: one partner asks and declines, another accepts, is in touch, and says what came of it."""

import re

import pytest
from playwright.sync_api import expect

from casework.models import Case
from referrals.models import Referral
from tests import factories
from tests.browser.conftest import Visitor
from tests.factories import TOKENS
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_caseworker_and_two_partners_bring_a_referral_to_its_outcome(world: World, case: Case, visitor: Visitor):
    page, first = visitor.page, factories.sent(world.caseworker, case, world.services["harbour"])

    visitor.sign_in(world.partner.email)
    expect(page.get_by_role("main")).not_to_contain_text(TOKENS.name)
    visitor.check("60-inbox")
    page.get_by_role("button", name=re.compile(f"We have received it.*{first.reference}")).click()
    page.get_by_role("button", name="Ask for what is missing").click()
    page.get_by_label("What do you need to know?").fill("How many children are there?")
    visitor.check("61-ask")
    visitor.press("Ask")
    visitor.sign_out()

    visitor.sign_in(world.caseworker.email)
    page.goto(f"{visitor.address}/referrals/{first.reference}/")
    expect(page.get_by_role("main")).to_contain_text("How many children are there?")
    visitor.check("62-asked")
    page.get_by_role("button", name="Add what they ask").click()
    page.get_by_label("What do you add?").fill("Two, both at school.")
    visitor.press("Add it, and send it back to them")
    visitor.sign_out()

    visitor.sign_in(world.partner.email)
    page.get_by_role("link", name=re.compile(f"Decline.*{first.reference}")).click()
    page.get_by_label("No capacity").check()
    visitor.check("63-decline")
    visitor.press("Decline")
    visitor.sign_out()

    visitor.sign_in(world.caseworker.email)
    page.goto(f"{visitor.address}/cases/{case.reference}/referrals/")
    visitor.check("63b-goes-on")
    page.get_by_role("link", name=Referral.objects.latest("pk").reference).click()
    expect(page.get_by_role("main")).to_contain_text("did not take it on")
    page.get_by_role("button", name="Decide what to share, and send").click()
    page.get_by_label("They agree", exact=True).check()
    page.get_by_label("Why is it necessary? One sentence.").fill("They cannot help without it.")
    visitor.press("Show what they will see")
    visitor.press("Send the referral")
    second = Referral.objects.latest("pk")
    visitor.sign_out()

    visitor.sign_in(world.outsider.email)
    page.get_by_role("button", name=re.compile(f"Accept.*{second.reference}")).click()
    expect(page.get_by_role("main")).to_contain_text("stays responsible until")
    visitor.check("64-accepted")
    visitor.press("We are in touch")
    page.get_by_role("button", name="Complete").click()
    page.get_by_label("Placed in safe accommodation").check()
    page.get_by_label("What they wanted", exact=True).check()
    visitor.check("65-complete")
    visitor.press("Complete")
    visitor.sign_out()

    visitor.sign_in(world.supervisor.email)
    page.goto(f"{visitor.address}/referrals/{second.reference}/")
    expect(page.get_by_role("main")).to_contain_text("Placed in safe accommodation. What they wanted.")
    page.goto(f"{visitor.address}/scorecards/")
    expect(page.get_by_role("table")).to_contain_text("No capacity: 1")
    visitor.check("66-scorecards")
