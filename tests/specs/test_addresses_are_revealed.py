"""Where somebody can be found is shown only when it is revealed, which is a reading with a reason."""

import pytest
from django.core.exceptions import ValidationError

from accounts.models import OnceOnly
from casework.models import Address, PartyRole
from casework.plans import AddressReport
from referrals.commands import accept_referral
from tests import factories, page_calls
from tests.conftest import events
from tests.factories import TOKENS


@pytest.fixture
def address(case) -> Address:
    return case.addresses.get()


def page(address: Address) -> str:
    return f"/addresses/{address.public_id}/reveal/"


def test_a_case_shows_that_there_is_an_address_and_not_where(world, case, address):
    shown = world.page("caseworker").get(f"/cases/{case.reference}/").text
    assert page(address) in shown
    assert "Home" in shown
    assert TOKENS.lines not in shown
    assert TOKENS.postcode not in shown


def test_the_api_names_it_and_does_not_say_where(world, case, address):
    location = world.api("caseworker").get(f"/api/v1/cases/{case.reference}/").json()["sections"]["location"]
    nothing = {"valid_from": None, "valid_until": None, "doubted_at": None}
    assert location["addresses"] == [
        {"address": str(address.public_id), "kind": "home", "known_to_alleged": "unknown"} | nothing
    ]


def test_who_says_why_sees_it_on_that_answer(world, address):
    answer = world.page("caseworker").post(page(address), {"reason": "visit"})
    assert answer.status_code == 200
    assert TOKENS.lines in answer.text
    assert TOKENS.postcode in answer.text
    [event] = events("casework.reveal_address")
    assert (event.reason, event.purpose, event.subject_id) == ("visit", "casework", address.pk)
    assert (event.case_id, event.categories, event.is_deliberate) == (address.case_id, ["location"], True)


def test_who_asks_without_a_reason_sees_nothing_of_it(world, address):
    for answer in (world.page("caseworker").get(page(address)), world.page("caseworker").post(page(address), {})):
        assert TOKENS.lines not in answer.text
        assert TOKENS.postcode not in answer.text
    assert not events("casework.reveal_address")


def test_by_the_api_it_is_answered_once_and_never_kept(world, address):
    headers = {"Idempotency-Key": "k"}
    for times in (1, 2):
        answer = world.api("caseworker").post(
            f"/api/v1{page(address)[:-1]}", {"reason": "transport"}, format="json", headers=headers
        )
        assert (answer.status_code, answer.json()["lines"]) == (200, TOKENS.lines)
        assert len(events("casework.reveal_address")) == times
    assert not OnceOnly.objects.exists()


def test_a_partner_reveals_it_while_places_are_shared_with_them_and_no_longer(world, case, address):
    referral = factories.sent(world.caseworker, case, world.services["harbour"], categories=("identity", "location"))
    ask = {"reason": "visit"}
    assert world.page("partner").post(page(address), ask).status_code == 404
    accept_referral(actor=world.partner, referral=referral, now=factories.at())
    assert TOKENS.lines not in world.page("partner").get(f"/cases/{case.reference}/").text
    assert TOKENS.lines in world.page("partner").post(page(address), ask).text
    assert world.page("outsider").post(page(address), ask).status_code == 404


def test_a_partner_without_places_finds_no_address(world, accepted):
    address = accepted.case.addresses.get()
    assert world.page("partner").post(page(address), {"reason": "visit"}).status_code == 404
    [event] = events("casework.reveal_address")
    assert (event.outcome, event.case_id) == ("not_found", accepted.case_id)


def test_somebody_elses_address_is_of_the_category_of_their_role(world, case):
    alleged = case.parties.get(role=PartyRole.ALLEGED)
    theirs = Address.objects.create(case=case, party=alleged, lines="1 Elsewhere Row")
    factories.accepted(world.caseworker, world.partner, case, world.services["harbour"], categories=("location",))
    assert world.page("partner").post(page(theirs), {"reason": "visit"}).status_code == 404
    assert "1 Elsewhere Row" in world.page("caseworker").post(page(theirs), {"reason": "visit"}).text


REFUGE = {"kind": "refuge_office", "organisation": "Lantern Refuge"}


@pytest.mark.parametrize(
    "where",
    [
        AddressReport("3 Elm Street", **REFUGE),
        AddressReport("PO Box 12", "ZZ9 9ZZ", **REFUGE),
        AddressReport("PO Box 12", kind="refuge_office"),
    ],
    ids=["a street", "a postcode", "no organisation"],
)
def test_where_a_refuge_is_cannot_be_written(world, where):
    with pytest.raises(ValidationError, match="Never write where a refuge is") as refused:
        factories.logged(world.caseworker, address=where)
    assert "Enter the organisation that runs it" in str(refused.value)


def test_a_refuge_is_its_organisation_and_its_po_box(world):
    factories.logged(world.caseworker, address=AddressReport("P.O. Box 12", **REFUGE))
    address = Address.objects.get()
    assert (address.organisation, address.lines, address.postcode) == ("Lantern Refuge", "P.O. Box 12", "")


@pytest.mark.parametrize(("lines", "status"), [("3 Elm Street", 400), ("PO Box 12", 302)])
def test_the_page_says_what_to_do_instead(world, lines, status):
    draft = factories.draft(world.caseworker)
    said = {"address_kind": "refuge_office", "address_organisation": "Lantern Refuge", "address_lines": lines}
    form = page_calls.FORMS["contact"](None) | said
    answer = world.page("caseworker").post(f"/contacts/{draft.reference}/", form)
    assert answer.status_code == status
    assert ("Never write where a refuge is" in answer.text) == (status == 400)
