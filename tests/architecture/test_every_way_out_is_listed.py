"""Every way out is listed: what leaves as a file, and what our management commands read. A new one fails at first."""

import io
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command, get_commands

from audit.models import AuditEvent
from referrals.models import Referral
from tests import factories
from tests.answers import let_in, table
from tests.conftest import events
from tests.doors import Door, doors
from tests.factories import TOKENS
from tests.world import World

DIRECTORY = settings.BASE_DIR / "tests" / "directory.json"
AS_USUAL = {"text/html", "application/json"}
# Routes that answer with anything but a page or JSON: the permission that each asks, and whose event it leaves.
FILES = {
    "open_file": "casework.view_attachment",
    "export_case_history": "oversight.export_case_history",
    "export_replay": "oversight.export_replay",
}
# It describes the API and holds nothing of anybody: signed in is enough, and nothing is recorded.
OF_NOBODY = {"api_schema": "signed in"}

# Our management commands: the permission that each exercises, in the name of an account of its own, with an event.
EXERCISES = {
    "import_burglaries": "casework.import_burglaries",  # reads a published file, writes incidents, as the police
    "export_directory": "referrals.view_service",  # reads what is public of services, writes it, as the system
    "import_directory": "referrals.import_service",  # reads published services, writes them, as the system
    "load_addresses": "casework.load_addresses",  # reads a public list of addresses, writes it, as the system
    "load_instrument": "casework.load_reference",  # reads a file of words, writes an instrument, as the system
    "load_checklist": "oversight.load_checklist",  # reads a file of questions, writes them, as the system
    "load_reference": "casework.load_reference",  # reads shipped files, writes standards and bases, as the system
    "purge_once_only": "accounts.purge_once_only",  # reads dates only, removes kept answers, as the system
    "rotate_keys": "casework.rewrap_keys",  # reads wrapped keys only, wraps them anew, as the system
}
# The same, of what is exported: by the sealer's login, which reads the log, as the system. Tried where sealing is.
EXPORTS = {"export_audit": "accounts.export_audit"}
# Those that exercise none, and why they need not.
NO_PERSONAL_DATA = {
    "burglary_figures": "counts rows and shows the counts",
    "check_promises": "counts rows and shows the counts",
    "demo": "makes invented people; refuses production",
    "detach_audit": "moves a month of the log, and shows nothing of it",
    "localdb": "starts and stops the server of the demonstration and the tests; production has none",
    "prepare_database": "makes roles and an empty database, and reads none",
    "seal_audit": "reads the log, and tells hashes and counts",
    "verify_audit": "reads the log, and names the first bad event by its number and id",
    "work": "a worker: each job in it acts as a system actor and asks its own permission",
    "write_docs": "reads the code",
}


# What an address names, made only for the door that names it.
NAMED: dict[str, Callable[[World, Referral], Any]] = {
    "address": lambda world, referral: referral.case.addresses.first(),
    "referral": lambda world, referral: referral,
    "contact": lambda world, referral: referral.case.contacts.get(),
    "agreement": lambda world, referral: referral.decision.agreement,
    "consent": lambda world, referral: referral.decision.consent,
    "share": lambda world, referral: referral.decision,
    "step": lambda world, referral: referral.case.steps.earliest("pk"),
    "review": lambda world, referral: factories.emergency(world, referral.case),
    "bar": lambda world, referral: factories.barred(world, referral.case),
    "proposal": lambda world, referral: factories.proposed(world, referral.case),
    "worker": lambda world, referral: world.partner,
    "invitation": lambda world, referral: factories.invited(world),
    "agency": lambda world, referral: world.agencies["elsewhere"],
    "matter": lambda world, referral: factories.pair(world, referral.case),
    "feedback": lambda world, referral: factories.finished(world, referral.case),
    "audit": lambda world, referral: factories.drawn(world, referral.case),
    "alert": lambda world, referral: factories.alert(world, referral.case),
    "answer": lambda world, referral: factories.told(world, referral.case),
    "erasure": lambda world, referral: factories.to_be_erased(world, referral.case),
    "route": lambda world, referral: referral.case.routes.earliest("pk"),
    "reaching": lambda world, referral: factories.reaching(world, referral.case),
    "override": lambda world, referral: factories.overridden_way(world, referral.case),
    "handover": lambda world, referral: factories.handed_over(world),
    "hand_in": lambda world, referral: factories.handed_in(world, referral.case),
    "request": lambda world, referral: factories.information_request(world, referral.case, is_sent=True),
    "hold": lambda world, referral: factories.held(world, referral.case),
    "file": lambda world, referral: factories.attached(world.caseworker, referral.case),
    "plan": lambda world, referral: factories.planned(world.caseworker, referral.case),
    "neighbour": lambda world, referral: factories.neighboured(world, referral.case),
    "assessment": lambda world, referral: factories.to_assess(world, referral.case),
    "directory": lambda world, referral: world.services["harbour"],
    "clock": lambda world, referral: factories.owed(world.caseworker, referral.case),
    "offer": lambda world, referral: factories.offered(world, referral.case),
    "absence": lambda world, referral: factories.away(world),
    "closing": lambda world, referral: factories.to_close(world, referral.case),
    "note": lambda world, referral: factories.note(world, referral.case),
    "ask": lambda world, referral: factories.asked(world, referral.case),
    "judgement": lambda world, referral: factories.judged(world, referral.case),
}


