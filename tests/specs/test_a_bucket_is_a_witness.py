"""An object store is a witness: every checkpoint is put there once, and it is asked before more is sealed."""

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management.base import CommandError

from audit.buckets import Access, Bucket, Unusable
from audit.models import Checkpoint
from audit.seal import newest
from audit.verify_export import read_keys, read_seen
from audit.witnesses import tell, witnesses
from config.lock.roles import SEALER
from tests.as_the_web import manage
from tests.sealing import past_triggers, sealed, sql, write
from tests.tampering import KEY, OURS

KNOWN = "AKIAIOSFODNN7EXAMPLE"


class Store(BaseHTTPRequestHandler):
    """As much of S3 as is used: objects by name, listed in their order, refused where one is there already."""

    objects: dict[str, bytes]

    def do_GET(self) -> None:
        place = urlsplit(self.path)
        name = place.path.removeprefix("/log/")
        if not place.query:
            return self.say(200, self.objects[name])
        asked = {key: values[0] for key, values in parse_qs(place.query).items()}
        found = sorted(key for key in self.objects if key.startswith(asked["prefix"]))[: int(asked["max-keys"])]
        self.say(200, "".join(f"<Contents><Key>{key}</Key></Contents>" for key in found).encode())

    def do_PUT(self) -> None:
        body, name = self.rfile.read(int(self.headers["Content-Length"])), self.path.removeprefix("/log/")
        whole = self.headers["x-amz-checksum-sha256"] == b64encode(hashlib.sha256(body).digest()).decode()
        if not whole or (name in self.objects and self.headers["If-None-Match"] == "*"):
            return self.say(412, b"")
        self.objects[name] = body
        self.say(200, b"")

    def say(self, status: int, body: bytes) -> None:
        allowed = self.headers["Authorization"].startswith(f"AWS4-HMAC-SHA256 Credential={KNOWN}/")
        self.send_response(status if allowed else 403)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *said: Any) -> None:
        pass


@pytest.fixture
def store() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), type("OneStore", (Store,), {"objects": {}}))
    serving = Thread(target=server.serve_forever, args=[0.01])
    serving.start()
    yield server
    server.shutdown()
    serving.join()
    server.server_close()


@pytest.fixture
def file(store: HTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("no_proxy", "*")
    address = f"http://127.0.0.1:{store.server_port}/log/front-door"
    file = tmp_path / "bucket"
    file.write_text(f"address = {address}\nregion = eu-west-2\nkey = {KNOWN}\nsecret = a secret of %(none)\n")
    return file


@pytest.fixture
def log(db: None) -> None:
    past_triggers()
    for xid in (101, 102, 103):
        write(xid)
        sealed(xid + 1)


def test_it_has_every_checkpoint_and_knows_the_newest(log, file, store, tmp_path):
    (bucket,) = witnesses_of(file)
    assert bucket.last() == ""
    tell(bucket)
    write(104)
    sealed(105)
    tell(bucket)
    objects = store.RequestHandlerClass.objects
    kept = "".join(f"{note}\n" for note in Checkpoint.objects.order_by("size").values_list("note", flat=True))
    assert b"".join(body for _, body in sorted(objects.items(), reverse=True)).decode() == kept
    assert bucket.last() == newest().note
    for name, body in objects.items():
        (tmp_path / Path(name).name).write_bytes(body)
    seen = read_seen(sorted(tmp_path.glob("*.checkpoints")), [], read_keys(OURS.verifiers()))
    assert seen == {3: bytes(Checkpoint.objects.get(size=3).root), 4: bytes(newest().root)}


def witnesses_of(file: Path) -> list[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("audit.witnesses.settings.AUDIT_WITNESSES", [f"audit.buckets.Bucket:{file}"])
        return list(witnesses())


def test_what_is_kept_is_never_written_again(log, file, store):
    bucket = Bucket(str(file))
    tell(bucket)
    before = dict(store.RequestHandlerClass.objects)
    with pytest.raises(OSError, match="412"):
        bucket.keep([newest().note.replace("time 2", "time 1")])
    assert store.RequestHandlerClass.objects == before


def test_verifying_asks_it_too(log, file, settings):
    settings.AUDIT_KEY, settings.AUDIT_WITNESSES = lambda: KEY, [f"audit.buckets.Bucket:{file}"]
    tell(Bucket(str(file)))
    manage("verify_audit", role=SEALER)
    sql("DELETE FROM audit_checkpoint WHERE size = 3")
    sql("DELETE FROM audit_event WHERE xid = '103'")
    with pytest.raises(CommandError, match="TRUNCATED at event 3"):
        manage("verify_audit", role=SEALER)


def test_one_that_refuses_or_is_away_is_one_that_cannot_be_told(log, file, store):
    file.write_text(file.read_text().replace(KNOWN, "AKIASOMEBODYELSE"))
    with pytest.raises(OSError, match="403"):
        tell(Bucket(str(file)))
    file.write_text(file.read_text().replace(str(store.server_port), "1"))
    with pytest.raises(OSError, match="refused"):
        tell(Bucket(str(file)))


@pytest.mark.parametrize("spoil", [("region", "place"), ("http://127.0.0.1", "http://elsewhere.example"), ("=", "")])
def test_a_file_that_names_no_bucket_is_said_so_without_its_secret(file, spoil):
    file.write_text(file.read_text().replace(*spoil))
    with pytest.raises(Unusable) as said:
        Bucket(str(file))
    assert "secret of" not in str(said.value)


@pytest.mark.parametrize(
    ("query", "signature"),
    [
        ("lifecycle=", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        ("max-keys=2&prefix=J", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ],
)
def test_requests_are_signed_as_the_examples_of_aws_are(query, signature):
    """From "Signature Calculations for the Authorization Header", Amazon S3 API Reference."""
    access = Access("us-east-1", KNOWN, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    address = f"https://examplebucket.s3.amazonaws.com/?{query}"
    request = access.signed("GET", address, {}, b"", datetime(2013, 5, 24, tzinfo=UTC))
    assert request.get_header("Authorization").rpartition("Signature=")[2] == signature
