"""No answer gives away more than was shared: unique tokens in every text field, looked for in every answer."""

import html
import re
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.forms import Form
from django.test import Client
from rest_framework.serializers import Serializer

from accounts.models import User
from oversight.forms import HistoryForm
from referrals.models import Referral
from tests import factories
from tests.doors import Door, doors
from tests.factories import TOKENS
from tests.world import World

# What Harbour is granted, once it accepts.
GRANTED = {"name", "language", "access_needs", "when_safe", "note", "why", "said"}
# All that can be asked in an address. A worker, an agency and days narrow a history; nothing is a victim's value.
IN_ADDRESSES = {"after", "before", "kind", "purpose", "whose", "person", "agency", "outcome", "since", "until"} | {
    "category",  # of a log, of which a reading showed it
    "door",  # and by which, and from which network, something was asked for
    "network",
    "event",  # of a log, of which an act is
    "answered",  # whether alerts that wait are listed, or those that somebody answered
    "moment",  # at which a case is shown as it was
    "mine",  # whether an inbox holds only one's own
    "view",
    "referral",  # of which more is asked: a public reference
    "page",  # of the directory of services, as its standard has it
    "per_page",
    "full",
}
OURS = {"accounts", "casework", "referrals", "oversight"}


def answers(client: Client, referral: Referral) -> dict[str, str]:
    """What somebody gets from every door that can be opened with GET, by the door's name."""
    contact, step = referral.case.contacts.get(), referral.case.steps.order_by("pk").first()
    found: dict[str, str] = {}
    for door in doors():
        if "get" not in door.methods:
            continue
        references = {"referral": referral.reference, "contact": contact.reference}
        for reference in {referral.case.reference, *references.values()}:
            response = client.get(door.address(reference=reference, public_id=step.public_id))
            heads = " ".join(f"{name}: {value}" for name, value in response.items())
            found[door.name] = found.get(door.name, "") + html.unescape(response.content.decode()) + heads
    return found


def given_away(found: dict[str, str]) -> dict[str, list[str]]:
    """The names of the tokens that stand in the answers, with the doors that gave them."""
    return {
        name: sorted(door for door, text in found.items() if token in text)
        for name, token in vars(TOKENS).items()
        if any(token in text for text in found.values())
    }


def test_once_accepted_the_partner_gets_what_was_granted_and_nothing_else(world: World, accepted: Referral):
    given = given_away(answers(world.page("partner"), accepted))
    assert set(given) == GRANTED
    assert given["name"] == ["api_case", "case"]


def test_no_form_and_no_list_offers_what_belongs_to_another_partnership(world: World, stranger: User):
    case = factories.opened(stranger)
    names = {service.name for service in world.services.values()} | {agency.name for agency in world.agencies.values()}
    for address in (
        f"/cases/{case.reference}/referrals/new/",
        "/api/v1/services/",
        f"/cases/{case.reference}/history/",
    ):
        answer = html.unescape(world.page("stranger").get(address).content.decode())
        assert (address, {name for name in names if name in answer}) == (address, set())


def test_no_field_looks_into_the_database_but_for_lists_that_are_narrowed_to_the_reader(world: World):
    assert list(doors())  # has every view loaded, and with them their forms
    looks = {
        f"{kind.__name__}.{name}" for kind in kinds_of(Form) for name, f in fields_of(kind) if hasattr(f, "queryset")
    }
    assert looks == {
        "AbsenceForm.worker",
        "AbsenceForm.covered_by",
        "OfferForm.to",
        "DraftForm.tick",
        "GiveForm.basis",
        "HandInForm.handed_to",
        "HandInForm.hub",
        "DraftForm.service",
        "ShareForm.basis",
        "SendForm.basis",
        "ContactForm.hub",
        "ContactForm.handed_to",
        "ConsentForm.recipient",
        "AgreementForm.parties",
        "BarForm.agency",
        "TakeOffForm.worker",
        "InviteForm.agency",
        "ReleaseForm.to",
        "NameSeniorForm.worker",
    }
    fields = [field for kind in kinds_of(Serializer) for _, field in fields_of(kind)]
    unique = [f for f in fields if hasattr(f, "queryset") or any(hasattr(v, "queryset") for v in f.validators)]
    assert (len(fields) > 100, unique) == (True, [])


def kinds_of(base: type) -> list[type]:
    """Our own classes under a base, however far; none of them is made from a model."""
    kinds = [kind for below in base.__subclasses__() for kind in [below, *kinds_of(below)]]
    return [kind for kind in kinds if kind.__module__.partition(".")[0] in OURS]


def fields_of(kind: type) -> list[tuple[str, Any]]:
    return list((getattr(kind, "base_fields", None) or getattr(kind, "_declared_fields", {})).items())


def test_titles_and_addresses_carry_nothing_personal(world: World, accepted: Referral):
    for door in (door for door in doors() if "get" in door.methods and not is_api(door)):
        address = door.address(reference=accepted.case.reference, public_id=accepted.case.steps.first().public_id)
        page = world.page("caseworker").get(address).content.decode()
        title = page.partition("<title>")[2].partition("</title>")[0]
        assert accepted.case.reference not in title
        assert not [token for token in vars(TOKENS).values() if token in html.unescape(title) + address]


def test_no_address_can_ask_for_a_value_of_anybody():
    assert list(doors())  # has every view loaded, and with them what they read from an address
    queries = [kind for kind in kinds_of(Serializer) if kind.__name__.endswith("Query")]
    asked = {name for kind in queries for name, _ in fields_of(kind)} | set(HistoryForm.base_fields)
    for path in [path for app in OURS for path in (settings.BASE_DIR / app).rglob("pages*.py")]:
        source = path.read_text()
        asked |= set(re.findall(r'\.GET\.get\("(\w+)"', source)) | set(re.findall(r'"(\w+)" in request\.GET', source))
    assert asked == IN_ADDRESSES


GUESSES = [f"{name}={{}}" for name in ("name__startswith", "name", "postcode", "search", "q")]


def test_a_guess_in_an_address_is_answered_alike_whether_it_is_right_or_wrong(world: World, accepted: Referral):
    """Nor is there a field to sort by: what one is not shown cannot be told from an order either."""
    case = accepted.case
    for door in (door for door in doors() if "get" in door.methods):
        record = accepted if door.of == "referral" else case
        address = door.address(reference=record.reference, public_id=case.steps.earliest("pk").public_id)
        right = told(world, f"{address}?{'&'.join(GUESSES).format(*[quote(TOKENS.name)] * 5)}&ordering=name")
        wrong = told(world, f"{address}?{'&'.join(GUESSES).format(*['Nobody'] * 5)}&ordering=-name")
        assert (door.name, right) == (door.name, wrong)


def told(world: World, address: str) -> tuple[int, str]:
    answer = world.page("partner").get(address)
    return answer.status_code, re.sub(r'(value|href|action|content)="[^"]*"|\d\d?:\d\d[ap]m|T[\d:.]+Z', "", answer.text)


def is_api(door: Door) -> bool:
    return door.route.startswith("api/")
