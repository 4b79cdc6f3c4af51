"""A log of the reading that people do, written as no login may, to see which of it is found odd."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import connection
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from audit.log import record
from audit.models import AuditEvent
from casework.models import Case, Person
from casework.queries import fold
from config.lock.roles import JOBS
from oversight.commands import find_odd_access
from oversight.models import AlertEvent
from tests.as_the_web import become
from tests.factories import at
from tests.world import World

OPEN, ACT, SEARCH = "casework.view_case", "casework.log_contact", "casework.find_person"


def monday() -> datetime:
    """Nine o'clock of a Monday to come: the log has no place for a month that is over."""
    day = timezone.localtime() + timedelta(days=60)
    return (day - timedelta(days=day.weekday())).replace(hour=9, minute=0, second=0, microsecond=0)


def log_of(world: World) -> "Log":
    """A log to write into at any time, which no login may."""
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER audit_stamped")
    return Log(world, monday())


class Log:
    """What people did, in hours from that Monday at nine; people and cases are made when they are first named."""

    def __init__(self, world: World, begin: datetime) -> None:
        self.world, self.begin = world, begin
        self.people: dict[str, User] = {}

    def who(self, name: str, agency: str = "front_door", role: str = Role.CASEWORKER) -> User:
        if name not in self.people:
            self.people[name] = User.objects.create(
                agency=self.world.agencies[agency], name=name, role=role, email=f"{uuid4()}@more.example"
            )
        return self.people[name]

    def case(self, *names: str) -> Case:
        """An intake of the front door, which waits for nobody."""
        holder = self.world.agencies["front_door"]
        case = Case.objects.create(partnership=holder.partnership, agency=holder, received_at=at())
        record(actor=self.world.caseworker, action="casework.start_contact", subject=case)
        for name in names:
            person = Person.objects.create(partnership=holder.partnership)
            case.parties.create(person=person, role="alleged", name=name, folded_name=fold(name))
        return case

    def write(self, who: User | str, action: str, hours: float, case: Case | int | None = None, **more: Any) -> None:
        worker = self.who(who) if isinstance(who, str) else who
        event = AuditEvent(
            at=self.begin + timedelta(hours=hours),
            actor_id=worker.pk,
            agency_id=more.pop("agency", worker.agency_id),
            action=action,
            case_id=case.pk if isinstance(case, Case) else case,
            **{"outcome": "allowed", "is_deliberate": True, "door": "page", **more},
        )
        fields = AuditEvent._meta.concrete_fields
        values = [field.get_db_prep_save(getattr(event, field.attname), connection) for field in fields]
        names, marks = ", ".join(field.column for field in fields), ", ".join(["%s"] * len(fields))
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO audit_event ({names}) VALUES ({marks})", values)  # noqa: S608

    def look(self) -> dict[str, set[str]]:
        """Which rules spoke of whom, once it is the Saturday after."""
        with become(JOBS):
            find_odd_access(actor=self.world.system, now=self.begin + timedelta(days=5))
        found: dict[str, set[str]] = {}
        for name, rule in AlertEvent.objects.values_list("alert__worker__name", "rule"):
            found.setdefault(name, set()).add(rule)
        return found
