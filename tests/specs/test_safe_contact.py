"""Safe contact: how somebody can be reached is kept with everything that makes it safe, and only for a time."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from casework import commands
from casework.categories import Category
from casework.models import ContactRoute, RouteKind, Safety
from casework.models.routes import SEALED
from casework.plans import RouteReport
from casework.queries import project
from tests import api_calls, factories
from tests.factories import TOKENS, at

WHOLE = {
    "read_back": True,
    "monitored": "no",
    "initiator": "service",
    "windows": "mon-fri 09:30-15:00 (school run); sat 10:00-12:00",
    "never_times": "daily 17:00-24:00",
    "when_safe": "While he is at work",
    "who_may_answer": "Her sister Tamsin",
    "who_must_not": "His mother",
    "if_other_answers": "It is the library, about a book",
    "note": "Ask for the book club",
    "voicemail": "neutral_only",
    "caller_id": "withheld",
    "letters": "never",
    "knows": "",
}
WORDS = {"code_word": "Marmalade", "our_word": "Ladybird"}


def logged(world, **more):
    said = {"kind": RouteKind.PHONE, "value": TOKENS.route, "safety": Safety.SAFE} | more
    return factories.logged(world.caseworker, routes=(RouteReport(**said),)).case.routes.get()


def test_what_makes_it_safe_is_kept_and_shown_but_for_the_agreed_words(world):
    route = logged(world, **WHOLE, **WORDS)
    kept = {"never_times": "mon-sun 17:00-24:00"}
    (section,) = project(route.case, {Category.CONTACT})
    shown = section.entries[0].values
    assert {name: shown[name] for name in WHOLE} == WHOLE | kept
    assert set(WORDS.values()) & set(map(str, shown.values())) == set()
    assert (route.code_word, route.our_word) == ("Marmalade", "Ladybird")


def test_it_stands_in_the_database_sealed(world):
    route = logged(world, **WHOLE, **WORDS)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(SEALED)} FROM casework_contactroute WHERE id = %s", [route.pk])  # noqa: S608
        stored = cursor.fetchone()
    assert all(stored)
    for word in (*WHOLE.values(), *WORDS.values()):
        assert not isinstance(word, str) or not word or all(word.encode() not in bytes(value) for value in stored)


def test_the_api_takes_it_whole_and_says_at_its_field_what_is_wrong(world):
    draft = factories.draft(world.caseworker)
    route = {"kind": "phone", "value": TOKENS.route, "safety": "safe"} | WHOLE | WORDS
    address = f"/api/v1/contacts/{draft.reference}/log"
    wrong = api_calls.contact(routes=[route | {"windows": "mon 1-3"}])
    refused = world.api("caseworker").post(address, wrong, format="json", headers={"If-Match": "*"})
    assert (refused.status_code, "in the morning or in the afternoon" in refused.content.decode()) == (400, True)
    assert "/routes/0/windows" in refused.content.decode()
    right = api_calls.contact(routes=[route])
    assert world.api("caseworker").post(address, right, format="json", headers={"If-Match": "*"}).status_code == 200
    seen = world.api("caseworker").get(f"/api/v1/cases/{draft.case.reference}/").json()["sections"]["contact"]
    assert {name: seen["routes"][0][name] for name in WHOLE} == WHOLE | {"never_times": "mon-sun 17:00-24:00"}


def test_a_word_on_its_safety_holds_for_four_weeks_and_for_two_at_high_risk(world, case):
    route = logged(world)
    assert route.expires_at == route.confirmed_at + timedelta(days=28)
    commands.judge_risk(actor=world.caseworker, case=route.case, level="medium", why="x", now=at())
    route.refresh_from_db()
    assert route.expires_at == route.confirmed_at + timedelta(days=28)
    commands.judge_risk(actor=world.caseworker, case=route.case, level="high", why="x", now=at())
    route.refresh_from_db()
    assert route.expires_at == route.confirmed_at + timedelta(days=14)
    contact = commands.start_contact(actor=world.caseworker, case=route.case, now=at())
    said = factories.report(routes=(RouteReport(RouteKind.EMAIL, "a@b.example", Safety.SAFE),), address=None)
    commands.log_contact(actor=world.caseworker, contact=contact, report=said, now=at())
    other = route.case.routes.get(kind="email")
    assert other.expires_at == other.confirmed_at + timedelta(days=14)


@pytest.mark.parametrize(("hours", "holds"), [(5, 5), (24 * 90, 24 * 28)])
def test_it_may_hold_for_less_and_never_for_longer(world, hours, holds):
    route = logged(world, expires_at=at(hours))
    assert abs(route.expires_at - at(holds)) < timedelta(minutes=1)


@pytest.mark.parametrize(
    "wrong",
    [{"windows": "in the evening"}, {"never_times": "9-10"}, {"expires_at": at(-1)}, {"kind": RouteKind.LETTER}],
    ids=["no times", "no days", "over already", "a letter to an address here"],
)
def test_what_cannot_be_is_refused(world, wrong):
    with pytest.raises(ValidationError):
        logged(world, **wrong)
    assert not ContactRoute.objects.exists()


@pytest.mark.parametrize("safety", [Safety.UNSAFE, Safety.UNKNOWN])
def test_what_is_not_safe_has_no_time_for_which_it_is(world, safety):
    assert logged(world, safety=safety).expires_at is None
