"""A file is attached to a case: cleaned, sealed, of one category; it is opened by whoever sees that, and recorded."""

import base64
import io
import socketserver
import threading
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image, PngImagePlugin
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, StreamObject, TextStringObject

from accounts.authorization import Denied, NotPossibleNow, NotVisible
from accounts.vault import KeyMissing
from audit.models import AuditEvent
from casework import commands, queries
from casework.cleaning import DAMAGED, IS_ACTIVE, TOO_LARGE, UNKNOWN, Refused, clean
from casework.models import Attachment, RecordVersion
from tests import factories
from tests.factories import at

CANARY = b"CANARY"
NOTE = b"He was here."
CLAMD = "casework.scanning.Clamd:"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def photograph() -> bytes:
    """With where it was taken, a comment, a profile, and something behind its end."""
    picture, says, out = Image.new("RGB", (60, 40), (10, 90, 160)), Image.Exif(), io.BytesIO()
    says[0x010E], says[0x8825] = "CANARY", {1: "N", 2: (51.0, 34.0, 9.0)}
    picture.save(out, "JPEG", exif=says, comment=CANARY, icc_profile=CANARY + bytes(200))
    return out.getvalue() + CANARY


def drawing() -> bytes:
    words, out = PngImagePlugin.PngInfo(), io.BytesIO()
    words.add_text("Comment", "CANARY")
    words.add_itxt("XML:com.adobe.xmp", "CANARY")
    Image.new("RGBA", (60, 40)).save(out, "PNG", pnginfo=words)
    return out.getvalue()


def paper(change=lambda writer: None) -> bytes:
    """A document that says who wrote it, whose picture says where it was taken, and whose page was changed once."""
    writer, picture, out = PdfWriter(), StreamObject(), io.BytesIO()
    page = writer.add_blank_page(100, 100)
    writer.add_metadata({"/Author": "CANARY", "/Title": "CANARY"})
    picture._data = photograph()
    names = {"/Type": "/XObject", "/Subtype": "/Image", "/Filter": "/DCTDecode", "/ColorSpace": "/DeviceRGB"}
    picture.update({NameObject(name): NameObject(value) for name, value in names.items()})
    sizes = {"/Width": 60, "/Height": 40, "/BitsPerComponent": 8}
    picture.update({NameObject(name): NumberObject(value) for name, value in sizes.items()})
    drawn = DictionaryObject({NameObject("/Im0"): writer._add_object(picture)})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): drawn})
    page[NameObject("/PieceInfo")] = DictionaryObject({NameObject("/Was"): TextStringObject("CANARY")})
    change(writer)
    writer.write(out)
    return out.getvalue() + b"\n% an earlier version: CANARY\n"


def acts(action: str, **more: str):
    """A document that does something as it is opened."""

    def change(writer):
        said = {NameObject("/S"): NameObject(action)} | {
            NameObject(f"/{name}"): TextStringObject(value) for name, value in more.items()
        }
        writer._root_object[NameObject("/OpenAction")] = DictionaryObject(said)

    return change


def launches(writer):
    link = {NameObject("/A"): DictionaryObject({NameObject("/S"): NameObject("/Launch")})}
    writer.pages[0][NameObject("/Annots")] = ArrayObject([DictionaryObject(link)])


