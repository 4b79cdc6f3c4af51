"""Import burglaries: the police's published records come in once each, however often and however broken the file."""

import csv
import io
import re
from pathlib import Path

import pytest
from django.core.management.base import CommandError
from django.db import DataError, connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from accounts.roles import Role
from audit.models import AuditEvent
from casework.commands import seal_case
from casework.imports import COLUMNS, NotThisLayout, read_published
from casework.management.commands import import_burglaries as importing
from casework.models import Case, Contact, Incident, NextStep, PublishedOutcome, ServiceStandard
from casework.policy import holds, visible_cases
from tests.as_the_web import manage
from tests.conftest import events
from tests.factories import at

CLOSED = "Investigation complete; no suspect identified"


def row(number: int = 1, outcome: str = CLOSED, **cells: str) -> list[str]:
    """A row of the layout. The number is its crime's."""
    plain = {
        "Crime ID": f"{number:064x}",
        "Month": "2021-01",
        "Reported by": "Invented Police Service",
        "Falls within": "Invented Police Service",
        "Longitude": "0.029727",
        "Latitude": "51.603392",
        "Location": "On or near Tamblewick Road",
        "LSOA code": "E01099900",
        "LSOA name": "Redbridge 900A",
        "Crime type": "Burglary",
        "Last outcome category": outcome,
        "Context": "",
    }
    return list((plain | cells).values())


@pytest.fixture
def file(tmp_path: Path):
    """Writes a file of the layout with these rows."""

    def write(*rows: list[str], name: str = "published.csv") -> Path:
        path = tmp_path / name
        with path.open("w", newline="", encoding="utf-8") as text:
            csv.writer(text).writerows([COLUMNS, *rows])
        return path

    return write


def take_in(path: Path, **options: object) -> dict[str, float]:
    """Run the command; the figures that it prints at its end, by label."""
    out = io.StringIO()
    manage("import_burglaries", path, stdout=out, stderr=io.StringIO(), **options)
    figures = re.findall(r"^(\D+?) +([\d,.]+)$", out.getvalue(), re.MULTILINE)
    return {label: float(number.replace(",", "")) for label, number in figures if label != "seconds"}


def outcomes(number: int = 1) -> list[str]:
    records = PublishedOutcome.objects.filter(incident__crime_id=f"{number:064x}").order_by("position")
    return [record.outcome for record in records]


def counted(**figures: int) -> dict[str, int]:
    labels = dict.fromkeys(importing.LABELS.values(), 0)
    return labels | {importing.LABELS[name]: number for name, number in figures.items()}


def test_one_crime_id_is_one_incident_however_many_rows_it_has(world, file):
    path = file(row(1, "Under investigation"), row(2), row(1, CLOSED), row(1, CLOSED))
    assert take_in(path) == counted(rows=4, incidents=2, duplicates=2, outcomes=4)
    assert outcomes() == ["Under investigation", CLOSED, CLOSED]
    assert Incident.objects.count() == Case.objects.count() == 2


def test_what_comes_in_again_of_a_sealed_case_adds_its_outcome_and_no_second_case(world, file):
    take_in(file(row(1, "Under investigation")))
    named = [world.supervisor, world.caseworker]
    seal_case(actor=world.supervisor, case=Case.objects.get(), workers=named, reason="honour_based", now=at())
    take_in(file(row(1, "Under investigation"), row(1, CLOSED)))
    assert outcomes() == ["Under investigation", CLOSED]
    assert Case.objects.count() == 1


def test_an_incident_holds_what_was_published(world, file):
    take_in(file(row(7, Month="2023-12")))
    incident = Incident.objects.get()
    assert (incident.force, incident.place) == ("Invented Police Service", "On or near Tamblewick Road")
    assert (incident.area_code, incident.area_name) == ("E01099900", "Redbridge 900A")
    assert (str(incident.month), str(incident.longitude), str(incident.latitude)) == (
        "2023-12-01",
        "0.029727",
        "51.603392",
    )


def test_a_burglary_without_a_map_point_comes_in_without_one(world, file):
    take_in(file(row(Longitude="", Latitude="", Location="No Location")))
    assert (Incident.objects.get().longitude, Incident.objects.get().latitude) == (None, None)


def test_each_becomes_an_open_case_whose_next_step_is_to_offer_a_visit(world, file):
    take_in(file(row()))
    case, step, contact = Case.objects.get(), NextStep.objects.get(), Contact.objects.get()
    assert (case.kind, case.status, case.agency) == ("burglary", "open", world.agencies["front_door"])
    assert (step.kind, step.owner, step.due_source) == ("offer_visit", None, "burglary_visit_offer")
    assert (contact.channel, contact.status, contact.next_step) == ("police_transfer", "logged", step)
    assert holds(world.caseworker, case)


