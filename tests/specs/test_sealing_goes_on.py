"""Sealing goes on: beside late commits, rollbacks and a second sealer, after a restore, and as programs do it."""

import io
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management.base import CommandError
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from accounts.authorization import Denied
from accounts.management.commands import export_audit
from accounts.roles import PERMISSIONS, Role
from audit import sealer, verify_export
from audit.management.commands import seal_audit
from audit.models import AuditEvent, Checkpoint
from audit.seal import AnotherSeals, NothingYet, WasRestored, newest, seal, seal_restored, unsealed_since
from audit.verify import checker, events, look
from audit.verify_export import Bad, read_keys
from config.lock.roles import OWNER, SEALER, WEB
from tests.architecture import second_lock
from tests.as_the_web import become, manage
from tests.conftest import at_once
from tests.conftest import events as recorded
from tests.logins import signed_in
from tests.sealing import PLAIN, past_triggers, sealed, sql, write
from tests.tampering import KEY, OURS

KEYS = read_keys(OURS.verifiers())
INSERT = f"INSERT INTO audit_event ({', '.join(PLAIN)}) VALUES ({', '.join(PLAIN.values())})"  # noqa: S608
for_real = pytest.mark.django_db(transaction=True)
PATIENCE_SECONDS = 180  # the horizon waits for transactions of the whole server, other tests' among them


def verify() -> int:
    """How many events are sealed and whole. Raises `Bad`."""
    last = newest()
    with become(SEALER):
        look(checker(KEYS, {}, None, last.size), 0, last.size, lambda size: None)
    return int(last.size)


def all_sealed(act: Callable[[], object]) -> None:
    """Ask again and again, until nothing waits."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while unsealed_since():
        assert time.monotonic() < deadline, "what was committed is not sealed"
        act()


@pytest.mark.usefixtures("for_real")
@for_real
def test_no_late_commit_slips_under_a_seal():
    """The later transaction is committed first. It waits for the earlier one, which may still be undone or not."""
    with signed_in(WEB) as early, signed_in(WEB) as undone, signed_in(WEB) as late:
        early.execute("BEGIN")
        early.execute(INSERT)
        undone.execute("BEGIN")
        undone.execute(INSERT)
        late.execute(INSERT)
        ((late_xid,),) = sql("SELECT max(xid::text::bigint) FROM audit_event")
        with become(SEALER):
            seal(OURS)
        assert not Checkpoint.objects.filter(high__gt=late_xid - 2).exists()
        undone.execute("ROLLBACK")
        early.execute("COMMIT")
    with become(SEALER):
        all_sealed(lambda: seal(OURS))
    assert verify() == AuditEvent.objects.count() == 2


WRITERS, TRANSACTIONS = 4, 12
A_SEALER, SECONDS_BETWEEN_KILLS = "a sealer", 0.02


def write_events(number: int) -> None:
    """Transactions that are held open for a while, by the server. Each fourth is undone."""
    with signed_in(WEB) as server:
        for turn in range(TRANSACTIONS):
            server.execute("BEGIN")
            for _ in range(1 + turn % 3):
                server.execute(INSERT)
            server.execute("SELECT pg_sleep(%s)", [0.004 * ((turn + number) % 3)])
            server.execute("ROLLBACK" if turn % 4 == 3 else "COMMIT")


def seal_until(done: threading.Event) -> None:
    """As a service that is started again whenever it is killed."""
    while not done.is_set():
        try:
            sql(f"SET ROLE {SEALER}; SET application_name = '{A_SEALER}'")  # of this thread's connection only
            while not done.is_set():
                with suppress(AnotherSeals):
                    seal(OURS, most=5)
        except (OperationalError, InterfaceError):
            connection.close()


def kill_until(done: threading.Event) -> int:
    """One sealer's connection after the other, wherever it is. Returns how many."""
    one = "SELECT pid FROM pg_stat_activity WHERE application_name = %s ORDER BY random() LIMIT 1"
    killed = 0
    sql("SET ROLE NONE")  # who signed in may end their own sessions, and no role that they take on may
    while not done.wait(SECONDS_BETWEEN_KILLS):
        killed += len(sql(f"SELECT pg_terminate_backend(pid) FROM ({one}) victim", A_SEALER))  # noqa: S608
    return killed


