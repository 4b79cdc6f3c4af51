"""The directory: which services there are, how old their entries are, and what of them is for everybody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from accounts.authorization import NotVisible, authorize
from accounts.models import AgencyKind, User
from audit.log import record
from casework.models import ServiceStandard
from casework.queries import standing_row
from referrals import entries
from referrals.models import Freshness, Service
from referrals.policy import knows_what_is_private, visible_services

PAGE = 50
AGEING, HIDDEN = "directory_ageing", "directory_hidden"
NOT_SAID = "Not said"


@dataclass(frozen=True)
class Limits:
    """After how many days without assurance an entry is marked, and after how many it is not suggested."""

    ageing: int
    hidden: int


@dataclass(frozen=True)
class Directory:
    """One page of it, numbered from one."""

    services: list[Service]
    number: int
    total: int
    has_next: bool


def limits_on(today: date, partnership_id: int) -> Limits:
    """As they stand that day: reference data, counted in hours."""
    days = (standing_row(ServiceStandard, code, today, partnership_id).hours // 24 for code in (AGEING, HIDDEN))
    return Limits(*days)


def freshness(service: Service, today: date, limits: Limits | None = None) -> Freshness:
    """How old an entry is: by when somebody last said that it is right, or else since it is there.

    Whoever asks of many gives the limits, which are looked up otherwise.
    """
    limits = limits or limits_on(today, service.agency.partnership_id)
    days = (today - (service.assured_on or service.added_on)).days
    if days > limits.hidden:
        return Freshness.STALE
    return Freshness.AGEING if days > limits.ageing else Freshness.FRESH


def directory_for(
    actor: User, said: Mapping[str, Any], *, number: int = 1, size: int = PAGE, ours: bool = False
) -> Directory:
    """A page of the services that the actor may know of, by name: those that are offered, or all of their agency.

    `said` may hold a `kind` of case and a `purpose`.
    """
    authorize(actor, "referrals.view_service")
    found = visible_services(actor).select_related("agency").order_by("name", "pk")
    found = found.filter(agency=actor.agency_id) if ours else found
    if kind := said.get("kind"):
        found = found.filter(kinds__contains=[kind])
    if purpose := said.get("purpose"):
        found = found.filter(purpose=purpose)
    first, total = (number - 1) * size, found.count()
    return Directory(list(found[first : first + size]), number, total, total > first + size)


def get_service(actor: User, entry_id: str) -> Service:
    """A service by the id of its entry. Raises `NotVisible`."""
    found = visible_services(actor).select_related("agency").filter(entry__id=entry_id.replace("\0", ""))
    service = found.order_by("pk").first()
    if service is None:
        raise NotVisible("referrals.view_service")
    return service


def public_entry(service: Service) -> entries.Entry:
    """What everybody may know of a service: nothing that is private, and never where a refuge is."""
    entry = dict(service.entry)
    if not service.imported:
        agency = {"id": str(uuid5(NAMESPACE_URL, f"agency/{service.agency_id}")), "name": service.agency.name}
        entry["organization"] = agency | {"description": service.agency.get_kind_display()}
    return entries.without_its_place(entry) if service.agency.kind == AgencyKind.REFUGE else entry


def public_entries(actor: User) -> list[entries.Entry]:
    """Of every service that the actor may know of, for an export. Recorded."""
    authorize(actor, "referrals.view_service")
    found = visible_services(actor).select_related("agency").order_by("pk")
    entries_of_all = [public_entry(service) for service in found]
    record(actor=actor, action="referrals.view_service", purpose="export", count=len(entries_of_all))
    return entries_of_all


def described(service: Service) -> list[tuple[str, Any]]:
    """The public entry as labels and values, as people read it."""
    entry = public_entry(service)
    said = {name: entry.get(name) for name in entries.WORDS}
    return [
        ("What it offers", said["description"] or service.what_for),
        ("Status", service.get_status_display()),
        ("For whom", said["eligibility_description"]),
        ("Ages", _ages(service)),
        ("Areas", ", ".join(service.areas) or "The partnership's own"),
        ("Languages besides English", ", ".join(service.languages) or NOT_SAID),
        ("How one gets there", said["application_process"]),
        ("What it costs", said["fees_description"]),
        ("Web", said["url"]),
        ("E-mail", said["email"]),
        ("Telephone", ", ".join(str(each.get("number", "")) for each in entry.get("phones") or []) or None),
        ("To know at present", said["alert"]),
    ]


def private_of(actor: User, service: Service) -> list[tuple[str, Any]]:
    """What only those who refer, the service itself and the manager may know; for anybody else, nothing."""
    if not knows_what_is_private(actor, service):
        return []
    sons = service.takes_sons_until
    return [
        ("Levels of risk", ", ".join(service.risk_bands) or "Any"),
        ("People without recourse to public funds", _yes(service.takes_nrpf)),
        ("Women", _yes(service.takes_women)),
        ("Men", _yes(service.takes_men)),
        ("Sons", NOT_SAID if sons is None else f"Until they are {sons}"),
        ("Wheelchair", _yes(service.wheelchair)),
        ("Pets", _yes(service.pets)),
        ("By and for", ", ".join(service.get_by_and_for()) or NOT_SAID),
        ("Only for people from elsewhere", "Yes" if service.outside_area_only else "No"),
        ("Beds", ", ".join(f"{count} {kind}" for kind, count in sorted(service.beds.items())) or NOT_SAID),
        ("Secure contact", service.secure_contact or NOT_SAID),
    ]


def _ages(service: Service) -> str:
    low, high = service.minimum_age, service.maximum_age
    if low is None and high is None:
        return "Any"
    return f"{low or 0} and over" if high is None else f"{low or 0} to {high}"


def _yes(said: bool | None) -> str:
    return {True: "Yes", False: "No", None: NOT_SAID}[said]
