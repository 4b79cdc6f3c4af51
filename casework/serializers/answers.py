"""What goes out. Every field of a case that a reader may get is listed here by name, category by category.

A test holds each list against `casework.categories`.
"""

from typing import Any

from django.db.models import Model
from rest_framework import serializers

from accounts.bodies import Code, Moment
from casework.categories import ROLE_CATEGORY
from casework.matching import Band, Fact
from casework.models import (
    Address,
    AddressKind,
    Alias,
    CallerId,
    CaseKind,
    Contact,
    ContactRoute,
    EmergencyCall,
    EqualityAnswer,
    Gate,
    Incident,
    Initiator,
    KnownToAlleged,
    Letters,
    Level,
    MaracReferral,
    Mode,
    Need,
    NotAsked,
    Note,
    Party,
    PartyRole,
    PublishedOutcome,
    Question,
    RiskAssessment,
    RiskLevel,
    RouteKind,
    Safety,
    Said,
    StepKind,
    Voicemail,
)
from casework.queries import CaseView, Section
from casework.serializers.closing import ClosingOut
from casework.serializers.contacts import CallerOut, ContactDangerOut, ContactNoteOut, EmergencyCallOut
from casework.serializers.erasure import TombstoneOut
from casework.serializers.notes import NoteInCaseOut
from casework.states import CaseStatus

Out = serializers.Serializer
Words = serializers.CharField
WINDOWS = "When it is safe, by the clock in London: mon-fri 09:30-15:00; sat 10:00-12:00, or any time."

# Under which name the records of each model stand in a section.
LISTS: dict[type[Model], str] = {
    Party: "parties",
    Alias: "aliases",
    ContactRoute: "routes",
    Address: "addresses",
    Incident: "incidents",
    PublishedOutcome: "outcomes",
    RiskLevel: "levels",
    RiskAssessment: "assessments",
    MaracReferral: "marac_referrals",
    Contact: "contacts",
    Note: "notes",
    EmergencyCall: "emergency_calls",
    EqualityAnswer: "equality",
}
HANDLES: dict[type[Model], str] = {ContactRoute: "route", Address: "address", RiskAssessment: "assessment"}


class VictimOut(Out):
    role = Code(PartyRole.choices)
    name = Words()
    call_them = Words(help_text="What to call them.")
    date_of_birth = serializers.DateField(allow_null=True)
    age_said = serializers.IntegerField(allow_null=True, help_text="In years, where no date of birth was said.")
    arrangements = Words(help_text="Of a child: whom they live with and see.")
    language = Words()
    dialect = Words()
    interpreter_needed = serializers.BooleanField(allow_null=True, help_text="Null: not known.")
    interpreter_wanted = Words()
    interpreter_may_know_them = serializers.BooleanField(allow_null=True, help_text="Null: not known.")
    interpreter_booking = Words()
    access_needs = Words()


class AliasOut(Out):
    name = Words()


class VictimNeedsOut(Out):
    needs = serializers.ListField(child=Code(Need.choices))
    support_needs = Words()


class EqualityOut(Out):
    """The newest answer to one question, or why it was not asked: one of the two."""

    question = Code(Question.choices)
    answer = Words()
    not_asked = Code(NotAsked.choices, allow_blank=True)
    noted_at = Moment()


class RouteOut(Out):
    """A way to reach them, without the number: use it for that."""

    route = serializers.UUIDField(help_text="To use it by, or to say anew whether it is safe.")
    kind = Code(RouteKind.choices)
    read_back = serializers.BooleanField(allow_null=True, help_text="Whether it was read back to them.")
    safety = Code(Safety.choices, help_text="Use it only when it is safe: unknown is not.")
    monitored = Code(Said.choices, allow_blank=True, help_text="Whether somebody shares or watches it.")
    initiator = Code(Initiator.choices, allow_blank=True, help_text="Who may begin.")
    windows = Words(help_text=WINDOWS)
    never_times = Words(help_text="Never then, whatever else was said; written in the same way.")
    when_safe = Words(help_text="In their words.")
    who_may_answer = Words()
    who_must_not = Words()
    if_other_answers = Words(help_text="What to say if somebody else answers.")
    note = Words()
    voicemail = Code(Voicemail.choices, allow_blank=True)
    caller_id = Code(CallerId.choices, allow_blank=True)
    letters = Code(Letters.choices, allow_blank=True)
    knows = Code(Said.choices, allow_blank=True, help_text="Whether the person they trust knows of the abuse.")
    confirmed_at = Moment(allow_null=True)
    expires_at = Moment(allow_null=True, help_text="From then on it is not safe until it is confirmed again.")
    doubted_at = Moment(allow_null=True, help_text="Something happened then: not safe until it is confirmed again.")


class OtherRouteOut(RouteOut):
    """A way to reach somebody who is not the victim, with its number."""

    value = Words()