def test_the_police_do_not_see_the_case_that_came_of_their_record(world, file):
    take_in(file(row()))
    assert not visible_cases(world.police_system).exists()
    assert not visible_cases(world.officer).exists()


def test_every_case_is_recorded_as_the_police_accounts_act(world, file):
    take_in(file(row(1), row(2)))
    recorded = events("casework.import_burglaries")
    assert {event.actor_id for event in recorded} == {world.police_system.pk}
    assert {event.case_id for event in recorded} == {None, *Case.objects.values_list("pk", flat=True)}


def test_a_second_run_adds_nothing(world, file):
    path = file(row(1), row(1), row(2))
    take_in(path)
    assert take_in(path) == counted(rows=3, known=2, duplicates=1)
    assert (Case.objects.count(), PublishedOutcome.objects.count()) == (2, 3)


def test_a_newer_file_adds_the_one_row_that_is_new(world, file):
    take_in(file(row(1, "Under investigation")))
    newer = file(row(1, "Under investigation"), row(1, CLOSED), name="newer.csv")
    assert take_in(newer) == counted(rows=2, known=1, duplicates=1, outcomes=1)
    assert outcomes() == ["Under investigation", CLOSED]


def test_a_newer_file_with_the_same_row_once_more_adds_it_once_more(world, file):
    take_in(file(row(1)))
    newer = file(row(1), row(1), name="newer.csv")
    take_in(newer)
    take_in(newer)
    assert outcomes() == [CLOSED, CLOSED]


def test_crime_ids_in_capitals_are_the_same_crimes(world, file):
    take_in(file(row(0xABC), row(0xABC, **{"Crime ID": f"{0xABC:064X}"})))
    assert outcomes(0xABC) == [CLOSED, CLOSED]


def test_other_crimes_are_left_out(world, file):
    path = file(row(1), row(2, **{"Crime type": "Drugs", "Crime ID": ""}))
    assert take_in(path) == counted(rows=2, incidents=1, other_crimes=1, outcomes=1)


BAD = {
    "too few cells": row()[:11],
    "too many cells": [*row(), "more"],
    "no id": row(**{"Crime ID": ""}),
    "not an id": row(**{"Crime ID": "g" * 64}),
    "no such month": row(Month="2021-13"),
    "no such year": row(Month="0000-01"),
    "other digits": row(Month="२०२१-०१"),
    "not a number": row(Longitude="NaN"),
    "infinitely far": row(Latitude="Infinity"),
    "off the map": row(Latitude="90.1"),
    "an endless number": row(Longitude="1e-999999"),
    "half a point": row(Longitude=""),
    "a place too long": row(Location="x" * 201),
    "an area code too long": row(**{"LSOA code": "E010999000"}),
    "an outcome too long": row(outcome="x" * 101),
    "a null sign": row(Location="On or\x00near"),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_a_row_that_cannot_be_read_is_set_aside_with_its_line_and_stops_nothing(world, file, tmp_path, bad):
    rejects = tmp_path / "aside" / "rejects.csv"
    found = take_in(file(row(2), bad, row(3)), rejects=rejects)
    assert found == counted(rows=3, incidents=2, outcomes=2, rejects=1)
    [[line, reason, *cells]] = csv.reader(io.StringIO(rejects.read_bytes().decode(), newline=""))
    assert (line, cells) == ("3", bad)
    assert reason


@pytest.mark.parametrize("broken", [b'"never closed,2021-01', b'a,"b"c', b"caf\xe9,2021-01"])
def test_a_broken_line_costs_its_own_row_and_no_other(world, file, tmp_path, broken):
    path = file(row(2), row(3))
    first, second, third = path.read_bytes().splitlines()
    path.write_bytes(b"\r\n".join([first, second, broken, b"", third, b""]))
    assert take_in(path, rejects=tmp_path / "r.csv") == counted(rows=3, incidents=2, outcomes=2, rejects=1)
    assert (tmp_path / "r.csv").read_text(encoding="utf-8").startswith("3,")


def test_rejects_go_beside_the_data_unless_told_otherwise(world, file, settings, tmp_path):
    settings.BASE_DIR = tmp_path
    take_in(file(row(Month="?")))
    assert (tmp_path / "var" / "rejects" / "published.rejects.csv").exists()


def test_a_file_of_rejects_that_cannot_be_written_stops_the_run_before_it_begins(world, file, tmp_path):
    with pytest.raises(CommandError, match="cannot be written"):
        take_in(file(row(1), row(2, Month="?")), rejects=tmp_path)
    assert not Incident.objects.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"\x00\xff\x89PNG",
        b"Name,Age\nx,1\n",
        ",".join(COLUMNS[:-1]).encode(),
        ",".join(COLUMNS).encode("utf-16"),
        ",".join(reversed(COLUMNS)).encode(),
    ],
    ids=["empty", "a blank line", "binary", "other columns", "a column short", "another encoding", "another order"],
)
def test_a_file_of_another_layout_is_refused_before_anything_is_written(world, tmp_path, content):
    path = tmp_path / "wrong.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=r"wrong.csv is not in the published street layout\. .*\.$"):
        take_in(path)
    assert not AuditEvent.objects.filter(action="casework.import_burglaries").exists()


