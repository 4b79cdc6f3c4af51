"""Addresses, safe routes, agreed words and drafts stand in the database encrypted, each for its one place."""

import io

import pytest
from django.core.management.base import CommandError
from django.db import IntegrityError, connection, transaction
from django.test import override_settings

from accounts import vault
from audit.models import AuditEvent, Outcome
from casework.matching import Fact
from casework.models import Address, Case, CaseKey, Contact, ContactRoute, mark_of_telephone
from casework.plans import RouteReport
from casework.queries import Probe, find_person
from config.lock.roles import JOBS
from tests import factories
from tests.as_the_web import manage
from tests.conftest import events
from tests.factories import TOKENS

SECRET = (TOKENS.lines, TOKENS.postcode, TOKENS.route, TOKENS.when_safe, TOKENS.note, "+442079460123", "Marmalade")
ONE, TWO, INDEX = (vault.new_key() for _ in range(3))


def keys(*versions: str) -> override_settings:
    given = {"1": ONE, "2": TWO, "index": INDEX}
    text = "\n".join(f"{name}:{given[name]}" for name in (*versions, "index"))
    return override_settings(VAULT_KEYS=lambda: text)


@pytest.fixture
def whole(world) -> Case:
    """A case in which every one of these fields holds something, and a draft that holds them all."""
    route = RouteReport("phone", TOKENS.route, "safe", TOKENS.when_safe, TOKENS.note, code_word="Marmalade")
    case = factories.opened(world.caseworker, routes=(route,))
    draft = {"address_lines": TOKENS.lines, "postcode": TOKENS.postcode, "route_value": TOKENS.route}
    factories.saved(world.caseworker, factories.draft(world.caseworker), draft)
    return case


