"""Known already? A person who came before is found in a second, among the cases that this worker may see."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.authorization import Denied, NotPossibleNow
from accounts.commands import add_worker, found_partnership
from accounts.roles import Role
from casework.commands import link_person, open_in_emergency
from casework.models import Case, GroupGrant, Party, Person
from casework.plans import VictimReport
from casework.queries import Probe, find_person, fold, get_party, read_case
from tests import factories
from tests.conftest import events, outcome_of
from tests.factories import TOKENS, at
from tests.world import World

BORN = date(1987, 6, 5)
PHONE, NAME, BIRTH, SIMILAR = "same telephone number", "same name", "same date of birth", "similar name"


@pytest.fixture
def known(world):
    """The victim of an intake: Zoë Łasińska-Khan, born 5 June 1987, with a telephone number."""
    victim = VictimReport(name="Zoë Łasińska-Khan", date_of_birth=BORN)
    return factories.logged(world.caseworker, victim=victim).case.parties.get(role="victim")


@pytest.fixture
def stranger(world):
    """A caseworker of another borough's front door, in the same database."""
    system = found_partnership(actor=None, name="Far", front_door="Far Front Door", system_email="s@far.test")
    return add_worker(
        actor=system, agency=system.agency, email="a@far.test", name="Far", role=Role.CASEWORKER, password=""
    )


def found(actor, **probe):
    return [(match.party, tuple(map(str, match.reasons))) for match in find_person(actor=actor, probe=Probe(**probe))]


@pytest.mark.parametrize(
    ("probe", "reasons"),
    [
        ({"telephone": "020 7946 0123"}, (PHONE,)),
        ({"telephone": "+44 (0)20-7946-0123"}, (PHONE,)),
        ({"telephone": "00442079460123"}, (PHONE,)),
        ({"name": "Zoë Łasińska-Khan"}, (NAME,)),
        ({"name": "łasińska khan, ZOË"}, (NAME,)),
        ({"name": "Khan Zoe Łasinska"}, (NAME,)),
        ({"name": "Zoe Łasinska Kahn"}, (SIMILAR,)),
        ({"name": "Łasińska Kan"}, (SIMILAR,)),
        ({"date_of_birth": BORN}, (BIRTH,)),
        ({"telephone": "02079460123", "name": "zoë łasińska khan", "date_of_birth": BORN}, (PHONE, BIRTH, NAME)),
    ],
)
def test_somebody_is_found_with_the_reasons(world, known, probe, reasons):
    assert found(world.colleague, **probe) == [(known, reasons)]


@pytest.mark.parametrize(
    "probe",
    [
        {"telephone": "020 7946 0124"},
        {"name": "Peter Marlow"},
        {"date_of_birth": date(1987, 7, 9)},
        {"name": "?!"},
        {},
    ],
)
def test_nobody_is_found_without_a_reason(world, known, probe):
    assert found(world.caseworker, **probe) == []


def test_whoever_agrees_in_most_comes_first(world, known):
    namesake = factories.logged(world.caseworker, victim=VictimReport(name="Zoë Łasińska-Khan"))
    both = found(world.caseworker, name="Zoë Łasińska-Khan", date_of_birth=BORN, telephone=TOKENS.route)
    assert [party for party, _ in both] == [known, namesake.case.parties.get(role="victim")]


@given(st.text(max_size=40))
def test_folding_a_name_again_changes_nothing(name):
    assert fold(fold(name)) == fold(name)


@given(st.lists(st.sampled_from(["Anne", "Zoë", "Khan", "O'Neill", "Ng"]), min_size=1, max_size=4), st.randoms())
def test_the_order_and_the_case_of_a_names_parts_do_not_matter(parts, chance):
    other = [part.upper() for part in parts]
    chance.shuffle(other)
    assert fold(" ".join(other)) == fold(" ".join(parts))


@pytest.mark.parametrize(
    ("who", "becomes"),
    {
        "caseworker": "done",
        "colleague": "done",
        "supervisor": "done",
        "auditor": "Denied",
        "partner": "Denied",
        "partner_supervisor": "Denied",
        "officer": "Denied",
        "outsider": "Denied",
    }.items(),
)
def test_only_the_front_door_looks_for_people(world, known, who, becomes):
    assert outcome_of(lambda: find_person(actor=world.people[who], probe=Probe(date_of_birth=BORN))) == becomes


