"""Who is whom: that two are one person is said with a reason, remembered, and taken back without a trace in links."""

from itertools import combinations

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from casework import commands
from casework.commands import link_person, seal_case, tell_apart, undo_judgement
from casework.models import Party, PersonJudgement, RecordVersion
from casework.plans import VictimReport
from casework.queries import Probe, find_person, known_so_far, read_ledger
from tests import factories
from tests.conftest import events, outcome_of
from tests.factories import TOKENS, at
from tests.specs.test_log_a_contact import in_one_world
from tests.world import World


@pytest.fixture
def parties(world: World) -> list[Party]:
    """The victims of four cases of the front door, all of one name, birthday and telephone."""
    return [factories.logged(world.caseworker).case.parties.get(role="victim") for _ in range(4)]


def link(actor, party, to, reason="They say so."):
    return link_person(actor=actor, party=party, to=to, reason=reason, now=at())


def undo(actor, judgement, reason="It was her sister."):
    return undo_judgement(actor=actor, judgement=judgement, reason=reason, now=at())


def stands(*parties: Party) -> list[int]:
    people = dict(Party.objects.filter(pk__in=[party.pk for party in parties]).values_list("pk", "person"))
    return [people[party.pk] for party in parties]


def test_two_people_of_one_name_and_birthday_stay_two_until_somebody_says_otherwise(world: World):
    same = VictimReport(name="Mary Jones", date_of_birth=factories.at().date().replace(year=1980, month=2, day=3))
    one, other = (factories.logged(world.caseworker, victim=same).case.parties.get(role="victim") for _ in range(2))
    (found,) = find_person(actor=world.caseworker, probe=Probe(name="Mary Jones"), besides=one.case)
    assert found.party == other
    assert len(set(stands(one, other))) == 2
    tell_apart(actor=world.caseworker, party=one, other=other, reason="One is 5 foot.", now=at())
    assert len(set(stands(one, other))) == 2


@settings(in_one_world, max_examples=6)
@given(
    st.lists(st.sampled_from(list(combinations(range(4), 2))), min_size=1, max_size=6, unique=True),
    st.lists(st.integers(0, 5), max_size=6),
)
def test_whatever_is_linked_and_taken_back_in_any_order_everybody_stands_as_what_holds_says(
    world: World, parties: list[Party], links, taken_back
):
    """Held against a model: groups of who is joined, each where the first of them was."""
    before, made = stands(*parties), []
    for one, other in links:
        if stands(parties[one])[0] != stands(parties[other])[0]:
            made.append((one, other, link(world.caseworker, parties[one], parties[other])))
    for number in taken_back:
        if number < len(made) and not PersonJudgement.objects.get(pk=made[number][2].pk).undone_at:
            undo(world.colleague, made[number][2])
    holds = [(one, other) for one, other, j in made if not PersonJudgement.objects.get(pk=j.pk).undone_at]
    assert stands(*parties) == as_modelled(before, holds)
    for _, _, judged in made:
        if not PersonJudgement.objects.get(pk=judged.pk).undone_at:
            undo(world.caseworker, judged)
    assert stands(*parties) == before


def as_modelled(before: list[int], holds: list[tuple[int, int]]) -> list[int]:
    first = list(range(len(before)))
    for _ in before:
        for one, other in holds:
            first[one] = first[other] = min(first[one], first[other])
    return [before[each] for each in first]


def test_whoever_is_joined_with_one_of_them_comes_along_and_goes_back(world: World, parties):
    a, b, c, _ = parties
    before = stands(a, b, c)
    link(world.caseworker, c, b)
    joined = link(world.caseworker, b, a)
    assert stands(a, b, c) == [before[0]] * 3
    undo(world.caseworker, joined)
    assert stands(a, b, c) == [before[0], before[1], before[1]]


