"""The rules by which services are suggested: unknown is never no, every verdict says why, and none leans on another's."""

import csv
from dataclasses import fields, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.models import Need, Purpose
from referrals import routing
from referrals.routing import Offered, Rule, Sought, is_against, judge, suggest

TODAY = date(2026, 11, 27)  # a Friday
FILE = Path(routing.__file__).with_name("reference") / "suggestion_rules.csv"
RULES = [
    Rule(
        row["code"],
        int(row["weight"]),
        row["excludes"] == "yes",
        frozenset(row["purposes"].split()),
        int(row["days"]) if row["days"] else None,
        row["reason"],
        row["why_not"],
        row["ask_first"],
    )
    for row in csv.DictReader(FILE.read_text().splitlines())
]
SAID_OR_NOT = ("takes_nrpf", "takes_men", "takes_women", "wheelchair", "interprets", "pets")
MAYBE = st.sampled_from([True, False, None])
AGES = st.one_of(st.none(), st.integers(0, 90))
DAYS = st.one_of(st.none(), st.integers(0, 400).map(lambda ago: TODAY - timedelta(days=ago)))
AREAS = st.sampled_from([("Redbridge",), ("Barking", "Redbridge"), ("Barking",)])


@st.composite
def services(draw):
    drawn = {name: draw(MAYBE) for name in SAID_OR_NOT}
    places = draw(st.one_of(st.none(), st.integers(0, 3)))
    return Offered(
        id=0,
        name=draw(st.sampled_from(["Anchor", "Beacon", "Compass"])),
        kinds=draw(st.sampled_from([("domestic_abuse",), ("burglary",), ("domestic_abuse", "burglary")])),
        purpose=draw(st.sampled_from(Purpose.values)),
        areas=draw(AREAS),
        minimum_age=draw(st.sampled_from([None, 16])),
        maximum_age=draw(st.sampled_from([None, 25, 65])),
        languages=draw(st.sampled_from([(), ("Polish",), ("Somali", "Polish")])),
        risk_bands=draw(st.sampled_from([(), ("high",), ("standard", "medium")])),
        takes_sons_until=draw(st.sampled_from([None, 12])),
        by_and_for=draw(st.sampled_from([(), ("Deaf people",)])),
        outside_area_only=draw(st.booleans()),
        capacity_now=places,
        capacity_on=None if places is None else draw(DAYS),
        waiting_days=draw(st.sampled_from([None, 2, 30])),
        assured_on=draw(DAYS),
        is_asked=draw(st.booleans()),
        **drawn,
    )


SEARCHES = st.builds(
    Sought,
    kind=st.just("domestic_abuse"),
    on=st.just(TODAY),
    needs=st.frozensets(st.sampled_from(Need.values), max_size=3),
    risk=st.sampled_from(["", "high", "standard", "insufficient"]),
    area=st.sampled_from(["", "Redbridge"]),
    age=AGES,
    gender=st.sampled_from(["", "woman", "man"]),
    language=st.sampled_from(["", "English", "polish"]),
    interpreter=MAYBE,
    wheelchair=MAYBE,
    sons=st.sampled_from([(), (9,), (9, 15)]),
    children=st.sampled_from([(), (15,)]),
)
MANY = st.lists(services(), max_size=13).map(lambda made: [replace(each, id=n) for n, each in enumerate(made)])
FEW = settings(max_examples=60, deadline=None)


@FEW
@given(SEARCHES, MANY)
def test_each_service_is_suggested_or_excluded_and_says_why_in_plain_words(sought, offered):
    found = suggest(sought, offered, RULES)
    assert sorted(each.service.id for each in (*found.suggested, *found.excluded)) == list(range(len(offered)))
    assert all(each.excluded for each in found.excluded)
    said = [w for e in (*found.suggested, *found.excluded) for w in (*e.reasons, *e.ask_first, *e.but, *e.excluded)]
    assert all(why.words and "$" not in why.words for why in said)


@FEW
@given(SEARCHES, services(), st.sampled_from([*SAID_OR_NOT, "assured_on", "capacity_now", "takes_sons_until"]))
def test_what_is_not_said_never_excludes(sought, service, name):
    said = {why.code for why in judge(sought, service, RULES).excluded}
    unsaid = {why.code for why in judge(sought, replace(service, **{name: None}), RULES).excluded}
    assert unsaid <= said


@FEW
@given(SEARCHES, MANY.filter(bool), st.randoms())
def test_a_service_that_is_absent_changes_nothing_for_the_others(sought, offered, chance):
    gone = chance.choice(offered)
    shuffled = chance.sample(offered, len(offered))
    whole, without = suggest(sought, shuffled, RULES), suggest(sought, [each for each in offered if each != gone], RULES)
    by_score = lambda found: sorted(found.suggested, key=lambda each: (-each.score, each.service.name, each.service.id))  # noqa: E731
    assert [each for each in by_score(whole) if each.service != gone] == by_score(without)
    assert [each for each in whole.excluded if each.service != gone] == list(without.excluded)


@FEW
@given(SEARCHES, MANY)
def test_who_is_by_and_for_people_stands_among_the_first(sought, offered):
    found = suggest(sought, offered, RULES).suggested
    ours = [each for each in found if each.service.by_and_for]
    assert all(each.service.by_and_for == () for each in found[max(routing.FIRST, len(ours)) :])