class AddressOut(Out):
    """A place where they can be found, without saying where: reveal it for that."""

    address = serializers.UUIDField(help_text="To reveal it by.")
    kind = Code(AddressKind.choices)
    known_to_alleged = Code(KnownToAlleged.choices)
    valid_from = serializers.DateField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True, help_text="The last day.")
    doubted_at = Moment(allow_null=True, help_text="They moved or separated then: ask whether it is still right.")


class RevealedAddressOut(AddressOut):
    """An address, revealed. Keep it nowhere that the alleged perpetrator may look."""

    address = serializers.UUIDField(source="public_id")
    organisation = Words()
    lines = Words()
    postcode = Words()


class OtherPartyOut(VictimOut, VictimNeedsOut):
    """Somebody who is not the victim, with all that is known of them."""

    aliases = AliasOut(many=True, required=False)
    routes = OtherRouteOut(many=True, required=False)
    addresses = AddressOut(many=True, required=False)


class IncidentOut(Out):
    crime_id = Words()
    crime_reference = Words()
    force = Words()
    month = serializers.DateField(allow_null=True, help_text="The first day of it.")


class IncidentPlaceOut(Out):
    place = Words()
    longitude = serializers.FloatField(allow_null=True, help_text="WGS 84")
    latitude = serializers.FloatField(allow_null=True, help_text="WGS 84")
    area_code = Words()
    area_name = Words()


class PublishedOutcomeOut(Out):
    outcome = Words()


class RiskLevelOut(Out):
    level = Code(Level.choices)
    why = Words()
    judged_at = Moment()
    judged_by = Words()
    lowers = serializers.BooleanField(help_text="Lower than what stood: it waits until a second person countersigns.")
    countersigned_at = Moment(allow_null=True)
    countersigned_by = Words(allow_null=True)


class AssessmentOut(Out):
    """A signed assessment. `answers` by the code of the item: answer, comment, source and why it was not asked."""

    assessment = serializers.UUIDField()
    instrument = Words()
    rule = Words(help_text="The version of the rule that made the grade.")
    mode = Code(Mode.choices)
    present = Words(help_text="Who else was there.")
    interpreter = serializers.BooleanField(allow_null=True)
    answers = serializers.DictField(child=serializers.DictField(child=Words()))
    call_outs = serializers.IntegerField(allow_null=True)
    concern = serializers.BooleanField(help_text="The worker feared suicide.")
    ticks = serializers.IntegerField()
    unknown = serializers.IntegerField(help_text="Not known or not asked: never a no.")
    band = Code(Level.choices, allow_blank=True, help_text="What the tool says; empty where it leaves that to people.")
    judgement = Code(Level.choices, allow_blank=True)
    reason = Words()
    grade = Code(Level.choices, help_text="When it was signed.")
    signed_at = Moment()
    signed_by = Words()


class MaracReferralOut(Out):
    referred_on = serializers.DateField()
    gate = Code(Gate.choices)


class IdentityOut(Out):
    parties = VictimOut(many=True, required=False)
    aliases = AliasOut(many=True, required=False)


class ContactDetailsOut(Out):
    routes = RouteOut(many=True, required=False)


class LocationOut(Out):
    addresses = AddressOut(many=True, required=False)
    incidents = IncidentPlaceOut(many=True, required=False)


class IncidentsOut(Out):
    incidents = IncidentOut(many=True, required=False)
    outcomes = PublishedOutcomeOut(many=True, required=False)
    emergency_calls = EmergencyCallOut(many=True, required=False)


class RiskOut(Out):
    levels = RiskLevelOut(many=True, required=False)
    assessments = AssessmentOut(many=True, required=False)
    marac_referrals = MaracReferralOut(many=True, required=False)
    contacts = ContactDangerOut(many=True, required=False)


class NarrativeOut(Out):
    parties = OtherPartyOut(many=True, required=False)
    contacts = ContactNoteOut(many=True, required=False)
    notes = NoteInCaseOut(many=True, required=False)


class HouseholdOut(Out):
    parties = OtherPartyOut(many=True, required=False)


class AllegedOut(Out):
    parties = OtherPartyOut(many=True, required=False)


class NeedsOut(Out):
    parties = VictimNeedsOut(many=True, required=False)
    equality = EqualityOut(many=True, required=False)


class SectionsOut(Out):
    """What of the case may be seen, by category. What is empty and what is not shared are both left out."""

    identity = IdentityOut(required=False)
    contact = ContactDetailsOut(required=False)
    location = LocationOut(required=False)
    incident = IncidentsOut(required=False)
    risk = RiskOut(required=False)
    narrative = NarrativeOut(required=False)
    household = HouseholdOut(required=False)
    alleged = AllegedOut(required=False)
    needs = NeedsOut(required=False)