def address_of(world: World, door: Door, referral: Referral) -> str:
    record = NAMED[door.of](world, referral) if door.of in NAMED else referral.case
    said = {name: getattr(record, name, "") for name in ("reference", "public_id")}
    said |= {"reference": record.entry["id"]} if door.of == "directory" else {}
    return door.address(**said, number=record.pk)


def test_each_route_that_answers_with_a_file_is_listed_with_its_permission_and_leaves_an_event(world: World, accepted):
    factories.visited(world, accepted.case)  # that its visit and what is near it are answered with
    found, left = {}, {}
    for door in [door for door in doors() if "get" in door.methods]:
        address, asked = address_of(world, door, accepted), table().routes[door.name].declares
        before = len(events(asked))
        answer = world.page(let_in(door.name, "get")).get(address)
        kind = answer.headers.get("Content-Type", "text/html").partition(";")[0]
        if kind not in AS_USUAL or "Content-Disposition" in answer.headers:
            found[door.name], left[door.name] = asked, len(events(asked)) - before
    assert found == FILES | OF_NOBODY
    assert left == dict.fromkeys(FILES, 1) | dict.fromkeys(OF_NOBODY, 0)


def test_each_of_our_management_commands_is_listed():
    ours = {app.name for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR}
    assert {name for name, app in get_commands().items() if app in ours} == {*EXERCISES, *EXPORTS, *NO_PERSONAL_DATA}


@pytest.mark.parametrize("name", EXERCISES)
def test_what_exercises_a_permission_does_it_in_somebodys_name_and_leaves_an_event(world: World, tmp_path, name):
    published = (settings.BASE_DIR / "config" / "demo" / "burglaries.csv").read_text().splitlines(keepends=True)[:3]
    (tmp_path / "published.csv").write_text("".join(published))
    (tmp_path / "homes.csv").write_text("lines,postcode,easting,northing\n9 Elm Road,IG1 1AA,543000,187000\n")
    words = {"code": "dash_24", "wording": {"1": "Are you hurt?"}, "licence": "By leave.", "source": "A letter"}
    (tmp_path / "words.json").write_text(json.dumps(words | {"valid_from": "2026-12-01"}))
    of_area = ["--partnership", "Redbridge", "--source", "A list"]
    said = {
        "export_directory": of_area[:2],
        "import_directory": [DIRECTORY, *of_area[:2], "--new-agencies", "support"],
        "import_burglaries": [tmp_path / "published.csv"],
        "load_addresses": [tmp_path / "homes.csv", *of_area],
        "load_instrument": [tmp_path / "words.json", *of_area[:2]],
    }
    before = AuditEvent.objects.filter(action=EXERCISES[name]).count()
    call_command(name, *map(str, said.get(name, [])), stdout=io.StringIO())
    made = events(EXERCISES[name])[before:]
    assert made
    assert {event.actor_id for event in made} <= {world.system.pk, world.police_system.pk}


def test_what_counts_rows_shows_nothing_of_them(world: World, accepted):
    shown = io.StringIO()
    with suppress(SystemExit):
        call_command("check_promises", stdout=shown)
    assert not [value for value in [accepted.case.reference, *vars(TOKENS).values()] if value in shown.getvalue()]
