"""What is written about a case is looked through before it is shared: nothing that it protects goes out in words."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.scan import measure
from benchmarks.scan_variants import VARIANTS, sentence, values
from casework.commands import decide_sharing
from casework.models import SharingDecision
from casework.scan import ADDRESS, NAME, POSTCODE, TELEPHONE, Protected, kinds_in, protected_values
from tests import factories
from tests.bodies import share
from tests.conftest import events
from tests.factories import TOKENS, at
from tests.forms import hidden
from tests.page_calls import sharing

EVERYDAY = (
    "please",
    "call",
    "her",
    "sister",
    "after",
    "two",
    "they",
    "wait",
    "at",
    "home",
    "on",
    "Tuesday",
    "for",
    "help",
)


@given(
    seed=st.integers(0, 2**32),
    kind=st.sampled_from(sorted(values(random.Random(0)))),
    how=st.sampled_from(sorted(VARIANTS)),
)
@settings(max_examples=60, deadline=None)
def test_a_protected_value_is_found_in_whatever_way_it_is_written(seed, kind, how):
    rng = random.Random(seed)
    value = values(rng)[kind]
    text = sentence(rng, VARIANTS[how](value, kind, rng))
    assert kind in kinds_in(text, [Protected(kind, value)])


@given(words=st.lists(st.sampled_from(EVERYDAY)))
@settings(max_examples=40, deadline=None)
def test_everyday_words_are_taken_for_nothing(words):
    rng = random.Random(7)
    protected = [Protected(kind, value) for kind, value in values(rng).items()]
    assert kinds_in(" ".join(words), protected) == []


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Ring 020 7946 0999 first.", [TELEPHONE]),
        ("Ring +44 20 7946 0999 first.", [TELEPHONE]),
        ("She is at IG1 1AA now.", [POSTCODE]),
        ("She is at i g 1\n1 a a now.", [POSTCODE]),
        ("Two children, 4 and 7, since 2019.", []),
        ("Case 12 of 30, within 24 hours.", []),
        ("They have £1,250 and 3 bags.", []),
    ],
)
def test_numbers_and_postcodes_of_nobody_in_the_case_are_found_by_their_look(text, kinds):
    assert kinds_in(text, []) == kinds


def test_a_name_that_is_an_everyday_word_counts_only_whole():
    may = [Protected(NAME, "May Long")]
    assert kinds_in("It may take long.", may) == []
    assert kinds_in("Ask for May Long.", may) == [NAME]


def test_nearly_all_is_recalled():
    found = measure(rounds=20, seed=3)
    assert found.pop("none") == {"plain": 0.0}
    recalled = [share for row in found.values() for share in row.values()]
    assert sum(recalled) / len(recalled) >= 0.98


def test_the_case_says_what_it_protects(case):
    assert {(each.kind, each.value) for each in protected_values(case)} == {
        (NAME, TOKENS.name),
        (NAME, TOKENS.alleged),
        (ADDRESS, TOKENS.lines),
        (POSTCODE, TOKENS.postcode),
        (TELEPHONE, TOKENS.route),
    }


def typed(world, case, **more):
    """What the page of sending answers to these words."""
    referral = factories.drafted(world.caseworker, case, world.services["harbour"])
    client, address = world.page("caseworker"), f"/referrals/{referral.reference}/send/"
    seen = hidden(client.get(address))
    return client.post(address, sharing(**more) | seen | {"send": "send"})


@pytest.mark.parametrize("field", ["asked", "necessity"])
def test_the_page_names_at_the_field_what_was_found_and_nothing_is_sent(world, case, field):
    page = typed(world, case, **{field: f"Go and see {TOKENS.name}."})
    assert page.status_code == 400
    assert "This holds a name from the case. Take it out, or say below why it must stay." in page.text
    assert not SharingDecision.objects.exists()


def test_who_says_why_it_must_stay_sends_it_and_that_is_recorded(world, case):
    page = typed(world, case, asked=f"Ask for {TOKENS.name}.", justification="The receptionist needs a name.")
    assert page.status_code == 302
    assert SharingDecision.objects.get().justification == "The receptionist needs a name."
    assert events("casework.decide_sharing")[0].detail["justified"] is True


def test_the_api_and_a_later_decision_are_looked_through_as_well(world, case):
    referral = factories.drafted(world.caseworker, case, world.services["harbour"])
    body = share(asked=f"Ring {TOKENS.route}.")
    answer = world.api("caseworker").post(f"/api/v1/referrals/{referral.reference}/send", body, format="json")
    assert answer.status_code == 400
    assert "asked" in str(answer.json())
    assert TOKENS.route not in answer.content.decode()
    plan = factories.share(world.services["harbour"], justification="She asked for it.", necessity=TOKENS.name)
    assert decide_sharing(actor=world.caseworker, case=case, plan=plan, now=at()).justification