def test_who_stands_in_a_case_that_is_sealed_meanwhile_is_not_left_behind(world: World, parties):
    a, b, c, _ = parties
    before = stands(a, b, c)
    link(world.caseworker, c, b)
    named = [world.supervisor, world.caseworker]
    seal_case(actor=world.supervisor, case=c.case, workers=named, reason="honour_based", now=at())
    link(world.colleague, b, a)
    assert stands(a, b, c) == [before[0]] * 3
    assert len(read_ledger(actor=world.colleague, case=b.case).holds) == 1
    assert len(read_ledger(actor=world.caseworker, case=b.case).holds) == 2


def test_both_trails_stay(world: World, parties):
    judged = link(world.caseworker, parties[1], parties[0])
    undo(world.colleague, judged)
    (kept,) = PersonJudgement.objects.all()
    assert (kept.judged_by, kept.undone_by) == (world.caseworker, world.colleague)
    held = RecordVersion.objects.filter(record="casework_party", row_id=parties[1].pk).order_by("pk")
    was = [version.held["person_id"] for version in held]
    assert was[-3:] == [was[-1], stands(parties[0])[0], was[-1]]
    told = [(e.case_id, e.action) for e in events("casework.undo_judgement") if e.subject_type == "personjudgement"]
    assert sorted(told) == sorted((party.case_id, "casework.undo_judgement") for party in parties[:2])


@pytest.mark.parametrize("act", ["link", "apart", "undo"])
def test_each_says_why(world: World, parties, act):
    judged = link(world.caseworker, parties[3], parties[2])
    acts = {
        "link": lambda: link(world.caseworker, parties[1], parties[0], reason=" "),
        "apart": lambda: tell_apart(actor=world.caseworker, party=parties[1], other=parties[0], reason="", now=at()),
        "undo": lambda: undo(world.caseworker, judged, reason=""),
    }
    with pytest.raises(ValidationError) as refused:
        acts[act]()
    assert list(refused.value.message_dict) == ["reason"]


def test_what_was_said_is_not_said_otherwise_before_it_is_taken_back(world: World, parties):
    a, b, c, _ = parties
    apart = tell_apart(actor=world.caseworker, party=a, other=b, reason="Twins.", now=at())
    link(world.caseworker, c, b)
    assert outcome_of(lambda: link(world.caseworker, b, a)) == "NotPossibleNow"
    assert outcome_of(lambda: link(world.caseworker, c, a)) == "NotPossibleNow"  # and so of whoever is joined with them
    undo(world.caseworker, apart)
    assert outcome_of(lambda: undo(world.caseworker, apart)) == "NotPossibleNow"
    link(world.caseworker, b, a)
    assert (
        outcome_of(lambda: tell_apart(actor=world.caseworker, party=c, other=a, reason="x", now=at()))
        == "NotPossibleNow"
    )


def test_who_was_told_apart_is_marked_and_comes_last_and_is_not_offered_beside_a_contact(world: World, parties):
    a, b, c, d = parties
    probe = Probe(telephone=TOKENS.route, name=TOKENS.name)
    tell_apart(actor=world.caseworker, party=a, other=d, reason="Twins.", now=at())
    found = find_person(actor=world.caseworker, probe=probe, besides=a.case)
    assert [(match.party, match.was_told_apart) for match in found] == [(c, False), (b, False), (d, True)]
    contact = commands.start_contact(actor=world.caseworker, case=a.case, now=at())
    offered = known_so_far(actor=world.caseworker, contact=contact, probe=probe)
    assert [known.match.party for known in offered] == [c, b]
    page = world.page("caseworker").post(f"/cases/{a.case.reference}/known/", {"name": TOKENS.name}).content.decode()
    assert page.count("Somebody said that they are different people") == 1


HOLDERS = ("caseworker", "colleague", "senior", "supervisor")
REFUSED = {"auditor": "Denied", "partner": "Denied", "partner_supervisor": "Denied", "officer": "NotVisible"}


