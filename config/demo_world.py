"""The people and agencies of the demonstration. Everybody in it is invented, and nobody enters twice."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.commands import add_agency, add_worker, found_partnership
from accounts.models import Agency, AgencyKind, Partnership, User
from accounts.roles import Role
from casework.commands import add_agreement, add_hub, name_senior_practitioner
from casework.models import CaseKind, Hub, HubKind, NamedSenior, Purpose, SharingAgreement
from casework.models.agreements import CATEGORY_NAMES
from casework.plans import AgreementPlan
from referrals.commands import add_service
from referrals.models import Service
from referrals.plans import ServicePlan

PARTNERSHIP = "Redbridge"
FRONT_DOOR = "Redbridge Front Door"
SYSTEM_EMAIL = "system@frontdoor.example"
PASSWORD = "one story told once"  # noqa: S105 - printed for everybody: behind it are only invented people

POLICE, COUNCIL, IDVA, REFUGE, HOUSING, HEALTH, AFTERCARE, CHANGE = (
    "East Area Police",
    "Redbridge Community Safety",
    "Harbour Advocacy",
    "Lantern Refuge",
    "Larkenfold Homes",
    "Brindlemere Health",
    "Steadfast Victim Care",
    "Turnstone Change Project",
)
AGENCIES = {
    POLICE: AgencyKind.POLICE,
    COUNCIL: AgencyKind.COUNCIL,
    IDVA: AgencyKind.SUPPORT,
    REFUGE: AgencyKind.REFUGE,
    HOUSING: AgencyKind.HOUSING,
    HEALTH: AgencyKind.HEALTH,
    AFTERCARE: AgencyKind.SUPPORT,
    CHANGE: AgencyKind.BEHAVIOUR,
}


@dataclass(frozen=True)
class Worker:
    """Somebody to sign in as, and what to try as them. Who has nothing to try has no password either."""

    email: str
    name: str
    agency: str
    role: Role
    try_this: str = ""


WORKERS = (
    Worker(
        "shabnam@frontdoor.example",
        "Shabnam Chowdhury",
        FRONT_DOOR,
        Role.CASEWORKER,
        "Finish the draft, look for somebody known already, open the intake that waits.",
    ),
    Worker(
        "gurdeep@frontdoor.example",
        "Gurdeep Sandhu",
        FRONT_DOOR,
        Role.CASEWORKER,
        "Refer an open case: see before sending exactly what the partner will see. One was declined and is back.",
    ),
    Worker(
        "folasade@frontdoor.example",
        "Folasade Adeyemi",
        FRONT_DOOR,
        Role.SUPERVISOR,
        "Open a case's history: who has seen it, and why.",
    ),
    Worker(
        "yasmin@frontdoor.example",
        "Yasmin Rahimi",
        FRONT_DOOR,
        Role.SENIOR_PRACTITIONER,
        "Two-sided cases: the victim of one is accused in another. Only she is told.",
    ),
    Worker(
        "margaret@frontdoor.example",
        "Margaret Ellison",
        FRONT_DOOR,
        Role.AUDITOR,
        "Reads who did what, and nothing of what was said.",
    ),
    Worker(
        "agnieszka@frontdoor.example",
        "Agnieszka Wrona",
        FRONT_DOOR,
        Role.AUDIT_LEAD,
        "Odd access: look now, and read of whom it is odd and why. Attempts at what is shut.",
    ),
    Worker(
        "oluwaseun@frontdoor.example",
        "Oluwaseun Bankole",
        FRONT_DOOR,
        Role.PARTNERSHIP_MANAGER,
        "Looks after the agreements; sees what would end if an agency left.",
    ),
    Worker(
        "tomasz@police.example",
        "Tomasz Kamiński",
        POLICE,
        Role.PARTNER_WORKER,
        "Answer a referral for a burglary visit, once the front door has sent one.",
    ),
    Worker(
        "ioana@harbour.example",
        "Ioana Munteanu",
        IDVA,
        Role.PARTNER_WORKER,
        "One referral waits, without a name; accept it and see what was shared, and only that. Asked for more.",
    ),
    Worker(
        "kavitha@lantern.example",
        "Kavitha Sivakumar",
        REFUGE,
        Role.PARTNER_WORKER,
        "Declined a referral, and said that the refuge is full; sees nothing.",
    ),
    Worker(
        "rukhsana@harbour.example",
        "Rukhsana Mirza",
        IDVA,
        Role.AGENCY_ADMINISTRATOR,
        "Invite a worker (the mail lies in var/mail), release one to Lantern Refuge, or end an account.",
    ),
    Worker(
        "delphine@lantern.example",
        "Delphine Achterberg",
        REFUGE,
        Role.AGENCY_ADMINISTRATOR,
        "Take on whom Harbour Advocacy released, by inviting them.",
    ),
    Worker("nasima@council.example", "Nasima Begum", COUNCIL, Role.PARTNER_WORKER, "Sees nothing until asked."),
    Worker("farhan@larkenfold.example", "Farhan Qureshi", HOUSING, Role.PARTNER_WORKER, "Sees nothing until asked."),
    Worker(
        "hetal@brindlemere.example",
        "Hetal Patel",
        HEALTH,
        Role.PARTNER_WORKER,
        "Handed something in, not knowing who it is about; sees how it stands, and nothing else.",
    ),
    Worker(
        "stephen@steadfast.example", "Stephen Whitlock", AFTERCARE, Role.PARTNER_WORKER, "Sees nothing until asked."
    ),
    Worker(
        "gareth@turnstone.example",
        "Gareth Pryce",
        CHANGE,
        Role.CASEWORKER,
        "In his duty queue: somebody who wants to change. He sees no victim's case, and nobody sees his.",
    ),
    Worker("records@police.example", "Police records system", POLICE, Role.SERVICE_ACCOUNT),
)

ABUSE, BURGLARY = CaseKind.DOMESTIC_ABUSE, CaseKind.BURGLARY
SERVICES = {
    POLICE: ServicePlan(
        "Burglary visits",
        "A visit by an officer to every home that was burgled",
        (BURGLARY,),
        Purpose.POLICE_VISIT,
        ("identity", "contact", "location", "incident"),
        4,
    ),
    COUNCIL: ServicePlan(
        "Homes made secure",
        "Locks, lights and alarms after a crime or a threat",
        (ABUSE, BURGLARY),
        Purpose.VICTIM_SUPPORT,
        ("identity", "contact", "location"),
        24,
    ),
    IDVA: ServicePlan(
        "Independent domestic violence advisers",
        "An adviser who stands by somebody at high risk, and plans for safety with them",
        (ABUSE,),
        Purpose.SAFETY_SUPPORT,
        ("identity", "contact", "risk", "narrative", "household", "alleged"),
        24,
        {"languages": ["Tamil", "Punjabi"], "risk_bands": ["medium", "high"], "takes_nrpf": True, "takes_men": True},
    ),
    REFUGE: ServicePlan(
        "Refuge places",
        "A safe place to live, away from the person who harms",
        (ABUSE,),
        Purpose.SAFE_ACCOMMODATION,
        ("identity", "contact", "risk", "household", "needs"),
        4,
        {"takes_women": True, "takes_men": False, "takes_sons_until": 13, "pets": False, "outside_area_only": True},
    ),
    HOUSING: ServicePlan(
        "Housing options",
        "Advice on staying safely at home, or moving",
        (ABUSE, BURGLARY, CaseKind.OTHER),
        Purpose.HOUSING_HELP,
        ("identity", "contact", "needs"),
        48,
        {"takes_nrpf": False, "wheelchair": True},
    ),
    HEALTH: ServicePlan(
        "Health and domestic abuse nurses",
        "A nurse who listens, treats, and knows whom else to ask",
        (ABUSE,),
        Purpose.HEALTH_CARE,
        ("identity", "contact", "needs"),
        48,
    ),
    AFTERCARE: ServicePlan(
        "Support after a crime",
        "Somebody to talk to, and help with what has to be done",
        (ABUSE, BURGLARY, CaseKind.OTHER),
        Purpose.VICTIM_SUPPORT,
        ("identity", "contact"),
        48,
    ),
}


HUBS = {
    "market-square": ("Market Square hub", HubKind.FIXED),
    "hub-on-wheels": ("Hub on wheels", HubKind.MOBILE),
}


def found() -> User:
    """The system actor of the demonstration's partnership, which is founded unless it is there."""
    partnership = Partnership.objects.filter(name=PARTNERSHIP).first()
    if partnership is None:
        return found_partnership(actor=None, name=PARTNERSHIP, front_door=FRONT_DOOR, system_email=SYSTEM_EMAIL)
    return User.objects.filter(agency__partnership=partnership, role=Role.SYSTEM).earliest("pk")


