"""The owner of the database cannot undo what was sealed: what they try is refused or found. Only the tail is theirs.

The owner is who may lift triggers and drop tables. What no trigger refuses is tried here with all triggers off.
"""

import io

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from audit.seal import newest
from audit.verify import checker, look
from audit.verify_export import Bad, read_keys
from config.lock.roles import SEALER
from tests.as_the_web import become, manage
from tests.sealing import PLAIN, past_triggers, sealed, sql, write
from tests.tampering import KEY, OURS

KEYS = read_keys(OURS.verifiers())
MONTH = f"audit_event_{timezone.now():%Y_%m}"
FIRST = "'00000000-0000-0000-0000-000000000001'"


def inserted(**columns: str) -> str:
    values = PLAIN | columns
    return f"INSERT INTO audit_event ({', '.join(values)}) VALUES ({', '.join(values.values())})"  # noqa: S608


# What is tried; the words with which it is refused, if it is; and what is found where nothing refused it.
TRIED = {
    "change": ("UPDATE audit_event SET actor_id = 9 WHERE id = {second}", "append-only", "changed 2"),
    "change in its month": (f"UPDATE {MONTH} SET at = at - interval '1 hour'", "append-only", "changed 1"),  # noqa: S608
    "delete": ("DELETE FROM audit_event WHERE id = {second}", "append-only", "missing 2"),
    "insert": (inserted(xid="'{xid}'", db_user="'x'", id=FIRST), "set by the database", "added 1"),
    "back-date": (inserted(at="now() - interval '9 days'", id=FIRST), "set by the database", "added 1"),
    "choose a key": (inserted(id=FIRST), "", "added 1"),
    "choose one that is there": (inserted(id="{second}"), "duplicate key", ""),
    "truncate": ("TRUNCATE audit_event", "append-only", ""),
    "truncate the month": (f"TRUNCATE {MONTH}", "append-only", "truncated 1"),
    "drop the month": (f"DROP TABLE {MONTH}", "", "truncated 1"),
    "disable the trigger": ("ALTER TABLE audit_event DISABLE TRIGGER audit_append_only", "", "whole"),
    "make the trigger do nothing, and change": (
        "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
        "UPDATE audit_event SET actor_id = 9 WHERE id = {second}",
        "",
        "changed 2",
    ),
}


@pytest.fixture
def second(db: None) -> str:
    """Three events that nobody chose anything of, sealed; the second, as a value of SQL, and its transaction."""
    for _ in range(3):
        sql(inserted())
    (((xid),),) = sql("SELECT DISTINCT xid::text::bigint FROM audit_event")
    sealed(xid + 1)
    ids = sorted(str(own_id) for (own_id,) in sql("SELECT id FROM audit_event"))
    connection.check_constraints()
    return ids[1]


def act(what: str, second: str) -> None:
    (((xid),),) = sql("SELECT DISTINCT xid::text FROM audit_event")
    sql(TRIED[what][0].replace("{second}", f"'{second}'").replace("{xid}", xid))


def verdict() -> str:
    last = newest()
    try:
        with become(SEALER):
            look(checker(KEYS, {}, None, last.size), 0, last.size, lambda size: None)
    except Bad as found:
        return f"{found.kind} {found.event}"
    return "whole"


@pytest.mark.parametrize("what", [what for what, (_, refused, _) in TRIED.items() if refused])
def test_the_owner_is_refused_who_tries_to(second, what):
    with pytest.raises(DatabaseError, match=TRIED[what][1]), transaction.atomic():
        act(what, second)
    assert verdict() == "whole"


@pytest.mark.parametrize("what", [what for what, (_, _, found) in TRIED.items() if found])
def test_without_its_triggers_it_is_found_that_the_owner_did(second, what):
    if TRIED[what][1]:
        past_triggers("audit_event", MONTH)
    act(what, second)
    assert verdict() == TRIED[what][2]


def test_what_is_not_sealed_yet_is_theirs_and_how_much_that_is_is_said(second, settings, record_property):
    settings.AUDIT_KEY = lambda: KEY
    past_triggers()
    write(10**9, 10**9 + 1, at="clock_timestamp()")
    sql("UPDATE audit_event SET actor_id = 9 WHERE xid >= '1000000000'")
    out = io.StringIO()
    manage("verify_audit", role=SEALER, stdout=out)
    assert "Whole: 3 events" in out.getvalue()
    tail = out.getvalue().splitlines()[-1]
    assert tail.startswith("Not sealed yet: 2 events, written since ")
    record_property("figures", f"the owner of the database: {tail}")
    sealed(10**9 + 2)
    sql("UPDATE audit_event SET actor_id = 8 WHERE xid = '1000000000'")
    assert verdict() == "changed 4"