@pytest.mark.parametrize(
    ("hidden", "nowhere"),
    [
        ({"telephone": TOKENS.route}, {"telephone": "020 7946 0999"}),
        ({"name": "Zoë Łasińska-Khan"}, {"name": "Peter Marlow"}),
        ({"name": "Zoe Łasinska Kahn"}, {"name": "Peter Marlow"}),
        ({"date_of_birth": BORN}, {"date_of_birth": date(1950, 1, 1)}),
    ],
)
def test_what_is_hidden_answers_and_records_exactly_as_what_does_not_exist(world, known, stranger, hidden, nowhere):
    assert found(world.caseworker, **hidden) != []
    assert found(stranger, **hidden) == found(stranger, **nowhere) == []
    one, other = (
        {name: value for name, value in vars(event).items() if name not in {"_state", "id"}}
        for event in events("casework.find_person", actor_id=stranger.pk)
    )
    assert one == other


def test_a_search_is_recorded_by_its_criteria_and_what_it_showed_never_by_what_was_typed(world, known):
    find_person(actor=world.colleague, probe=Probe(telephone=TOKENS.route, name="Zoë Łasińska-Khan"))
    (event,) = events("casework.find_person")
    assert (event.actor_id, event.shown_ids, event.categories) == (world.colleague.pk, [known.case_id], ["identity"])
    assert event.detail == {"criteria": ["telephone", "name"], "count": 1}


def test_a_number_that_is_none_is_refused_and_nothing_is_shown(world, known):
    with pytest.raises(Exception, match="Enter a telephone number"):
        find_person(actor=world.caseworker, probe=Probe(telephone="0800 ASK ZOE", date_of_birth=BORN))
    assert events("casework.find_person") == []


def test_whoever_was_found_is_not_linked_until_somebody_says_so(world, known):
    newcomer = factories.logged(world.caseworker).case.parties.get(role="victim")
    find_person(actor=world.caseworker, probe=Probe(telephone=TOKENS.route))
    newcomer.refresh_from_db()
    assert newcomer.person != known.person


def test_linking_moves_the_link_and_no_value(world, known):
    newcomer = factories.logged(world.caseworker).case.parties.get(role="victim")
    before = Party.objects.filter(pk__in=[known.pk, newcomer.pk]).values().order_by("pk")
    was = {row["id"]: {**row, "person_id": known.person_id} for row in before}
    link_person(actor=world.caseworker, party=newcomer, to=known, reason="She says so.", now=at())
    assert {row["id"]: row for row in before.all()} == was
    assert Person.objects.count() == 4  # two victims and two alleged perpetrators, as before


def test_linking_is_recorded_in_both_cases_by_ids(world, known):
    newcomer = factories.logged(world.caseworker).case.parties.get(role="victim")
    before = newcomer.person_id
    judged = link_person(actor=world.caseworker, party=newcomer, to=known, reason="She says so.", now=at())
    recorded = [(e.case_id, e.subject_type, e.subject_id, e.detail) for e in events("casework.link_person")]
    assert sorted(recorded, key=str) == [
        (known.case_id, "personjudgement", judged.pk, {"finding": "same"}),
        (newcomer.case_id, "party", newcomer.pk, {"before": before, "after": known.person_id}),
        (newcomer.case_id, "personjudgement", judged.pk, {"finding": "same"}),
    ]


def test_a_linked_person_shows_each_case_its_holder_the_other(world, known):
    newcomer = factories.logged(world.caseworker)
    reference = known.case.reference
    assert read_case(actor=world.colleague, reference=reference, purpose="casework").others == ()
    link_person(
        actor=world.caseworker,
        party=newcomer.case.parties.get(role="victim"),
        to=known,
        reason="She says so.",
        now=at(),
    )
    assert read_case(actor=world.colleague, reference=reference, purpose="casework").others == (newcomer.case,)