def everything_in_the_database() -> str:
    """All rows of all tables as text, as a dump of them has it; what is bytes also read as text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(relname) FROM pg_class"
            " WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        )
        tables = [name for (name,) in cursor.fetchall()]
        dumped = []
        for table in tables:
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t")  # noqa: S608 - a name from the catalogue
            dumped.append(cursor.fetchone()[0] or "")
    return " ".join(dumped)


def test_nothing_of_them_stands_in_clear_in_a_dump(whole):
    dump = everything_in_the_database()
    assert TOKENS.name in dump  # it is a dump of this case
    for value in SECRET:
        assert [value, value in dump, value.encode().hex() in dump] == [value, False, False]


def test_they_read_as_they_were_said(whole):
    route, address = whole.routes.get(), whole.addresses.get()
    assert [route.value, route.e164, route.when_safe, route.note, route.code_word] == [
        TOKENS.route,
        "+442079460123",
        TOKENS.when_safe,
        TOKENS.note,
        "Marmalade",
    ]
    assert [address.lines, address.postcode, address.organisation] == [TOKENS.lines, TOKENS.postcode, ""]
    assert Contact.objects.get(status="draft").draft["postcode"] == TOKENS.postcode


def test_a_telephone_number_is_found_by_its_mark_and_by_no_query_of_its_text(world, whole):
    found = find_person(actor=world.caseworker, probe=Probe(telephone="+44 20 7946 0123"))
    assert [[reason.fact for reason in match.reasons] for match in found] == [[Fact.TELEPHONE]]
    assert bytes(whole.routes.get().mark) == mark_of_telephone("+442079460123")
    with pytest.raises(TypeError):
        ContactRoute.objects.filter(e164="+442079460123").exists()


def raw(table: str, column: str, pk: int) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} WHERE id = %s", [pk])  # noqa: S608 - our own names
        return bytes(cursor.fetchone()[0])


def put(table: str, column: str, pk: int, value: bytes) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [value, pk])  # noqa: S608 - our own names


def changed(sealed: bytes, at: int) -> bytes:
    return sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]


@pytest.mark.parametrize("at", [1, 13, -1], ids=["nonce", "text", "tag"])
def test_a_ciphertext_that_was_changed_does_not_open(whole, at):
    address = whole.addresses.get()
    put("casework_address", "lines", address.pk, changed(raw("casework_address", "lines", address.pk), at))
    with pytest.raises(vault.NotGenuine):
        _ = Address.objects.get(pk=address.pk).lines


def test_a_ciphertext_that_was_moved_does_not_open(world, whole):
    other, route = factories.opened(world.caseworker), whole.routes.get()
    second = ContactRoute.objects.create(case=whole, party=route.party, kind="email", value="a@b.example")
    places = {
        "another case": ("casework_contactroute", "value", other.routes.get().pk),
        "another row": ("casework_contactroute", "value", second.pk),
        "another field": ("casework_contactroute", "note", route.pk),
    }
    sealed = raw("casework_contactroute", "value", route.pk)
    for table, column, pk in places.values():
        put(table, column, pk, sealed)
        with pytest.raises(vault.NotGenuine):
            getattr(ContactRoute.objects.get(pk=pk), column)


def test_a_key_that_was_moved_or_changed_does_not_open(world, whole):
    other = factories.opened(world.caseworker)
    for wrapped in (bytes(other.key.wrapped), changed(bytes(whole.key.wrapped), 20)):
        CaseKey.objects.filter(case=whole).update(wrapped=wrapped)
        with pytest.raises(vault.NotGenuine):
            _ = Address.objects.get(case=whole).lines


def test_the_database_takes_no_clear_text_in_their_place(whole):
    address = whole.addresses.get()
    for wrong in (
        TOKENS.lines.encode(),
        b"\x01" + b"short",
        b"\x02" + raw("casework_address", "lines", address.pk)[1:],
    ):
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            put("casework_address", "lines", address.pk, wrong)
        assert refused.value.__cause__.diag.constraint_name == "address_is_sealed_where_it_locates"


def spoilt(case: Case) -> None:
    route = case.routes.get()
    put(
        "casework_contactroute", "when_safe", route.pk, changed(raw("casework_contactroute", "when_safe", route.pk), -1)
    )


def without_key(case: Case) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM casework_casekey WHERE case_id = %s", [case.pk])


@pytest.mark.parametrize(("spoil", "reason"), [(spoilt, "not_genuine"), (without_key, "key_missing")])
@pytest.mark.parametrize("way", ["page", "api"])
def test_what_cannot_be_opened_is_answered_plainly_and_recorded(world, whole, caplog, way, spoil, reason):
    spoil(whole)
    prefix = "/api/v1" if way == "api" else ""
    answer = getattr(world, way)("caseworker").get(f"{prefix}/cases/{whole.reference}/")
    assert answer.status_code == 503
    assert answer["Content-Type"].partition(";")[0] == ("application/problem+json" if way == "api" else "text/html")
    assert "cannot be opened" in answer.text
    said = answer.text + caplog.text
    assert not [value for value in (*SECRET, TOKENS.name, ONE) if value in said]
    event = events("casework.view_case", outcome=Outcome.FAILED)[-1]
    assert (event.case_id, event.reason, event.actor_id) == (whole.pk, reason, world.caseworker.pk)
    assert not events("casework.view_case", outcome=Outcome.ALLOWED, case_id=whole.pk)  # nothing was shown


def test_a_list_opens_no_key_and_a_case_opens_its_own_once(world, whole, django_assert_num_queries):
    asked = []

    def watch(execute, sql, params, many, context):
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        world.page("caseworker").get("/cases/")
        assert [sql for sql in asked if "casework_casekey" in sql] == []
        world.page("caseworker").get(f"/cases/{whole.reference}/")
    assert len([sql for sql in asked if "casework_casekey" in sql]) == 1


def rotated(*arguments: str) -> str:
    out = io.StringIO()
    manage("rotate_keys", *arguments, role=JOBS, stdout=out)
    return out.getvalue()


def test_keys_are_wrapped_anew_in_batches_while_old_and_new_both_open(world):
    with keys("1"):
        cases = [factories.opened(world.caseworker) for _ in range(3)]
    with keys("2", "1"):
        assert Address.objects.get(case=cases[0]).lines == TOKENS.lines
        cases.append(factories.opened(world.caseworker))
        said = rotated("--batch", "2")
        assert "Wrapped by version 2: 2 of 3" in said
        assert "Version 2: 4 keys (current)" in said
        assert "Version 1: 0 keys: no longer used" in said
        assert "Wrapped" not in rotated()
    with keys("2"):
        assert {Address.objects.get(case=case).lines for case in cases} == {TOKENS.lines}
    wrapped = AuditEvent.objects.filter(action="casework.rewrap_keys", subject_type="casekey")
    assert {event.case_id for event in wrapped} == {case.pk for case in cases[:3]}


def test_a_rotation_that_was_stopped_goes_on_where_it_was(world):
    with keys("1"):
        for _ in range(2):
            factories.draft(world.caseworker)
        first = CaseKey.objects.earliest("pk")
    with keys("2", "1"):
        CaseKey.objects.filter(pk=first.pk).update(wrapped=b"\x01" + b"x" * 60)
        with pytest.raises(CommandError, match="NotGenuine"):
            rotated("--batch", "1")
        CaseKey.objects.filter(pk=first.pk).update(wrapped=bytes(first.wrapped))
        assert "Version 2: 2 keys (current)" in rotated()


def test_a_version_that_is_not_given_any_more_is_named(world):
    with keys("1"):
        factories.draft(world.caseworker)
    with keys("2"), pytest.raises(CommandError, match="Not among the keys given: version 1"):
        rotated()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "at least one version"),
        (f"1:{ONE}", "a key named index"),
        (f"index:{INDEX}", "at least one version"),
        (f"1:c2hvcnQ=,index:{INDEX}", "The key named 1 is not 32 bytes"),
        (f"1:{ONE[:-2]},index:{INDEX}", "The key named 1 is not 32 bytes"),
        (f"1:{ONE},1:{TWO},index:{INDEX}", "stands there twice"),
        (f"1:{ONE},2:{ONE},index:{INDEX}", "under two names"),
        (f"{ONE},index:{INDEX}", "no name"),
    ],
    ids=["none", "no index", "no version", "too short", "not whole", "twice", "under two names", "no name"],
)
def test_keys_that_are_none_are_refused_without_repeating_them(text, says):
    with pytest.raises(vault.KeysUnusable, match=says) as refused:
        vault.read_keys(text)
    assert ONE not in str(refused.value)
