"""What happened near a burglary, whom to warn, and whether it was somebody known: found without giving anybody away."""

import io
from datetime import date, timedelta
from math import radians

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from casework import commands
from casework.crimes import read_number
from casework.grid import project, to_grid
from casework.models import Case, Incident, ListedAddress, Neighbour, Visit
from casework.places import place_of
from casework.plans import AddressReport, CrimeReport
from casework.queries import read_nearby, square_of
from casework.queries.nearby import near_burglaries
from tests import factories
from tests.conftest import events, outcome_of
from tests.factories import at
from tests.world import World

HOME = AddressReport("17 Elm Road", "IG1 1AA")
TODAY = date(2026, 11, 27)


@pytest.fixture
def listed(world: World) -> None:
    """Nine homes of a road, thirty metres apart; and one far away."""
    of = {"partnership": world.system.agency.partnership, "source": "A list", "valid_from": TODAY}
    for number in range(15, 24):
        place = place_of(f"{number} Elm Road", "IG1 1AA")
        spot = (543000.0 + 30 * (number - 17), 187000.0)
        ListedAddress.objects.create(lines=f"{number} Elm Road", postcode="IG1 1AA", place=place, spot=spot, **of)
    ListedAddress.objects.create(
        lines="1 Far Lane", postcode="IG9 9ZZ", place="IG99ZZ|1", spot=(550000.0, 190000.0), **of
    )


@pytest.fixture
def burglary(world: World) -> Case:
    case = factories.burgled(world.caseworker, address=HOME)
    factories.accepted(world.caseworker, world.officer, case, world.services["police"])
    return case


def seen(world: World, who: str, case: Case):
    return read_nearby(actor=world.people[who], case=case, now=at())


def homes(case: Case) -> list[str]:
    return sorted(home.address.split(" ")[0] for home in case.neighbours.all())


# Published by Ordnance Survey: the worked example of its guide, and points of its test for OSTN15.
POINTS = [
    (51.48936564950, -0.11992557180, 530624.974, 178388.464),
    (51.37447025550, 1.44454730409, 639821.835, 169565.858),
    (51.89436637350, 0.89724327012, 599445.590, 225722.826),
    (50.43885825610, -4.10864563561, 250359.811, 62016.569),
    (58.58120461280, -3.72631022121, 299721.891, 967202.992),
]


@pytest.mark.parametrize(("latitude", "longitude", "easting", "northing"), POINTS)
def test_a_point_in_degrees_is_found_within_five_metres_on_the_grid(latitude, longitude, easting, northing):
    found = to_grid(longitude, latitude)
    assert abs(found[0] - easting) < 5
    assert abs(found[1] - northing) < 5


def test_the_projection_is_that_of_the_published_example():
    found = project(radians(52 + 39 / 60 + 27.2531 / 3600), radians(1 + 43 / 60 + 4.5177 / 3600))
    assert found == pytest.approx((651409.903, 313177.270), abs=0.001)


NUMBERS = {
    "01/1234567/26": ("01/1234567/26", "crime", "CONNECT", "Metropolitan Police Service", False),
    " connect 01 / 1234567 / 26": ("01/1234567/26", "crime", "CONNECT", "Metropolitan Police Service", False),
    "42-1234567-26": ("42/1234567/26", "crime", "CONNECT", "", False),
    "01/1234567/23": ("01/1234567/23", "crime", "CONNECT", "Metropolitan Police Service", True),
    "01/1234567/27": ("01/1234567/27", "crime", "CONNECT", "Metropolitan Police Service", True),
    "1234567/23": ("1234567/23", "crime", "CRIS", "Metropolitan Police Service", False),
    "CRIS 1234567/26": ("1234567/26", "crime", "CRIS", "Metropolitan Police Service", True),
    "CAD 1234/27NOV26": ("1234/27NOV26", "incident", "CAD", "", False),
    "cad1234 / 5 nov 2026": ("1234/05NOV26", "incident", "CAD", "", False),
    "1234/31FEB26": ("1234/31FEB26", "incident", "CAD", "", True),
    "1234/28NOV26": ("1234/28NOV26", "incident", "CAD", "", True),
    "TAA-12345-26-0101-00": ("TAA-12345-26-0101-00", "online_receipt", "online", "", False),
    "ask Dave": ("ASK DAVE", "unknown", "", "", True),
}


