"""The rules by which services are suggested: unknown is never no, a verdict says why and leans on no other."""

import csv
from dataclasses import fields, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import assume, given, settings
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
        int(row["days"]) if row["days"] else 180,
        row["reason"],
        row["why_not"],
        row["ask_first"],
    )
    for row in csv.DictReader(FILE.read_text().splitlines())
]
SAID_OR_NOT = ("takes_nrpf", "takes_men", "takes_women", "wheelchair", "interprets", "pets")
MAYBE = (True, False, None)
FEW = settings(max_examples=40, deadline=None)
CHANCE = st.integers(0, 10**9).map(Random)


def somebody(chance: Random) -> Sought:
    return Sought(
        kind="domestic_abuse",
        on=TODAY,
        needs=frozenset(chance.sample(Need.values, chance.randint(0, 3))),
        risk=chance.choice(["", "high", "standard", "insufficient"]),
        area=chance.choice(["", "Redbridge"]),
        age=chance.choice([None, 15, 30, 70]),
        gender=chance.choice(["", "woman", "man"]),
        language=chance.choice(["", "English", "polish"]),
        interpreter=chance.choice(MAYBE),
        wheelchair=chance.choice(MAYBE),
        sons=chance.choice([(), (9,), (9, 15)]),
        children=chance.choice([(), (15,)]),
    )


def services(chance: Random, most: int = 13) -> list[Offered]:
    return [service(chance, number) for number in range(chance.randint(1, most))]


def service(chance: Random, number: int = 0) -> Offered:
    places = chance.choice([None, 0, 1, 3])
    days = lambda: chance.choice([None, *(TODAY - timedelta(days=ago) for ago in (0, 3, 20, 180, 181))])  # noqa: E731
    return Offered(
        id=number,
        name=chance.choice(["Anchor", "Beacon", "Compass"]),
        kinds=chance.choice([("burglary",), ("domestic_abuse",), ("domestic_abuse", "burglary")]),
        purpose=chance.choice(Purpose.values),
        areas=chance.choice([("Redbridge",), ("Barking", "Redbridge"), ("Barking",)]),
        minimum_age=chance.choice([None, 16]),
        maximum_age=chance.choice([None, 25, 65]),
        languages=chance.choice([(), ("Polish",), ("Somali", "Polish")]),
        risk_bands=chance.choice([(), (), ("high",), ("standard", "medium")]),
        takes_sons_until=chance.choice([None, 12]),
        by_and_for=chance.choice([(), ("Deaf people",)]),
        outside_area_only=chance.random() < 0.2,
        capacity_now=places,
        capacity_on=None if places is None else days(),
        waiting_days=chance.choice([None, 2, 30]),
        assured_on=days(),
        is_asked=chance.random() < 0.2,
        **{name: chance.choice(MAYBE) for name in SAID_OR_NOT},
    )


@FEW
@given(CHANCE)
def test_each_service_is_suggested_or_excluded_and_says_why_in_plain_words(chance):
    sought, offered = somebody(chance), services(chance)
    found = suggest(sought, offered, RULES)
    assert sorted(each.service.id for each in (*found.suggested, *found.excluded)) == list(range(len(offered)))
    assert all(each.excluded for each in found.excluded)
    said = [w for e in (*found.suggested, *found.excluded) for w in (*e.reasons, *e.ask_first, *e.but, *e.excluded)]
    assert all(why.words and "$" not in why.words for why in said)


@FEW
@given(CHANCE)
def test_what_is_not_said_never_excludes(chance):
    sought, said = somebody(chance), service(chance)
    before = {why.code for why in judge(sought, said, RULES).excluded}
    for name in (*SAID_OR_NOT, "assured_on", "capacity_now", "takes_sons_until"):
        assert {why.code for why in judge(sought, replace(said, **{name: None}), RULES).excluded} <= before


@FEW
@given(CHANCE)
def test_a_service_that_is_absent_changes_nothing_for_the_others(chance):
    sought, offered = somebody(chance), services(chance, most=routing.FIRST)
    gone = chance.choice(offered)
    whole = suggest(sought, chance.sample(offered, len(offered)), RULES)
    without = suggest(sought, [each for each in offered if each != gone], RULES)
    for listed in ("suggested", "excluded"):
        assert [each for each in getattr(whole, listed) if each.service != gone] == list(getattr(without, listed))


@FEW
@given(CHANCE)
def test_who_is_by_and_for_people_stands_among_the_first(chance):
    offered = [
        replace(service(chance, number), kinds=("domestic_abuse",), areas=("Redbridge",)) for number in range(30)
    ]
    found = suggest(Sought("domestic_abuse", TODAY), offered, RULES).suggested
    ours = [each for each in found if each.service.by_and_for]
    assume(len(found) > routing.FIRST)
    assert not any(each.service.by_and_for for each in found[max(routing.FIRST, len(ours)) :])


@FEW
@given(CHANCE)
def test_a_need_is_unmet_when_nobody_who_meets_it_is_suggested_or_asked(chance):
    sought, offered = somebody(chance), services(chance)
    found = suggest(sought, offered, RULES)
    asked = [each for each in found.excluded if {why.code for why in each.excluded} == {routing.ASKED}]
    able = {need for each in (*found.suggested, *asked) for need in each.meets}
    wanted = sought.needs - routing.PUT_UP_WITH
    expected = wanted - able if wanted else ({""} if not (found.suggested or asked) else set())
    assert {each.need for each in found.unmet} == expected


@FEW
@given(CHANCE)
def test_the_first_of_a_need_is_never_against_the_suggestion_and_an_excluded_one_always(chance):
    sought, offered = somebody(chance), services(chance)
    found = suggest(sought, offered, RULES)
    best = max(found.suggested, key=lambda each: each.score, default=None)
    assert best is None or not is_against(found, best.service.id, {best.service.id})
    assert all(
        is_against(found, each.service.id, {each.service.id}) for each in found.excluded if not each.service.is_asked
    )
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
        (
            {"needs": frozenset({"safe_place", "no_recourse"})},
            {},
            "ask_first",
            "whether it takes people without recourse to public funds",
        ),
        (
            {"needs": frozenset({"no_recourse"})},
            {"takes_nrpf": False},
            "excluded",
            "does not take people without recourse to public funds",
        ),
        ({"sons": (12,)}, {"takes_sons_until": 12}, "excluded", "takes sons only until they are 12"),
        ({"sons": (11,)}, {"takes_sons_until": 12}, "reasons", "takes sons until they are 12"),
        ({"children": (12,)}, {"takes_sons_until": 12}, "ask_first", "until what age it takes sons"),
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
