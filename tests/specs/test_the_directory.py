"""The service directory: what each partner offers, public in Open Referral's words, and beside it what is not."""

import json
import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from referrals import commands, entries, queries
from referrals.models import Freshness, Service
from referrals.plans import CapacityPlan, ServicePlan
from tests.conftest import events, outcome_of
from tests.factories import at
from tests.forms import hidden
from tests.world import SERVICES, World

PRIVATE = {
    "secure_contact": "CANARY ask for Wren",
    "beds": {"CANARY beds": 471},
    "capacity_now": 4712,
    "waitlist_length": 4713,
    "waiting_days": 4714,
    "takes_sons_until": 98,
    "takes_nrpf": True,
    "takes_men": True,
    "takes_women": True,
    "wheelchair": True,
    "pets": True,
    "outside_area_only": True,
    "risk_bands": ["insufficient"],
    "by_and_for": ["black_and_minoritised"],
}
CANARIES = ("CANARY", "471", "takes_", "pets", "outside_area", "insufficient", "black_and", "capacity", "wheelchair")


@pytest.fixture
def harbour(world: World) -> Service:
    """Harbour's service, with something in every private field."""
    Service.objects.filter(pk=world.services["harbour"].pk).update(**PRIVATE, capacity_at=at())
    return Service.objects.get(pk=world.services["harbour"].pk)


def address_of(service: Service, act: str = "") -> str:
    return f"/directory/{service.entry['id']}/{act}"


def without_ids(text: str) -> str:
    """Whose digits may be anybody's."""
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "", text)


def test_a_service_that_is_added_has_an_entry_that_says_what_its_fields_say(world: World):
    more = {
        "languages": ["Urdu", "Polish"],
        "areas": ["Redbridge"],
        "minimum_age": 16,
        "assured_on": date(2026, 11, 1),
        "takes_nrpf": True,
    }
    plan = ServicePlan(**vars(SERVICES["harbour"]) | {"name": "Harbour at night", "more": more})
    service = commands.add_service(actor=world.system, agency=world.agencies["harbour"], plan=plan)
    service.refresh_from_db()
    assert {n: getattr(service, n) for n in entries.columns_of(service.entry)} == entries.columns_of(service.entry)
    assert {name: getattr(service, name) for name in more} == more
    assert "takes_nrpf" not in service.entry


@pytest.mark.parametrize(("who", "private"), [("caseworker", 1), ("partner", 1), ("manager", 1), ("outsider", 0)])
def test_everybody_who_takes_part_reads_the_entry_and_who_refers_what_is_private(
    world: World, harbour: Service, who: str, private: int
):
    page, listed = world.page(who).get(address_of(harbour)), world.page(who).get("/directory/")
    assert "An adviser who stands by a victim" in page.text
    assert "CANARY ask for Wren" in page.text if private else "CANARY" not in page.text
    assert ("4712 places" in page.text, "4712 places" in listed.text) == (bool(private),) * 2
    (own,) = [s for s in world.api(who).get("/api/v1/services/").json()["services"] if s["name"] == harbour.name]
    assert (own["freshness"], (own["private"] or {}).get("beds")) == ("fresh", harbour.beds if private else None)


def test_nothing_private_goes_out_of_the_api_or_into_an_export_whoever_asks(world: World, harbour: Service):
    one = f"/api/v1/directory/services/{harbour.entry['id']}"
    for who in ("caseworker", "partner", "manager", "police_system"):
        answers = [world.api(who).get(path) for path in (one, "/api/v1/directory/services?full=true")]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert [word for word in CANARIES for answer in answers if word in without_ids(answer.content.decode())] == []
    exported = without_ids(json.dumps(queries.public_entries(world.system)))
    assert "Harbour advocates" in exported
    assert [word for word in CANARIES if word in exported] == []


def test_the_list_is_in_the_standards_shape_page_by_page(world: World):
    body = world.api("caseworker").get("/api/v1/directory/services?per_page=2&page=2").json()
    names = [entry["name"] for entry in body.pop("contents")]
    assert names == ["Housing options"]
    assert body == {
        "total_items": 3,
        "total_pages": 2,
        "page_number": 2,
        "size": 1,
        "first_page": False,
        "last_page": True,
        "empty": False,
    }


def test_an_entry_is_marked_after_ninety_days_and_no_longer_suggested_after_a_hundred_and_eighty(world: World):
    service, today = world.services["harbour"], timezone.localdate()
    assert queries.freshness(service, today) == Freshness.FRESH
    for days, state in ((90, "fresh"), (91, "ageing"), (180, "ageing"), (181, "stale")):
        assert queries.freshness(service, service.added_on + timedelta(days=days)) == state
    service.assured_on = service.added_on + timedelta(days=91)
    assert queries.freshness(service, service.added_on + timedelta(days=181)) == "fresh"


def test_the_service_says_in_two_clicks_that_it_is_full_or_has_places(world: World, harbour: Service):
    page = world.page("partner")
    assert "Our services" in page.get("/directory/").text
    said = {"places": "", "waiting_days": "14", "waitlist_length": ""}
    for typed, places in (({"said": "full"}, 0), ({"said": "places"}, 1), ({"said": "places", "places": "3"}, 3)):
        assert page.post(address_of(harbour, "capacity/"), said | typed).status_code == 302
        harbour.refresh_from_db()
        assert (harbour.capacity_now, harbour.waiting_days, harbour.waitlist_length) == (places, 14, None)
    assert page.post(address_of(harbour, "capacity/"), {"said": "places", "places": "many"}).status_code == 400
    told = events("referrals.say_capacity", actor_id=world.partner.pk)
    assert sorted(event.detail["places"] for event in told) == [0, 1, 3]
    assert timezone.now() - harbour.capacity_at < timedelta(minutes=5)


