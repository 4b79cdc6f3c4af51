"""The small world of the run, made with the product's own commands: a front door, its caseworkers, and a partner."""

from dataclasses import dataclass
from datetime import timedelta
from io import StringIO

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts.commands import add_agency, add_worker, found_partnership
from accounts.models import AgencyKind, User
from accounts.roles import Role
from casework.commands import add_agreement
from casework.models import Purpose
from casework.plans import AgreementPlan
from referrals.commands import add_service
from referrals.plans import ServicePlan
from tests.crash.stories import KINDS, PARTNERS
from tests.ready_made import migrate

PASSWORD = "a kettle, a lamp and a bridge"


@dataclass(frozen=True)
class World:
    """The caseworkers' addresses, and the partner's service."""

    emails: list[str]
    service: int


def make_world(workers: int) -> World:
    migrate(settings.LOCAL_DATABASE)
    system = found_partnership(
        actor=None, name="Crashton", front_door="Crashton Front Door", system_email="system@crashton.example"
    )
    call_command("load_reference", stdout=StringIO())
    service = _partner(system)
    emails = [f"worker-{number}@crashton.example" for number in range(1, workers + 1)]
    for number, email in enumerate(emails, start=1):
        add_worker(
            actor=system,
            agency=system.agency,
            email=email,
            name=f"Worker {number}",
            role=Role.CASEWORKER,
            password=PASSWORD,
        )
    connection.close()
    return World(emails, service)


def _partner(system: User) -> int:
    agency = add_agency(actor=system, name="Harbour Housing", kind=AgencyKind.HOUSING)
    for email in PARTNERS:
        role = Role.PARTNER_WORKER
        add_worker(actor=system, agency=agency, email=email, name="Partner Person", role=role, password=PASSWORD)
    plan = ServicePlan(
        name="Housing options",
        what_for="Somewhere else to live",
        kinds=KINDS,
        purpose=Purpose.HOUSING_HELP,
        usual_categories=("identity", "contact", "needs"),
        answers_within_hours=48,
    )
    today = timezone.localdate()
    agreement = AgreementPlan(
        name="All of Crashton",
        gateway="A law",
        parties=(system.agency, agency),
        categories=plan.usual_categories,
        valid_from=today,
        review_on=today + timedelta(days=365),
    )
    add_agreement(actor=system, plan=agreement, now=timezone.now())
    return int(add_service(actor=system, agency=agency, plan=plan).pk)
