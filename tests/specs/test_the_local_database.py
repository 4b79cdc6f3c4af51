"""The local database: one server per checkout that is there when asked for, whatever happened to the last one."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from django.core.management import CommandError, call_command

from config.localdb import BASE_DIR, LocalDatabase
from config.lock.roles import MIGRATOR, OWNER
from config.postgres import LocalDatabaseError

is_root = os.geteuid() == 0
START = "import sys, pathlib, config.localdb as l; l.LocalDatabase(pathlib.Path(sys.argv[1])).start()"


def local_database(base: Path) -> LocalDatabase:
    return LocalDatabase(base, settings={"fsync": "off"})


def new_checkout() -> Iterator[Path]:
    """A folder that every account may enter, with no server left behind; pytest's own ones are closed to others."""
    base = Path(tempfile.mkdtemp(prefix="front-door-test-"))
    base.chmod(0o755)
    yield base
    local_database(base).stop()
    shutil.rmtree(base)
    shutil.rmtree(local_database(base).socket, ignore_errors=True)


checkout = pytest.fixture(new_checkout, name="checkout")
used_checkout = pytest.fixture(new_checkout, name="used_checkout", scope="module")


@pytest.fixture
def database(used_checkout: Path) -> LocalDatabase:
    """Running, and used by other tests before: what they did to it must not matter."""
    database = local_database(used_checkout)
    database.start()
    return database


def ask(database: LocalDatabase, question: str) -> object:
    entry = database.settings(MIGRATOR)
    address = {"host": entry["HOST"], "port": entry["PORT"], "user": entry["USER"], "dbname": entry["NAME"]}
    with psycopg.connect(**address, options=f"-c role={OWNER}", autocommit=True) as connection:
        cursor = connection.execute(question)
        return cursor.fetchone()[0] if cursor.description else None


def process_of(database: LocalDatabase) -> psutil.Process:
    return psutil.Process(int((database.data / "postmaster.pid").read_text().split()[0]))


