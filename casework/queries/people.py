"""Known already? Finding a person among the cases that this worker may see."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import phonenumbers
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from accounts.authorization import NotVisible, authorize
from accounts.models import User
from audit.log import record
from casework.categories import ROLE_CATEGORY, Category
from casework.models import Case, ContactRoute, Party, PartyRole, mark_of_telephone
from casework.policy import cases_showing, categories_for, named_like
from casework.queries.cases import get_case
from casework.queries.projection import project

SIMILAR = 0.45  # trigram similarity of two names from which they are worth showing; a local default
MOST = 20
LONGEST_NAME = 200  # as the column has it: one letter may fold into several
E164 = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(frozen=True)
class Probe:
    """What the caller said of themselves. Empty means not said."""

    telephone: str = ""
    name: str = ""
    date_of_birth: date | None = None


@dataclass(frozen=True)
class Match:
    """One party who may be the same person, and why."""

    party: Party
    reasons: tuple[str, ...]


def read_telephone(text: str) -> str:
    """The number as E.164, read as if dialled in Britain. Raises `ValidationError` with a message for people."""
    problem = "Enter a telephone number, like 020 7946 0018 or +44 20 7946 0018."
    if any(sign.isalpha() for sign in text):  # the library reads letters as keypad digits
        raise ValidationError(problem)
    try:
        number = phonenumbers.parse(text, "GB")
    except phonenumbers.NumberParseException:
        raise ValidationError(problem) from None
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    whole = phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
    if not whole or not E164.fullmatch(e164):
        raise ValidationError(problem)
    return e164


def fold(name: str) -> str:
    """A name without case, accents and signs, its parts in alphabetical order: "Khan, Zoë" is "khan zoe"."""
    lower = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    plain = "".join(c for c in lower if not unicodedata.combining(c))
    return " ".join(sorted("".join(c if c.isalnum() else " " for c in plain).split()))[:LONGEST_NAME]


def find_person(*, actor: User, probe: Probe, besides: Case | None = None) -> list[Match]:
    """Parties the actor may see that agree with the probe, most reasons first, those of one case left out.

    Recorded: which criteria, and whom it showed.
    """
    authorize(actor, "casework.find_person")
    reasons: dict[int, list[str]] = {}
    for reason, parties in _searches(actor, probe).items():
        parties = parties.exclude(case=besides) if besides else parties
        for pk in parties.order_by("-pk").values_list("pk", flat=True).distinct()[:MOST]:
            reasons.setdefault(pk, []).append(reason)
    found = Party.objects.select_related("case__agency", "person").in_bulk(reasons)
    best = sorted(whose_role_is_shown(actor, found), key=lambda pk: (-len(reasons[pk]), -pk))[:MOST]
    record(
        actor=actor,
        action="casework.find_person",
        categories={ROLE_CATEGORY.get(PartyRole(found[pk].role), Category.IDENTITY) for pk in best},
        shown=[found[pk].case_id for pk in best],
        deliberate=False,
        criteria=_criteria(actor, probe),
        count=len(best),
    )
    return [Match(party=found[pk], reasons=tuple(reasons[pk])) for pk in best]


def _criteria(actor: User, probe: Probe) -> list[str]:
    """What was searched by, never with what; and whether with the searcher's own name."""
    criteria = [name for name in ("telephone", "name", "date_of_birth") if getattr(probe, name)]
    return [*criteria, "own_name"] if fold(probe.name) == fold(actor.name) else criteria


def whose_role_is_shown(actor: User, parties: dict[int, Party]) -> list[int]:
    """Those whom the actor may see as what they are: the victims, and whom the category of their role shows them.

    The same statements whoever is among them, so that nobody can be counted by the time it takes.
    """
    cases = {party.case_id for party in parties.values()} or {0}  # asked all the same where there is nobody
    shown = {
        role: set(cases_showing(actor, category).filter(pk__in=cases).values_list("pk", flat=True))
        for role, category in ROLE_CATEGORY.items()
    }
    return [pk for pk, party in parties.items() if party.case_id in shown.get(PartyRole(party.role), cases)]


def read_probe(*, actor: User, reference: str) -> tuple[Case, dict[str, Any]]:
    """A case, and what it says of its victim to look for them elsewhere, by the names of `Probe`. Recorded."""
    case = get_case(actor, reference, "casework.find_person")
    authorize(actor, "casework.link_person", case)
    sections = project(case, {Category.IDENTITY, Category.CONTACT} & categories_for(actor, case))
    record(
        actor=actor,
        action="casework.view_case",
        subject=case,
        purpose="casework",
        categories=[section.category for section in sections],
    )
    said: dict[str, Any] = {}
    for item in (entry.item for section in sections for entry in section.entries):
        if isinstance(item, Party):
            said = {"name": item.name, "date_of_birth": item.date_of_birth} | said
        if isinstance(item, ContactRoute) and item.e164:
            said = {"telephone": item.value} | said
    return case, said


def _searches(actor: User, probe: Probe) -> dict[str, QuerySet[Party]]:
    """For each reason to think of the same person, the parties it points to. Never to the other side of a story."""
    seen = Party.objects.filter(case__in=cases_showing(actor, Category.IDENTITY)).exclude(role=PartyRole.ALLEGED)
    searches: dict[str, QuerySet[Party]] = {}
    if probe.telephone:
        reachable = cases_showing(actor, Category.CONTACT)
        routes = ContactRoute.objects.filter(
            mark=mark_of_telephone(read_telephone(probe.telephone)), case__in=reachable
        )
        searches["same telephone number"] = seen.filter(pk__in=routes.values("party"))
    if probe.date_of_birth:
        searches["same date of birth"] = seen.filter(date_of_birth=probe.date_of_birth)
    if folded := fold(probe.name):
        searches["same name"] = seen.filter(folded_name=folded)
        searches["similar name"] = seen.filter(pk__in=named_like(actor, folded, SIMILAR))
    return searches


def get_party(actor: User, public_id: str | UUID) -> Party:
    """A party of a case in which they may see who it is about, to act on. Raises `NotVisible`."""
    seen = Party.objects.filter(case__in=cases_showing(actor, Category.IDENTITY)).select_related("case", "person")
    try:
        party = seen.get(public_id=public_id)
    except (Party.DoesNotExist, ValidationError):
        raise NotVisible("casework.link_person") from None
    if not whose_role_is_shown(actor, {party.pk: party}):
        raise NotVisible("casework.link_person")
    return party
