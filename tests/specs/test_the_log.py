"""The log: nothing happens unseen, and what was written stays as it was written, ids and codes only."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Partnership
from audit.log import AuditMissing, Door, NotACode, command, make_partitions, record, record_many, through
from audit.models import AuditEvent, Outcome
from casework.queries import read_case
from tests.conftest import events
from tests.factories import TOKENS

APPEND_ONLY = "the log is append-only"
THIS_MONTH = datetime.now(UTC).strftime("audit_event_%Y_%m")


@pytest.fixture
def event(world):
    record(actor=world.caseworker, action="test.act", subject=world.caseworker)
    return AuditEvent.objects.get(action="test.act")


def run(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def insert(**chosen):
    values = {
        "id": uuid4(),
        "action": "test.forged",
        "outcome": "allowed",
        "reason": "",
        "purpose": "",
        "subject_type": "",
        "categories": [],
        "shown_ids": [],
        "is_deliberate": True,
        "detail": "{}",
        "door": "command",
    } | chosen
    return run(
        f"INSERT INTO audit_event ({', '.join(values)}) VALUES ({', '.join(['%s'] * len(values))})",  # noqa: S608
        *values.values(),
    )


@pytest.mark.parametrize("table", ["audit_event", THIS_MONTH])
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET actor_id = NULL", "UPDATE {} SET at = at - interval '1 day'", "DELETE FROM {}"]
)
def test_no_event_is_changed_or_removed_also_not_in_its_partition(event, table, statement):
    with pytest.raises(DatabaseError, match=APPEND_ONLY), transaction.atomic():
        run(statement.format(table) + " WHERE id = %s", event.pk)
    assert AuditEvent.objects.get(pk=event.pk).actor_id == event.actor_id


def test_nor_through_the_model(event):
    with pytest.raises(DatabaseError, match=APPEND_ONLY), transaction.atomic():
        AuditEvent.objects.filter(pk=event.pk).update(actor_id=None)
    with pytest.raises(DatabaseError, match=APPEND_ONLY), transaction.atomic():
        event.delete()
    assert AuditEvent.objects.filter(pk=event.pk).exists()


def test_the_insert_that_the_next_tests_spoil_is_a_good_one(db):
    assert insert() == 1


@pytest.mark.parametrize(
    "chosen",
    [
        {"at": datetime.now(UTC) - timedelta(minutes=5)},
        {"at": datetime.now(UTC) + timedelta(days=40)},
        {"xid": "1"},
        {"db_user": "somebody_else"},
        {"acting_for_id": 7},
    ],
)
def test_nobody_chooses_when_in_which_transaction_or_by_which_user_it_was_written(db, chosen):
    with pytest.raises(DatabaseError, match="are set by the database"), transaction.atomic():
        insert(**chosen)
    assert events("test.forged") == []


@pytest.mark.parametrize("spoilt", [{"outcome": "fine"}, {"action": ""}])
def test_an_event_has_an_action_and_a_known_outcome(db, spoilt):
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(**spoilt)


def test_every_outcome_that_the_code_knows_the_database_knows(world):
    for outcome in Outcome:
        record(actor=world.caseworker, action="test.act", outcome=outcome)
    assert {event.outcome for event in events("test.act")} == set(Outcome.values)


def test_the_database_says_when_and_in_which_transaction(event):
    (row,) = run("SELECT at = now(), xid = pg_current_xact_id(), db_user FROM audit_event WHERE id = %s", event.pk)
    assert row == (True, True, run("SELECT session_user")[0][0])


def test_an_event_says_who_for_which_agency_about_what(world, case):
    record(actor=world.caseworker, action="test.act", subject=case.contacts.get(), purpose="casework", count=3)
    (event,) = events("test.act")
    assert (event.actor_id, event.agency_id) == (world.caseworker.pk, world.agencies["front_door"].pk)
    assert (event.subject_type, event.subject_id, event.case_id) == ("contact", case.contacts.get().pk, case.pk)
    assert (event.purpose, event.outcome, event.detail) == ("casework", "allowed", {"count": 3})


def test_it_says_by_which_door_and_in_which_request(world):
    request = UUID(int=7)
    with through(Door("api", request)):
        record(actor=world.caseworker, action="test.act")
    record(actor=world.caseworker, action="test.after")
    assert [(e.door, e.request_id) for e in events("test.act")] == [("api", request)]
    assert [(e.door, e.request_id) for e in events("test.after")] == [("command", None)]


WORDS = [TOKENS.said, TOKENS.name, "Qandeel", TOKENS.route, "+442079460123", "02079460123", "a@b.test", "ZZ9 7XQ"]


@pytest.mark.parametrize("value", [*WORDS, 1.5, b"bytes", {"name": "x"}, ["fine", "Not fine"], object(), "x" * 61])
def test_a_sentence_a_name_a_number_to_ring_or_anything_but_a_code_is_refused(db, value):
    with pytest.raises(NotACode):
        record(actor=None, action="test.act", told=value)
    assert events("test.act") == []


@pytest.mark.parametrize("where", ["action", "reason", "purpose", "categories"])
@pytest.mark.parametrize("value", WORDS)
def test_wherever_it_is_put(db, where, value):
    given_ = {"action": "test.act"} | {where: [value] if where == "categories" else value}
    before = AuditEvent.objects.count()
    with pytest.raises(NotACode) as refusal:
        record(actor=None, **given_)
    assert AuditEvent.objects.count() == before
    assert value not in str(refusal.value)


@given(value=st.text(min_size=1).filter(lambda text: any(c.isspace() or c.isupper() or ord(c) > 127 for c in text)))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_that_somebody_typed_with_a_space_a_capital_or_an_accent_gets_in(db, value):
    with pytest.raises(NotACode):
        record(actor=None, action="test.act", told=value)


@pytest.mark.parametrize("value", [None, "", True, 7, "no_capacity", "6-e".replace("6", "six"), ["identity", 3]])
def test_codes_ids_and_numbers_get_in(db, value):
    record(actor=None, action="test.act", told=value)
    assert [event.detail for event in events("test.act")] == [{"told": value}]


def test_nothing_of_a_whole_case_stands_in_the_log(world, accepted):
    read_case(actor=world.partner, reference=accepted.case.reference, purpose="casework")
    log = run("SELECT string_agg(audit_event::text, ' ') FROM audit_event")[0][0]
    assert log.count("casework.view_case") == 1
    assert not [token for token in vars(TOKENS).values() if token.lower() in log.lower()]


@command
def say_nothing(*, actor):
    return Partnership.objects.create(name="Unrecorded")


@command
def say_something(*, actor):
    record(actor=actor, action="test.act")
    return Partnership.objects.create(name="Recorded")


@command
def leave_it_to_another(*, actor):
    say_something(actor=actor)
    Partnership.objects.create(name="Unrecorded")


@command
def record_about_nothing(*, actor):
    Partnership.objects.create(name="Unrecorded")
    record_many(actor=actor, action="test.act", subjects=[])


@command
def break_down(*, actor):
    say_something(actor=actor)
    record(actor=actor, action="test.act")
    raise ZeroDivisionError


@command
def outlive_a_broken_one(*, actor):
    try:
        break_down(actor=actor)
    except ZeroDivisionError:
        record(actor=actor, action="test.after")


def made():
    return set(Partnership.objects.filter(name__endswith="ecorded").values_list("name", flat=True))


@pytest.mark.parametrize("act", [say_nothing, leave_it_to_another, record_about_nothing])
def test_a_command_that_does_not_itself_record_is_undone(world, act):
    with pytest.raises(AuditMissing):
        act(actor=world.caseworker)
    assert (made(), events("test.act")) == (set(), [])


def test_a_command_that_records_stands_with_its_event(world):
    say_something(actor=world.caseworker)
    assert made() == {"Recorded"}
    assert [event.actor_id for event in events("test.act")] == [world.caseworker.pk]


def test_a_command_that_breaks_down_leaves_neither_change_nor_event(world):
    with pytest.raises(ZeroDivisionError):
        break_down(actor=world.caseworker)
    assert (made(), events("test.act")) == (set(), [])


def test_a_broken_command_inside_another_takes_its_events_with_it(world):
    outlive_a_broken_one(actor=world.caseworker)
    assert (made(), events("test.act"), len(events("test.after"))) == (set(), [], 1)


def partitions():
    children = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'audit_event'::regclass ORDER BY 1"
    return [name for (name,) in run(children)]


def test_there_are_partitions_for_this_month_and_thirteen_ahead(db):
    assert partitions()[0] == THIS_MONTH
    assert len(partitions()) == 14


def test_making_them_again_changes_nothing(db):
    before = partitions()
    make_partitions()
    make_partitions()
    assert partitions() == before


def test_a_missing_one_is_made_again(db):
    last = partitions()[-1]
    run(f"DROP TABLE {last}")
    make_partitions()
    assert last in partitions()


def test_a_new_partition_is_append_only_from_the_start(db):
    triggers = run("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass ORDER BY 1", partitions()[-1])
    kept = ["attempt_is_marked", "audit_append_only", "audit_never_emptied", "audit_stamped"]
    assert [name for (name,) in triggers] == kept


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["audit_event", f"audit_event_{datetime.now(UTC):%Y_%m}"])
def test_nobody_empties_it_not_even_a_month_of_it(table):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table}")
