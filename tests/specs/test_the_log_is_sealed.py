"""The log is sealed: what was committed is bound into signed checkpoints that nobody can unsay, and witnesses have."""

import json
import random
import uuid

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from audit import notes
from audit.lines import LOG, Range, columns, lines
from audit.log import COLUMNS
from audit.models import AuditEvent, Checkpoint
from audit.notes import KeyUnusable, key_id, public, read_signer
from audit.seal import newest, seal, unsealed_since
from audit.tree import EMPTY, Tree, leaf
from audit.verify import checker, events, kept_leaves, look
from audit.verify_export import Bad, read_keys
from audit.witnesses import Contradicted, Folder, tell
from config.lock.roles import SEALER
from tests.as_the_web import become
from tests.sealing import past_triggers, sealed, sql, write
from tests.tampering import ANOTHERS, OURS

KEYS = read_keys(OURS.verifiers())
for_real = pytest.mark.django_db(transaction=True)


def verdict() -> str:
    """What the verifier says of the log in the database: the kind and place, or nothing."""
    last = newest()
    try:
        with become(SEALER):
            look(checker(KEYS, {}, None, last.size), 0, last.size, lambda size: None)
    except Bad as found:
        return f"{found.kind} {found.event}"
    return ""


@pytest.fixture
def log(db: None) -> None:
    """Nine events of six transactions under three checkpoints, written as no one can."""
    past_triggers()
    for xids, high in (((101, 101, 102), 103), ((105, 106, 106, 106), 110), ((111, 112), 113)):
        write(*xids)
        sealed(high)


# What a line is. The same is said in docs/audit-format.md; this is a second maker of it, from that page alone.


