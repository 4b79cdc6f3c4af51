"""What tests begin with, and how they ask what came of an act."""

import gc
import io
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.test import override_settings
from procrastinate.contrib.django import app
from pytest_django.plugin import blocking_manager_key

from accounts.authorization import Denied, NotPossibleNow, NotVisible
from accounts.commands import add_worker, found_partnership
from accounts.models import User
from accounts.roles import Role
from accounts.work import run_worker
from audit.models import AuditEvent
from casework.models import (
    Case,
)
from casework.policy import permission_id
from config.lock.roles import JOBS
from referrals.models import Referral
from tests import factories
from tests.as_the_web import become, manage
from tests.ids import Ids
from tests.kept import KEPT, Kept, in_order, path_of
from tests.ready_made import ready_made
from tests.world import OF_WORLD, World, copied_in, copied_out, make_world, world_there

R = TypeVar("R")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: Any) -> None:
    """Start the embedded PostgreSQL before the first test that needs one; each test process has its own database.

    They are copies of one: see `tests.ready_made`.
    """
    if hasattr(settings, "LOCAL_DATABASE"):
        settings.LOCAL_DATABASE.start()
    with django_db_blocker.unblock():
        settings.DATABASES["default"]["TEST"]["TEMPLATE"] = ready_made()


def pytest_collection_finish() -> None:
    """What is loaded by now stays loaded, so the collector need not look through it all again and again."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What a test has counted is said at the end, also where tests run in processes of their own."""
    reports = [r for kind in ("passed", "failed", "error") for r in terminalreporter.stats.get(kind, [])]
    for line in sorted(
        {v for report in reports for name, v in getattr(report, "user_properties", ()) if name == "figures"}
    ):
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def kept(request: pytest.FixtureRequest, world_as_made: dict[str, bytes]) -> Kept:
    """What the tests of a file begin with: see `tests.kept`."""
    makers = {
        "world": lambda made: copied_in(world_as_made),
        "case": lambda made: opened(world_there()),
        "sent": lambda made: sent_to_harbour(world_there(), Case.objects.get(pk=made["case"])),
        "accepted": lambda made: accepted_by_harbour(world_there(), Case.objects.get(pk=made["case"])),
        "ids": lambda made: Ids.of(world_there(), Referral.objects.get(pk=made["accepted"])),
        "demonstration": lambda made: demonstration(),
    }
    request.config.stash[KEPT] = Kept(makers)
    return request.config.stash[KEPT]


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> None:
    """Before pytest-django begins the transaction of a test, which it does in this fixture."""
    if fixturedef.argname == "_django_db_helper":
        kept = request.getfixturevalue("kept")
        with request.config.stash[blocking_manager_key].unblock():
            kept.bring(request.path, begins_with(request.node))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Any:
    """Once that transaction is rolled back, nothing is kept that the next test does not begin with too."""
    yield
    if kept := item.config.stash.get(KEPT, None):
        with item.config.stash[blocking_manager_key].unblock():
            kept.keep(nextitem and nextitem.path, begins_with(nextitem) if nextitem else ())


def begins_with(item: Any) -> tuple[str, ...]:
    names, marked = getattr(item, "fixturenames", ()), item.get_closest_marker("django_db")
    for_real = "transactional_db" in names or bool(marked and marked.kwargs.get("transaction"))
    return () if for_real else path_of(names, BEGIN_WITH)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    in_order(items, BEGIN_WITH)


@pytest.fixture(autouse=True)
def forgotten() -> None:
    """What a process keeps in mind: the limits on signing in, and ids that a flushed database gives anew."""
    cache.clear()
    permission_id.cache_clear()


@pytest.fixture(scope="session")
def world_as_made(django_db_setup: None, django_db_blocker: Any) -> dict[str, bytes]:
    """The rows of the World by table and columns, made once by the product's own commands, and taken away again."""
    with django_db_blocker.unblock(), transaction.atomic():
        make_world()
        rows = {table: copied_out(table, columns) for table, columns in OF_WORLD.items()}
        transaction.set_rollback(True)
    return rows


@pytest.fixture
def world(db: None, kept: Kept, world_as_made: dict[str, bytes]) -> World:
    """Everybody, as they were made; every event of it is of this transaction."""
    if "world" not in kept.made:
        copied_in(world_as_made)
    return world_there()


