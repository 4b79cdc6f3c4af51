"""Every field has a category: what is kept of a case is shown by decision, never because it was forgotten."""

from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from casework.categories import (
    BOTH,
    CHOSEN,
    EXISTENCE,
    FIELDS,
    HANDLE,
    HOLDER,
    NEVER,
    PERMISSION,
    ROLE_CATEGORY,
    SUMMARY,
    Category,
    fields_of,
)
from casework.erased import GOES, SAYS_NOTHING, emptied
from casework.models import (
    ABOUT,
    Case,
    ConsentRecord,
    ContactRoute,
    EmergencyAccess,
    LiveGroupGrant,
    NextStep,
    PartyRole,
    PublishedOutcome,
    SharingDecision,
)
from casework.models.sharing import CATEGORY_NAMES
from config.lock.erasing import erase_case
from oversight.serializers import EmergencyOut
from referrals.models import Referral
from referrals.queries import summary
from referrals.serializers import DecisionOut, ReferralOut, SummaryOut
from tests.factories import TOKENS

KNOWN = {*Category, EXISTENCE, SUMMARY, BOTH, HANDLE, CHOSEN, HOLDER, NEVER}
A_VIEW = {LiveGroupGrant}  # of GroupGrant's rows, which have their categories


def records_of_cases():
    """Every model that is a case, points at one, or points at a record of one, however far away."""
    found, before = {Case}, set()
    while found != before:
        before = set(found)
        found |= {m for m in apps.get_models() if any(f.related_model in before for f in m._meta.concrete_fields)}
    return found - A_VIEW


def test_a_record_of_a_record_of_a_case_is_one_too():
    assert {PublishedOutcome, ContactRoute} <= records_of_cases()
    assert [f.name for f in PublishedOutcome._meta.concrete_fields if f.related_model is Case] == []


@pytest.mark.parametrize("model", records_of_cases(), ids=lambda model: model.__name__)
def test_a_field_that_somebody_adds_to_any_of_them_is_noticed(model):
    for field in model._meta.concrete_fields:
        others = {name: category for name, category in FIELDS[model].items() if name != field.name}
        assert undeclared(FIELDS | {model: others}, {model}) == [f"{model.__name__}.{field.name} has no category"]


def undeclared(declared, records):
    """Fields that stand in no category, and declarations of what does not exist."""
    wrong = []
    for model in records:
        if model not in declared:
            wrong.append(f"{model.__name__} is missing")
            continue
        names = {field.name for field in model._meta.concrete_fields}
        wrong += [f"{model.__name__}.{name} has no category" for name in names - set(declared[model])]
        wrong += [f"{model.__name__}.{name} does not exist" for name in set(declared[model]) - names]
        wrong += [f"{model.__name__}.{n} has no known category" for n, c in declared[model].items() if c not in KNOWN]
    return sorted(wrong)


def test_each_field_of_each_record_of_a_case_stands_in_one():
    assert undeclared(FIELDS, records_of_cases()) == []


def test_nothing_is_declared_that_is_no_record_of_a_case():
    assert set(FIELDS) - records_of_cases() == set()


def test_the_summary_shows_the_summary_and_no_more(world, sent):
    assert sorted(SummaryOut().fields) == sorted(fields_of(Referral, SUMMARY))
    shown = {value for _, value in summary(sent)}
    hidden = {str(getattr(sent, name)) for name in fields_of(Referral, HOLDER)} | {TOKENS.name, TOKENS.said}
    assert len(summary(sent)) == len(fields_of(Referral, SUMMARY))
    assert {value for value in map(str, shown) if value in hidden} == set()


def test_what_both_sides_of_a_referral_see_is_declared_as_theirs():
    to_one_side = {"decision", "case", "recipient", "chosen_against", "times_before", "changed"}
    of_itself = set(ReferralOut().fields) - set(SummaryOut().fields) - to_one_side
    assert of_itself - set(fields_of(Referral, BOTH)) == set()
    assert {*DecisionOut().fields} - {"consent_reason"} == set(fields_of(SharingDecision, BOTH))
    assert "reason" in fields_of(ConsentRecord, BOTH)
    assert set(EmergencyOut().fields) - {"id", "case"} == set(fields_of(EmergencyAccess, BOTH))