def test_a_case_does_not_hold_one_person_twice_in_a_role(world, known):
    newcomer = factories.logged(world.caseworker).case.parties.get(role="victim")
    link_person(actor=world.caseworker, party=newcomer, to=known, reason="She says so.", now=at())
    with pytest.raises(NotPossibleNow):
        link_person(actor=world.caseworker, party=newcomer, to=known, reason="She says so.", now=at())


def test_a_victim_here_may_be_a_witness_there(world, known):
    there = factories.logged(world.caseworker).case
    witness = there.parties.create(person=Person.objects.create(partnership=there.partnership), role="witness")
    link_person(actor=world.caseworker, party=witness, to=known, reason="She says so.", now=at())
    witness.refresh_from_db()
    assert (witness.person, witness.role, known.role) == (known.person, "witness", "victim")


def test_nobody_is_made_both_victim_and_alleged_perpetrator(world, known):
    """The other side of a story has a spec of its own: test_two_sides_of_one_story."""
    accused = known.case.parties.get(role="alleged")
    assert (
        outcome_of(
            lambda: link_person(actor=world.caseworker, party=accused, to=known, reason="She says so.", now=at())
        )
        == "NotVisible"
    )
    accused.refresh_from_db()
    assert accused.person != known.person


@pytest.mark.parametrize(
    ("who", "becomes"),
    {
        "caseworker": "done",
        "colleague": "done",
        "supervisor": "done",
        "auditor": "Denied",
        "partner": "Denied",
        "partner_supervisor": "Denied",
        "officer": "NotVisible",
        "outsider": "NotVisible",
    }.items(),
)
def test_only_the_holder_says_who_somebody_is_even_where_identity_is_shared(world, known, accepted, who, becomes):
    party = accepted.case.parties.get(role="victim")
    assert (
        outcome_of(lambda: link_person(actor=world.people[who], party=party, to=known, reason="She says so.", now=at()))
        == becomes
    )
    party.refresh_from_db()
    known.refresh_from_db()
    assert (party.person == known.person) == (becomes == "done")


def test_a_stranger_cannot_link_to_somebody_they_cannot_see(world, known, stranger):
    own = factories.logged(stranger).case.parties.get(role="victim")
    assert (
        outcome_of(lambda: link_person(actor=stranger, party=own, to=known, reason="She says so.", now=at()))
        == "NotVisible"
    )
    assert (
        outcome_of(lambda: link_person(actor=stranger, party=known, to=own, reason="She says so.", now=at()))
        == "NotVisible"
    )


def test_a_denied_search_shows_and_records_no_reading(world, known):
    with pytest.raises(Denied):
        find_person(actor=world.outsider, probe=Probe(date_of_birth=BORN))
    assert events("casework.find_person") == []


@pytest.mark.parametrize(("sees", "finds"), [(["identity", "contact"], 0), (["identity", "contact", "household"], 1)])
def test_nobody_is_found_by_who_does_not_see_them_as_what_they_are(world: World, sees, finds):
    """A case that Harbour holds, opened in an emergency: a child of it is not among those whom a name shows."""
    case = factories.opened(world.caseworker)
    Case.objects.filter(pk=case.pk).update(agency=world.agencies["harbour"])
    grants = GroupGrant.objects.filter(content_object=case)
    moved = [GroupGrant(content_object=case, group=world.partner.agency.group, permission=g.permission) for g in grants]
    grants.delete()
    GroupGrant.objects.bulk_create(moved)
    person = Person.objects.create(partnership=case.partnership)
    name = {"name": "Chico Childerlin", "folded_name": fold("Chico Childerlin")}
    child = Party.objects.create(case=case, person=person, role="child", **name)
    said = {"reason": "missing", "words": "She did not come home.", "categories": sees}
    open_in_emergency(actor=world.caseworker, reference=case.reference, now=at(), **said)
    assert len(find_person(actor=world.caseworker, probe=Probe(name="Chico Childerlin"))) == finds
    assert len(find_person(actor=world.caseworker, probe=Probe(name=TOKENS.name))) == 1
    outcome = outcome_of(lambda: get_party(world.caseworker, child.public_id))
    assert outcome == ("done" if finds else "NotVisible")
