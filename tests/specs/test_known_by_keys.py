"""Known by keys: somebody is found again by what two descriptions share, however it was written, and told why."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import example, given
from hypothesis import strategies as st

from casework import commands
from casework.commands import log_contact
from casework.matching import Band, Fact, Said, keys_for, keys_of, sound_of, weigh
from casework.models import MatchKey
from casework.plans import AddressReport, VictimReport
from casework.queries import Probe, find_person, known_so_far
from tests import factories
from tests.conftest import events, outcome_of
from tests.factories import TOKENS, at
from tests.specs.test_log_a_contact import in_one_world
from tests.world import World

BORN = date(1987, 6, 5)
HER = VictimReport(name="Qandeel Vorrazi", date_of_birth=BORN, language="Wexitian", aliases=("Plumdeera Ossoway",))
F = Fact


@pytest.fixture
def known(world: World):
    """The victim of a case of the front door: two names, a birthday, a telephone and a postcode."""
    return factories.opened(world.caseworker, victim=HER).parties.get(role="victim")


def found(actor, **probe):
    return [(m.party, m.band, [r.fact for r in m.reasons]) for m in find_person(actor=actor, probe=Probe(**probe))]


@pytest.mark.parametrize(
    ("probe", "band", "facts"),
    [
        ({"name": "Kandeel Vorazi", "date_of_birth": BORN, "postcode": "zz97xq"},
         "almost_certainly", [F.BIRTH, F.SIMILAR, F.PLACE]),
        ({"name": "Qandeel Vorrazi", "date_of_birth": BORN}, "possibly", [F.BIRTH, F.NAME]),
        ({"name": "Vorrazi, Qandeel", "date_of_birth": date(1987, 5, 6)}, "possibly", [F.BIRTH_SWAPPED, F.NAME]),
        ({"name": "Qandeel Vorrazi", "date_of_birth": date(1988, 6, 5)}, "possibly", [F.BIRTH_NEAR, F.NAME]),
        ({"name": "Plumdeera Ossoway", "date_of_birth": BORN}, "possibly", [F.BIRTH, F.NAME]),
        ({"aliases": ("Plumdeera Osoway",), "name": "Nobody"}, "weak", [F.SIMILAR]),
        ({"name": "Vorazzi Qandeel", "date_of_birth": date(1950, 1, 1)}, "weak", [F.SIMILAR]),
        ({"name": "Peter Marlow", "telephone": TOKENS.route}, "weak", [F.TELEPHONE]),
        ({"name": "Qandeel", "telephone": TOKENS.route}, "possibly", [F.TELEPHONE, F.ONLY]),
        ({"name": "Jumtok Vorrazi", "date_of_birth": BORN, "telephone": TOKENS.route, "postcode": TOKENS.postcode},
         "possibly", [F.TELEPHONE, F.BIRTH, F.PART, F.PLACE]),
    ],
    ids="postcode birthday swapped year_out alias alias_by_name other_birthday other_name one_name twin".split(),  # noqa: SIM905
)  # fmt: skip
def test_they_are_found_with_how_far_it_agrees_and_in_what(world: World, known, probe, band, facts):
    assert found(world.colleague, **probe) == [(known, Band(band), facts)]


def test_it_is_said_since_when_a_case_says_so(world: World, known):
    a_year_ago = at(-24 * 365)
    MatchKey.objects.filter(party=known, kind="telephone").update(recorded_at=a_year_ago)
    (match,) = find_person(actor=world.caseworker, probe=Probe(telephone=TOKENS.route, date_of_birth=BORN))
    told = {reason.fact: reason.recorded_at for reason in match.reasons}
    assert told[F.TELEPHONE] == a_year_ago
    assert at(-1) < told[F.BIRTH] < at()


def test_what_is_said_later_is_found_too_and_what_was_said_first_still(world: World, known):
    contact = commands.start_contact(actor=world.colleague, case=known.case, now=at())
    route = replace(factories.report().routes[0], value="07700 900123")
    said = factories.report(victim=None, routes=(route,), address=AddressReport("1 High Street", "ZZ1 1ZZ"))
    log_contact(actor=world.colleague, contact=contact, report=said, now=at())
    for number in (TOKENS.route, "07700 900123"):
        assert [party for party, *_ in found(world.caseworker, telephone=number)] == [known]
    assert found(world.caseworker, name="Vorrazi Q", postcode="ZZ1 1ZZ") != []


def test_nobody_is_looked_up_as_an_alleged_perpetrator(world: World, known):
    assert set(MatchKey.objects.filter(case=known.case).values_list("party", flat=True)) == {known.pk}


def test_keys_say_nothing_and_each_is_there_once(world: World, known):
    keys = [bytes(key) for key in MatchKey.objects.filter(party=known).values_list("key", flat=True)]
    assert len(keys) == len(set(keys)) > 7
    assert {len(key) for key in keys} == {16}


@in_one_world
@given(st.text("abcdefghijklmnopqrstuvwxyzłñ", min_size=1, max_size=12))
def test_a_part_of_a_name_sounds_the_same_to_the_program_as_to_the_database(db, part):
    with connection.cursor() as cursor:
        cursor.execute("SELECT sound_of(%s)", [part])
        assert cursor.fetchone() == (sound_of(part),)


SAIDS = st.builds(
    Said,
    names=st.lists(st.text("abcd e", max_size=12), max_size=2).map(tuple),
    date_of_birth=st.none() | st.dates(date(1950, 1, 1), date(1953, 1, 1)),
    telephones=st.lists(st.sampled_from(["+442079460018", "+447700900123"]), max_size=1).map(tuple),
    postcodes=st.lists(st.sampled_from(["ZZ1 1ZZ", "zz11zz"]), max_size=1).map(tuple),
)


@given(SAIDS, SAIDS)
@example(Said(names=("A E",)), Said(names=("Ea E",)))
def test_whoever_says_the_same_is_found_by_every_key_and_weighing_has_no_direction(one: Said, other: Said):
    assert keys_of(one).items() <= keys_for(one).items()
    assert weigh(one, other.names, other.date_of_birth, ()) == weigh(other, one.names, one.date_of_birth, ())


# While a contact is being typed


def typed(**more):
    return {"route_kind": "phone", "route_value": TOKENS.route, "name": "Qandeel Vorazzi"} | more


def so_far(world: World, who: str = "colleague", **more):
    contact = factories.draft(world.people[who])
    return contact, world.page(who).post(f"/contacts/{contact.reference}/known/", typed(**more))


def test_while_a_contact_is_typed_its_page_tells_who_is_known_when_they_were_in_touch_and_what_was_answered(
    world, known
):
    _, answer = so_far(world)
    words = " ".join(answer.content.decode().split())
    assert "Possibly the same person:</strong> Qandeel Vorrazi" in words
    assert "1 contact in the last 12 months" in words
    assert f"{timezone.localdate():%-d %B %Y}, telephone (case {known.case.reference})" in words
    assert "need not be asked again: date of birth, language, a safe way to reach them" in words
    assert "Wexitian" not in words


def test_what_makes_no_sense_yet_is_left_out(world: World, known):
    _, answer = so_far(world, date_of_birth_day="31", date_of_birth_month="2", route_value="0800 ASK")
    assert answer.status_code == 200
    assert "Nobody that you may see" in answer.content.decode()


def test_a_contact_of_long_ago_is_not_counted(world: World):
    factories.logged(world.caseworker, victim=HER, happened_at=timezone.now() - timedelta(days=366))
    contact = factories.draft(world.colleague)
    (told,) = known_so_far(actor=world.colleague, contact=contact, probe=Probe(telephone=TOKENS.route))
    assert told.contacts == ()


@pytest.mark.parametrize(
    ("who", "becomes"),
    {"caseworker": "done", "colleague": "NotVisible", "supervisor": "NotVisible", "partner": "NotVisible"}.items(),
)
def test_only_its_writer_asks_about_a_draft(world: World, who, becomes):
    contact = factories.draft(world.caseworker)
    probe = Probe(telephone=TOKENS.route)
    assert outcome_of(lambda: known_so_far(actor=world.people[who], contact=contact, probe=probe)) == becomes


def test_it_is_a_reading_of_each_case_that_it_showed(world: World, known):
    so_far(world)
    shown = [(event.shown_ids, event.categories) for event in events("casework.find_person")]
    told = ["contact", "identity", "narrative"]  # when they were in touch, and which of it they need not be asked again
    assert sorted(shown) == [([known.case_id], told), ([known.case_id], ["identity"])]


def shut_to_the_colleague(world: World, case, how: str) -> None:
    by = {"actor": world.supervisor, "case": case, "now": at()}
    if how == "sealed":
        commands.seal_case(workers=[world.supervisor, world.caseworker], reason="honour_based", **by)
    elif how == "barred":
        commands.bar_from_case(who=world.colleague, reason="knows_them", **by)


@pytest.mark.parametrize("how", ["sealed", "barred", "of another partnership"])
def test_whoever_is_out_of_reach_is_answered_as_nobody_by_the_same_statements(world: World, known, stranger, how):
    shut_to_the_colleague(world, known.case, how)
    actor = stranger if how == "of another partnership" else world.colleague
    hidden = Probe(telephone=TOKENS.route, name="Qandeel Vorrazi", date_of_birth=BORN, postcode=TOKENS.postcode)
    nobody = Probe(telephone="020 7946 0999", name="Peter Marlow", date_of_birth=date(1950, 1, 1), postcode="ZZ8 8ZZ")
    find_person(actor=world.supervisor, probe=nobody)  # what is asked once by each process
    with connection.execute_wrapper(counted := Counted()):
        assert find_person(actor=actor, probe=hidden) == []
        first = counted.taken()
        assert find_person(actor=actor, probe=nobody) == []
    assert counted.taken() == first != []
    one, other = (vars(e) | {"_state": None, "id": None} for e in events("casework.find_person", actor_id=actor.pk))
    assert one == other


class Counted:
    """The statements that were sent, without their values."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def __call__(self, execute, sql, params, many, context):
        self.sent.append(sql)
        return execute(sql, params, many, context)

    def taken(self) -> list[str]:
        sent, self.sent = self.sent, []
        return sent