def text(value: object) -> str:
    """JSON as the page says it: nothing escaped but quotes, backslashes and control characters."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def detail(value: object) -> str:
    if isinstance(value, dict):
        ordered = sorted(value.items(), key=lambda pair: (len(pair[0].encode()), pair[0].encode()))
        return "{" + ", ".join(f"{text(key)}: {detail(each)}" for key, each in ordered) + "}"
    return "[" + ", ".join(map(detail, value)) + "]" if isinstance(value, list) else text(value)


def by_hand(event: AuditEvent, xid: str, db_user: str) -> str:
    said = {field.name: getattr(event, field.name) for field in AuditEvent._meta.concrete_fields}
    said |= {"xid": xid, "db_user": db_user, "at": f"{event.at:%Y-%m-%dT%H:%M:%S.%fZ}"}
    shown = {
        name: detail(value) if name == "detail" else text(str(value) if isinstance(value, uuid.UUID) else value)
        for name, value in said.items()
        if value is not None
    }
    return "{" + ",".join(f'"{name}":{shown[name]}' for name in sorted(shown)) + "}"


SAID = [
    "",
    "plain_code",
    'quo"te',
    "back\\slash",
    "tab\tand\nline",
    "\x01\x1f\x7f",
    "Qándeel 🙂",
    "\u2028",
    "</script>",
]


def test_a_line_is_as_the_format_says(db):
    chance = random.Random(5)
    past_triggers()
    for each in SAID:
        nested = {each or "empty": [each, 1, None, True], "zz": {"b": {}, "a": -7}, "y": [], "count": 12}
        write(200 + chance.randrange(9), reason="convert_from('\\x" + each.encode().hex() + "', 'utf8')")
        sql(
            "UPDATE audit_event SET detail = %s, shown_ids = %s WHERE reason = %s", json.dumps(nested), [3, 2**62], each
        )
    kept = {str(i): (x, u) for i, x, u in sql("SELECT id, xid::text, db_user FROM audit_event")}
    wanted = {str(event.pk): by_hand(event, *kept[str(event.pk)]) for event in AuditEvent.objects.all()}
    found = {own_id: line.decode() for _, own_id, line in lines(Range(0, 999), [LOG])}
    assert found == wanted
    assert len(found) == len(SAID)


def test_lines_come_by_transaction_and_id_and_nothing_else_is_among_them(log):
    found = [(xid, own_id) for xid, own_id, _ in lines(Range(102, 106), [LOG])]
    assert found == sorted(found)
    assert [xid for xid, _ in found] == [102, 105]


def test_every_column_of_the_log_is_in_it_and_a_new_one_changes_no_line_that_was_sealed(log):
    """As a colleague would add one. Not empty, it counts from the first event on that has it."""
    assert set(columns(LOG)) == {*COLUMNS, "at", "xid", "db_user", "acting_for_id"}
    sql("ALTER TABLE audit_event ADD COLUMN acting_for bigint")
    assert verdict() == ""
    write(120, acting_for="7")
    sealed(121)
    assert b'"acting_for":7,' in next(line for _, _, line in lines(Range(120, 121), [LOG]))
    sql("UPDATE audit_event SET acting_for = 8 WHERE xid = '105'")
    assert verdict() == "changed 4"


ALWAYS_THERE = {"id", "at", "xid", "db_user", "action", "outcome", "reason", "purpose", "subject_type", "categories"}
ALWAYS_THERE |= {"shown_ids", "is_deliberate", "detail", "door"}


def test_a_column_that_came_after_the_first_seal_may_be_empty_and_has_no_default(db):
    """Otherwise it would change the lines of events that are sealed."""
    asked = "SELECT attname FROM pg_attribute WHERE attrelid = 'audit_event'::regclass AND attnum > 0"
    assert {name for (name,) in sql(f"{asked} AND (attnotnull OR atthasdef)")} == ALWAYS_THERE


# The tree, the note, the key.


def test_the_tree_is_that_of_rfc_6962():
    """The roots of its first sizes, as Certificate Transparency's own test vectors say them."""
    vectors = {
        0: EMPTY.hex(),
        1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    }
    said = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    hashes = [leaf(bytes.fromhex(each)) for each in said]
    for size, root in vectors.items():
        tree = Tree()
        tree.grow(hashes[:size])
        assert tree.root.hex() == root
        again = Tree(size, tree.edge)
        again.grow(hashes[size:])
        assert again.root.hex() == vectors[8]
    with pytest.raises(ValueError, match="another size"):
        Tree(4, bytes(64))


def test_a_checkpoint_says_size_root_time_previous_and_transactions_and_is_signed(log):
    first, second, _ = Checkpoint.objects.order_by("size")
    origin, size, root, *rest = second.note.split("\n")
    assert (origin, size, root) == (OURS.name, "7", notes.encoded(bytes(second.root)))
    assert rest[:4] == [
        "format 1",
        f"time {second.at:%Y-%m-%dT%H:%M:%S.%fZ}",
        f"previous {notes.encoded(notes.hashlib.sha256(notes.text_of(first.note).encode()).digest())}",
        "transactions 103 110",
    ]
    raw = notes.base64.b64decode(rest[5].split(" ")[2])
    assert raw[:4] == key_id(OURS.name, public(OURS.keys[0]))
    OURS.keys[0].public_key().verify(raw[4:], notes.text_of(second.note).encode())


@pytest.mark.parametrize(
    "spoil",
    [
        lambda key: "",
        lambda key: key.replace("PRIVATE", "PUBLIC"),
        lambda key: key.replace("test.example", "best.example"),
        lambda key: key[:-5] + "\n",
        lambda key: key + notes.new_key("another.example/log"),
    ],
)
def test_what_is_no_key_is_refused_without_being_quoted(spoil):
    key = notes.new_key("test.example/log")
    with pytest.raises(KeyUnusable) as refusal:
        read_signer(spoil(key))
    assert key.strip()[-20:] not in str(refusal.value)