class CaseSummaryOut(Out):
    """That a case exists."""

    reference = Words()
    agency = Words(help_text="Who holds it.")
    kind = Code(CaseKind.choices, allow_blank=True, help_text="Empty until a contact of it is logged.")
    status = Code(CaseStatus.choices)
    received_at = Moment()
    opened_at = Moment(allow_null=True)
    closed_at = Moment(allow_null=True)


class CasePageOut(Out):
    cases = CaseSummaryOut(many=True)
    after = Words(allow_null=True, help_text="Send it as `after` to get the next page; null on the last.")
    total = serializers.IntegerField(
        allow_null=True,
        help_text="How many there are; 101 is any number above 100. Null but on the first page of all kinds.",
    )


class StepOut(Out):
    id = serializers.UUIDField(source="public_id")
    kind = Code(StepKind.choices)
    note = Words()
    owner_agency = Words()
    owner = Words(allow_null=True, help_text="Null: the duty queue.")
    due_at = Moment()
    due_source = Words(help_text="The service standard that sets the time, or worker.")
    waits_for = Words(allow_null=True, help_text="The agency whose answer it waits for.")


class PartyOut(Out):
    party = serializers.UUIDField(source="public_id")
    role = Code(PartyRole.choices)


class SaidByOthersOut(Out):
    agency = Words(source="answered_by.agency.name")
    by = Words(source="answered_by.name")
    at = Moment(source="answered_at")
    words = Words()


class HeldOut(Out):
    """What only the agency that holds the case sees."""

    owner = Words(source="case.owner", allow_null=True, help_text="Null: the duty queue.")
    steps = StepOut(many=True)
    others = CaseSummaryOut(many=True, help_text="Further cases of the same victim that you may know of.")
    parties = PartyOut(many=True)
    callers = CallerOut(many=True)
    closings = ClosingOut(many=True, help_text="How it was closed, or is to be, the newest first.")
    told = SaidByOthersOut(
        many=True, help_text="What others chose to say who know this person, when they were asked quietly."
    )


class CaseViewOut(Out):
    case = CaseSummaryOut()
    sections = SectionsOut()
    against_their_will = serializers.BooleanField(
        help_text="Shared with your agency although the victim does not agree, or no longer: do not tell them they did."
    )
    held = HeldOut(allow_null=True)
    emergency_until = Moment(
        allow_null=True, help_text="Until when you see it by emergency access; null where it was shared with you."
    )
    tombstone = TombstoneOut(allow_null=True, help_text="What is left of a case that was erased; null of any other.")


class ReasonOut(Out):
    fact = Code(Fact.choices)
    recorded_at = Moment(allow_null=True, help_text="Since when that case says so; null where that is not known.")


class MatchOut(Out):
    """Somebody who may be the same person, and why. Read the case to see more; that is recorded."""

    party = serializers.UUIDField(source="party.public_id")
    role = Code(PartyRole.choices, source="party.role")
    case = Words(source="party.case")
    band = Code(Band.choices, help_text="How far it agrees. What to make of it is for a person.")
    reasons = ReasonOut(many=True)
    was_told_apart = serializers.BooleanField(help_text="Whether somebody said that they are different people.")


class MatchesOut(Out):
    matches = MatchOut(many=True)


class LawfulBasisOut(Out):
    code = Words()
    label = Words()  # type: ignore[assignment]
    help_text = Words()  # type: ignore[assignment]
    source = Words()  # type: ignore[assignment]


class LawfulBasesOut(Out):
    lawful_bases = LawfulBasisOut(many=True)


def case_body(view: CaseView) -> dict[str, Any]:
    """The whole answer to a reading of a case."""
    held = view if view.is_held else None
    until = view.emergency.until if view.emergency else None
    seen = {"case": view.case, "sections": by_category(view.sections), "held": held}
    more = {"against_their_will": view.against_their_will, "tombstone": view.tombstone}
    return CaseViewOut(seen | {"emergency_until": until} | more).data


def by_category(sections: tuple[Section, ...]) -> dict[str, Any]:
    """Sections as `SectionsOut` takes them."""
    return {section.category: _lists(section) for section in sections}


def _lists(section: Section) -> dict[str, Any]:
    """The entries by the names of their lists; ways and places of somebody else than the victim stand under them."""
    lists: dict[str, Any] = {}
    of_others = section.category in ROLE_CATEGORY.values()
    for entry in section.entries:
        is_theirs = of_others and isinstance(entry.item, Alias | ContactRoute | Address)
        place = lists["parties"][-1] if is_theirs else lists
        named = (
            {HANDLES[type(entry.item)]: entry.item.public_id}
            if isinstance(entry.item, ContactRoute | Address | RiskAssessment)
            else {}
        )
        place.setdefault(LISTS[type(entry.item)], []).append(entry.values | named)
    return lists