def bomb() -> bytes:
    """A picture of which few bytes become many points."""

    def part(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    wide = 60_000
    head = wide.to_bytes(4, "big") * 2 + bytes([8, 0, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(bytes(1000))) + part(b"IEND", b"")


def added(world, case, content=NOTE, who="caseworker", **more):
    said = {"category": "narrative", "title": "What she wrote"} | more
    return commands.add_attachment(actor=world.people[who], case=case, content=content, now=at(), **said)


@pytest.fixture
def scanner(settings):
    """What speaks as ClamAV does, in this process. Its one signature is the test file that all scanners know."""

    class Answers(socketserver.StreamRequestHandler):
        def handle(self):
            assert self.rfile.read(10) == b"zINSTREAM\0"
            content = b""
            while size := int.from_bytes(self.rfile.read(4), "big"):
                content += self.rfile.read(size)
            self.wfile.write(b"stream: Eicar FOUND\0" if EICAR in content else b"stream: OK\0")

    with socketserver.TCPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.SCANNER = f"{CLAMD}127.0.0.1:{server.server_address[1]}"
        yield
        server.shutdown()


@pytest.mark.parametrize(("make", "kind"), [(photograph, "jpeg"), (drawing, "png"), (paper, "pdf")])
def test_what_a_file_says_beside_what_it_shows_is_gone(make, kind):
    assert CANARY in make()
    kept = clean(make(), 10_000)
    assert (kept.kind, CANARY in kept.content) == (kind, False)
    if kind != "pdf":
        with Image.open(io.BytesIO(kept.content)) as picture:
            assert (picture.size, dict(picture.getexif()), picture.info.get("icc_profile")) == ((60, 40), {}, None)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<svg onload='x'/>", UNKNOWN),
        (b" \n<!DOCTYPE html>", UNKNOWN),
        (b"MZ\x90\0", UNKNOWN),
        (b"PK\x03\x04", UNKNOWN),
        (b"#!/bin/sh\n", UNKNOWN),
        (b"GIF89a\x01\0", UNKNOWN),
        (b"a\0b", UNKNOWN),
        (b"\xff\xd8\xff" + NOTE, DAMAGED),
        (b"%PDF-1.7 and nothing more", DAMAGED),
        (bomb(), TOO_LARGE),
        (paper(acts("/JavaScript", JS="app.alert(1)")), IS_ACTIVE),
        (paper(acts("/SubmitForm", F="https://elsewhere.example")), IS_ACTIVE),
        (paper(launches), IS_ACTIVE),
        (paper(lambda writer: writer.add_attachment("x.txt", CANARY)), IS_ACTIVE),
        (paper(lambda writer: writer.encrypt("x")), IS_ACTIVE),
    ],
    ids=lambda value: str(value)[:12],
)
def test_what_is_of_no_known_kind_or_acts_by_itself_is_refused(content, code):
    with pytest.raises(Refused) as refusal:
        clean(content, 1_000_000)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"category": "gossip"}, "category"),
        ({"title": " "}, "title"),
        ({"content": b""}, "file"),
        ({"content": b"x" * 2000}, "file"),
        ({"content": b"\0"}, "file"),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field(world, case, settings, wrong, field):
    settings.ATTACHMENT_MAX_BYTES = 1000
    with pytest.raises(ValidationError) as refusal:
        added(world, case, **wrong)
    assert list(refusal.value.message_dict) == [field]
    assert not Attachment.objects.exists()


def test_it_stands_sealed_in_the_database_and_its_versions_hold_nothing_of_it(world, case):
    file = added(world, case)
    with connection.cursor() as cursor:
        cursor.execute("SELECT content, title FROM casework_attachment")
        row = b"".join(map(bytes, cursor.fetchone()))
    held = RecordVersion.objects.get(record="casework_attachment").held
    assert (NOTE in row, b"she wrote" in row, "content" in held) == (False, False, False)
    assert queries.open_attachment(actor=world.caseworker, file=file) == NOTE


def test_erasing_the_case_destroys_it(world, case):
    file = added(world, case)
    case.key.delete()
    with pytest.raises(KeyMissing):
        queries.open_attachment(actor=world.caseworker, file=Attachment.objects.get(pk=file.pk))


def test_others_open_what_is_of_their_category_once_it_is_found_harmless(world, case):
    shared = ("identity", "risk")
    factories.accepted(world.caseworker, world.partner, case, world.services["harbour"], categories=shared)
    factories.accepted(world.caseworker, world.outsider, case, world.services["elsewhere"], categories=("identity",))
    kinds = [("risk", "clean"), ("risk", "not_scanned"), ("risk", "harmful"), ("location", "clean")]
    files = [factories.attached(world.caseworker, case, *kind) for kind in kinds]
    answers = {
        who: [world.page(who).get(f"/files/{file.public_id}/").status_code for file in files]
        for who in ("caseworker", "partner", "outsider", "officer", "auditor")
    }
    assert answers == {
        "caseworker": [200, 200, 409, 200],
        "partner": [200, 404, 404, 404],
        "outsider": [404] * 4,
        "officer": [404] * 4,
        "auditor": [403] * 4,
    }
    listed = {who: world.page(who).get(f"/cases/{case.reference}/files/").text for who in ("caseworker", "partner")}
    assert {who: page.count("<strong>A note she wrote") for who, page in listed.items()} == {
        "caseworker": 4,
        "partner": 1,
    }