def test_keys_are_made_and_their_public_part_is_told_by_the_module():
    said: list[str] = []
    notes.main(["frontdoor.example/log"], lambda: "", said.append)
    notes.main(["--public"], lambda: said[0], said.append)
    assert said[1] == read_signer(said[0]).verifiers()
    assert said[1].startswith("frontdoor.example/log+")
    for words in ([], ["with space"], ["--public"]):
        with pytest.raises(SystemExit):
            notes.main(words, lambda: "", said.append)


# Sealing.


def test_each_goes_on_where_the_last_one_ended_and_nothing_is_sealed_for_nothing(log):
    assert [(c.first, c.size, c.low, c.high) for c in Checkpoint.objects.order_by("size")] == [
        (0, 3, 0, 103),
        (3, 7, 103, 110),
        (7, 9, 110, 113),
    ]
    assert sealed(500) is None
    assert newest().size == 9
    assert verdict() == ""


def test_what_has_not_ended_yet_is_left_for_later(log):
    write(114, 116)
    assert (sealed(115).size, unsealed_since() is not None) == (10, True)
    assert (sealed(117).size, unsealed_since()) == (11, None)
    assert verdict() == ""


def test_a_batch_has_a_size_and_takes_its_last_transaction_whole(log):
    write(120, 121, 121, 121, 122)
    assert [sealed(130, most=2).size, sealed(130, most=2).size, sealed(130, most=2)] == [13, 14, None]
    assert verdict() == ""


def test_what_a_seal_costs_does_not_grow_with_the_log(log, django_assert_num_queries):
    write(120)
    with become(SEALER), django_assert_num_queries(9):
        seal(OURS, horizon=None)
    assert len(newest().edge) == 32 * newest().size.bit_count()


# What the owner could do, and what becomes visible.

FALSIFIED = {
    "changes an event": ("UPDATE audit_event SET actor_id = 99 WHERE xid = '105'", "changed 4"),
    "says another time": ("UPDATE audit_event SET at = at - interval '1 second' WHERE xid = '105'", "changed 4"),
    "says another user": ("UPDATE audit_event SET db_user = 'x' WHERE xid = '112'", "changed 9"),
    "removes an event": ("DELETE FROM audit_event WHERE xid = '102'", "missing 3"),
    "removes a transaction": ("DELETE FROM audit_event WHERE xid = '106'", "missing 5"),
    "removes all": ("DELETE FROM audit_event", "truncated 1"),
    "moves an event to another transaction": ("UPDATE audit_event SET xid = '111' WHERE xid = '105'", "missing 4"),
    "takes a checkpoint out": ("DELETE FROM audit_checkpoint WHERE size = 7", "re-chained 4"),
    "changes a note": ("UPDATE audit_checkpoint SET note = replace(note, '110', '111') WHERE size = 7", "forged"),
    "changes what sealing goes on from": ("UPDATE audit_checkpoint SET edge = leaves WHERE size = 3", "changed 3"),
    "changes a range": ("UPDATE audit_checkpoint SET high = 112 WHERE size = 7", "changed 7"),
}


@pytest.mark.parametrize("what", FALSIFIED)
def test_it_is_found_when_the_owner(log, what):
    statement, named = FALSIFIED[what]
    sql(statement)
    assert verdict().startswith(named)


def test_an_event_slipped_under_a_seal_is_found(log):
    write(104, id="'00000000-0000-0000-0000-000000000001'")
    assert verdict() == "added 4"


def test_an_event_of_the_log_written_twice_is_found(log):
    sql(
        "INSERT INTO audit_event SELECT (e).* FROM (SELECT e FROM audit_event e WHERE xid = '105') e"
        " ON CONFLICT DO NOTHING"
    )  # the key refuses it
    sql(
        "INSERT INTO audit_event SELECT (jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid()))).*"
        " FROM audit_event e WHERE xid = '112'"
    )
    assert verdict() in ("added 9", "added 10")


