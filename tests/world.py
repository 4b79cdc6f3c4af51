"""The World: a partnership, its agencies and people, named for what they are. Every capability is tried by all."""

import io
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.commands import add_agency, add_worker, found_partnership
from accounts.models import Agency, AgencyKind, Partnership, User
from accounts.roles import Role
from audit.log import COLUMNS
from casework.commands import add_agreement, add_hub, name_senior_practitioner
from casework.models import (
    AgreementParty,
    AttemptStandard,
    CodeRule,
    Hub,
    LadderStandard,
    LawfulBasis,
    NamedSenior,
    Purpose,
    RiskInstrument,
    RiskRule,
    ServiceStandard,
    SharingAgreement,
    VisitRule,
)
from casework.models.agreements import CATEGORY_NAMES
from casework.plans import AgreementPlan
from oversight.models import AuditQuestion
from referrals.commands import add_service
from referrals.models import ReferralStandard, Service, SuggestionRule
from referrals.plans import ServicePlan
from tests import factories
from tests.as_the_web import manage

BACKEND = settings.AUTHENTICATION_BACKENDS[0]
SYSTEM = "system@redbridge.example"
AGENCIES = {
    "police": ("East Area Police", AgencyKind.POLICE),
    "harbour": ("Harbour Advocacy", AgencyKind.SUPPORT),
    "refuge": ("Lantern Refuge", AgencyKind.REFUGE),
    "elsewhere": ("Elsewhere Housing", AgencyKind.HOUSING),
}
PEOPLE = {
    "caseworker": ("front_door", Role.CASEWORKER),
    "colleague": ("front_door", Role.CASEWORKER),
    "senior": ("front_door", Role.SENIOR_PRACTITIONER),
    "supervisor": ("front_door", Role.SUPERVISOR),
    "auditor": ("front_door", Role.AUDITOR),
    "audit_lead": ("front_door", Role.AUDIT_LEAD),
    "partner": ("harbour", Role.PARTNER_WORKER),
    "partner_supervisor": ("harbour", Role.SUPERVISOR),
    "officer": ("police", Role.PARTNER_WORKER),
    "police_system": ("police", Role.SERVICE_ACCOUNT),
    "outsider": ("elsewhere", Role.PARTNER_WORKER),
    "administrator": ("harbour", Role.AGENCY_ADMINISTRATOR),
    "manager": ("front_door", Role.PARTNERSHIP_MANAGER),
}
SERVICES = {
    "harbour": ServicePlan(
        name="Harbour advocates",
        what_for="An adviser who stands by a victim of domestic abuse",
        kinds=("domestic_abuse",),
        purpose=Purpose.SAFETY_SUPPORT,
        usual_categories=("identity", "contact", "risk", "narrative"),
        answers_within_hours=24,
    ),
    "police": ServicePlan(
        name="Burglary visits",
        what_for="A visit by an officer after a burglary",
        kinds=("burglary",),
        purpose=Purpose.POLICE_VISIT,
        usual_categories=("identity", "contact", "location", "incident"),
        answers_within_hours=4,
    ),
    "elsewhere": ServicePlan(
        name="Housing options",
        what_for="Somewhere else to live",
        kinds=("domestic_abuse", "burglary", "other"),
        purpose=Purpose.HOUSING_HELP,
        usual_categories=("identity", "contact", "needs"),
        answers_within_hours=48,
    ),
}
EVERY = {
    model._meta.db_table: ", ".join(str(field.column) for field in model._meta.concrete_fields)
    for model in (
        Partnership,
        Group,
        Agency,
        User,
        User.groups.through,
        LawfulBasis,
        ServiceStandard,
        AttemptStandard,
        CodeRule,
        LadderStandard,
        VisitRule,
        RiskInstrument,
        RiskRule,
        AuditQuestion,
        SharingAgreement,
        AgreementParty,
        NamedSenior,
        Hub,
        ReferralStandard,
        SuggestionRule,
        Service,
    )
}
OF_WORLD = EVERY | {"audit_event": ", ".join(COLUMNS)}


@dataclass
class World:
    """Who there is. `page` and `api` give a client signed in as somebody."""

    system: User
    agencies: dict[str, Agency] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)

    def __getattr__(self, name: str) -> User:
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None

    def page(self, who: str) -> Client:
        client = Client()
        if who != "anonymous":
            client.force_login(self.people[who], backend=BACKEND)
        return client

    def api(self, who: str) -> APIClient:
        client = APIClient()
        if who != "anonymous":
            client.force_login(self.people[who], backend=BACKEND)
        return client


def make_world() -> World:
    system = found_partnership(actor=None, name="Redbridge", front_door="Redbridge Front Door", system_email=SYSTEM)
    world = World(system=system, agencies={"front_door": system.agency})
    manage("load_reference", stdout=io.StringIO())
    manage("load_checklist", stdout=io.StringIO())
    for key, (name, kind) in AGENCIES.items():
        world.agencies[key] = add_agency(actor=system, name=name, kind=kind)
    for key, (agency, role) in PEOPLE.items():
        world.people[key] = add_worker(
            actor=system,
            agency=world.agencies[agency],
            email=email_of(key),
            name=f"{key.replace('_', ' ').title()} Person",
            role=role,
            password=factories.PASSWORD,
        )
    for key, plan in SERVICES.items():
        world.services[key] = add_service(actor=system, agency=world.agencies[key], plan=plan)
    add_agreement(actor=system, plan=agreed(world), now=factories.at())
    add_hub(actor=world.manager, code="high-street", name="High Street hub", kind="fixed")
    name_senior_practitioner(actor=system, worker=world.senior, now=factories.at())
    return world


def agreed(world: World, **more: Any) -> AgreementPlan:
    """An agreement between all agencies of the World about everything, for a year."""
    today = timezone.localdate()
    plan: dict[str, Any] = {
        "name": "All of Redbridge",
        "gateway": "Crime and Disorder Act 1998, section 115",
        "parties": tuple(world.agencies.values()),
        "categories": CATEGORY_NAMES,
        "valid_from": today,
        "review_on": today + timedelta(days=365),
    }
    return AgreementPlan(**plan | more)


def administrator_of(world: World, agency: str) -> User:
    """Who looks after the workers of an agency, where the World has nobody who does."""
    world.people["other_administrator"] = add_worker(
        actor=world.system,
        agency=world.agencies[agency],
        email=f"administrator@{agency}.example",
        name="Other Administrator",
        role=Role.AGENCY_ADMINISTRATOR,
        password=factories.PASSWORD,
    )
    return world.other_administrator


def email_of(key: str) -> str:
    return f"{key}@{PEOPLE[key][0].replace('_', '-')}.example"


def world_there() -> World:
    users = {user.email: user for user in User.objects.select_related("agency__partnership")}
    services = {service.agency_id: service for service in Service.objects.select_related("agency")}
    system = users.pop(SYSTEM)
    agencies = {agency.name: agency for agency in Agency.objects.select_related("partnership")}
    world = World(system, {"front_door": system.agency} | {key: agencies[name] for key, (name, _) in AGENCIES.items()})
    world.people |= {key: users[email_of(key)] for key in PEOPLE}
    world.services |= {key: services[world.agencies[key].pk] for key in SERVICES}
    return world


def copied_in(rows: dict[str, bytes]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for table, columns in OF_WORLD.items():
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                copy.write(rows[table])


def copied_out(table: str, columns: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f"COPY (SELECT {columns} FROM {table}) TO STDOUT") as copy:  # noqa: S608
        return b"".join(copy)
