"""Taking in burglaries that the police publish; and, in a demonstration only, giving them invented victims."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.authorization import authorize
from accounts.models import Agency, AgencyKind, User, system_of
from audit.acting import acting_as
from audit.log import command, record, record_many
from casework.commands.cases import offer_visit
from casework.commands.contacts import HOLDER_PERMISSIONS, case_permissions, make_keys
from casework.commands.people import kept_keys
from casework.commands.sides import look_for_two_sides
from casework.matching import Said
from casework.models import (
    Address,
    Caller,
    Case,
    CaseKind,
    Channel,
    Contact,
    ContactRoute,
    Danger,
    GroupGrant,
    Incident,
    LadderStandard,
    NextStep,
    Party,
    PartyRole,
    Person,
    PublishedOutcome,
    Rung,
)
from casework.plans import InventedVictim, PublishedBurglary
from casework.queries import fold, read_telephone, standing_row
from casework.states import CaseStatus, ContactStatus

SAID = "The police recorded this burglary and passed it on, for a visit to be offered."


@dataclass(frozen=True)
class ImportResult:
    """What a batch added: incidents that were new, and outcomes of incidents known before."""

    incidents: int
    outcomes: int


@command
def import_burglaries(*, actor: User, burglaries: Sequence[PublishedBurglary], now: datetime) -> ImportResult:
    """Take in a batch of published burglaries. What is there already adds nothing.

    Each new one becomes an incident with its outcomes in file order, a logged contact (police transfer) and an
    open burglary case of the front door, whose duty queue owns the next step: to offer a police visit.
    """
    authorize(actor, "casework.import_burglaries")
    partnership = actor.agency.partnership_id
    front_door = Agency.objects.get(partnership=partnership, kind=AgencyKind.FRONT_DOOR)
    with acting_as(system_of(front_door.pk)):  # the police hand over: the cases are the front door's
        return _take_in(actor, front_door, burglaries, now)


def _take_in(actor: User, front_door: Agency, burglaries: Sequence[PublishedBurglary], now: datetime) -> ImportResult:
    partnership = front_door.partnership_id
    crime_ids = [burglary.crime_id for burglary in burglaries]
    known = {i.crime_id: i for i in Incident.objects.filter(partnership=partnership, crime_id__in=crime_ids)}
    new = [burglary for burglary in burglaries if burglary.crime_id not in known]
    cases = _open_cases(actor, front_door, len(new), now)
    for burglary, incident in zip(new, _write_incidents(new, cases), strict=True):
        known[burglary.crime_id] = incident
    outcomes = PublishedOutcome.objects.bulk_create(_missing_outcomes(burglaries, known))
    record_many(actor=actor, action="casework.import_burglaries", subjects=cases)
    updated = len({outcome.incident_id for outcome in outcomes}) - len(new)
    record(
        actor=actor,
        action="casework.import_burglaries",
        incidents=len(new),
        outcomes=len(outcomes),
        incidents_updated=updated,
    )
    return ImportResult(incidents=len(new), outcomes=len(outcomes))


def _open_cases(actor: User, front_door: Agency, count: int, now: datetime) -> list[Case]:
    """Open burglary cases of the front door, each with its holder's grants, next step and logged contact."""
    cases = Case.objects.bulk_create(
        Case(
            partnership_id=front_door.partnership_id,
            agency=front_door,
            kind=CaseKind.BURGLARY,
            status=CaseStatus.OPEN,
            received_at=now,
            opened_at=now,
            opened_by=actor,
        )
        for _ in range(count)
    )
    permissions = case_permissions(HOLDER_PERMISSIONS)
    GroupGrant.objects.bulk_create(
        GroupGrant(content_object=case, group_id=front_door.group_id, permission=permission)
        for case in cases
        for permission in permissions
    )
    make_keys(cases, now)
    _log_transfers(actor, cases, _offer_visits(actor, cases, front_door, now), now)
    return cases