@pytest.fixture
def stranger(world: World) -> User:
    """A supervisor of another partnership: their role may do almost everything, and reaches nothing here."""
    system = found_partnership(actor=None, name="Far", front_door="Far Front Door", system_email="system@far.example")
    world.people["stranger"] = add_worker(
        actor=system,
        agency=system.agency,
        email="stranger@far.example",
        name="Stranger",
        role=Role.SUPERVISOR,
        password=factories.PASSWORD,
    )
    return world.stranger


@pytest.fixture
def case(world: World, kept: Kept) -> Case:
    """An open case of the front door, in which every category holds something."""
    return Case.objects.get(pk=kept.made.get("case") or opened(world))


@pytest.fixture
def sent(world: World, case: Case, kept: Kept) -> Referral:
    """That case referred to Harbour, which has not answered yet."""
    return Referral.objects.get(pk=kept.made.get("sent") or sent_to_harbour(world, case))


@pytest.fixture
def accepted(world: World, case: Case, kept: Kept) -> Referral:
    """That case referred to Harbour, which took it on."""
    return Referral.objects.get(pk=kept.made.get("accepted") or accepted_by_harbour(world, case))


@pytest.fixture
def ids(world: World, accepted: Referral, kept: Kept) -> Ids:
    """What addresses name, with one record of every kind in that case."""
    return kept.made.get("ids") or Ids.of(world, accepted)


def opened(world: World) -> int:
    return factories.opened(world.caseworker).pk


def sent_to_harbour(world: World, case: Case) -> int:
    return factories.sent(world.caseworker, case, world.services["harbour"]).pk


def accepted_by_harbour(world: World, case: Case) -> int:
    return factories.accepted(world.caseworker, world.partner, case, world.services["harbour"]).pk


def demonstration() -> str:
    """Make it, and what was said."""
    out = io.StringIO()
    manage("demo", no_serve=True, stdout=out)
    return out.getvalue()


BEGIN_WITH = {
    "world": ("world",),
    "case": ("world", "case"),
    "sent": ("world", "case", "sent"),
    "accepted": ("world", "case", "accepted"),
    "ids": ("world", "case", "accepted", "ids"),
    "made": ("demonstration",),
}


def events(action: str, **more: object) -> list[AuditEvent]:
    """The events of one action, oldest first."""
    return list(AuditEvent.objects.filter(action=action, **more).order_by("at", "id"))


def outcome_of(act: Callable[[], object]) -> str:
    """What becomes of an act: "done", or the name of the refusal. A refused one leaves nothing behind."""
    try:
        with transaction.atomic():
            act()
    except (Denied, NotVisible, NotPossibleNow) as refusal:
        return type(refusal).__name__
    return "done"


@pytest.fixture
def for_real(transactional_db: None) -> Iterator[None]:
    """Transactions that are truly committed, for tests of two at once. Its owner empties the log afterwards."""
    empty_the_queue()
    yield
    empty_the_queue()
    with connection.cursor() as cursor:
        cursor.execute("SELECT relid::regclass::text FROM pg_partition_tree('audit_event')")
        kept = [(table, "audit_never_emptied") for (table,) in [*cursor.fetchall(), ("audit_checkpoint",)]]
        kept.append(("casework_recordversion", "versions_are_never_emptied"))
        for table, trigger in kept:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        cursor.execute("TRUNCATE audit_event, audit_checkpoint, casework_recordversion")
        for table, trigger in kept:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")


def empty_the_queue() -> None:
    """Jobs of earlier tests, which the flush of the tables leaves: they are the library's own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers, procrastinate_workers"
        )


def as_a_worker(act: Callable[..., R], *given: Any, **named: Any) -> R:
    """What a job does, as the worker's role."""
    with become(JOBS):
        return act(*given, **named)


def worked() -> None:
    """A real worker does all that waits, in connections of its own as its own role, and ends.

    What comes again is not due.
    """
    with pytest.MonkeyPatch.context() as patch, override_settings(ACTS_AS=JOBS):
        patch.setitem(connection.settings_dict["OPTIONS"], "assume_role", JOBS)
        patch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)  # or those of its threads would outlive it
        patch.setitem(app.periodic_defaults, "max_delay", 0)
        run_worker(wait=False)


def at_once(*acts: Callable[[Callable[[], object]], object]) -> list[BaseException | None]:
    """Run each act in a thread and a connection of its own; each gets a barrier to wait at. What each raised."""
    barrier = threading.Barrier(len(acts), timeout=20)

    def run(act: Callable[[Callable[[], object]], object]) -> BaseException | None:
        try:
            act(barrier.wait)
        except Exception as problem:
            return problem
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
