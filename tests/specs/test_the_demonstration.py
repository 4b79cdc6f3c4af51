"""The demonstration: invented people only, made by one command, the same each time, and kept when made again."""

import contextlib
import io
import os
import re
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import phonenumbers
import pytest
from django.apps import apps
from django.core.management.base import CommandError
from django.db.models import Count

from accounts.models import TAKES_CONTACTS, Agency, AgencyKind, Partnership, User
from accounts.roles import Role
from casework.imports import read_published
from casework.models import Address, Case, Contact, ContactRoute, Incident, MatchKey, Party, Purpose, Safety
from casework.policy import categories_for, visible_cases
from config import demo_world
from config.demo_victims import NUMBERS
from config.management.commands import demo
from config.processes import WAITS_SECONDS, Program, own_login
from referrals.models import Referral, Service
from tests.as_the_web import manage
from tests.kept import Kept

FICTIONAL = re.compile(
    r"\+44(2079460\d{3}|1(13|14|16|17|18|21|31|41|51|61)4960\d{3}|1914980\d{3}|2896496\d{3}|2920180\d{3}|3069990\d{3})"
)
NOTHING_TO_SEE = {"contenttypes", "auth", "sessions", "audit", "guardian"}


def make(**options: object) -> str:
    out = io.StringIO()
    manage("demo", no_serve=True, stdout=out, **options)
    return out.getvalue()


def counts() -> dict[str, int]:
    """How many rows each table of ours has; not the log, in which making it again is recorded too."""
    models = [m for m in apps.get_models() if m._meta.managed and m._meta.app_label not in NOTHING_TO_SEE]
    return {model._meta.label: model.objects.count() for model in models}


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> dict[str, Program]:
    """The programs that it would start; none of them is, for they would serve the test's own database."""
    programs: dict[str, Program] = {}
    monkeypatch.setattr(demo, "run_together", lambda new: programs.update(new) or programs.get("ended", ""))
    monkeypatch.setattr(demo.connection, "close", lambda: None)
    monkeypatch.setitem(os.environ, "PORT", "8000")
    return programs


@pytest.fixture
def made(db: None, kept: Kept) -> str:
    return str(kept.made["demonstration"])


def test_it_says_each_step_the_address_and_whom_to_try(made):
    steps = re.findall(r"^(\d) of 7 ", made, re.MULTILINE)
    assert steps == list("1234567")
    assert "56 of 56 incidents" in made
    assert "56 of 56 victims" in made
    assert "http://localhost:8000/" in made
    assert all(worker.email in made for worker in demo_world.WORKERS if worker.try_this)
    assert made.count(demo_world.PASSWORD) == 1


def test_making_it_twice_is_the_same_as_once(made):
    once = counts()
    make()
    assert counts() == once
    assert once["casework.Incident"] == once["casework.PublishedOutcome"] - 4 == 56


def test_what_somebody_changed_in_it_stays(made):
    shabnam = User.objects.get(email="shabnam@frontdoor.example")
    shabnam.set_password("her own words since then")
    shabnam.save()
    Party.objects.filter(pk=Party.objects.earliest("pk").pk).update(name="Corrected Name")
    make()
    shabnam.refresh_from_db()
    assert shabnam.check_password("her own words since then")
    assert Party.objects.earliest("pk").name == "Corrected Name"


def test_each_agency_has_people_who_can_sign_in_and_something_to_offer(made):
    partnership = Partnership.objects.get(name="Redbridge")
    agencies = Agency.objects.filter(partnership=partnership)
    assert Counter(agencies.values_list("kind", flat=True)) == Counter(
        [*set(AgencyKind.values) - {AgencyKind.OTHER_AREA}, AgencyKind.SUPPORT]
    )
    for agency in agencies.exclude(kind__in=TAKES_CONTACTS):
        assert agency.services.count() == 1
        worker = agency.workers.get(role=Role.PARTNER_WORKER)
        assert worker.check_password(demo_world.PASSWORD)
    front_door = agencies.get(kind=AgencyKind.FRONT_DOOR).workers.exclude(role=Role.SYSTEM)
    roles = ["audit_lead", "auditor", "caseworker", "caseworker", "partnership_manager"]
    roles += ["senior_practitioner", "supervisor"]
    assert sorted(front_door.values_list("role", flat=True)) == roles


def test_the_police_account_and_the_system_cannot_sign_in(made):
    machines = User.objects.filter(role__in=[Role.SERVICE_ACCOUNT, Role.SYSTEM])
    assert [machine.has_usable_password() for machine in machines] == [False, False]


def test_nobody_has_an_address_that_could_be_anybodys(made):
    assert all(email.endswith(".example") for email in User.objects.values_list("email", flat=True))
    postcodes = [address.postcode for address in Address.objects.all()]
    assert postcodes
    assert all(postcode.startswith("ZZ") for postcode in postcodes if postcode)


def test_the_police_offer_burglary_visits(made):
    service = Service.objects.get(purpose=Purpose.POLICE_VISIT)
    assert (service.name, service.kinds) == ("Burglary visits", ["burglary"])
    assert service.usual_categories == ["identity", "contact", "location", "incident"]