def test_a_file_that_is_not_there_is_said_in_a_sentence(world, tmp_path):
    with pytest.raises(CommandError, match=r"absent.csv cannot be opened: No such file or directory\.$"):
        take_in(tmp_path / "absent.csv")
    with pytest.raises(CommandError, match="cannot be opened: Is a directory"):
        take_in(tmp_path)


def test_the_mark_that_some_programs_put_before_the_first_line_does_no_harm(file):
    path = file(row())
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(read_published(path).burglaries) == 1


def test_without_a_police_account_nobody_takes_anything_in(world, file):
    User.objects.filter(role=Role.SERVICE_ACCOUNT).update(is_active=False)
    with pytest.raises(CommandError, match="No police agency has a service account"):
        take_in(file(row()))


def test_without_reference_data_it_says_what_to_do(world, file):
    ServiceStandard.objects.all().delete()
    with pytest.raises(CommandError, match="load_reference"):
        take_in(file(row()))


def test_a_batch_that_fails_leaves_the_earlier_ones_and_the_next_run_goes_on(world, file, monkeypatch):
    path = file(*(row(number) for number in range(5)))
    command, batches = importing.import_burglaries, []

    def fails_at_the_second(**named):
        batches.append(named)
        if len(batches) == 2:
            raise DataError("invented, with a value in it")
        return command(**named)

    monkeypatch.setattr(importing, "BATCH", 2)
    monkeypatch.setattr(importing, "import_burglaries", fails_at_the_second)
    with pytest.raises(CommandError) as stopped:
        take_in(path)
    assert str(stopped.value).startswith("Stopped after 2 of 5 incidents (DataError). They are kept. Run the same")
    assert Incident.objects.count() == 2
    assert take_in(path) == counted(rows=5, incidents=3, known=2, outcomes=3)


def test_a_terminal_shows_progress_on_one_line_and_a_file_on_many(world, file, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 1)
    path, out = file(row(1), row(2)), io.StringIO()
    manage("import_burglaries", path, stdout=out)
    assert out.getvalue().startswith("1 of 2 incidents\n2 of 2 incidents\n")
    out = io.StringIO()
    out.isatty = lambda: True
    manage("import_burglaries", path, stdout=out)
    assert out.getvalue().startswith("\r1 of 2 incidents\r2 of 2 incidents\n")


def test_a_batch_takes_as_many_statements_as_a_single_burglary(world, file):
    counts = []
    for first, last in ((0, 1), (1, 200)):
        path = file(*(row(number) for number in range(first, last)))
        with CaptureQueriesContext(connection) as statements:
            take_in(path)
        counts.append(len(statements))
    assert counts[0] == counts[1] < 30


CELLS = st.lists(st.text(max_size=70) | st.sampled_from(row()), min_size=0, max_size=14)
NEARLY = st.tuples(st.integers(0, 11), st.text(max_size=250)).map(
    lambda change: [*row()[: change[0]], change[1], *row()[change[0] + 1 :]]
)


def written(rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([COLUMNS, *rows])
    return text.getvalue().encode(errors="surrogatepass")


@given(rows=st.lists(CELLS | NEARLY, max_size=8))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_in_the_cells_every_row_is_counted_once(tmp_path, rows):
    path = tmp_path / "any.csv"
    path.write_bytes(written(rows))
    found = read_published(path)
    assert found.rows == len(found.rejects) + found.other_crimes + sum(len(b.rows) for b in found.burglaries)
    assert found.duplicates == sum(len(burglary.rows) - 1 for burglary in found.burglaries)


@given(content=st.binary(max_size=300))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_bytes_there_are_they_are_read_or_refused(tmp_path, content):
    path = tmp_path / "any.csv"
    path.write_bytes(content)
    with pytest.raises(NotThisLayout):
        read_published(path)
    path.write_bytes(written([]) + content)
    assert read_published(path).burglaries == []


@pytest.mark.django_db
@given(rows=st.lists(NEARLY, min_size=1, max_size=5))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_not_set_aside_the_database_takes(world, tmp_path, rows):
    path = tmp_path / "any.csv"
    path.write_bytes(written(rows))
    take_in(path, rejects=tmp_path / "rejects.csv")
    connection.check_constraints()