def add_agencies(system: User) -> dict[str, Agency]:
    """All agencies by name, those that were missing added."""
    present = _agencies(system)
    for name, kind in AGENCIES.items():
        if name not in present:
            add_agency(actor=system, name=name, kind=kind)
    return _agencies(system)


def add_workers(system: User, agencies: dict[str, Agency]) -> dict[str, User]:
    """The workers by their e-mail, those who were missing added. Who is there keeps their password."""
    for worker in _missing(WORKERS):
        add_worker(
            actor=system,
            agency=agencies[worker.agency],
            email=worker.email,
            name=worker.name,
            role=worker.role,
            password=PASSWORD if worker.try_this else "",
        )
    return {user.email: user for user in User.objects.filter(email__in=[w.email for w in WORKERS])}


def name_the_senior(system: User, people: dict[str, User], now: datetime) -> None:
    """The senior practitioner is named, unless somebody is."""
    named = NamedSenior.objects.filter(partnership=system.agency.partnership_id, ended_at=None)
    if not named.exists():
        name_senior_practitioner(actor=system, worker=people["yasmin@frontdoor.example"], now=now)


def add_hubs(people: dict[str, User]) -> None:
    """A hub that stays where it is and one that comes by, those that were missing added."""
    manager = people["oluwaseun@frontdoor.example"]
    for code, (name, kind) in HUBS.items():
        if not Hub.objects.filter(partnership=manager.agency.partnership_id, code=code).exists():
            add_hub(actor=manager, code=code, name=name, kind=kind)