def test_only_the_holder_says_so_even_where_identity_is_shared(world: World):
    a, b, c = (factories.opened(world.caseworker).parties.get(role="victim") for _ in range(3))
    for party in (a, b):
        factories.accepted(world.caseworker, world.partner, party.case, world.services["harbour"])
    acts = {
        who: lambda who=who: tell_apart(actor=world.people[who], party=a, other=b, reason="x", now=at())
        for who in REFUSED
    }
    assert {who: outcome_of(act) for who, act in acts.items()} == REFUSED
    links = {who: lambda who=who: link(world.people[who], b, a) for who in REFUSED}
    assert {who: outcome_of(act) for who, act in links.items()} == REFUSED
    for who in HOLDERS:
        undo(world.supervisor, tell_apart(actor=world.people[who], party=a, other=c, reason="x", now=at()))


def test_only_the_holder_takes_it_back(world: World, parties):
    judged = [link(world.caseworker, parties[1], parties[0])]
    refused = {who: outcome_of(lambda who=who: undo(world.people[who], judged[0])) for who in REFUSED}
    assert refused == dict.fromkeys(REFUSED, "NotVisible") | {"auditor": "Denied"}
    for who in HOLDERS:
        undo(world.people[who], judged.pop())
        judged.append(link(world.caseworker, parties[1], parties[0]))


def test_pages_ask_why_show_it_and_take_it_back(world: World, parties):
    a, b, *_ = parties
    page = world.page("caseworker")
    said = {"party": str(b.public_id), "same_as": str(a.public_id)}
    shown = page.post(f"/cases/{b.case.reference}/known/", {"name": TOKENS.name}).content.decode()
    said["version"] = shown.split('name="version" value="')[1].split('"')[0]
    asked = page.post(f"/cases/{b.case.reference}/link/", said)
    assert (asked.status_code, "What makes you sure?" in asked.content.decode()) == (200, True)
    assert page.post(f"/cases/{b.case.reference}/link/", said | {"reason": ""}).status_code == 400
    assert page.post(f"/cases/{b.case.reference}/link/", said | {"reason": "She says so."}).status_code == 302
    ledger = page.get(f"/cases/{a.case.reference}/people/").content.decode()
    assert "because: She says so." in ledger
    judged = PersonJudgement.objects.get()
    assert page.post(f"/judgements/{judged.public_id}/", {"reason": "Her sister."}).status_code == 302
    assert ": Her sister." in page.get(f"/cases/{b.case.reference}/people/").content.decode()


def test_the_api_does_the_same(world: World, parties):
    a, b, *_ = parties
    api, path = world.api("caseworker"), f"/api/v1/cases/{b.case.reference}"
    body = {"party": str(b.public_id), "same_as": str(a.public_id), "reason": "She says so."}
    linked = api.post(f"{path}/link", body, format="json")
    assert (linked.status_code, linked.json()["finding"]) == (201, "same")
    (entry,) = api.get(f"{path}/people").json()["holds"]
    assert entry == linked.json() | {"name": TOKENS.name, "other_name": TOKENS.name}
    undone = api.post(f"/api/v1/judgements/{linked.json()['id']}/undo", {"reason": "Her sister."}, format="json")
    assert (undone.status_code, undone.json()["undone_reason"]) == (200, "Her sister.")
    body = {"party": str(b.public_id), "other": str(a.public_id), "reason": "Her sister."}
    assert api.post(f"{path}/apart", body, format="json").json()["finding"] == "different"


def test_it_goes_when_either_case_is_erased(world: World, parties):
    a, b, c, _ = parties
    link(world.caseworker, b, a)
    link(world.caseworker, c, b)
    before = stands(a)
    words = {"ground": "retention_over", "words": "Schedule 7."}
    asked = commands.ask_erasure(actor=world.supervisor, case=b.case, now=at(), **words)
    commands.approve_erasure(actor=world.senior, erasure=asked, now=at())
    connection.check_constraints()
    assert PersonJudgement.objects.count() == 0
    assert stands(a, c) == before * 2  # what was said between them went with the case that it was said through