@pytest.mark.usefixtures("for_real")
@for_real
def test_with_two_sealers_that_are_killed_and_writers_that_hold_transactions_open_each_event_is_sealed_once():
    done = threading.Event()

    def write_all(wait: Callable[[], object]) -> None:
        wait()
        try:
            with ThreadPoolExecutor(WRITERS) as pool:
                list(pool.map(write_events, range(WRITERS)))
        finally:
            done.set()

    def seal_all(wait: Callable[[], object]) -> None:
        wait()
        seal_until(done)

    def kill_all(wait: Callable[[], object]) -> None:
        wait()
        killed.append(kill_until(done))

    killed: list[int] = []
    assert at_once(seal_all, seal_all, write_all, kill_all) == [None] * 4
    assert killed[0] > 0
    with become(SEALER):
        all_sealed(lambda: seal(OURS))
    count = AuditEvent.objects.count()
    assert verify() == count == WRITERS * sum(1 + turn % 3 for turn in range(TRANSACTIONS) if turn % 4 != 3)
    assert Counter(event.id for event in events(0, count)).most_common(1)[0][1] == 1


@pytest.mark.usefixtures("for_real")
@for_real
def test_one_that_cannot_have_the_lock_leaves_it_to_the_other():
    with signed_in(SEALER) as other:
        other.execute("BEGIN")
        other.execute("SELECT pg_advisory_xact_lock(hashtextextended('audit seal', 0))")
        with become(SEALER):
            with pytest.raises(AnotherSeals):
                seal(OURS)
            assert sealer.seal_all(OURS) == 0


# After a restore into a server that counts transactions from its own beginning.

OLD = 10**9  # no server of a test comes so far


@pytest.fixture
def restored(db: None) -> None:
    """The last server sealed two events, and left a third; in the new one two were written before anybody noticed."""
    past_triggers()
    sql("ALTER TABLE audit_checkpoint ENABLE TRIGGER USER")
    write(OLD, OLD + 1)
    sealed(OLD + 10)
    write(OLD + 11, 50, 51, at="clock_timestamp()")


def test_a_restored_log_is_not_sealed_as_if_nothing_had_happened(restored):
    with become(SEALER), pytest.raises(WasRestored):
        seal(OURS)


def test_it_goes_on_once_it_is_told_and_leaves_nothing_out(restored):
    with become(SEALER):
        seal_restored(OURS)
    assert verify() == 5
    write(newest().high, at="clock_timestamp()")
    sealed(newest().high + 5)
    assert verify() == 6
    with become(SEALER), pytest.raises(NothingYet):
        seal_restored(OURS)
    assert [c.note.count("restored") for c in Checkpoint.objects.order_by("size")] == [0, 0, 1, 1]


@pytest.mark.parametrize(
    ("xid", "at", "named"),
    [(OLD + 5, "now()", "added 3"), (OLD + 500, "now()", "added 4"), (40, "now()", "added 1"), (41, "", "added 4")],
)
def test_nothing_slips_under_the_seals_of_either_server(restored, xid, at, named):
    with become(SEALER):
        seal_restored(OURS)
    write(xid, at=at or "clock_timestamp()", id="'00000000-0000-0000-0000-000000000001'")
    with pytest.raises(Bad) as found:
        verify()
    assert f"{found.value.kind} {found.value.event}" == named


def test_while_nothing_new_is_there_to_go_on_with_nothing_is_kept(restored):
    sql("DELETE FROM audit_event WHERE xid < '100'")
    with become(SEALER), pytest.raises(NothingYet):
        seal_restored(OURS)
    assert newest().size == 2


# As programs.


@pytest.fixture
def program(db: None, settings, tmp_path: Path):
    """A key in a file and a witness's folder, and how the commands run."""
    settings.AUDIT_KEY, settings.AUDIT_WITNESSES = lambda: KEY, [str(tmp_path / "witness")]
    (tmp_path / "witness").mkdir()
    (tmp_path / "keys").write_text(OURS.verifiers())
    past_triggers()

    def run(command: str, *words: object, **options: object) -> str:
        out = io.StringIO()
        manage(command, *map(str, words), role=SEALER, stdout=out, **options)
        return out.getvalue()

    return run


def test_once_it_seals_and_tells_the_witness(program, tmp_path):
    write(101, 102)
    assert program("seal_audit") == "Sealed: 2 events.\n"
    assert program("seal_audit") == "Sealed: 0 events.\n"
    (file,) = (tmp_path / "witness").iterdir()
    assert file.read_text() == newest().note + "\n"


