"""An export is verified by an outsider: one file, their own copy of the keys, and the first bad place is named."""

import ast
import os
import random
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from audit import verify_export
from audit.notes import Signer, short
from audit.verify_export import Bad, Unusable, check, main, read_keys, read_seen
from tests.tampering import ANOTHERS, OURS, WAYS, Log, made

TAMPERINGS = int(os.environ.get("TAMPERINGS", "10"))  # of each kind
KEYS = read_keys(OURS.verifiers())


def verdict(log: Log, folder: Path, seen: dict[int, bytes]) -> tuple[str, int] | None:
    """The kind and place that the verifier names; nothing when all is well."""
    try:
        check(log.write(folder), KEYS, seen, lambda size: None)
    except Bad as found:
        return found.kind, found.event
    return None


def seen_of(log: Log) -> dict[int, bytes]:
    """What a witness saw: its last checkpoint, as the first log was sealed."""
    note = verify_export.read_note(log.notes[-1], 1)
    return {note.size: note.root}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_it_is_found_and_named_when_somebody_did(tmp_path, way):
    """From seeds, so that each that is not found can be looked at."""
    for seed in range(TAMPERINGS):
        chance = random.Random(f"{way.__name__} {seed}")
        log = made(chance)
        seen = seen_of(log)
        number = way(log, chance)
        found = verdict(log, tmp_path, seen)
        assert found is not None, seed
        assert found[0] in WAYS[way], (seed, found)
        assert found[1] == number, (seed, found)


def test_no_clean_log_is_called_bad(tmp_path):
    for seed in range(TAMPERINGS):
        log = made(random.Random(seed))
        assert verdict(log, tmp_path, seen_of(log)) is None, seed


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_without_the_hashes_of_each_event_it_is_found_all_the_same(tmp_path, way):
    chance = random.Random(way.__name__)
    log = made(chance)
    seen = seen_of(log)
    way(log, chance)
    log.leaves = [bytes(32)] * log.size
    assert verdict(log, tmp_path, seen) is not None


def run(*words: object) -> subprocess.CompletedProcess[str]:
    """The file by itself, from elsewhere, without anything of this project."""
    program = [sys.executable, "-I", str(Path(verify_export.__file__)), *map(str, words)]
    return subprocess.run(program, capture_output=True, text=True, cwd="/", check=False)  # noqa: S603


@pytest.fixture
def log() -> Log:
    return made(random.Random(7))


@pytest.fixture
def asked(tmp_path, log) -> list[object]:
    """The words for a clean export with its keys and a witness."""
    (tmp_path / "keys").write_text(f"# those of the test\n{OURS.verifiers()}")
    (tmp_path / "witness").mkdir()
    (tmp_path / "witness" / "2026-01-05.checkpoints").write_text("".join(f"{n}\n" for n in log.notes) + "half a no")
    export = log.write(tmp_path / "export")
    return [export, "--keys", tmp_path / "keys", "--seen", tmp_path / "witness"]


def test_it_stands_alone_and_ends_with_0(asked, log):
    done = run(*asked)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"Whole: {log.size} events, sealed at 2026-01-05T09:")


def test_it_says_what_it_cannot_show_without_a_witness(asked):
    assert "whether later events were cut off" in run(*asked[:3]).stdout


def test_a_bad_one_ends_with_1_and_the_place(asked, log):
    log.batches[1][0]["action"] = "casework.view_nothing"
    log.write(asked[0])
    done = run(*asked)
    assert done.returncode == 1
    assert done.stdout.startswith(f"CHANGED at event {log.ends[0] + 1}: ")
    assert log.batches[1][0]["id"] in done.stdout


