"""Hostile input: whatever is sent is either understood in one way only, or refused; never a fault, never an echo."""

import io
import json
import unicodedata
from itertools import product
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.core.exceptions import BadRequest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.exceptions import ParseError

from accounts.parsers import DEEPEST, MOST_BYTES, StrictJSONParser, plain_fields, read_json
from audit.models import AuditEvent
from casework.models import Contact
from tests import factories
from tests.answers import let_in
from tests.api_calls import CALLS
from tests.bodies import contact
from tests.doors import doors
from tests.factories import TOKENS
from tests.forms import hidden
from tests.ids import Ids
from tests.sample import some
from tests.world import World

PROBLEM = "application/problem+json"
NAME = TOKENS.name
SENT = json.dumps(NAME)


def nested(levels: int) -> str:
    return '{"a":' * levels + "1" + "}" * levels


HOSTILE = {
    "a field twice": f'{{"case": {SENT}, "case": "x"}}',
    "a field twice, deep inside": f'{{"victim": [{{"name": {SENT}, "name": 1}}]}}',
    "a field twice, written in two ways": f'{{"e\u0301": {SENT}, "\u00e9": 1}}',
    "no number": f'{{"case": {SENT}, "n": NaN}}',
    "infinity": f'{{"case": {SENT}, "n": Infinity}}',
    "minus infinity": f'{{"case": {SENT}, "n": -Infinity}}',
    "a number that becomes infinity": f'{{"case": {SENT}, "n": 1e999}}',
    "a whole number of 65 bits": f'{{"case": {SENT}, "n": {2**63}}}',
    "a negative one": f'{{"case": {SENT}, "n": {-(2**63) - 1}}}',
    "a number of 200,000 signs": f'{{"case": {SENT}, "n": {"9" * 200_000}}}',
    "a NUL, escaped": f'{{"case": {SENT}, "n": "a\\u0000"}}',
    "a NUL in a name": f'{{"case": {SENT}, "a\\u0000": 1}}',
    "half a pair": f'{{"case": {SENT}, "n": "\\ud800"}}',
    "half a pair in a name": f'{{"case": {SENT}, "\\udfff": 1}}',
    "11 levels": nested(11).replace("1", SENT),
    "11 levels of lists": "[" * 11 + SENT + "]" * 11,
    "100,000 levels": "[" * 100_000,
    "100,000 levels that end": nested(40_000),
    "two values": f"{{}} {SENT}",
    "cut off": f'{{"case": {SENT}',
    "a comment": f'{{"case": {SENT}}} // x',
    "a mark of byte order": f'\ufeff{{"case": {SENT}}}',
    "nothing but a space": " ",
    "more than 256 kB": f'{{"case": "{NAME * 30_000}"}}',
}
BYTES = {name: text.encode() for name, text in HOSTILE.items()} | {
    "Latin-1": f'{{"case": "{NAME}\u00e9"}}'.encode("latin-1"),
    "UTF-16": f'{{"case": {SENT}}}'.encode("utf-16"),
    "too long a form of a sign": b'{"case": "\xc0\x80"}',
    "half a pair in UTF-8": b'{"case": "\xed\xa0\x80"}',
}
hostile = pytest.mark.parametrize("body", BYTES.values(), ids=BYTES.keys())


# --- what the parser makes of a body


@hostile
def test_a_hostile_body_is_refused_with_what_to_do_and_without_an_echo(body: bytes):
    with pytest.raises(ParseError) as refused:
        StrictJSONParser().parse(io.BytesIO(body))
    said = str(refused.value.detail)
    assert said.endswith(".")
    assert NAME not in said + repr(refused.value.__cause__)


SAYS = {
    "a field twice": "Name each field of an object once.",
    "no number": "NaN and Infinity are no numbers in JSON. Send a number, or null.",
    "a number that becomes infinity": "A number is too large.",
    "a whole number of 65 bits": "Send whole numbers of at most 64 bits.",
    "a number of 200,000 signs": "Send whole numbers of at most 64 bits.",
    "a NUL, escaped": "Leave out the letter with the number 0: it cannot be kept.",
    "half a pair": "Send whole letters: one is only half of a pair.",
    "11 levels": "Nest objects and lists at most 10 deep.",
    "100,000 levels": "Nest objects and lists at most 10 deep.",
    "cut off": "Send one JSON value, written as RFC 8259 says.",
    "more than 256 kB": "Send at most 256 kB.",
    "Latin-1": "Send the body in UTF-8.",
}


@pytest.mark.parametrize(("name", "says"), SAYS.items(), ids=SAYS)
def test_each_kind_of_refusal_says_what_to_do_about_it(name: str, says: str):
    with pytest.raises(ParseError) as refused:
        StrictJSONParser().parse(io.BytesIO(BYTES[name]))
    assert str(refused.value.detail) == says