def test_a_witness_that_cannot_be_told_holds_nothing_up(program, tmp_path, settings):
    settings.AUDIT_WITNESSES = [str(tmp_path / "witness"), f"audit.witnesses.Folder:{tmp_path}/away"]
    settings.PRODUCTION = True
    write(101)
    with pytest.raises(CommandError, match="could not be told: 1"):
        program("seal_audit")
    assert newest().size == 1
    assert len(list((tmp_path / "witness").iterdir())) == 1


def test_a_contradicted_log_is_not_sealed(program, tmp_path):
    write(101, 102)
    program("seal_audit")
    sql("DELETE FROM audit_checkpoint")
    with pytest.raises(CommandError, match="A witness holds a checkpoint"):
        program("seal_audit")
    assert newest() is None


@pytest.mark.parametrize("missing", ["AUDIT_WITNESSES", "AUDIT_KEY"])
def test_in_production_it_needs_a_witness_and_a_key(program, settings, missing, tmp_path):
    settings.PRODUCTION = True
    setattr(settings, missing, [] if missing == "AUDIT_WITNESSES" else lambda: "no key")
    with pytest.raises(CommandError, match=r"AUDIT_WITNESSES|This is no key"):
        program("seal_audit")
    settings.AUDIT_KEY = lambda: (tmp_path / "away").read_text()
    with pytest.raises(CommandError):
        program("seal_audit")


def test_a_database_that_is_away_is_said_in_a_sentence(program, monkeypatch):
    def away(by: object) -> None:
        raise OperationalError

    monkeypatch.setattr(seal_audit, "go_round", away)
    with pytest.raises(CommandError, match="went away"):
        program("seal_audit", loop=True)


def test_in_a_loop_it_goes_round_until_it_is_told_to_stop(program, monkeypatch):
    turns: list[object] = []

    def turn(by: object) -> None:
        turns.append(by)
        if len(turns) == 3:
            seal_audit.signal.raise_signal(seal_audit.signal.SIGTERM)

    monkeypatch.setattr(seal_audit, "go_round", turn)
    before = [seal_audit.signal.getsignal(n) for n in (seal_audit.signal.SIGINT, seal_audit.signal.SIGTERM)]
    try:
        program("seal_audit", loop=True, every=0)
    finally:
        for number, handler in zip((seal_audit.signal.SIGINT, seal_audit.signal.SIGTERM), before, strict=True):
            seal_audit.signal.signal(number, handler)
    assert len(turns) == 3


def test_after_a_restore_it_says_so_in_the_log_and_goes_on(program, restored):
    with pytest.raises(CommandError, match="counts transactions"):
        program("seal_audit")
    program("seal_audit", restored=True)
    assert len(recorded("audit.go_on_after_restore")) == 1
    assert newest().size == 5


def test_the_database_is_verified_with_progress_and_from_where_it_was_left(program, tmp_path, monkeypatch):
    monkeypatch.setattr("audit.management.commands.verify_audit.TELL_SECONDS", -1)
    state = tmp_path / "state"
    with pytest.raises(CommandError, match="Nothing is sealed"):
        program("verify_audit")
    write(101, 102)
    sealed(103)
    assert "Whole: 2 events" in program("verify_audit", state=state)
    write(103)
    program("seal_audit")
    write(10**6)
    said = program("verify_audit", state=state, keys=tmp_path / "keys")
    assert "3 of 3 events" in said
    assert "Whole: 1 events" in said
    assert "Not sealed yet: 1 events, written since" in said
    assert state.read_text() == "3\n"
    sql("UPDATE audit_event SET actor_id = 9 WHERE xid = '103'")
    state.write_text("2\n")
    with pytest.raises(CommandError, match="CHANGED at event 3"):
        program("verify_audit", state=state)
    sql("UPDATE audit_checkpoint SET edge = leaves || leaves WHERE size = 2")
    with pytest.raises(CommandError, match="CHANGED at event 2"):
        program("verify_audit", state=state)
    state.write_text("7\n")
    with pytest.raises(CommandError, match="names no checkpoint"):
        program("verify_audit", state=state)
    with pytest.raises(CommandError, match="Cannot check"):
        program("verify_audit", keys=tmp_path / "away")