def test_its_own_system_says_so_by_api(world: World):
    address = f"/api/v1/directory/services/{world.services['police'].entry['id']}/capacity"
    assert world.api("police_system").post(address, {"capacity_now": 2}, format="json").status_code == 204
    assert Service.objects.get(pk=world.services["police"].pk).capacity_now == 2


def test_who_confirms_an_entry_confirms_what_they_saw(world: World, harbour: Service):
    page = world.page("partner")
    seen = hidden(page.get(address_of(harbour)))
    now = {"alert": "We have moved."}
    commands.edit_service(actor=world.manager, service=harbour, said=now, now=at())
    assert page.post(address_of(harbour, "assure/"), seen).status_code == 409
    assert page.post(address_of(harbour, "assure/"), hidden(page.get(address_of(harbour)))).status_code == 302
    harbour.refresh_from_db()
    today = timezone.localdate()
    assert (harbour.assured_on, harbour.entry["assured_date"]) == (today, today.isoformat())


def test_its_administrator_changes_what_it_says_and_nothing_else_of_it_changes(world: World, harbour: Service):
    page, address = world.page("administrator"), address_of(harbour, "edit/")
    shown = page.get(address)
    form = shown.context["form"]
    typed = {name: value for name in form.fields if (value := form[name].value()) not in (None, "", False)}
    before = {f.attname: getattr(harbour, f.attname) for f in Service._meta.concrete_fields}
    assert page.post(address, typed | hidden(shown)).status_code == 302
    harbour.refresh_from_db()
    assert {f.attname: getattr(harbour, f.attname) for f in Service._meta.concrete_fields} == before
    changed = {"languages": "Urdu\r\nTwi", "beds": "family: 2", "pets": "no", "status": "temporarily closed"}
    page.post(address, typed | changed | hidden(page.get(address)))
    harbour.refresh_from_db()
    assert (harbour.languages, harbour.beds, harbour.pets) == (["Urdu", "Twi"], {"family": 2}, False)
    assert harbour.entry["status"] == harbour.status == "temporarily closed"
    assert page.post(address, typed | hidden(shown)).status_code == 409


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"minimum_age": 18, "maximum_age": 16}, "maximum_age"),
        ({"description": "CANARY ask for WREN"}, "secure_contact"),
        ({"kinds": ["behaviour"]}, "kinds"),
        ({"name": ""}, "name"),
    ],
)
def test_what_cannot_be_so_is_said_at_its_field(world: World, harbour: Service, said, field: str):
    with pytest.raises(ValidationError) as refused:
        commands.edit_service(actor=world.manager, service=harbour, said=said, now=at())
    assert list(refused.value.message_dict) == [field]


def test_each_act_is_for_those_whose_service_it_is_or_who_keep_the_directory(world: World, harbour: Service):
    plan, now = CapacityPlan(1), at()
    acts = {
        "capacity": lambda who: commands.say_capacity(actor=who, service=harbour, plan=plan, now=now),
        "assure": lambda who: commands.assure_service(actor=who, service=harbour, now=now),
        "edit": lambda who: commands.edit_service(actor=who, service=harbour, said={}, now=now),
    }
    done = {
        act: {name for name, who in world.people.items() if outcome_of(lambda w=who, a=act: acts[a](w)) == "done"}
        for act in acts
    }
    own = {"partner", "partner_supervisor", "administrator"}
    assert done == {"capacity": own, "assure": own | {"manager"}, "edit": {"administrator", "manager"}}


def test_what_is_not_offered_is_known_to_its_own_and_to_the_manager_and_nothing_is_referred_to_it(
    world: World, harbour: Service, case, stranger
):
    commands.edit_service(actor=world.manager, service=harbour, said={"status": "inactive"}, now=at())
    found = {who: world.page(who).get(address_of(harbour)).status_code for who in ("caseworker", "partner", "manager")}
    assert found == {"caseworker": 404, "partner": 200, "manager": 200}
    assert world.page("stranger").get(address_of(world.services["police"])).status_code == 404
    assert harbour not in queries.services_for(world.partner_supervisor)
    draft = {"case": case, "service": harbour, "asked": "x", "urgency": "routine", "now": at()}
    assert outcome_of(lambda: commands.draft_referral(actor=world.caseworker, **draft)) == "NotVisible"


def test_the_list_is_narrowed_by_kind_and_need_and_looks_up_its_rows_at_once(
    world: World, harbour: Service, django_assert_num_queries
):
    page = world.page("caseworker")
    found = page.get("/directory/?kind=burglary&purpose=housing_help&page=1").text
    assert ("Housing options" in found, "Harbour advocates" in found) == (True, False)
    services = queries.directory_for(world.caseworker, {}).services
    limits = queries.limits_on(timezone.localdate(), world.caseworker.agency.partnership_id)
    with django_assert_num_queries(0):
        assert {queries.freshness(service, timezone.localdate(), limits) for service in services} == {"fresh"}
    assert reverse("directory") in page.get("/directory/?page=9").text
