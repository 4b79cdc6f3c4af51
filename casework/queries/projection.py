"""What of a case belongs to which category: the one way any value of a case leaves for a reader.

Of the records as they stand now, or as they stood: whoever hands them over says which.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import Model, QuerySet
from django.utils.formats import date_format

from casework.categories import ROLE_CATEGORY, Category, fields_of, shown_of
from casework.models import (
    ABOUT,
    Address,
    Alias,
    Case,
    CaseClock,
    Contact,
    ContactRoute,
    EmergencyCall,
    EqualityAnswer,
    Incident,
    MaracReferral,
    Note,
    Party,
    PartyRole,
    PublishedOutcome,
    RiskAssessment,
    RiskLevel,
    SafetyPlan,
    Visit,
)
from casework.states import ContactStatus

C = Category
EMPTY: tuple[Any, ...] = ("", None, [])


@dataclass(frozen=True)
class Entry:
    """One record as it may be shown: the record, and which of its fields."""

    item: Model
    fields: tuple[str, ...]

    @property
    def values(self) -> dict[str, Any]:
        """Field names and plain values, codes as codes."""
        return {name: _plain(getattr(self.item, name)) for name in self.fields}

    @property
    def rows(self) -> list[tuple[str, Any]]:
        """Labels and values for people; empty ones left out."""
        labels = {field.name: str(field.verbose_name) for field in self.item._meta.concrete_fields}
        shown = [(labels[name], self._for_people(name)) for name in self.fields]
        return [(label[:1].upper() + label[1:], value) for label, value in shown if value not in EMPTY]

    @property
    def reveals(self) -> Model | None:
        """The record, where it is an address, which is shown only when it is revealed."""
        return self.item if isinstance(self.item, Address) else None

    @property
    def way(self) -> Model | None:
        """The record, where it is a way to reach somebody, whose number is shown only while it is used."""
        return self.item if isinstance(self.item, ContactRoute) and "value" not in self.fields else None

    def _for_people(self, name: str) -> Any:
        if name == "answers" and self.item.answers:  # type: ignore[attr-defined]
            return "; ".join(f"{topic}: {said}" for topic, said in self.item.lines)  # type: ignore[attr-defined]
        if name == "lowers" and self.item.waits:  # type: ignore[attr-defined]
            return "Yes: it counts once a second person countersigns"
        if name == "month" and self.item.month:  # type: ignore[attr-defined]  # no day of it is published
            return date_format(self.item.month, "F Y")  # type: ignore[attr-defined]
        display = getattr(self.item, f"get_{name}_display", None)
        value = display() if display else getattr(self.item, name)
        if isinstance(self.item, SafetyPlan) and isinstance(value, dict):
            return "\n".join(f"{label}: {words}" for label, words in self.item.rows)
        if isinstance(value, list):
            labels = dict(self.item._meta.get_field(name).base_field.choices or ())  # type: ignore[union-attr]
            return ", ".join(str(labels.get(code, code)) for code in value)
        return {True: "Yes", False: "No"}.get(value, value) if isinstance(value, bool) else value


@dataclass(frozen=True)
class Section:
    """Everything of one category in a case."""

    category: Category
    entries: tuple[Entry, ...]


class Records(Protocol):
    """The records of one case by their kind, the oldest first."""

    @property
    def holder(self) -> int | None: ...

    def of(self, model: type[Model]) -> list[Any]: ...


class Live:
    """As they stand now. Each kind is fetched once, when it is first asked for."""

    def __init__(self, case: Case) -> None:
        self.case, self.holder = case, case.agency_id
        self._found: dict[type[Model], list[Any]] = {}

    def of(self, model: type[Model]) -> list[Any]:
        if model not in self._found:
            self._found[model] = list(FETCHED[model](self.case).order_by("pk"))
        return self._found[model]


# Of some kinds only what is ever shown: what was said anew, and what was never said, is not fetched.
FETCHED: dict[type[Model], Callable[[Case], QuerySet[Any]]] = {
    Party: lambda case: case.parties.all(),
    Alias: lambda case: case.aliases.all(),
    ContactRoute: lambda case: case.routes.filter(superseded_at=None),
    Address: lambda case: case.addresses.all(),
    Incident: lambda case: case.incidents.all(),
    PublishedOutcome: lambda case: PublishedOutcome.objects.filter(incident__case=case),
    RiskLevel: lambda case: case.risk_levels.select_related("judged_by", "countersigned_by"),
    RiskAssessment: lambda case: case.assessments.exclude(signed_at=None).select_related(
        "instrument", "rule", "signed_by"
    ),
    MaracReferral: lambda case: case.marac_referrals.all(),
    Contact: lambda case: case.contacts.filter(status=ContactStatus.LOGGED).select_related("hub"),
    CaseClock: lambda case: case.clocks.filter(code_right__isnull=False).select_related("rule"),
    Note: lambda case: case.notes.filter(agency=case.agency_id).select_related("agency"),
    EmergencyCall: lambda case: case.emergency_calls.all(),
    SafetyPlan: lambda case: case.plans.all(),
    EqualityAnswer: lambda case: case.equality_answers.all(),
    Visit: lambda case: Visit.objects.filter(case=case),
}


def project(case: Case, categories: Collection[Category]) -> tuple[Section, ...]:
    """What of a case belongs to these categories, now. Pages, API and a sender's preview all show what this returns."""
    return project_records(Live(case), categories)


def project_records(records: Records, categories: Collection[Category]) -> tuple[Section, ...]:
    """The same of records as they are handed over. Categories with nothing in them are left out."""
    sections = (
        Section(category, tuple(_entries(records, category))) for category in Category if category in categories
    )
    return tuple(section for section in sections if section.entries)


