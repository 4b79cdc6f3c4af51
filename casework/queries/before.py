"""What somebody who may be known told before: when they were in touch, and what they need not be asked again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from accounts.authorization import authorize
from accounts.models import User
from audit.log import record
from casework.categories import Category, fields_of
from casework.matching import Band
from casework.models import ABOUT, Contact, ContactRoute, Party, Safety
from casework.policy import cases_showing, categories_in
from casework.queries.people import Match, Probe, find_person
from casework.states import ContactStatus

C = Category
SHOWN = 5  # beside a form that is being filled in
LOOKED_BACK = timedelta(days=365)  # domain.md 1.5: a victim seeks help about five times in a year


@dataclass(frozen=True)
class Known:
    """Somebody who may be whom a contact is about, with what they told before, as far as the worker may see it."""

    match: Match
    contacts: tuple[Contact, ...]
    answered: tuple[str, ...]


def known_so_far(*, actor: User, contact: Contact, probe: Probe) -> list[Known]:
    """Whom a contact may be about, by what is typed so far. Little agreement is not shown here. Recorded."""
    authorize(actor, "casework.save_draft", contact)
    matches = find_person(actor=actor, probe=probe, besides=contact.case)
    return told_before(
        actor=actor, matches=[each for each in matches if each.band != Band.WEAK and not each.was_told_apart][:SHOWN]
    )


def told_before(*, actor: User, matches: Sequence[Match]) -> list[Known]:
    """The same people with their contacts of the last twelve months, the newest first, in any case that the actor sees;
    and with what they have answered already, without saying what. Recorded."""
    parties = [each.party for each in matches]
    contacts = _contacts(actor, parties)
    answered = _answered(actor, parties)
    told = {category for labels in answered.values() for category, _ in labels}
    record(
        actor=actor,
        action="casework.find_person",
        categories=told | ({C.NARRATIVE} if contacts else set()),
        shown=sorted({contact.case_id for _, contact in contacts}),
        deliberate=False,
        count=len(contacts),
    )
    return [
        Known(
            each,
            tuple(contact for person, contact in contacts if person == each.party.person_id),
            tuple(label for _, label in answered[each.party.pk]),
        )
        for each in matches
    ]


def _contacts(actor: User, parties: Sequence[Party]) -> list[tuple[int, Contact]]:
    """By person."""
    people = {party.person_id for party in parties if party.role in ABOUT} or {0}
    told = Party.objects.filter(person__in=people, role__in=ABOUT, case__in=cases_showing(actor, C.NARRATIVE))
    cases = dict(told.values_list("case", "person")) or {0: 0}
    logged = Contact.objects.filter(case__in=cases, status=ContactStatus.LOGGED)
    newest = logged.filter(happened_at__gte=timezone.now() - LOOKED_BACK).order_by("-happened_at", "-pk")
    return [(cases[contact.case_id], contact) for contact in newest.select_related("case").defer("said", "draft")]


def _answered(actor: User, parties: Sequence[Party]) -> dict[int, list[tuple[Category, str]]]:
    """By party the categories and labels of what is filled in, and whether there is a safe way to reach them."""
    shown = categories_in(actor, {party.case_id for party in parties} or {0})
    safe = ContactRoute.objects.filter(party__in=[party.pk for party in parties] or [0], superseded_at=None)
    reached = set(safe.filter(safety=Safety.SAFE).values_list("party", flat=True))
    return {party.pk: _labels(party, shown.get(party.case_id, frozenset()), reached) for party in parties}


def _labels(party: Party, shown: frozenset[Category], reached: set[int]) -> list[tuple[Category, str]]:
    if party.role not in ABOUT:
        return []
    names = [(c, name) for c in (C.IDENTITY, C.NEEDS) if c in shown for name in fields_of(Party, c)]
    filled = [(c, n) for c, n in names if n not in ("name", "role") and getattr(party, n) not in ("", None, [])]
    labels = [(c, str(Party._meta.get_field(name).verbose_name)) for c, name in filled]  # type: ignore[union-attr]
    return labels + [(C.CONTACT, "a safe way to reach them")] * (C.CONTACT in shown and party.pk in reached)