@pytest.mark.parametrize("given", NUMBERS)
def test_a_number_is_recognised_in_whatever_form_and_never_refused(given):
    found = read_number(given, TODAY)
    assert found.given == given
    assert (found.number, found.kind, found.system, found.force, bool(found.warning)) == NUMBERS[given]


def test_numbers_are_kept_as_they_were_given_and_the_newest_crime_number_stands(world: World, burglary: Case):
    note = lambda who, **said: commands.note_crime(  # noqa: E731
        actor=world.people[who], visit=Visit.objects.get(case=burglary), report=CrimeReport(**said), now=at()
    )
    note("caseworker", number="TAA-12345-26-0101-00", happened_on=timezone.localdate())
    note("officer", number="cad 12/1jan26", is_recorded=True)
    note("officer", number="01 1234567 26", forensics_asked=True)
    note("officer", number="cad 13/1jan26", is_recorded=True)
    incident, visit = burglary.incidents.get(), Visit.objects.get(case=burglary)
    given = ["TAA-12345-26-0101-00", "cad 12/1jan26", "01 1234567 26", "cad 13/1jan26"]
    assert [each["given"] for each in incident.numbers] == given
    assert (incident.crime_reference, incident.force) == ("01/1234567/26", "Metropolitan Police Service")
    assert incident.happened_on == timezone.localdate()
    assert visit.crime_recorded_at < visit.forensics_asked_at
    with pytest.raises(ValidationError):
        note("caseworker", happened_on=timezone.localdate() + timedelta(days=1))
    assert outcome_of(lambda: note("outsider", number="1")) == "NotVisible"


def test_the_same_home_within_twelve_months_makes_the_offer_due_today(world: World, burglary: Case):
    again = factories.burgled(world.colleague, address=AddressReport("No. 17, Elm Rd", "ig11aa"))
    other = factories.burgled(world.colleague, address=AddressReport("18 Elm Road", "IG1 1AA"))
    assert [visit.is_urgent for visit in (burglary.visit, again.visit, other.visit)] == [False, True, False]
    assert again.steps.get(kind="offer_visit").due_source == "burglary_vulnerable_offer"
    assert seen(world, "caseworker", again).repeats == [burglary]
    Visit.objects.filter(case=burglary).update(reported_at=at(-24 * 366))
    assert seen(world, "caseworker", again).repeats == []


# Metres, days apart, and the ring.
RINGS = [
    (190, 13, "ring_priority"),
    (190, 20, "ring_secondary"),
    (390, 41, "ring_secondary"),
    (390, 43, ""),
    (410, 1, ""),
]


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize(("metres", "days", "ring"), RINGS)
def test_another_burglary_is_near_by_place_and_days(world: World, burglary: Case, metres, days, ring):
    today = timezone.localdate()
    spot = (543000.0 + metres, 187000.0)
    other = factories.burgled(world.colleague, address=None)
    of = {"case": other, "partnership": other.partnership, "spot": spot}
    Incident.objects.create(happened_on=today - timedelta(days=days), **of)
    commands.note_crime(actor=world.caseworker, visit=burglary.visit, report=CrimeReport(happened_on=today), now=at())
    found = seen(world, "caseworker", burglary).near
    assert [(each.ring, each.by_month) for each in found] == ([(ring, False)] if ring else [])
    assert seen(world, "officer", burglary).near == []  # it is not shared with them


@pytest.mark.parametrize(("months", "ring"), [(0, "ring_priority"), (1, "ring_secondary"), (2, "")])
def test_of_published_records_the_month_counts(world: World, burglary: Case, months, ring):
    for case, month in ((burglary, 6), (factories.burgled(world.colleague), 6 - months)):
        of = {"case": case, "partnership": case.partnership, "spot": (543000.0, 187000.0)}
        Incident.objects.create(month=date(2026, month, 1), **of)
    found = list(near_burglaries(world.caseworker, burglary, (543000.0, 187000.0), at()))
    assert [(each.ring, each.by_month) for each in found] == ([(ring, True)] if ring else [])


