"""Public references: they can be read out over the telephone, they notice a slip, and they count nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.models import new_reference, read_reference
from casework.models.references import LENGTH, SIGNS
from tests import factories

PLACES = st.integers(0, LENGTH)
REFERENCES = st.builds(new_reference)


def signs_of(reference):
    return reference.replace("-", "")


@given(REFERENCES)
def test_one_is_read_back_as_it_is_written(reference):
    assert read_reference(reference) == reference


@given(REFERENCES, st.lists(PLACES, max_size=4), st.sampled_from([" ", "-", "  "]))
def test_case_spaces_and_hyphens_do_not_matter(reference, places, gap):
    typed = signs_of(reference).lower()
    for place in places:
        typed = typed[:place] + gap + typed[place:]
    assert read_reference(typed) == reference


@given(REFERENCES)
def test_a_letter_o_is_understood_as_nought(reference):
    assert read_reference(reference.replace("0", "o")) == reference


@given(REFERENCES, PLACES, st.sampled_from(SIGNS))
def test_any_single_wrong_sign_is_noticed(reference, place, sign):
    signs = signs_of(reference)
    wrong = signs[:place] + sign + signs[place + 1 :]
    assert read_reference(wrong) == (reference if wrong == signs else None)


@given(REFERENCES, PLACES, PLACES)
def test_any_swap_of_two_signs_is_noticed(reference, one, other):
    signs = list(signs_of(reference))
    signs[one], signs[other] = signs[other], signs[one]
    swapped = "".join(signs)
    assert read_reference(swapped) == (reference if swapped == signs_of(reference) else None)


@given(REFERENCES, PLACES)
def test_a_sign_too_few_or_too_many_is_noticed(reference, place):
    signs = signs_of(reference)
    assert read_reference(signs[:place] + signs[place + 1 :]) is None
    assert read_reference(signs[:place] + "2" + signs[place:]) is None


@given(st.text(max_size=20))
def test_whatever_is_typed_is_a_reference_in_its_one_written_form_or_none(text):
    read = read_reference(text)
    assert read is None or read_reference(read) == read


@pytest.mark.parametrize("sign", ["A", "E", "I", "L", "O", "U", "1"])
def test_no_sign_can_be_misheard_or_spell_a_word(sign):
    assert sign not in SIGNS


def test_every_sign_may_stand_at_every_place():
    many = [signs_of(new_reference()) for _ in range(2000)]
    assert [set(column) for column in zip(*many, strict=True)] == [set(SIGNS)] * (LENGTH + 1)


def test_none_is_given_twice_and_their_order_tells_nothing():
    many = [new_reference() for _ in range(1000)]
    assert len(set(many)) == 1000
    assert many not in (sorted(many), sorted(many, reverse=True))


def test_contacts_cases_and_referrals_each_have_one_of_their_own(world, sent):
    contact = sent.case.contacts.get()
    references = {contact.reference, sent.case.reference, sent.reference}
    assert len(references) == 3
    assert {read_reference(reference) for reference in references} == references


def test_those_of_two_cases_in_a_row_have_nothing_in_common(world):
    one, other = (signs_of(factories.draft(world.caseworker).case.reference) for _ in range(2))
    assert sum(a == b for a, b in zip(one, other, strict=True)) < 8
