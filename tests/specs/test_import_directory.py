"""Services are brought in from Open Referral's JSON and go out as it again, and nothing is lost on the way."""

import io
import json
import os
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from accounts.models import Agency
from accounts.roles import Role
from referrals import entries
from referrals.commands import edit_service, import_service
from referrals.models import Service
from referrals.plans import ImportPlan
from referrals.queries import public_entry
from tests.conftest import events
from tests.factories import at
from tests.world import World

EXAMPLE = Path(__file__).parents[1] / "directory.json"
HSDS = Path(os.environ.get("HSDS", "."))  # the published examples and schema, where somebody has them at hand
PUBLISHED = ("service_full.json", "organization_full.json", "service_list.json")
OF_PARTNERSHIP = ("--partnership", "Redbridge")
DROP_IN = {"entry__id": "0b7f1c5e-2d44-4c0e-9a57-5f1f0c3f7a01"}


def brought_in(*said: object) -> tuple[str, str]:
    """What the command says, and what it finds wrong."""
    out, wrong = io.StringIO(), io.StringIO()
    try:
        call_command("import_directory", *map(str, said), *OF_PARTNERSHIP, stdout=out, stderr=wrong)
    except CommandError as error:
        wrong.write(str(error))
    return out.getvalue(), wrong.getvalue()


def sent_out(*said: str) -> Any:
    out = io.StringIO()
    call_command("export_directory", *OF_PARTNERSHIP, *said, stdout=out)
    return json.loads(out.getvalue())


def counted(said: str) -> list[int]:
    """The figures at the end of what the command says: added, changed, the same, not read."""
    return [int(line.split()[-1]) for line in said.splitlines()[-5:-1]]


def written(folder: Path, *services: Any) -> Path:
    path = folder / "services.json"
    path.write_text(json.dumps(list(services)))
    return path


def example(**more: Any) -> dict[str, Any]:
    return json.loads(EXAMPLE.read_text())["contents"][0] | more


@pytest.mark.parametrize("path", [EXAMPLE, *(p for name in PUBLISHED if (p := HSDS / "examples" / name).exists())])
def test_what_comes_in_goes_out_again_without_loss(world: World, path: Path):
    Service.objects.all().delete()
    document = json.loads(path.read_text())
    assert brought_in(path, "--new-agencies", "support")[1] == ""
    if "services" in document:
        assert sent_out("--organizations")["contents"] == [document]
    else:
        assert sent_out()["contents"] == document.get("contents", [document])


def test_suggestions_read_their_columns_from_it_and_an_agency_is_added_only_when_somebody_says_of_what_kind(
    world: World,
):
    said, wrong = brought_in(EXAMPLE)
    assert counted(said) == [1, 0, 0, 1]
    assert (
        "service 2 (0b7f1c5e-2d44-4c0e-9a57-5f1f0c3f7a02): organization: no agency here is called Ley Street" in wrong
    )
    service = Service.objects.get(**DROP_IN)
    assert service.agency == world.agencies["harbour"]
    assert (service.minimum_age, service.maximum_age, service.areas) == (16, 99, ["Redbridge"])
    assert (service.languages, str(service.assured_on), service.kinds) == (["Urdu", "bfi"], "2026-11-01", [])
    assert brought_in(EXAMPLE, "--new-agencies", "support")[1] == ""
    assert Agency.objects.get(name="Ley Street Counselling").kind == "support"
    assert sorted(e.detail["outcome_code"] for e in events("referrals.import_service")) == ["added", "added", "same"]


def test_a_document_that_is_the_same_changes_nothing_that_was_written_here_since_and_another_one_does(
    world: World, tmp_path: Path
):
    brought_in(EXAMPLE)
    service = Service.objects.get(**DROP_IN)
    said = {"name": "Harbour open door", "secure_contact": "Ask for Wren"}
    edit_service(actor=world.manager, service=service, said=said, now=at())
    assert counted(brought_in(EXAMPLE)[0]) == [0, 0, 1, 1]
    service.refresh_from_db()
    assert service.name == "Harbour open door"
    brought_in(written(tmp_path, example(description="Another")))
    service.refresh_from_db()
    assert (service.name, service.what_for, service.secure_contact) == ("Harbour drop-in", "Another", "Ask for Wren")


WRONG = {
    "id: must be letters": {"id": "a/b"},
    "name: must be there, in words": {"name": " "},
    "name: must not be longer than 200": {"name": "n" * 201},
    "name: must not be that of another service": {"name": "Harbour advocates"},
    "status: must be one of: active, inactive, defunct, temporarily closed": {"status": "open"},
    "minimum_age: must be a number": {"minimum_age": "16"},
    "maximum_age: must not be below the lowest age": {"minimum_age": 18, "maximum_age": 16},
    "assured_date: must be a day such as": {"assured_date": "2026-02-30"},
    "assured_date: must not be in the future": {"assured_date": "2999-01-01"},
    "languages: must be a list of objects": {"languages": "Urdu"},
    "description: must be words": {"description": 5},
    "organization: must be an object": {"organization": "Harbour"},
    "organization: must have a name": {"organization": {"id": "unknown"}},
    "all of it: it holds a character that cannot be kept": {"alert": "a\0b"},
}