@pytest.mark.usefixtures("listed")
def test_where_a_home_is_stands_nowhere_in_clear_but_for_its_square(world: World, burglary: Case):
    commands.note_crime(actor=world.officer, visit=burglary.visit, report=CrimeReport(number="1"), now=at())
    assert burglary.incidents.get().spot == (543050.0, 187050.0) == square_of((543000.0, 187000.0))


@pytest.mark.usefixtures("listed")
def test_homes_that_must_not_be_drawn_attention_to_are_left_out_without_a_trace(world: World, burglary: Case):
    where = lambda number: AddressReport(f"{number} Elm Road", "IG1 1AA")  # noqa: E731
    factories.logged(world.colleague, address=where(15))  # abuse; not opened even
    hidden = factories.burgled(world.colleague, address=where(16))
    named = [world.supervisor, world.colleague]
    commands.seal_case(actor=world.supervisor, case=hidden, workers=named, reason="honour_based", now=at())
    factories.burgled(world.colleague, address=where(19))  # a burglary and nothing else
    listed = commands.list_neighbours(actor=world.caseworker, visit=burglary.visit, now=at())
    assert (listed, homes(burglary)) == (6, ["18", "19", "20", "21", "22", "23"])
    (event,) = events("casework.list_neighbours")
    assert event.detail == {"count": 6}
    factories.logged(world.colleague, address=where(20))
    assert "20" in homes(burglary)  # what went later would tell more than what stays
    again = lambda who: commands.list_neighbours(actor=world.people[who], visit=burglary.visit, now=at())  # noqa: E731
    assert [outcome_of(lambda who=who: again(who)) for who in ("caseworker", "officer", "outsider")] == [
        "NotPossibleNow",
        "Denied",
        "NotVisible",
    ]


@pytest.mark.usefixtures("listed")
def test_each_home_is_told_or_not_and_by_whom_and_the_list_names_nobody(world: World, burglary: Case):
    commands.list_neighbours(actor=world.caseworker, visit=burglary.visit, now=at())
    home = burglary.neighbours.earliest("pk")
    page = world.page("officer")
    assert page.post(f"/neighbours/{home.public_id}/told/", {"was_told": "yes"}).status_code == 302
    home.refresh_from_db()
    assert (home.was_told, home.told_by) == (True, world.officer)
    shown = page.get(f"/cases/{burglary.reference}/nearby/").text
    assert "1 of 8 warned" in shown
    assert [word for word in (factories.TOKENS.name, "17 Elm Road") if word in shown] == []
    assert outcome_of(lambda: tell(world, "outsider", home)) == "NotVisible"


@pytest.mark.usefixtures("listed")
def test_no_list_is_drawn_up_while_nobody_can_say_whom_it_must_leave_out(world: World, burglary: Case, case: Case):
    draw_up = lambda: commands.list_neighbours(actor=world.caseworker, visit=burglary.visit, now=at())  # noqa: E731
    case.addresses.update(mark=None)
    assert outcome_of(draw_up) == "NotPossibleNow"
    case.addresses.update(mark=b"another home")
    assert outcome_of(draw_up) == "done"


def tell(world: World, who: str, home: Neighbour):
    return commands.tell_neighbour(actor=world.people[who], neighbour=home, was_told=False, now=at())


def test_a_home_that_is_not_listed_has_no_neighbours(world: World, burglary: Case):
    draw_up = lambda: commands.list_neighbours(actor=world.caseworker, visit=burglary.visit, now=at())  # noqa: E731
    assert outcome_of(draw_up) == "NotPossibleNow"
    assert not seen(world, "caseworker", burglary).is_placed