def has_ended(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def caller(base: Path) -> subprocess.Popen[bytes]:
    """Another process that starts the server, as a worker or a second terminal does."""
    return subprocess.Popen([sys.executable, "-c", START, base], cwd=BASE_DIR)  # noqa: S603


def servers_of(base: Path) -> int:
    """A server's helpers, and a zombie, do not carry the folder in their command line."""
    folder = str(local_database(base).data)
    return sum(folder in (process.info["cmdline"] or []) for process in psutil.process_iter(["cmdline"]))


def test_it_gives_an_empty_utf8_database_whose_owner_is_no_superuser(database):
    assert ask(database, "SHOW server_encoding") == "UTF8"
    assert ask(database, "SHOW is_superuser") == "off"
    assert ask(database, "SELECT lower('ÉLISE')") == "élise"


def test_it_listens_on_no_network_and_its_socket_is_private(database):
    assert ask(database, "SHOW listen_addresses") == ""
    assert database.socket.stat().st_mode & 0o777 == 0o700


def test_starting_again_keeps_the_same_server(used_checkout, database):
    before = process_of(database).pid
    local_database(used_checkout).start()
    assert process_of(database).pid == before


def test_its_log_never_repeats_what_a_row_holds(database):
    ask(database, "CREATE TABLE people (name text UNIQUE)")
    ask(database, "INSERT INTO people VALUES ('Alexandra Quill')")
    with pytest.raises(psycopg.errors.UniqueViolation):
        ask(database, "INSERT INTO people VALUES ('Alexandra Quill')")
    with pytest.raises(psycopg.errors.InvalidTextRepresentation, match="Quill"):
        ask(database, "SELECT 'Alexandra Quill'::int")
    ask(database, "DO $$ BEGIN RAISE LOG 'told'; END $$")
    log = database.log.read_text()
    assert "LOG:  told" in log
    assert "Quill" not in log


def test_a_killed_server_comes_back_with_its_data(database):
    ask(database, "CREATE TABLE kept AS SELECT 1 AS one")
    server = process_of(database)
    server.kill()
    while not has_ended(server):
        pass
    database.start()
    assert ask(database, "SELECT one FROM kept") == 1


def test_a_number_used_again_by_another_process_is_not_taken_for_the_server(database):
    notes = [database.data / "postmaster.pid", database.socket / ".s.PGSQL.5432.lock"]
    stale = [note.read_text().replace(str(process_of(database).pid), str(os.getpid())) for note in notes]
    database.stop()
    for note, text in zip(notes, stale, strict=True):
        note.write_text(text)
    database.start()
    assert process_of(database).name() == "postgres"
    assert psutil.pid_exists(os.getpid())


def test_six_callers_at_once_are_all_served_by_one_server(checkout):
    callers = [caller(checkout) for _ in range(6)]
    assert [process.wait(60) for process in callers] == [0] * 6
    assert servers_of(checkout) == 1


def test_a_caller_killed_while_it_starts_the_server_hinders_nobody(checkout):
    process = caller(checkout)
    while not list(checkout.glob("var/*.new")) and process.poll() is None:
        pass
    process.kill()
    process.wait(10)
    database = local_database(checkout)
    database.start()
    assert ask(database, "SELECT 1") == 1


def test_data_deleted_under_a_running_server_are_made_anew(used_checkout, database):
    orphan = process_of(database)
    shutil.rmtree(database.data)
    local_database(used_checkout).start()
    assert has_ended(orphan)
    assert ask(database, "SELECT 1") == 1


def test_stopping_leaves_no_process_and_can_be_repeated(used_checkout, database):
    database.stop()
    database.stop()
    assert servers_of(used_checkout) == 0
    assert database.status().startswith("not running")


def test_reset_gives_an_empty_database(database):
    ask(database, "CREATE TABLE gone ()")
    database.reset()
    assert ask(database, "SELECT to_regclass('gone') IS NULL") is True


def test_a_socket_folder_that_others_may_enter_is_refused(checkout):
    database = local_database(checkout)
    database.socket.mkdir(mode=0o755)
    with pytest.raises(LocalDatabaseError, match="not only ours"):
        database.start()
    database.socket.rmdir()


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(checkout):
    (checkout / "var").write_text("a file in the folder's place")
    with pytest.raises(LocalDatabaseError, match=r"cannot use .*/var.* DATABASE_URL"):
        local_database(checkout).start()
    (checkout / "var").unlink()


def test_a_server_that_will_not_start_says_where_its_log_is(used_checkout, database):
    database.stop()
    broken = LocalDatabase(used_checkout, settings={"max_connections": "many"})
    with pytest.raises(LocalDatabaseError) as error:
        broken.start()
    assert str(broken.log) in str(error.value)
    assert "max_connections" in broken.log.read_text()


def test_missing_programs_are_told_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("FRONT_DOOR_PG_BIN", str(tmp_path))
    with pytest.raises(LocalDatabaseError, match="There is no initdb"):
        local_database(tmp_path)


def test_the_command_says_where_its_things_are(database, settings, capsys):
    settings.LOCAL_DATABASE = database
    call_command("localdb", "status")
    shown = capsys.readouterr().out
    assert shown.startswith("running")
    assert str(database.data) in shown


def test_the_command_throws_nothing_away_without_a_yes(database, settings, monkeypatch):
    settings.LOCAL_DATABASE = database
    monkeypatch.setattr("builtins.input", lambda prompt: "y")
    before = process_of(database).pid
    with pytest.raises(CommandError, match="Nothing was thrown away"):
        call_command("localdb", "reset")
    assert process_of(database).pid == before


def test_a_named_database_that_does_not_answer_is_explained_without_its_password():
    named = {"MODE": "demo", "DATABASE_URL": "postgresql://front_door_tester:opensesame@127.0.0.1:1/records"}
    done = subprocess.run(  # noqa: S603
        [sys.executable, BASE_DIR / "manage.py", "showmigrations"],
        env=os.environ | named,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("The database records on 127.0.0.1 cannot be used")
    assert "opensesame" not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not is_root, reason="only root works where the server's account cannot enter")
def test_root_may_work_in_a_folder_that_others_cannot_enter(tmp_path, capsys):
    tmp_path.chmod(0o700)
    database = local_database(tmp_path)
    database.start()
    assert ask(database, "SELECT 1") == 1
    assert f"lies in {database.home}" in capsys.readouterr().err
    assert tmp_path.stat().st_mode & 0o777 == 0o700
    database.stop()
    shutil.rmtree(database.home)
    shutil.rmtree(database.socket)