def test_an_end_that_was_cut_off_is_seen_by_the_witness(program):
    write(101, 102)
    sealed(103)
    write(103)
    program("seal_audit")
    sql("DELETE FROM audit_checkpoint WHERE size = 3")
    sql("DELETE FROM audit_event WHERE xid = '103'")
    with pytest.raises(CommandError, match="TRUNCATED at event 3"):
        program("verify_audit")


def test_an_export_is_recorded_and_verifies_outside(world, program, tmp_path, capsys):
    sql("DELETE FROM audit_event")
    with pytest.raises(CommandError, match="Nothing is sealed"):
        program("export_audit", tmp_path / "export")
    write(101, 102, 102)
    sealed(103)
    write(104)
    program("seal_audit")
    said = program("export_audit", tmp_path / "export")
    assert "Written: 4 events" in said
    made = recorded("accounts.export_audit")
    assert [(event.actor_id, event.detail) for event in made] == [(world.system.pk, {"size": 4})]
    assert {oct(path.stat().st_mode & 0o777) for path in (tmp_path / "export").iterdir()} == {"0o600"}
    words = [str(tmp_path / "export"), "--keys", str(tmp_path / "keys"), "--seen", str(tmp_path / "witness")]
    assert verify_export.main(words) == 0
    assert "Whole: 4 events" in capsys.readouterr().out
    with pytest.raises(CommandError, match="cannot be written"):
        program("export_audit", tmp_path / "export")


def test_nothing_is_exported_without_the_permission_or_before_there_is_anybody(world, program, tmp_path, monkeypatch):
    monkeypatch.setitem(PERMISSIONS, Role.SYSTEM, frozenset())
    sealed(2**60)
    with pytest.raises(Denied):
        program("export_audit", tmp_path / "export")
    world.system.role = Role.CASEWORKER
    world.system.save(update_fields=["role"])
    with pytest.raises(CommandError, match="no partnership"):
        program("export_audit", tmp_path / "export")
    assert not (tmp_path / "export").exists()


# Months.


def last_month() -> datetime:
    return (datetime.now(UTC).replace(day=1) - timedelta(days=40)).replace(day=10, hour=0, minute=0)


@pytest.fixture
def old(program) -> str:
    """A month that is over for long, with two sealed events, and one of this month."""
    day = last_month()
    sql("SELECT audit_make_partition(%s)", day.date().replace(day=1))
    past_triggers()
    write(101, 102, at=f"'{day:%Y-%m-%d} 12:00+00'")
    write(103)
    return f"{day:%Y-%m}"


def test_a_month_is_detached_never_dropped_and_still_verified(program, old, tmp_path, capsys):
    program("seal_audit")
    out = io.StringIO()
    connection.check_constraints()
    manage("detach_audit", old, role=OWNER, stdout=out)
    table = f"audit_event_{old.replace('-', '_')}"
    assert out.getvalue() == f"Detached: {table}. Nothing was removed.\n"
    assert (AuditEvent.objects.count(), sql(f"SELECT count(*) FROM {table}")) == (1, [(2,)])  # noqa: S608
    assert "Whole: 3 events" in program("verify_audit")
    (tmp_path / "export").mkdir()
    with become(SEALER):
        export_audit.write(tmp_path / "export", newest())
    assert verify_export.main([str(tmp_path / "export"), "--keys", str(tmp_path / "keys")]) == 0
    assert second_lock.tables_without_row_level_security() == set()
    assert {right for right in second_lock.rights_beyond_the_table() if right[1] == table} == {
        (SEALER, table, "SELECT")
    }
    for act in ("UPDATE {} SET actor_id = 1", "DELETE FROM {}", "TRUNCATE {}"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            sql(act.format(table))
    sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    sql(f"UPDATE {table} SET actor_id = 1 WHERE xid = '102'")  # noqa: S608
    with pytest.raises(CommandError, match="CHANGED at event 2"):
        program("verify_audit")


@pytest.mark.parametrize("why", ["not sealed", "not over", "no month", "not there"])
def test_one_that_is_not_over_or_not_sealed_stays(program, old, why):
    month = {"not over": f"{datetime.now(UTC):%Y-%m}", "no month": "March", "not there": "2001-01"}.get(why, old)
    with pytest.raises(CommandError, match=r"Not detached|Name a month"):
        manage("detach_audit", month, role=OWNER)
    assert AuditEvent.objects.count() == 3