def test_the_public_list_is_loaded_without_what_must_never_stand_in_it(world: World, tmp_path):
    (tmp_path / "list.csv").write_text("lines,postcode,easting,northing\n1 A Road,ig1 1aa,1,2\n2 A Road,IG1 1AA,3,4\n")
    (tmp_path / "without.csv").write_text('lines,postcode\n"2, A Rd",IG11AA\n')
    said = {"partnership": "Redbridge", "source": "Council, 2026", "without": tmp_path / "without.csv"}
    for _ in range(2):
        call_command("load_addresses", tmp_path / "list.csv", **said, stdout=io.StringIO())
    assert list(ListedAddress.objects.values_list("lines", "postcode", "place", "spot")) == [
        ("1 A Road", "IG1 1AA", "IG11AA|1", (1.0, 2.0))
    ]


def everything_for(client, case: Case, *more: str) -> list[str]:
    """What somebody is answered about a case and in their lists, but for what runs with the clock."""
    paths = [f"cases/{case.reference}/", f"cases/{case.reference}/nearby", "cases/", "referrals/inbox", *more]
    answers = [client.get(f"/api/v1/{path}") for path in paths]
    return [f"{answer.status_code} {answer.headers.get('ETag')} {answer.text}" for answer in answers]


def test_that_it_may_be_abuse_is_one_tap_keeps_all_that_was_said_and_the_police_see_nothing_of_it(
    world: World, burglary: Case
):
    police = world.api("officer")
    before = everything_for(police, burglary)
    page = world.page("caseworker")
    asked = f"/cases/{burglary.reference}/visit/overlap/"
    assert "nothing was forced" in page.get(asked).text
    went = page.post(asked, {"answer": "yes"}).headers["Location"]
    begun = Case.objects.exclude(pk=burglary.pk).get()
    assert (went, begun.kind, begun.status) == (f"/cases/{begun.reference}/", "domestic_abuse", "open")
    assert begun.contacts.get().said == burglary.contacts.get().said == factories.TOKENS.said
    (old, new) = (case.parties.get(role="victim") for case in (burglary, begun))
    assert (new.person, new.name, new.routes.get().value) == (old.person, old.name, factories.TOKENS.route)
    assert (begun.addresses.get().lines, burglary.kind) == ("17 Elm Road", "burglary")
    assert everything_for(police, burglary) == before
    assert police.get(f"/api/v1/cases/{begun.reference}/").status_code == 404
    again = commands.ask_overlap(actor=world.caseworker, visit=burglary.visit, answer="yes", now=at())
    assert (again, Case.objects.count()) == (begun, 2)
    assert outcome_of(lambda: overlap(world, "officer", burglary)) == "Denied"
    assert commands.ask_overlap(actor=world.caseworker, visit=burglary.visit, answer="no", now=at()) is None


def overlap(world: World, who: str, case: Case):
    return commands.ask_overlap(actor=world.people[who], visit=case.visit, answer="yes", now=at())


def test_what_is_late_is_red_and_the_figures_say_how_visits_go(world: World, burglary: Case):
    for verb, who in (("offer", "caseworker"), ("accept", "caseworker"), ("attend", "officer")):
        factories.VISITS[verb](world.people[who], Visit.objects.get(case=burglary))
    declined = factories.burgled(world.caseworker, address=None)
    for verb in ("offer", "decline"):
        factories.VISITS[verb](world.caseworker, Visit.objects.get(case=declined))
    late = factories.burgled(world.colleague, address=None)
    Visit.objects.filter(case=late).update(reported_at=at(-25))
    factories.burgled(world.colleague, address=None)
    said = world.api("supervisor").get("/api/v1/visits/").json()
    assert [each["case"] for each in said["red"]] == [late.reference]
    assert said["figures"] == {
        "reported": 4,
        "offered": 2,
        "accepted": 1,
        "declined": 1,
        "unreachable": 0,
        "attended": 1,
        "missed": 0,
        "hours_to_attend": 0.0,
        "declined_by_reason": {"no_need": 1},
        "attended_by": {"police": 1},
    }
    shown = world.page("caseworker").get("/visits/").text
    assert late.reference in shown
    assert "Declined: They see no need" in shown
    assert world.page("officer").get("/visits/").status_code == 403
