"""What the police call a burglary and have done about it; whom near it to warn; and whether it was somebody known."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.authorization import NotPossibleNow, authorize
from accounts.models import Partnership, User
from audit.log import command, record
from casework.categories import Category
from casework.commands.cases import add_step, open_case
from casework.commands.contacts import begin_intake
from casework.commands.people import add_aliases, keep_keys
from casework.commands.sides import look_for_two_sides
from casework.crimes import CrimeNumber, NumberKind, read_number
from casework.models import (
    ABOUT,
    Address,
    CallerDetails,
    Case,
    CaseKind,
    Contact,
    ContactRoute,
    Incident,
    ListedAddress,
    Neighbour,
    NextStep,
    Overlap,
    Party,
    Ring,
    StepKind,
    Visit,
)
from casework.plans import CHANGED, CrimeReport, ListedPlace, StepPlan
from casework.queries import due_by, home_of, homes_around, rings, square_of
from casework.states import CaseStatus, ContactStatus

DRAWN_UP = "The list is drawn up already. It stays as it is, so that nothing can be read from what comes or goes."
NOBODY_NEAR = "No home near this one can be listed now."
NOT_LISTED = "This home is not in the public list of addresses, so nobody can say which homes are near it."
NOTED = ["crime_reference", "force", "happened_on", "numbers", "spot"]
COPIED = {"id", "public_id", "reference", "case", "party", "person"}
WHY = "It could be somebody they were with: judge the risk."


@command
def note_crime(*, actor: User, visit: Visit, report: CrimeReport, now: datetime) -> CrimeNumber | None:
    """Keep the police's number as it was given and as it is looked up, when it happened, and what they have done.

    A number of a form that nobody knows is kept too; what is odd about one is said in its `warning`. That the crime is
    recorded, and that forensics were asked for, are two moments; each is kept when it is first said.
    """
    authorize(actor, "casework.note_crime", visit)
    if report.happened_on and report.happened_on > timezone.localdate(now):
        raise ValidationError({"happened_on": "The day of the burglary cannot be in the future."})
    number = read_number(report.number, timezone.localdate(now)) if report.number else None
    incident = _incident_of(visit.case)
    if number:
        incident.numbers = [*incident.numbers, number.kept | {"at": now.isoformat()}]
        incident.force = report.force or incident.force or number.force
        if number.kind in (NumberKind.CRIME, NumberKind.UNKNOWN) or not incident.crime_reference:
            incident.crime_reference = number.number[:40]
    incident.happened_on = report.happened_on or incident.happened_on
    if incident.spot is None and (home := home_of(visit.case)):
        incident.spot = square_of(home.spot)
    is_new = incident.pk is None
    incident.save(update_fields=None if is_new else NOTED)
    said = {"crime_recorded_at": report.is_recorded, "forensics_asked_at": report.forensics_asked}
    fresh = Visit.objects.select_for_update().get(pk=visit.pk)
    first = [name for name, is_so in said.items() if is_so and getattr(fresh, name) is None]
    for name in first:
        setattr(fresh, name, now)
    if first:
        fresh.save(update_fields=first)
    of_kind = number.kind if number else ""
    record(actor=actor, action="casework.note_crime", subject=incident, number=of_kind, first=first)
    if is_new:
        CHANGED(case=visit.case, what={Category.INCIDENT}, actor=actor, now=now)
    return number


@command
def list_neighbours(*, actor: User, visit: Visit, now: datetime) -> int:
    """Draw up which homes near this one are to be warned, once. Returns how many.

    Homes that must not be drawn attention to are left out, and so is the home itself: an absence says nothing.
    """
    authorize(actor, "casework.list_neighbours", visit)
    case = Case.objects.select_for_update().get(pk=visit.case_id)
    if case.neighbours.exists():
        raise NotPossibleNow(DRAWN_UP)
    home = home_of(case)
    if home is None:
        raise NotPossibleNow(NOT_LISTED)
    ring = next(each for each in rings(now, case.partnership_id) if each.code == Ring.PRIORITY)
    homes = homes_around(case, home, ring.metres or 0)
    if not homes:
        raise NotPossibleNow(NOBODY_NEAR)
    Neighbour.objects.bulk_create(
        Neighbour(case=case, address=str(each), listed_at=now, listed_by=actor) for each in homes
    )
    record(actor=actor, action="casework.list_neighbours", subject=visit, count=len(homes))
    return len(homes)


@command
def tell_neighbour(*, actor: User, neighbour: Neighbour, was_told: bool, now: datetime) -> Neighbour:
    """Say whether somebody at this home was warned. Said again, it takes the old place."""
    authorize(actor, "casework.tell_neighbour", neighbour)
    fresh = Neighbour.objects.select_for_update().get(pk=neighbour.pk)
    fresh.was_told, fresh.told_at, fresh.told_by = was_told, now, actor
    fresh.save(update_fields=["was_told", "told_at", "told_by"])
    record(actor=actor, action="casework.tell_neighbour", subject=fresh, told=was_told)
    return fresh


@command
def load_addresses(*, actor: User, partnership: Partnership, places: Iterable[ListedPlace]) -> int:
    """Put a public list of addresses in the place of the old one. Returns how many."""
    authorize(actor, "casework.load_addresses")
    ListedAddress.objects.filter(partnership=partnership).delete()
    made = ListedAddress.objects.bulk_create(
        (ListedAddress(partnership=partnership, **vars(place)) for place in places), batch_size=2000
    )
    record(actor=actor, action="casework.load_addresses", count=len(made))
    return len(made)


@command
def ask_overlap(*, actor: User, visit: Visit, answer: str, now: datetime) -> Case | None:
    """Keep whether it could be somebody they were with. If so, begin a case of domestic abuse of the same person.

    Everything that was said goes along, and nothing in the burglary changes that anybody else can see: not its kind,
    not what is shared of it. Returns that case, also one that is there already; None for another answer.
    """
    authorize(actor, "casework.ask_overlap", visit)
    if answer not in Overlap.values:
        raise ValidationError({"answer": "Choose what they say."})
    fresh = Visit.objects.select_for_update().get(pk=visit.pk)
    fresh.overlap = answer
    fresh.save(update_fields=["overlap"])
    record(actor=actor, action="casework.ask_overlap", subject=fresh, answer=answer)
    if answer != Overlap.YES:
        return None
    return _abuse_case_of(fresh.case) or _begin_abuse_case(actor, fresh.case, now)


def _incident_of(case: Case) -> Incident:
    own = case.incidents.order_by("pk").first()
    return own or Incident(case=case, partnership_id=case.partnership_id)


def _abuse_case_of(case: Case) -> Case | None:
    people = case.parties.filter(role__in=ABOUT).values("person")
    others = Case.objects.filter(agency=case.agency_id, kind=CaseKind.DOMESTIC_ABUSE).exclude(status=CaseStatus.ERASED)
    return others.filter(parties__person__in=people, parties__role__in=ABOUT).exclude(pk=case.pk).first()


def _begin_abuse_case(actor: User, case: Case, now: datetime) -> Case:
    """With all that was said in the burglary: the same victim, ways to reach them, places, and words."""
    begun = begin_intake(actor, now)
    begun.kind = CaseKind.DOMESTIC_ABUSE
    begun.save(update_fields=["kind"])
    for party in case.parties.order_by("pk"):
        copy = Party.objects.create(case=begun, person=party.person, **_values(party))
        add_aliases(copy, party.aliases.values_list("name", flat=True))
        for route in party.routes.filter(superseded_at=None).order_by("pk"):
            ContactRoute.objects.create(case=begun, party=copy, **_values(route, "mark"))
        for address in party.addresses.order_by("pk"):
            Address.objects.create(case=begun, party=copy, **_values(address, "mark"))
    due = due_by("decide_what_next", now, case.partnership_id)
    step = add_step(actor, begun, StepPlan(StepKind.DECIDE_WHAT_NEXT, due.at, due.source, WHY, actor), now)
    for contact in case.contacts.filter(status=ContactStatus.LOGGED).order_by("pk"):
        _copy_contact(contact, begun, step, actor, now)
    keep_keys(begun, now)
    look_for_two_sides(actor, [begun])
    return open_case(actor=actor, case=begun, step=None, now=now)


def _copy_contact(contact: Contact, begun: Case, step: NextStep, actor: User, now: datetime) -> None:
    said = _values(contact, "draft", "saved_at", "saved_by", "next_step", "no_step_reason")
    kept = {"kind": CaseKind.DOMESTIC_ABUSE, "logged_at": now, "logged_by": actor, "next_step": step}
    copy = Contact.objects.create(case=begun, **said | kept)
    for caller in CallerDetails.objects.filter(contact=contact):
        CallerDetails.objects.create(case=begun, contact=copy, **_values(caller, "contact"))


def _values(item: Party | ContactRoute | Address | Contact | CallerDetails, *but: str) -> dict[str, object]:
    """What a record says, to be said once more; not what it is, or whose."""
    names = [field.name for field in item._meta.concrete_fields if field.name not in COPIED | set(but)]
    return {name: getattr(item, name) for name in names}