def test_checkpoints_by_another_key_are_found(db):
    past_triggers()
    write(101)
    sealed(102, ANOTHERS)
    assert verdict() == "swapped key 1"


def test_leaves_are_kept_over_checkpoints(log):
    whole = [leaf(event.line) for event in events(0, 9)]
    assert kept_leaves(2, 6) == b"".join(whole[2:8])
    assert kept_leaves(9, 5) == b""


REFUSED = {
    "a fork": {"size": 8, "first": 3, "low": 103, "high": 111},
    "a gap in size": {"size": 12, "first": 10, "low": 113, "high": 120},
    "a gap in transactions": {"size": 12, "first": 9, "low": 114, "high": 120},
    "transactions counted anew without a restore": {"size": 12, "first": 9, "low": 0, "high": 120},
    "nothing": {"size": 9, "first": 9, "low": 113, "high": 120},
    "no transaction": {"size": 10, "first": 9, "low": 113, "high": 113},
}


def insert_checkpoint(**columns: int) -> None:
    values = columns | {"leaves": bytes(32 * (columns["size"] - columns["first"])), "edge": b"", "root": bytes(32)}
    Checkpoint(at=timezone.now(), note="", **values).save(force_insert=True)


@pytest.mark.parametrize("what", REFUSED)
def test_the_database_takes_no_checkpoint_that_is(log, what):
    sql("ALTER TABLE audit_checkpoint ENABLE TRIGGER USER")
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_checkpoint(**REFUSED[what])
    insert_checkpoint(size=12, first=9, low=113, high=120)


@pytest.mark.parametrize("name", ["root", "edge", "leaves"])
def test_a_checkpoint_keeps_whole_hashes(log, name):
    good = {"size": 10, "first": 9, "low": 113, "high": 120, "edge": bytes(64), "root": bytes(32), "leaves": bytes(32)}
    with pytest.raises(IntegrityError, match="checkpoint_keeps_whole_hashes"), transaction.atomic():
        Checkpoint.objects.create(at=timezone.now(), note="", **good | {name: bytes(31)})
    Checkpoint.objects.create(at=timezone.now(), note="", **good)


@pytest.mark.parametrize(
    "act", ["UPDATE audit_checkpoint SET note = ''", "DELETE FROM audit_checkpoint", "TRUNCATE audit_checkpoint"]
)
def test_a_checkpoint_stays(log, act):
    sql("ALTER TABLE audit_checkpoint ENABLE TRIGGER USER")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql(act)


# Witnesses.


def test_a_witness_has_every_checkpoint_once_in_the_order_of_sealing(log, tmp_path):
    witness = Folder(str(tmp_path))
    tell(witness)
    write(120)
    sealed(121)
    tell(witness)
    tell(witness)
    (file,) = tmp_path.iterdir()
    kept = "".join(f"{note}\n" for note in Checkpoint.objects.order_by("size").values_list("note", flat=True))
    assert file.read_text() == kept
    assert file.name == f"{timezone.now():%Y-%m-%d}.checkpoints"
    assert witness.last() == newest().note


def test_half_a_note_makes_way_for_the_whole_one(log, tmp_path):
    witness = Folder(str(tmp_path))
    tell(witness)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    for cut in (1, 2, 60, 200, 330):
        file.write_bytes(whole[:-cut])
        tell(witness)
        assert file.read_bytes() == whole


def test_a_log_that_a_witness_contradicts_is_noticed(log, tmp_path):
    witness = Folder(str(tmp_path))
    tell(witness)
    sql("DELETE FROM audit_checkpoint WHERE size = 9")
    with pytest.raises(Contradicted):
        tell(witness)
    sealed(113, ANOTHERS)
    with pytest.raises(Contradicted):
        tell(witness)


def test_a_witness_that_is_not_there_is_no_empty_one(log, tmp_path):
    with pytest.raises(FileNotFoundError):
        tell(Folder(str(tmp_path / "not mounted")))
