"""Known already? Finding a person among the cases that this worker may see."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import phonenumbers
from django.core.exceptions import ValidationError

from accounts.authorization import NotVisible, authorize
from accounts.models import User
from audit.log import record
from casework.categories import ROLE_CATEGORY, Category
from casework.matching import POSSIBLY, Band, Fact, Said, band_of, fold, keys_for, weigh
from casework.models import Alias, Case, ContactRoute, KeyKind, MatchKey, Party, PartyRole
from casework.policy import cases_showing, categories_for, categories_in
from casework.policy_of_people import known_by, named_like
from casework.queries.cases import get_case
from casework.queries.projection import project

# In which category the victim's case keeps what a key is made of; of anybody else, all is in that of their role.
KEPT_IN = {KeyKind.TELEPHONE: Category.CONTACT, KeyKind.PLACE: Category.LOCATION}
# By which keys it is known since when a case says something.
DATED_BY = {
    Fact.TELEPHONE: KeyKind.TELEPHONE,
    Fact.BIRTH: KeyKind.BIRTH,
    Fact.BIRTH_SWAPPED: KeyKind.BIRTH,
    Fact.NAME: KeyKind.NAMES,
    Fact.SIMILAR: KeyKind.NAMES,
    Fact.PLACE: KeyKind.PLACE,
}
SIMILAR = 0.45  # trigram similarity of two names from which they are worth weighing; a local default
MOST = 20
MOST_OF_A_NAME = 100
E164 = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(frozen=True)
class Probe:
    """What the caller said of themselves. Empty means not said."""

    telephone: str = ""
    name: str = ""
    date_of_birth: date | None = None
    postcode: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def said(self) -> Said:
        """The same to be weighed. Raises `ValidationError` for a telephone number that is none."""
        return Said(
            names=tuple(filter(fold, (self.name, *self.aliases))),
            date_of_birth=self.date_of_birth,
            telephones=(read_telephone(self.telephone),) if self.telephone else (),
            postcodes=(self.postcode,) if self.postcode else (),
        )


@dataclass(frozen=True)
class Reason:
    """In what somebody agrees with what was said; and since when their case says it, where that is known."""

    fact: Fact
    recorded_at: datetime | None = None

    def __str__(self) -> str:
        return str(self.fact.label)


@dataclass(frozen=True)
class Match:
    """One party who may be the same person: how much speaks for it, and what."""

    party: Party
    score: int
    reasons: tuple[Reason, ...]

    @property
    def band(self) -> Band:
        return band_of(self.score)


@dataclass(frozen=True)
class Candidate:
    """One party that is weighed, by which keys they were found."""

    pk: int
    case_id: int
    role: PartyRole
    keys: dict[bytes, KeyKind]
    score: int
    facts: list[Fact]


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


def find_person(*, actor: User, probe: Probe, besides: Case | None = None) -> list[Match]:
    """Parties the actor may see that agree with the probe, for whom most speaks first, and those of one case left out.
    Whoever agrees in little is among them only where nobody agrees in more.

    Recorded: which criteria, and whom it showed.
    """
    authorize(actor, "casework.find_person")
    best = _best(actor, probe.said, besides)
    found = Party.objects.select_related("case__agency", "person").in_bulk([each.pk for each in best] or [0])
    recorded = _recorded(best)
    record(
        actor=actor,
        action="casework.find_person",
        categories={ROLE_CATEGORY.get(PartyRole(party.role), Category.IDENTITY) for party in found.values()},
        shown=[found[each.pk].case_id for each in best],
        deliberate=False,
        criteria=_criteria(actor, probe),
        count=len(best),
    )
    return [Match(found[each.pk], each.score, tuple(_reasons(each, recorded))) for each in best]


def _best(actor: User, said: Said, besides: Case | None) -> list[Candidate]:
    """Whom both locks let the actor see, weighed. By keys first; by the name alone only where those find nobody."""
    found = _weighed(said, _by_keys(actor, said), besides)
    if said.names and not any(each.score >= POSSIBLY for each in found):
        by_name = _weighed(said, _by_name(actor, said), besides)
        found = list({each.pk: each for each in (*by_name, *found)}.values())
    likely = [each for each in found if each.score >= POSSIBLY] or [each for each in found if each.score > 0]
    first = sorted(likely, key=lambda each: (-each.score, -each.pk))[:MOST]
    seen = _seen(actor, first)
    return [each for each in first if each.pk in seen]


def _by_keys(actor: User, said: Said) -> dict[int, dict[bytes, KeyKind]]:
    """The parties whom the actor sees and who share a key, and which."""
    keys = keys_for(said)
    asked = list(keys.items())
    return {party: dict(asked[place] for place in places) for party, places in known_by(actor, list(keys)).items()}


def _by_name(actor: User, said: Said) -> dict[int, dict[bytes, KeyKind]]:
    """Those of the same name or another name that is the same, the newest; and those of nearly the same."""
    folded = [fold(name) for name in said.names]
    same = Party.objects.filter(folded_name__in=folded).order_by("-pk").values_list("pk", flat=True)[:MOST_OF_A_NAME]
    also = Alias.objects.filter(folded_name__in=folded).order_by("-pk").values_list("party", flat=True)[:MOST_OF_A_NAME]
    like = Party.objects.filter(pk__in=named_like(actor, folded[0], SIMILAR)).values_list("pk", flat=True)
    return {pk: {} for pk in (*same, *also, *like)}


def _weighed(said: Said, found: dict[int, dict[bytes, KeyKind]], besides: Case | None) -> list[Candidate]:
    """Candidates with what speaks for them; never the other side of a story. The same statements for nobody."""
    among = list(found) or [0]
    parties = Party.objects.filter(pk__in=among).exclude(role=PartyRole.ALLEGED).exclude(case=besides and besides.pk)
    names: dict[int, list[str]] = {}
    for party, name in Alias.objects.filter(party__in=among).values_list("party", "name"):
        names.setdefault(party, []).append(name)
    weighed = []
    for pk, case_id, role, name, born in parties.values_list("pk", "case", "role", "name", "date_of_birth"):
        known = [name, *names.get(pk, ())]
        score, facts = weigh(said, known, born, set(found[pk].values()))
        weighed.append(Candidate(pk, case_id, PartyRole(role), found[pk], score, facts))
    return weighed


def _seen(actor: User, candidates: Collection[Candidate]) -> set[int]:
    """Those whom the actor may see as what they are, and with all that they were found by."""
    shown = categories_in(actor, {each.case_id for each in candidates} or {0})
    return {each.pk for each in candidates if _needed(each) <= shown.get(each.case_id, frozenset())}


def _needed(candidate: Candidate) -> set[Category]:
    kept_in = {Category.IDENTITY, *(KEPT_IN.get(kind, Category.IDENTITY) for kind in candidate.keys.values())}
    return {ROLE_CATEGORY.get(candidate.role, category) for category in kept_in}


def _recorded(candidates: Collection[Candidate]) -> dict[tuple[int, str], datetime]:
    """By party and kind of key, since when their case says it."""
    parties, keys = [each.pk for each in candidates], [key for each in candidates for key in each.keys]
    known = MatchKey.objects.filter(party__in=parties or [0], key__in=keys or [b""])
    rows = known.order_by("-recorded_at").values_list("party", "kind", "recorded_at")
    return {(party, kind): recorded_at for party, kind, recorded_at in rows}


def _reasons(candidate: Candidate, recorded: dict[tuple[int, str], datetime]) -> Iterable[Reason]:
    for fact in candidate.facts:
        yield Reason(fact, recorded.get((candidate.pk, DATED_BY.get(fact, ""))))


def _criteria(actor: User, probe: Probe) -> list[str]:
    """What was searched by, never with what; and whether with the searcher's own name."""
    criteria = [name for name in ("telephone", "name", "date_of_birth", "postcode", "aliases") if getattr(probe, name)]
    return [*criteria, "own_name"] if fold(probe.name) == fold(actor.name) else criteria


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


def get_party(actor: User, public_id: str | UUID) -> Party:
    """A party of a case in which they may see who it is about, to act on. Raises `NotVisible`."""
    seen = Party.objects.filter(case__in=cases_showing(actor, Category.IDENTITY)).select_related("case", "person")
    try:
        party = seen.get(public_id=public_id)
    except (Party.DoesNotExist, ValidationError):
        raise NotVisible("casework.link_person") from None
    if ROLE_CATEGORY.get(PartyRole(party.role), Category.IDENTITY) not in categories_for(actor, party.case):
        raise NotVisible("casework.link_person")
    return party