def test_each_category_has_its_permission_its_name_in_the_database_and_something_in_it():
    assert list(PERMISSION) == list(Category)
    assert list(CATEGORY_NAMES) == list(Category)
    filled = {category for fields in FIELDS.values() for category in fields.values()} | set(ROLE_CATEGORY.values())
    assert filled >= set(Category)


def test_whoever_is_not_the_victim_stands_wholly_in_the_category_of_their_role():
    assert set(ROLE_CATEGORY) == set(PartyRole) - set(ABOUT)


def test_keys_to_other_records_are_never_shown():
    shown = [
        f"{model.__name__}.{field.name}"
        for model, fields in FIELDS.items()
        for field in model._meta.concrete_fields
        if (field.primary_key or field.related_model is Case) and fields[field.name] in set(Category)
    ]
    assert shown == []


def test_fields_come_in_the_order_in_which_they_are_declared():
    assert fields_of(Case, EXISTENCE) == [
        "reference",
        "agency",
        "kind",
        "status",
        "received_at",
        "opened_at",
        "closed_at",
    ]


# What a record that stays in an erased case may keep: whose, when, one of a list, and by which name it goes.
NAMES_AND_TIMES = (models.ForeignKey, models.AutoField, models.DateField, models.UUIDField, ArrayField)


def kept_in_an_erased_case(model, declared=FIELDS):
    """Fields that are neither emptied nor by their nature without a value of anybody's."""
    gone = {field.name for field in emptied(model)} | set(SAYS_NOTHING.get(model, ()))
    by_nature = [f for f in model._meta.concrete_fields if isinstance(f, NAMES_AND_TIMES) or f.choices or f.unique]
    kept = {f.name for f in model._meta.concrete_fields} - gone
    personal = {name for name in kept if declared[model][name] in PERMISSION}
    return sorted(personal | kept - {field.name for field in by_nature})


def test_the_erasing_of_a_case_takes_every_record_or_empties_every_field_that_says_something():
    assert set(GOES) <= set(FIELDS)
    assert {model.__name__: kept_in_an_erased_case(model) for model in FIELDS if model not in GOES} == {
        model.__name__: [] for model in FIELDS if model not in GOES
    }


@pytest.mark.parametrize(
    ("model", "name", "category"),
    [(Case, "kind", Category.RISK), (NextStep, "note", HOLDER), (Referral, "asked", BOTH)],
)
def test_a_field_that_begins_to_say_something_is_emptied_without_anybody_thinking_of_it(
    monkeypatch, model, name, category
):
    monkeypatch.setitem(FIELDS, model, FIELDS[model] | {name: category})
    assert name in {field.name for field in emptied(model)}
    assert f"('{name}', " in erase_case()


class Sighting:
    """As much of a model as the check looks at: one that somebody added and forgot to think about."""

    _meta = SimpleNamespace(concrete_fields=[SimpleNamespace(name=name) for name in ("id", "case", "where")])


@pytest.mark.parametrize(
    ("declared", "wrong"),
    [
        ({}, ["Sighting is missing"]),
        ({Sighting: {"id": NEVER, "case": NEVER}}, ["Sighting.where has no category"]),
        (
            {Sighting: {"id": NEVER, "case": NEVER, "where": "location", "when": "location"}},
            ["Sighting.when does not exist"],
        ),
        ({Sighting: {"id": NEVER, "case": NEVER, "where": "places"}}, ["Sighting.where has no known category"]),
        ({Sighting: {"id": NEVER, "case": NEVER, "where": "location"}}, []),
    ],
)
def test_this_check_notices(declared, wrong):
    assert undeclared(declared, {Sighting}) == wrong