def test_every_burglary_has_one_invented_victim_with_an_address(made):
    burglaries = Case.objects.filter(kind="burglary").annotate(
        victims=Count("parties", distinct=True), homes=Count("addresses", distinct=True)
    )
    assert set(burglaries.values_list("victims", "homes")) == {(1, 1)}
    assert burglaries.count() == 56


def test_the_same_file_gives_the_same_victims(made):
    def people() -> list[tuple[object, ...]]:
        found = Party.objects.filter(case__kind="burglary").order_by("case__incidents__crime_id")
        return [
            (
                party.name,
                party.date_of_birth,
                party.language,
                [route.value for route in party.routes.all()],
                [(address.lines, address.postcode) for address in party.addresses.all()],
            )
            for party in found.prefetch_related("routes", "addresses")
        ]

    before = people()
    for model in (ContactRoute, Address, MatchKey, Party):
        model.objects.filter(case__kind="burglary").delete()
    make()
    assert people() == before


def test_every_telephone_number_is_valid_and_in_a_range_kept_free_for_drama(made):
    numbers = {route.e164 for route in ContactRoute.objects.exclude(e164=None)}
    assert len(numbers) > 40
    for number in {*numbers, *(format_e164(number) for number in NUMBERS[::7])}:
        assert FICTIONAL.fullmatch(number), number
        assert phonenumbers.is_valid_number(phonenumbers.parse(number)), number
    assert len(set(NUMBERS)) == len(NUMBERS) == 14_900


def format_e164(number: str) -> str:
    return phonenumbers.format_number(phonenumbers.parse(number, "GB"), phonenumbers.PhoneNumberFormat.E164)


def homes_by_shared_number() -> list[tuple[int, int]]:
    """For each number that more than one person has: how many people, and how many homes."""
    homes: dict[str, list[tuple[str, str]]] = {}
    for route in ContactRoute.objects.exclude(e164=None).select_related("party"):
        home = (route.party.name.split()[-1], *(address.lines for address in route.party.addresses.all()))
        homes.setdefault(route.e164, []).append(home)
    return [(len(people), len(set(people))) for people in homes.values() if len(people) > 1]


def test_only_those_who_share_a_home_share_a_number(made):
    assert set(homes_by_shared_number()) == {(2, 1)}
    assert len(homes_by_shared_number()) <= 56 // 12


def test_a_second_file_goes_on_with_numbers_of_its_own(made, tmp_path):
    later = tmp_path / "later.csv"
    text = demo.RECORDS.read_text(encoding="utf-8")
    later.write_text(re.sub(r"^[0-9a-f]{8}", "0badcafe", text, flags=re.MULTILINE), encoding="utf-8")
    make(records=later)
    assert Incident.objects.count() == 112
    assert set(homes_by_shared_number()) == {(2, 1)}


def test_nobody_knows_yet_whether_an_imported_number_is_safe(made):
    imported = ContactRoute.objects.filter(case__kind="burglary")
    assert set(imported.values_list("safety", "confirmed_at")) == {(Safety.UNKNOWN, None)}


def test_the_stories_stand_at_different_stages(made):
    stories = Case.objects.exclude(kind="burglary")
    assert Counter(stories.values_list("kind", "status")) == {
        ("", "intake"): 1,
        ("domestic_abuse", "intake"): 3,
        ("behaviour", "intake"): 1,
        ("domestic_abuse", "open"): 3,
    }
    assert Counter(Referral.objects.values_list("status", flat=True)) == {"sent": 1, "accepted": 1, "declined": 1}
    assert Contact.objects.get(status="draft").draft["route_value"] == "020 7946 0900"


def test_the_adviser_sees_the_accepted_case_and_nothing_else(made):
    adviser = User.objects.get(email="ioana@harbour.example")
    case = visible_cases(adviser).get()
    assert case == Referral.objects.get(status="accepted").case
    assert "needs" not in categories_for(adviser, case)
    refuge_worker = User.objects.get(email="kavitha@lantern.example")
    assert not visible_cases(refuge_worker).exists()


def test_the_shipped_records_are_invented_and_in_the_published_layout():
    published = read_published(demo.RECORDS)
    assert (published.rows, len(published.burglaries), published.duplicates, published.rejects) == (60, 56, 4, [])
    assert {burglary.force for burglary in published.burglaries} == {"Invented Police Service"}


def test_a_port_that_is_taken_is_said_before_any_work(db):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=rf"Port {port} cannot be used: Address already in use\."):
            manage("demo", port=port, stdout=io.StringIO())
    with pytest.raises(CommandError, match="there is no such port"):
        manage("demo", port=99_999, stdout=io.StringIO())
    assert not Partnership.objects.exists()


def test_a_file_that_is_not_there_is_said_before_any_work(db, tmp_path):
    with pytest.raises(CommandError, match="cannot be opened"):
        make(records=tmp_path / "absent.csv")
    assert not Partnership.objects.exists()