def add_services(system: User, agencies: dict[str, Agency]) -> dict[str, Service]:
    """The one service of each partner by its agency's name, those that were missing added."""
    services = {}
    for name, plan in SERVICES.items():
        service = Service.objects.filter(agency=agencies[name], name=plan.name).first()
        services[name] = service or add_service(actor=system, agency=agencies[name], plan=plan)
    return services


def add_agreement_of_all(system: User, agencies: dict[str, Agency], now: datetime) -> None:
    """One agreement between all of them about everything, to be reviewed in a year, unless there is one."""
    today = timezone.localdate(now)
    if not SharingAgreement.objects.filter(partnership=system.agency.partnership_id, review_on__gt=today).exists():
        plan = AgreementPlan(
            name="Redbridge domestic abuse and burglary partnership",
            gateway="Crime and Disorder Act 1998, section 115",
            parties=tuple(agency for agency in agencies.values() if agency.kind != AgencyKind.BEHAVIOUR),
            categories=CATEGORY_NAMES,
            valid_from=today,
            review_on=today + timedelta(days=365),
        )
        add_agreement(actor=system, plan=plan, now=now)


def _agencies(system: User) -> dict[str, Agency]:
    return {agency.name: agency for agency in Agency.objects.filter(partnership=system.agency.partnership_id)}


def _missing(workers: Iterable[Worker]) -> list[Worker]:
    present = set(User.objects.values_list("email", flat=True))
    return [worker for worker in workers if worker.email not in present]