LETTERS = st.characters(codec="utf-8", exclude_characters="\0")
SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
)
JSON = st.recursive(
    SCALARS | st.text(LETTERS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(LETTERS, max_size=5), inner, max_size=4),
    max_leaves=15,
)


def depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(depth, inner), default=0)


def composed(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {composed(name): composed(each) for name, each in value.items()}
    return [composed(each) for each in value] if isinstance(value, list) else value


def names_stay_apart(value: Any) -> bool:
    if isinstance(value, dict):
        return len({composed(n) for n in value}) == len(value) and all(map(names_stay_apart, value.values()))
    return all(map(names_stay_apart, value)) if isinstance(value, list) else True


@settings(deadline=None, max_examples=400)
@given(value=JSON, ascii_only=st.booleans(), form=st.sampled_from(["NFC", "NFD"]))
def test_every_plain_value_is_read_as_it_was_meant_however_it_was_written(value, ascii_only, form):
    written = unicodedata.normalize(form, json.dumps(value, ensure_ascii=ascii_only))
    if depth(value) <= DEEPEST and names_stay_apart(value):
        assert read_json(written.encode()) == composed(value)
    else:
        with pytest.raises(ParseError):
            read_json(written.encode())


@settings(deadline=None, max_examples=1000)
@given(
    body=st.binary(max_size=60)
    | st.text('[]{}",:\\ud80019eE+-.NaInfitytrul\0 ', max_size=60).map(lambda text: text.encode(errors="replace"))
)
def test_no_bytes_do_anything_but_be_understood_or_refused(body):
    try:
        value = read_json(body)
    except ParseError:
        return
    assert value == json.loads(body) or value == composed(json.loads(body))
    assert "\0" not in json.dumps(value, ensure_ascii=False, allow_nan=False).encode().decode()


@pytest.mark.parametrize("body", [nested(DEEPEST), str(2**63 - 1), str(-(2**63)), '"\\ud83d\\ude00"', '{"a": 1e308}'])
def test_what_is_just_within_bounds_is_read(body):
    assert read_json(body.encode()) == json.loads(body)


def test_a_body_of_256_kb_is_read_and_one_byte_more_is_not():
    fits = b'"' + b"a" * (MOST_BYTES - 2) + b'"'
    assert len(StrictJSONParser().parse(io.BytesIO(fits))) == MOST_BYTES - 2
    with pytest.raises(ParseError, match="256 kB"):
        StrictJSONParser().parse(io.BytesIO(fits + b" "))


class Endless(io.RawIOBase):
    """A body without an end and without a length; it counts what was read of it."""

    taken = 0

    def read(self, size: int = -1) -> bytes:
        assert size >= 0, "somebody wants to read all of it"
        self.taken += size
        return b" " * size


def test_of_a_body_without_an_end_no_more_is_read_than_may_be_sent():
    stream = Endless()
    with pytest.raises(ParseError, match="256 kB"):
        StrictJSONParser().parse(stream)
    assert stream.taken == MOST_BYTES + 1


# --- what the API answers


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "key"}], ids=["without a key", "with a key"])
def test_the_api_answers_a_hostile_body_with_a_problem_and_does_nothing(world: World, key):
    client, before = world.api("caseworker"), AuditEvent.objects.count()
    for name, body in BYTES.items():
        answer = client.post("/api/v1/contacts/", body, content_type="application/json", headers=key)
        assert (name, answer.status_code, answer.headers["Content-Type"]) == (name, 400, PROBLEM)
        assert [error["pointer"] for error in answer.json()["errors"]] == ["#"]
        assert NAME not in answer.text
    assert (Contact.objects.count(), AuditEvent.objects.count()) == (0, before)


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "key"}], ids=["without a key", "with a key"])
def test_of_a_body_that_is_too_large_the_api_reads_no_more_than_may_be_sent(world: World, key):
    body = {"wsgi.input": Endless(), "CONTENT_LENGTH": "900000"}
    answer = world.api("caseworker").post("/api/v1/contacts/", {}, format="json", headers=key, **body)
    assert (answer.status_code, answer.json()["code"]) == (400, "too_large")
    assert body["wsgi.input"].taken == MOST_BYTES + 1


def test_a_length_that_is_no_number_is_no_fault(world: World):
    lengths = {"headers": {"Idempotency-Key": "key"}, "CONTENT_LENGTH": "much"}
    assert world.api("caseworker").post("/api/v1/contacts/", {}, format="json", **lengths).status_code == 201