@FEW
@given(SEARCHES, MANY)
def test_a_need_is_unmet_when_nobody_who_meets_it_is_suggested_or_asked(sought, offered):
    found = suggest(sought, offered, RULES)
    asked = [each for each in found.excluded if {why.code for why in each.excluded} == {routing.ASKED}]
    able = {need for each in (*found.suggested, *asked) for need in each.meets}
    wanted = sought.needs - routing.PUT_UP_WITH
    expected = wanted - able if wanted else ({""} if not (found.suggested or asked) else set())
    assert {each.need for each in found.unmet} == expected


@FEW
@given(SEARCHES, MANY)
def test_the_first_of_a_need_is_never_against_the_suggestion_and_an_excluded_one_always(sought, offered):
    found = suggest(sought, offered, RULES)
    best = max(found.suggested, key=lambda each: each.score, default=None)
    assert best is None or not is_against(found, best.service.id, {best.service.id})
    assert all(is_against(found, each.service.id, {each.service.id}) for each in found.excluded)
    everybody = {each.service.id for each in found.suggested}
    assert not any(is_against(found, each, everybody) for each in everybody)


REFUGE = Offered(
    id=1,
    name="Lantern",
    kinds=("domestic_abuse",),
    purpose="safe_accommodation",
    areas=("Redbridge",),
    assured_on=TODAY,
)
HER = Sought("domestic_abuse", TODAY, frozenset({"safe_place"}), risk="high", area="Redbridge", gender="woman", age=31)


@pytest.mark.parametrize(
    ("of_her", "of_service", "where", "words"),
    [
        ({}, {}, "reasons", "takes high risk"),
        ({"language": "Polish"}, {"languages": ("polish",)}, "reasons", "speaks Polish"),
        ({}, {"capacity_now": 2, "capacity_on": TODAY}, "reasons", "has 2 places"),
        ({}, {"by_and_for": ("Deaf people",)}, "reasons", "by and for Deaf people"),
        ({}, {"capacity_now": 0, "capacity_on": TODAY - timedelta(days=3)}, "excluded", "full since Tuesday"),
        ({}, {"capacity_now": 0, "capacity_on": TODAY - timedelta(days=9)}, "excluded", "full since 18 November"),
        ({}, {"capacity_now": 0, "capacity_on": TODAY - timedelta(days=15)}, "ask_first", "whether it has a place"),
        ({"gender": "man"}, {"takes_men": False}, "excluded", "not for men"),
        ({"gender": "man"}, {}, "ask_first", "whether it takes men"),
        ({}, {"risk_bands": ("medium",)}, "excluded", "does not take high risk"),
        ({"age": 17}, {"minimum_age": 18}, "excluded", "only for ages 18 and over"),
        ({"age": None}, {"minimum_age": 18}, "ask_first", "their age: it is for ages 18 and over"),
        ({}, {"outside_area_only": True}, "excluded", "only for people from outside Redbridge"),
        ({}, {"areas": ("Barking",)}, "excluded", "not for people from Redbridge"),
        ({"needs": frozenset({"safe_place", "no_recourse"})}, {}, "ask_first", "whether it takes people without recourse to public funds"),  # fmt: skip # noqa: E501
        ({"needs": frozenset({"no_recourse"})}, {"takes_nrpf": False}, "excluded", "does not take people without recourse to public funds"),  # fmt: skip # noqa: E501
        ({"sons": (13,)}, {"takes_sons_until": 12}, "excluded", "takes sons only up to 12"),
        ({"sons": (12,)}, {"takes_sons_until": 12}, "reasons", "takes sons up to 12"),
        ({"children": (13,)}, {"takes_sons_until": 12}, "ask_first", "until what age it takes sons"),
        ({"wheelchair": True}, {"wheelchair": False}, "excluded", "cannot be reached in a wheelchair"),
        ({"interpreter": True}, {}, "ask_first", "whether it works with interpreters"),
        ({}, {"assured_on": TODAY - timedelta(days=180)}, "excluded", ""),
        ({}, {"assured_on": TODAY - timedelta(days=181)}, "excluded", "nobody has confirmed its entry for 180 days"),
        ({}, {"waiting_days": 30}, "but", "people wait for 30 days"),
        ({"needs": frozenset({"safe_place", "pets"})}, {"pets": False}, "but", "does not take pets"),
        ({"needs": frozenset({"health"})}, {}, "excluded", "does not help with what they need"),
        ({}, {"kinds": ("burglary",)}, "excluded", "not for this kind of case"),
        ({}, {"is_asked": True}, "excluded", "is asked already"),
    ],
)
def test_what_is_said_of_a_service(of_her, of_service, where, words):
    judged = judge(replace(HER, **of_her), replace(REFUGE, **of_service), RULES)
    said = [why.words for why in getattr(judged, where)]
    assert words in said if words else said == []


def test_every_rule_that_is_shipped_has_its_predicate_and_every_predicate_its_rule():
    needs = {f"{routing.OF_NEED}{need}" for need in set(Need.values) - routing.PUT_UP_WITH}
    assert {rule.code for rule in RULES} == needs | set(routing.PREDICATES) | {routing.HELPS}
    assert set().union(*(rule.purposes for rule in RULES)) <= set(Purpose.values)
    assert {rule.code for rule in RULES if rule.excludes} <= set(routing.CALLED)
    assert {each.name for each in fields(Offered)} >= set(SAID_OR_NOT)