def test_who_is_barred_finds_none(world, case):
    file = added(world, case)
    commands.bar_from_case(actor=world.supervisor, case=case, who=world.colleague, reason="knows_them", now=at())
    with pytest.raises(NotVisible):
        queries.get_attachment(world.colleague, file.public_id)


def test_nobody_but_the_holder_attaches_or_has_scanned(world, case):
    factories.accepted(world.caseworker, world.partner, case, world.services["harbour"], categories=("narrative",))
    file = factories.attached(world.caseworker, case)
    for who in ("partner", "partner_supervisor", "officer", "auditor"):
        with pytest.raises((Denied, NotVisible)):
            added(world, case, who=who)
        with pytest.raises((Denied, NotVisible)):
            commands.scan_attachment(actor=world.people[who], file=file, now=at())


def test_a_scanner_says_what_it_is(world, case, scanner):
    assert added(world, case).scanned == "clean"
    with pytest.raises(ValidationError):
        added(world, case, content=EICAR)
    assert Attachment.objects.count() == 1


def test_without_a_scanner_that_answers_nothing_is_known_until_one_does(world, case, settings, scanner):
    there, settings.SCANNER = settings.SCANNER, f"{CLAMD}127.0.0.1:1"
    file = added(world, case)
    harmful = added(world, case, content=EICAR)
    assert (file.scanned, file.scanned_at, harmful.scanned) == ("not_scanned", None, "not_scanned")
    with pytest.raises(NotPossibleNow):
        commands.scan_attachment(actor=world.caseworker, file=file, now=at())
    settings.SCANNER = there
    assert commands.scan_attachment(actor=world.caseworker, file=file, now=at()).scanned == "clean"
    found = commands.scan_attachment(actor=world.caseworker, file=harmful, now=at())
    with pytest.raises(NotPossibleNow):
        queries.open_attachment(actor=world.caseworker, file=found)


def test_it_is_attached_on_a_page_and_taken_away_under_a_name_that_says_nothing(world, case):
    page, address = world.page("caseworker"), f"/cases/{case.reference}/files/"
    sent = SimpleUploadedFile("Qandeel Vorrazi bruise.exe", photograph(), "application/x-evil")
    said = {"file": sent, "title": "Her arm", "category": "incident"}
    assert page.post(f"{address}new/", said).status_code == 302
    file = Attachment.objects.get()
    assert "Her arm" in page.get(address).content.decode()
    answer = page.get(f"/files/{file.public_id}/")
    assert answer["Content-Disposition"] == 'attachment; filename="picture.jpg"'
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    assert CANARY not in answer.content
    assert page.post(f"{address}new/", said | {"file": SimpleUploadedFile("a.pdf", b"<html>")}).status_code == 400
    assert page.post(f"{address}new/", {"title": "Her arm", "category": "incident"}).status_code == 400


def test_the_api_does_the_same(world, case):
    api, address = world.api("caseworker"), f"/api/v1/cases/{case.reference}/files"
    said = {"category": "risk", "title": "What she wrote", "content": base64.b64encode(NOTE * 40_000).decode()}
    made = api.post(address, said, format="json")
    assert (made.status_code, made.json()["kind"], made.json()["size"]) == (201, "text", len(NOTE) * 40_000)
    assert [each["title"] for each in api.get(address).json()["files"]] == ["What she wrote"]
    shown = api.get(f"/api/v1/files/{made.json()['id']}").json()
    assert base64.b64decode(shown["content"]) == NOTE * 40_000
    for wrong in ("not base64!", base64.b64encode(b"<html>").decode()):
        assert api.post(address, said | {"content": wrong}, format="json").status_code == 400


def test_each_act_and_each_opening_is_recorded_with_its_category(world, case):
    file = added(world, case, category="incident")
    queries.open_attachment(actor=world.caseworker, file=file)
    events = AuditEvent.objects.filter(case_id=case.pk, action__endswith="_attachment")
    assert sorted(events.values_list("action", "categories")) == [
        ("casework.add_attachment", ["incident"]),
        ("casework.view_attachment", ["incident"]),
    ]