def test_no_endpoint_stumbles_over_a_hostile_body(world: World, ids: Ids):
    for turn, call in enumerate(call for call in CALLS if call.method != "get"):
        client = world.api(let_in(call.name, call.method))
        send, address = getattr(client, call.method), "/api/v1/" + call.path.format(**vars(ids))
        form = {"content_type": "application/json", "headers": {"If-Match": "*"}}
        answers = [send(address, body, **form) for body in some(list(BYTES.values()), turn=turn, of=len(BYTES) // 2)]
        assert {(call.name, answer.status_code) for answer in answers} == {(call.name, 400)}
        assert not [answer for answer in answers if NAME in answer.text]


SIGNS = st.text(st.characters(), max_size=40)
ANYTHING = st.none() | st.booleans() | st.integers() | SIGNS | st.lists(SIGNS, max_size=2) | st.just({NAME: NAME})


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(field=st.sampled_from(sorted(contact())), value=ANYTHING)
def test_anything_in_any_field_of_a_contact_is_taken_or_refused_and_never_a_fault(world: World, field, value):
    draft = factories.draft(world.caseworker)
    client = world.api("caseworker")
    body = json.dumps(contact() | {field: value})
    answer = client.post(f"/api/v1/contacts/{draft.reference}/log", body, content_type="application/json")
    assert answer.status_code in {200, 400}
    assert answer.status_code == 200 or NAME not in answer.text


def test_text_is_kept_in_one_form_whichever_way_it_was_sent(world: World, case):
    path = f"/api/v1/cases/{case.reference}/risk-levels"
    for form in ("NFC", "NFD"):
        said = {"level": "high", "why": unicodedata.normalize(form, "Zo\u00eb")}
        assert world.api("caseworker").post(path, said, format="json").json()["why"] == "Zo\u00eb"


# --- the pages


def test_no_page_stumbles_over_a_nul_in_any_field_or_query(world: World, accepted):
    contact = factories.draft(world.caseworker)
    step = accepted.case.steps.earliest("pk").public_id
    names = "case said name why party same_as asked after before reference login save next kind once step_due_day"
    typed = urlencode(dict.fromkeys(names.split(), f"{NAME}\0"))
    form = {"data": typed, "content_type": "application/x-www-form-urlencoded"}
    clients = [world.page(who) for who in ("caseworker", "partner", "supervisor", "anonymous")]
    pairs = list(product((accepted.case.reference, accepted.reference, contact.reference), clients))
    pages = [d for d in doors() if d.name != "account_logout" and not d.name.startswith("api_")]
    for turn, door in enumerate(pages):
        for reference, client in some(pairs, turn=turn, of=len(pairs)):
            address = door.address(reference=reference, public_id=step)
            answers = [client.get(f"{address}?{typed}"), client.post(address, **form)]
            assert {(door.name, a.status_code) for a in answers if a.status_code >= 500} == set()


@pytest.mark.parametrize("button", ["save", "log"])
def test_a_nul_in_a_form_is_refused_and_nothing_of_it_is_kept_or_repeated(world: World, button):
    draft = factories.draft(world.caseworker)
    form = {button: button, "said": f"{NAME}\0"}
    answer = world.page("caseworker").post(f"/contacts/{draft.reference}/", form)
    draft.refresh_from_db()
    assert (answer.status_code, draft.draft, NAME in answer.text) == (400, {}, False)


def test_a_nul_in_a_query_is_refused(world: World):
    answer = world.page("caseworker").get(f"/cases/?after={quote(chr(0))}")
    assert answer.status_code == 400


@settings(deadline=None)
@given(typed=st.dictionaries(SIGNS, st.lists(SIGNS, min_size=1, max_size=3), max_size=4))
def test_every_form_comes_out_in_one_form_of_letters_or_is_refused(typed):
    posted = QueryDict(mutable=True)
    for name, values in typed.items():
        posted.setlist(name, values)
    everything = "".join([*typed, *(value for values in typed.values() for value in values)])
    unkept = any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in everything)
    try:
        plain = plain_fields(posted)
    except BadRequest:
        assert unkept
        return
    assert not unkept
    came_out = sorted((name, value) for name, values in plain.lists() for value in values)
    assert came_out == sorted((composed(name), composed(value)) for name, values in typed.items() for value in values)


def test_what_is_typed_on_a_page_is_kept_in_one_form_too(world: World, case):
    client, address = world.page("caseworker"), f"/cases/{case.reference}/risk/"
    form = hidden(client.get(address)) | {"level": "high", "why": unicodedata.normalize("NFD", "Zo\u00eb")}
    assert client.post(address, form).status_code == 302
    assert case.risk_levels.latest("pk").why == "Zo\u00eb"