def test_the_last_line_of_a_mail_is_a_witness_too(asked, log, capsys):
    note = verify_export.read_note(log.notes[1], 1)
    said = "Seal of the log: " + short(note.size, datetime.fromisoformat(note.at), note.root)
    words = [str(word) for word in asked[:3]] + ["--mail", said]
    assert main(words) == 0
    log.batches[0][0]["actor_id"] = 98
    log.seal()
    log.write(asked[0])
    assert main(words) == 1
    assert "RE-CHAINED at event 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / "keys").write_text("nothing"),
        lambda folder: (folder / "keys").write_text(""),
        lambda folder: (folder / "keys").write_text(OURS.verifiers().replace("test", "best")),
        lambda folder: (folder / "export" / "events.jsonl").unlink(),
        lambda folder: (folder / "keys").unlink(),
    ],
)
def test_what_is_no_export_or_no_key_ends_with_2(asked, tmp_path, spoil, capsys):
    spoil(tmp_path)
    assert main([str(word) for word in asked]) == 2
    assert capsys.readouterr().out.startswith("Cannot check: ")
    assert main([*map(str, asked[:3]), "--mail", "12 x"]) == 2


@pytest.mark.parametrize(
    ("signer", "kind"), [(ANOTHERS, "swapped key"), (None, "forged checkpoint")], ids=["another's", "changed"]
)
def test_a_witness_that_is_none_is_not_believed(tmp_path, log, signer, kind):
    text = log.notes[-1].partition("\n\n")[0] + "\n"
    (tmp_path / "w").write_text((signer.sign(text) if signer else log.notes[-1].replace("T09:", "T08:")) + "\n")
    with pytest.raises(Bad) as found:
        read_seen([tmp_path / "w"], [], KEYS)
    assert found.value.kind == kind


def test_two_witnesses_that_saw_two_logs_of_one_size(tmp_path, log):
    (tmp_path / "a").write_text(log.notes[-1] + "\n")
    log.batches[0][0]["actor_id"] = 98
    log.seal()
    (tmp_path / "b").write_text(log.notes[-1] + "\n")
    with pytest.raises(Bad, match="two different logs"):
        read_seen([tmp_path / "a", tmp_path / "b"], [], KEYS)


def test_a_key_that_was_given_up_signs_nothing_later(tmp_path, log):
    given_up = read_keys(OURS.verifiers().replace("\n", f" {log.ends[0]}\n"))
    with pytest.raises(Bad) as found:
        check(log.write(tmp_path / "export"), given_up, {}, lambda size: None)
    assert (found.value.kind, found.value.event) == ("swapped key", log.ends[0] + 1)


def test_while_a_key_is_changed_either_is_enough(tmp_path, log):
    log.seal(Signer(OURS.name, [*ANOTHERS.keys, *OURS.keys]))
    for one in (OURS, ANOTHERS):
        check(log.write(tmp_path / "export"), read_keys(one.verifiers()), {}, lambda size: None)


def test_an_event_that_was_written_as_if_long_ago_is_found_though_it_was_sealed(tmp_path, log):
    log.batches[-1][-1]["at"] = "2026-01-03T08:00:00.000000Z"
    log.seal()
    assert verdict(log, tmp_path, {}) == ("back-dated", log.size)


@pytest.mark.parametrize("spoil", ["xid", "order"])
def test_what_was_sealed_out_of_its_place_is_found(tmp_path, log, spoil):
    batch = log.batches[1]
    if spoil == "xid":
        batch[0]["xid"] = "1"
    else:
        batch.reverse()
    log.seal()
    assert verdict(log, tmp_path, {}) == ("out of order", log.ends[0] + 1 + (spoil == "order"))


ALLOWED = {"cryptography"} | set(sys.stdlib_module_names)


def test_the_file_needs_the_standard_library_and_cryptography_only():
    tree = ast.parse(Path(verify_export.__file__).read_text())
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} - ALLOWED == set()
    assert not names & {"socket", "urllib", "http", "ssl", "subprocess", "importlib"}
    assert any(name.startswith("cryptography.") for name in names)
    with pytest.raises(Unusable):
        read_keys("")