def test_what_is_wrong_is_said_by_service_and_field_and_the_good_ones_are_brought_in(world: World, tmp_path: Path):
    services = [example(id=f"w-{n}", name=f"Wrong {n}") | wrong for n, wrong in enumerate(WRONG.values())]
    said, found = brought_in(written(tmp_path, *services, 5, example()))
    lines = found.splitlines()
    for number, (words, line) in enumerate(zip(WRONG, lines, strict=False), start=1):
        assert f"service {number} (" in line
        assert f"): {words}" in line
    assert "all of it: it is not an object" in lines[len(WRONG)]
    assert len(lines) == len(WRONG) + 2
    assert counted(said) == [1, 0, 0, len(WRONG) + 1]
    assert said.splitlines()[0] == f"1 of {len(services) + 2} services"


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"{", "It is not JSON: "), (b"\xff", "It is not text in UTF-8."), (None, "cannot be opened")],
)
def test_a_file_that_cannot_be_read_is_said_and_nothing_is_brought_in(world: World, tmp_path: Path, content, words):
    path = tmp_path / "broken.json"
    if content is not None:
        path.write_bytes(content)
    assert words in brought_in(EXAMPLE, path)[1]
    assert events("referrals.import_service") == []


def test_the_published_schema_is_asked_too_where_it_is_given(world: World, tmp_path: Path):
    parts = {
        "service.json": {"properties": {"phones": {"items": {"$ref": "phone.json"}}}},
        "phone.json": {"required": ["number"]},
    }
    for name, part in parts.items():
        (tmp_path / name).write_text(json.dumps(part))
    file = written(tmp_path, example(phones=[{"id": "p"}]), example())
    said, wrong = brought_in(file, "--schema", tmp_path)
    assert "service 1 (0b7f1c5e-2d44-4c0e-9a57-5f1f0c3f7a01): phones/0: 'number' is a required property" in wrong
    assert counted(said) == [1, 0, 0, 1]
    assert "The schema cannot be read" in brought_in(file, "--schema", tmp_path / "nowhere")[1]


PLACES = ("CANARY", "Tamblewick", "IG1 1AA", "51.55", "0.0740", "service_at_location", "address", "location")


def test_of_a_refuge_no_place_is_kept_or_goes_out_whatever_its_document_holds(world: World, tmp_path: Path):
    refuge = {"name": "Lantern Refuge", "locations": [{"name": "CANARY"}], "description": "Safe"}
    told = example(organization=refuge, accreditations="51.5590, 0.0740", contacts=[{"id": "c", "name": "The office"}])
    told["phones"][0]["service_at_location_id"] = told["languages"][0]["location_id"] = "CANARY"
    assert brought_in(written(tmp_path, told))[1] == ""
    service = Service.objects.get(**DROP_IN)
    assert [place for place in PLACES if place in json.dumps(service.entry)] == []
    Service.objects.filter(pk=service.pk).update(entry=told)  # however it came there
    service.refresh_from_db()
    listed = world.api("manager").get("/api/v1/directory/services?full=true").json()
    shown = world.page("caseworker").get(f"/directory/{service.entry['id']}/").text
    gone_out = json.dumps([public_entry(service), sent_out(), sent_out("--organizations"), listed]) + shown
    assert "The office" in gone_out
    assert [place for place in PLACES[:-2] if place in gone_out] == []


def test_words_that_say_where_a_refuge_is_are_refused(world: World, tmp_path: Path):
    assert entries.says_where({"description": "Open 24 hours a day, close to help. 2 nights in place of 1."}) == []
    for where in ("12 Tamblewick Road", "9b Elm Close", "Write to us at IG1 1AA", "We are at 51.5590, 0.0740"):
        document = example(organization={"name": "Lantern Refuge"}, description=where)
        words = brought_in(written(tmp_path, document))[1]
        assert "description: This looks like an address" in words


def test_what_is_written_into_an_entry_changes_that_and_nothing_else():
    before = example()
    after = entries.written(deepcopy(before), entries.said_in(before) | {"languages": ["Urdu", "Twi"], "url": ""})
    added = after["languages"].pop()
    assert added["name"] == "Twi"
    assert after == {name: value for name, value in before.items() if name != "url"} | {
        "languages": before["languages"][:1]
    }


def test_only_the_system_brings_services_in(world: World):
    for who in world.people.values():
        with transaction.atomic(), pytest.raises(Exception, match="import_service"):
            import_service(actor=who, document=example(), plan=ImportPlan(), now=at())
    assert {user.role for user in world.people.values()} == set(Role) - {Role.SYSTEM}