def _offer_visits(actor: User, cases: list[Case], front_door: Agency, now: datetime) -> list[NextStep]:
    plan = offer_visit(front_door.partnership_id, now)
    ladder = standing_row(LadderStandard, CaseKind.BURGLARY, timezone.localdate(now), front_door.partnership_id)
    return NextStep.objects.bulk_create(
        NextStep(
            case=case,
            kind=plan.kind,
            owner_agency=front_door,
            due_at=plan.due_at,
            due_source=plan.due_source,
            rung=Rung.DUTY,
            climbs_at=plan.due_at + timedelta(hours=ladder.to_supervisor),
            opened_at=now,
            opened_by=actor,
        )
        for case in cases
    )


def _log_transfers(actor: User, cases: list[Case], steps: list[NextStep], now: datetime) -> None:
    Contact.objects.bulk_create(
        Contact(
            case=case,
            status=ContactStatus.LOGGED,
            started_at=now,
            started_by=actor,
            channel=Channel.POLICE_TRANSFER,
            caller=Caller.PROFESSIONAL,
            danger=Danger.UNKNOWN,
            kind=CaseKind.BURGLARY,
            said=SAID,
            happened_at=now,
            logged_at=now,
            logged_by=actor,
            next_step=step,
        )
        for case, step in zip(cases, steps, strict=True)
    )


def _write_incidents(burglaries: Sequence[PublishedBurglary], cases: list[Case]) -> list[Incident]:
    return Incident.objects.bulk_create(
        Incident(
            case=case,
            partnership_id=case.partnership_id,
            crime_id=burglary.crime_id,
            force=burglary.force,
            month=burglary.month,
            place=burglary.place,
            longitude=burglary.longitude,
            latitude=burglary.latitude,
            area_code=burglary.area_code,
            area_name=burglary.area_name,
        )
        for burglary, case in zip(burglaries, cases, strict=True)
    )


def _missing_outcomes(
    burglaries: Sequence[PublishedBurglary], incidents: dict[str, Incident]
) -> Iterable[PublishedOutcome]:
    """The rows not stored yet, in file order. The same row twice in one file is two records, and stays two."""
    stored: dict[int, Counter[str]] = {incident.pk: Counter() for incident in incidents.values()}
    for outcome in PublishedOutcome.objects.filter(incident__in=stored):
        stored[outcome.incident_id][outcome.row_digest] += 1
    for burglary in burglaries:
        incident = incidents[burglary.crime_id]
        position, left = stored[incident.pk].total(), stored[incident.pk]
        for row in burglary.rows:
            if left[row.digest] > 0:
                left[row.digest] -= 1
                continue
            position += 1
            yield PublishedOutcome(incident=incident, position=position, outcome=row.outcome, row_digest=row.digest)


@command
def attach_victims(*, actor: User, victims: Sequence[InventedVictim], now: datetime) -> int:
    """Give cases invented victims, for a demonstration. Returns how many."""
    authorize(actor, "casework.attach_victims")
    people = Person.objects.bulk_create(Person(partnership_id=v.case.partnership_id) for v in victims)
    parties = Party.objects.bulk_create(
        Party(
            case=v.case,
            person=person,
            role=PartyRole.VICTIM,
            folded_name=fold(v.victim.name),
            **v.victim.of_party,
        )
        for v, person in zip(victims, people, strict=True)
    )
    pairs = list(zip(victims, parties, strict=True))
    ContactRoute.objects.bulk_create(
        ContactRoute(case=v.case, party=party, e164=read_telephone(v.route.value), **vars(v.route))
        for v, party in pairs
        if v.route
    )
    Address.objects.bulk_create(Address(case=v.case, party=party, **vars(v.address)) for v, party in pairs)
    kept_keys([(party, _said_of(v)) for v, party in pairs], now)
    record_many(actor=actor, action="casework.attach_victims", subjects=parties)
    look_for_two_sides(actor, [v.case for v in victims])
    return len(parties)


def _said_of(victim: InventedVictim) -> Said:
    return Said(
        names=(victim.victim.name,),
        date_of_birth=victim.victim.date_of_birth,
        telephones=(read_telephone(victim.route.value),) if victim.route else (),
        postcodes=(victim.address.postcode,) if victim.address.postcode else (),
    )
