"""The first path, in a real browser: a contact is logged, referred, accepted, and its history read."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from casework.models import Case, Contact
from referrals.models import Referral
from tests.browser.conftest import Visitor
from tests.factories import TOKENS
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.long
def test_a_contact_becomes_a_referral_that_a_partner_accepts_and_a_supervisor_follows(world: World, visitor: Visitor):
    page = visitor.page

    visitor.sign_in(world.caseworker.email)
    visitor.check("01-work")
    visitor.press("Log a contact")
    visitor.check("02-contact")
    log_a_contact(page)
    visitor.press("Save draft")
    page.get_by_role("link", name="Contact begun").click()
    expect(page.get_by_label("What was said, in their words")).to_have_value(TOKENS.said)
    visitor.press("Log the contact")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    visitor.check("03-contact-with-errors")
    plan_a_step(page)
    visitor.press("Log the contact")
    contact = Contact.objects.get()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Case {contact.case.reference}")
    visitor.check("04-intake")

    page.get_by_role("button", name="Known already?").click()
    visitor.press("Look")
    expect(page.get_by_text("Nobody that you may see.")).to_be_visible()
    visitor.check("05-known")
    page.get_by_role("link", name="Back", exact=True).click()

    page.get_by_role("button", name="Open the case").click()
    plan_a_step(page)
    visitor.press("Open the case")
    page.get_by_role("button", name="Judge the risk").click()
    page.get_by_label("High", exact=True).check()
    page.get_by_label("Why this level?").fill(TOKENS.why)
    visitor.check("06-risk")
    visitor.press("Save")
    visitor.check("07-case")

    note_and_look_at_the_timeline(page, visitor)
    look_at_the_forms_of_a_case(page, visitor)
    page.get_by_role("link", name="Referrals", exact=True).click()
    page.get_by_role("button", name="Refer to a partner").click()
    page.get_by_label("Which service?").select_option(label="Harbour advocates (Harbour Advocacy)")
    page.get_by_label("What do you ask them to do?").fill("Please stand by this person.")
    visitor.check("08-refer")
    visitor.press("Go on: decide what to share")
    page.get_by_label("They agree", exact=True).check()
    page.get_by_label("Why is it necessary? One sentence.").fill("They cannot help without it.")
    page.get_by_label("What was said").uncheck()
    visitor.press("Show what they will see")
    preview = page.get_by_role("region", name="What Harbour Advocacy will see")
    expect(preview).to_contain_text(TOKENS.name)
    expect(preview).not_to_contain_text(TOKENS.said)
    visitor.check("09-send")
    visitor.press("Send the referral")
    referral = Referral.objects.get()
    visitor.check("10-sent")
    visitor.sign_out()

    visitor.sign_in(world.partner.email)
    visitor.check("11-inbox")
    page.get_by_role("link", name=referral.reference, exact=True).click()
    expect(page.get_by_role("main")).not_to_contain_text(TOKENS.name)
    visitor.check("12-summary")
    visitor.press("Accept")
    page.get_by_role("link", name="Go to the case").click()
    expect(page.get_by_role("main")).to_contain_text(TOKENS.name)
    expect(page.get_by_role("main")).not_to_contain_text(TOKENS.said)
    expect(page.get_by_role("main")).not_to_contain_text(TOKENS.lines)
    visitor.check("13-shared-case")
    visitor.sign_out()

    visitor.sign_in(world.supervisor.email)
    page.goto(f"{visitor.address}/cases/{Case.objects.get().reference}/history/")
    history = page.get_by_role("table")
    expect(history).to_contain_text("Accept referral")
    expect(history).to_contain_text("Partner Person")
    visitor.check("14-history")
    if visitor.scripted:
        see(visitor, "workload", "absences", "my-work/?whose=late", f"cases/{Case.objects.get().reference}/reopen")
        visitor.sign_out()
        visitor.sign_in(world.manager.email)
        see(visitor, "reference", "reference/rows/ladders/high")


def test_an_outsider_finds_nothing(world: World, case: Case, visitor: Visitor):
    page = visitor.page
    visitor.sign_in(world.outsider.email)
    page.goto(f"{visitor.address}/cases/{case.reference}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Page not found")
    visitor.check("15-not-found")


def note_and_look_at_the_timeline(page: Page, visitor: Visitor) -> None:
    page.get_by_role("link", name="Timeline", exact=True).click()
    page.get_by_role("button", name="Write a note").click()
    page.get_by_label("Note", exact=True).fill("She sounded calmer at the end.")
    page.get_by_label("Ask us before it is given to anybody").check()
    visitor.press("Keep the note")
    page.get_by_role("link", name="Timeline", exact=True).click()
    page.get_by_label("What", exact=True).select_option("note")
    visitor.press("Show")
    expect(page.get_by_role("main")).to_contain_text("She sounded calmer at the end.")
    expect(page.get_by_role("main")).not_to_contain_text(TOKENS.said)
    visitor.check("16-timeline")
    page.get_by_role("link", name="Case", exact=True).click()


def look_at_the_forms_of_a_case(page: Page, visitor: Visitor) -> None:
    for button, name in {"Close the case": "17-close", "Offer it to a colleague": "18-offer"}.items():
        page.get_by_role("button", name=button, exact=True).click()
        visitor.check(name)
        page.get_by_role("link", name="Back", exact=True).click()


def see(visitor: Visitor, *paths: str) -> None:
    """Pages that only need to be looked at, wide and narrow."""
    for number, path in enumerate(paths):
        visitor.page.goto(f"{visitor.address}/{path}" + ("" if "?" in path else "/"))
        for width in (1280, 360):
            visitor.page.set_viewport_size({"width": width, "height": 800})
            visitor.check(f"19-{path.split('/')[0]}-{number}-{width}")
        visitor.page.set_viewport_size({"width": 1280, "height": 900})


def log_a_contact(page: Page) -> None:
    """All but what comes next."""
    page.get_by_role("group", name="Are they in danger now?").get_by_label("No", exact=True).check()
    page.get_by_label("How did they make contact?").select_option("phone")
    page.get_by_role("radio", name="The victim").check()
    page.get_by_label("How can they be reached?").first.select_option("phone")
    page.get_by_label("Telephone number or email address").first.fill(TOKENS.route)
    page.get_by_role("group", name="Is it safe to use?").first.get_by_label("Safe", exact=True).check()
    page.get_by_label("Name of the victim").fill(TOKENS.name)
    page.get_by_label("Domestic abuse").check()
    page.get_by_label("What was said, in their words").fill(TOKENS.said)
    page.get_by_text("Addresses and other places").click()
    page.get_by_label("Address", exact=True).fill(TOKENS.lines)


def plan_a_step(page: Page) -> None:
    page.get_by_label("What happens next?").select_option("refer")
    due = timezone.localtime() + timedelta(days=1)
    group = page.get_by_role("group", name="By when?")
    for part, value in {"Day": due.day, "Month": due.month, "Year": due.year, "Time": "14:30"}.items():
        group.get_by_label(part).fill(str(value))