def test_stopped_halfway_it_says_how_to_go_on(db, monkeypatch):
    def stop(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(demo.demo_stories, "tell", stop)
    with pytest.raises(CommandError, match="run it again"):
        make()
    monkeypatch.undo()
    assert "8 told" in make()


def test_it_has_no_place_in_production(db, settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="no place in production"):
        make()
    assert not Partnership.objects.exists()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def test_it_then_runs_the_web_server_on_this_machine_only_and_a_worker_beside_it(db, started):
    port = free_port()
    manage("demo", port=port, stdout=io.StringIO())
    assert set(started) == {"web server", "worker", "sealer"}
    assert started["sealer"].words[2:] == ["seal_audit", "--loop"]
    assert started["web server"].words[1:5] == ["-m", "gunicorn", "--bind", f"127.0.0.1:{port}"]
    assert started["worker"].words[1].endswith("manage.py")
    assert started["worker"].words[2:] == ["work"]
    assert (started["web server"].waits, started["worker"].waits) == ((), WAITS_SECONDS)
    assert os.environ["PORT"] == str(port)  # for the links in mails


def test_if_one_of_them_ends_it_says_which(db, started):
    started["ended"] = "worker"  # type: ignore[assignment]
    with pytest.raises(CommandError, match="The worker ended by itself, so everything was ended"):
        manage("demo", port=free_port(), stdout=io.StringIO())


def test_it_says_where_the_mails_are(made, settings):
    assert f"written into {settings.EMAIL_FILE_PATH}" in made


ROOT = Path(__file__).resolve().parents[2]
# Starts two programs that tell their names and numbers, the second again if it fails.
# `tell` then waits for the end of its input, which never comes.
SUPERVISOR = """
import sys
from config.processes import Program, run_together
say = "import os, sys; os.write(1, b'%s %d\\\\n' % (sys.argv[1].encode(), os.getpid())); "
tell, well, badly = say + "sys.stdin.read()", "pass", say + "sys.exit(1)"
second = Program([sys.executable, "-c", eval(sys.argv[1]), "second"], (0.01, 0.02))
print("ended:" + run_together({"first": Program([sys.executable, "-c", tell, "first"]), "second": second}), flush=True)
"""


@contextlib.contextmanager
def together(second: str) -> Iterator[subprocess.Popen[str]]:
    program = [sys.executable, "-c", SUPERVISOR, second]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(program, cwd=ROOT, **pipes) as supervisor:  # noqa: S603
        yield supervisor


def numbers_of_both(supervisor: subprocess.Popen[str]) -> dict[str, int]:
    """Their process numbers, once both run."""
    said = [supervisor.stdout.readline().split() for _ in range(2)]
    return {name: int(number) for name, number in said}


def is_gone(number: int) -> bool:
    return not Path(f"/proc/{number}/cmdline").exists() or not Path(f"/proc/{number}/cmdline").read_bytes()


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_told_to_end_it_ends_both(told):
    with together("tell") as supervisor:
        numbers = numbers_of_both(supervisor)
        supervisor.send_signal(told)
        assert supervisor.stdout.read() == "ended:\n"
        assert supervisor.wait(30) == 0
    assert [is_gone(number) for number in numbers.values()] == [True, True]


def test_when_one_ends_so_does_the_other():
    with together("tell") as supervisor:
        numbers = numbers_of_both(supervisor)
        os.kill(numbers["first"], signal.SIGKILL)
        assert supervisor.stdout.read() == "ended:first\n"
        assert supervisor.wait(30) == 0
    assert [is_gone(number) for number in numbers.values()] == [True, True]


def test_one_that_ended_well_was_told_to_and_is_not_started_again():
    with together("well") as supervisor:
        assert supervisor.stdout.read().splitlines()[-1] == "ended:second"
        assert supervisor.wait(30) == 0


def test_a_worker_that_failed_is_started_again_as_often_as_it_may():
    with together("badly") as supervisor:
        said = supervisor.stdout.read().splitlines()
        assert Counter(line.split()[0] for line in said) == {"first": 1, "second": 3, "ended:second": 1}
        assert supervisor.wait(30) == 0


def test_a_failure_after_a_long_time_is_the_first_one(monkeypatch):
    monkeypatch.setattr("config.processes.RAN_WELL_SECONDS", -1)
    program = Program([sys.executable, "-c", "raise SystemExit(1)"], (0,))
    for _ in range(3):
        program.start()
        program.process.wait()
        assert program.goes_on()
    monkeypatch.undo()
    program.start()
    program.process.wait()
    assert not program.goes_on()


def test_each_of_them_signs_in_to_the_database_as_itself(monkeypatch):
    monkeypatch.setenv("DATABASE_LOGIN", "web")  # as `manage.py demo` is
    said = "import os, sys; sys.exit('DATABASE_LOGIN' in os.environ)"
    program = subprocess.run([sys.executable, "-c", said], env=own_login(), check=False)  # noqa: S603
    assert program.returncode == 0