def _entries(records: Records, category: Category) -> Iterable[Entry]:
    roles = [role for role, belongs in ROLE_CATEGORY.items() if belongs == category]
    if roles:
        yield from _of_others(records, roles)
    for model, find in RECORDS.get(category, []):
        fields = tuple(shown_of(model, category))
        yield from (entry for item in find(records) if (entry := _filled(item, fields)))


def _whom_it_is_about(records: Records) -> list[Party]:
    return [party for party in records.of(Party) if party.role in ABOUT]


def _aliases(records: Records) -> list[Alias]:
    return [alias for party in _whom_it_is_about(records) for alias in _aliases_of(records, party)]


def _incidents(records: Records) -> list[Incident]:
    return records.of(Incident)


def _outcomes(records: Records) -> list[PublishedOutcome]:
    return sorted(records.of(PublishedOutcome), key=lambda outcome: (outcome.incident_id, outcome.position))


def _routes(records: Records) -> list[ContactRoute]:
    return [route for party in _whom_it_is_about(records) for route in _routes_of(records, party)]


def _addresses(records: Records) -> list[Address]:
    return [address for party in _whom_it_is_about(records) for address in _addresses_of(records, party)]


def _risk_levels(records: Records) -> list[RiskLevel]:
    """What stands first; then those before it, and those that wait, or waited, for a second person."""
    return sorted(records.of(RiskLevel), key=lambda level: (not level.waits, level.judged_at, level.pk), reverse=True)


def _assessments(records: Records) -> list[RiskAssessment]:
    signed = [each for each in records.of(RiskAssessment) if each.signed_at]
    return sorted(signed, key=lambda each: (each.signed_at, each.pk), reverse=True)


def _marac_referrals(records: Records) -> list[MaracReferral]:
    return sorted(records.of(MaracReferral), key=lambda each: (each.referred_on, each.pk), reverse=True)


def _contacts(records: Records) -> list[Contact]:
    logged = [contact for contact in records.of(Contact) if contact.status == ContactStatus.LOGGED]
    return sorted(logged, key=lambda contact: (contact.happened_at, contact.pk), reverse=True)


def _notes(records: Records) -> list[Note]:
    """The holder's: what a partner notes stays theirs, and is on no page but their timeline."""
    held = [note for note in records.of(Note) if note.agency_id == records.holder]
    return sorted(held, key=lambda note: (note.written_at, note.pk), reverse=True)


def _emergency_calls(records: Records) -> list[EmergencyCall]:
    return records.of(EmergencyCall)


def _clocks(records: Records) -> list[CaseClock]:
    """What the Victims' Code owes."""
    return [clock for clock in records.of(CaseClock) if clock.code_right]


def _plans(records: Records) -> list[SafetyPlan]:
    """The newest version, which stands."""
    return sorted(records.of(SafetyPlan), key=lambda plan: plan.version)[-1:]


def _equality_answers(records: Records) -> list[EqualityAnswer]:
    """The newest answer to each question."""
    newest = {(each.party_id, each.question): each for each in records.of(EqualityAnswer)}
    return list(newest.values())


def _visits(records: Records) -> list[Visit]:
    return records.of(Visit)


# The records of the case itself and of its victim that have fields in a category, in the order in which they are shown.
RECORDS: dict[Category, list[tuple[type[Model], Callable[[Records], Iterable[Model]]]]] = {
    C.IDENTITY: [(Party, _whom_it_is_about), (Alias, _aliases)],
    C.CONTACT: [(ContactRoute, _routes), (Visit, _visits)],
    C.LOCATION: [(Address, _addresses), (Incident, _incidents)],
    C.INCIDENT: [
        (Incident, _incidents),
        (PublishedOutcome, _outcomes),
        (EmergencyCall, _emergency_calls),
        (Visit, _visits),
        (CaseClock, _clocks),
    ],
    C.RISK: [
        (RiskLevel, _risk_levels),
        (RiskAssessment, _assessments),
        (MaracReferral, _marac_referrals),
        (Contact, _contacts),
    ],
    C.NARRATIVE: [(Contact, _contacts), (Note, _notes), (SafetyPlan, _plans)],
    C.NEEDS: [(Party, _whom_it_is_about), (EqualityAnswer, _equality_answers), (Visit, _visits)],
}


def _of_others(records: Records, roles: list[PartyRole]) -> Iterable[Entry]:
    """Parties who are not the victim, with all that is known of them: one category, that of their role."""
    for party in (party for party in records.of(Party) if party.role in roles):
        known: list[tuple[Model, list[str]]] = [
            (party, [*fields_of(Party, C.IDENTITY), *fields_of(Party, C.NEEDS)]),
            *((alias, fields_of(Alias, C.IDENTITY)) for alias in _aliases_of(records, party)),
            *((route, fields_of(ContactRoute, C.CONTACT)) for route in _routes_of(records, party)),
            *((address, shown_of(Address, C.LOCATION)) for address in _addresses_of(records, party)),
        ]
        yield from (entry for item, fields in known if (entry := _filled(item, tuple(fields))))


def _aliases_of(records: Records, party: Party) -> list[Alias]:
    return [alias for alias in records.of(Alias) if alias.party_id == party.pk]


def _routes_of(records: Records, party: Party) -> list[ContactRoute]:
    return [route for route in records.of(ContactRoute) if route.party_id == party.pk and route.superseded_at is None]


def _addresses_of(records: Records, party: Party) -> list[Address]:
    return [address for address in records.of(Address) if address.party_id == party.pk]


def _filled(item: Model, fields: tuple[str, ...]) -> Entry | None:
    """An entry, or None where the record says nothing in these fields."""
    entry = Entry(item, fields)
    return entry if any(value not in EMPTY for value in entry.values.values()) else None


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Model) else value
