"""The cases of a random world, each with something of its own in every category, and which categories show it."""

from casework.models import Case, Incident, Party, Person, Visit
from tests import factories
from tests.world import World

NARRATIVE_OR_RISK, PLACE_OR_CRIME = {"narrative", "risk"}, {"location", "incident"}
# By role of the party: which categories show the row itself, its other names, ways to be reached, and addresses.
PARTIES = {
    "victim": ({"identity", "contact", "location", "needs"}, {"identity"}, {"contact"}, {"location"}),
    "child": ({"household"},) * 4,
    "alleged": ({"alleged"},) * 4,
    "witness": ({"narrative"},) * 4,
    "referrer": ({"narrative"},) * 4,
}


def full_case(world: World, who: str, crime: str) -> Case:
    case = factories.opened(world.people[who])
    incident = Incident.objects.create(case=case, partnership=case.partnership, crime_id=crime, place="On or near X")
    incident.outcomes.create(position=0, outcome="None yet", row_digest="0" * 64)
    for role in PARTIES:
        if not case.parties.filter(role=role).exists():
            person = Person.objects.create(partnership=case.partnership)
            Party.objects.create(case=case, person=person, role=role, name=f"A {role}")
        party = case.parties.get(role=role)
        if not party.routes.exists():
            party.routes.create(case=case, kind="phone", value="07700 900555")
        if not party.addresses.exists():
            party.addresses.create(case=case, lines="99 Hideaway Mews")
        party.aliases.create(case=case, name="Otherwise Called", folded_name="called otherwise")
    victim, contact = case.parties.get(role="victim"), case.contacts.get()
    by, when = world.people[who], factories.at()
    case.callers.create(contact=contact, name="A neighbour")
    case.emergency_calls.create(contact=contact, called_at=when, called_by=by, said_where=True)
    factories.owed(who=by, case=case)
    factories.planned(who=by, case=case)
    factories.attached(who=by, case=case)
    case.notes.create(agency=case.agency, words="Calmer.", disclosable="yes", written_at=when, written_by=by)
    factories.assessed(by, case, reason="x")
    factories.flagged(by, case)
    case.equality_answers.create(party=victim, question="religion", answer="none", noted_at=when, noted_by=by)
    case.neighbours.create(address="9 Elm Road", listed_at=when, listed_by=by)
    Visit.objects.create(case=case, reported_at=when, due_at=when, due_source="burglary_visit_offer")
    return case


def shown_by(case: Case) -> dict[tuple[str, int], set[str]]:
    """For each row of a case that stands in a category: the categories that show it."""
    rows: dict[tuple[str, int], set[str]] = {}
    for party in case.parties.all():
        itself, names, routes, addresses = PARTIES[party.role]
        rows["Party", party.pk] = itself
        rows |= {("Alias", alias.pk): names for alias in party.aliases.all()}
        rows |= {("ContactRoute", route.pk): routes for route in party.routes.all()}
        rows |= {("Address", address.pk): addresses for address in party.addresses.all()}
    for incident in case.incidents.all():
        rows["Incident", incident.pk] = PLACE_OR_CRIME
        rows |= {("PublishedOutcome", outcome.pk): {"incident"} for outcome in incident.outcomes.all()}
    rows |= {("EmergencyCall", call.pk): {"incident"} for call in case.emergency_calls.all()}
    rows |= {("EqualityAnswer", answer.pk): {"needs"} for answer in case.equality_answers.all()}
    rows |= {("CaseClock", clock.pk): {"incident"} for clock in case.clocks.filter(code_right__isnull=False)}
    rows |= {("Attachment", file.pk): {file.category} for file in case.attachments.filter(scanned="clean")}
    rows |= {("SafetyPlan", plan.pk): {"narrative"} for plan in case.plans.all()}
    rows |= {("Note", note.pk): {"narrative"} for note in case.notes.all()}
    rows["Visit", case.visit.pk] = {"incident", "contact", "needs"}
    rows |= {("RiskAssessment", signed.pk): {"risk"} for signed in case.assessments.exclude(signed_at=None)}
    rows |= {("MaracReferral", noted.pk): {"risk"} for noted in case.marac_referrals.all()}
    rows |= {("RiskLevel", level.pk): {"risk"} for level in case.risk_levels.all()}
    return rows | {("Contact", contact.pk): NARRATIVE_OR_RISK for contact in case.contacts.filter(status="logged")}
