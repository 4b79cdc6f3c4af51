"""Known already? Finding a person among the cases that this worker may see."""

import re
from collections.abc import Iterable, Sequence
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
from casework.models import Case, ContactRoute, KeyKind, MatchKey, Party, PartyRole
from casework.policy import cases_showing, categories_for, categories_in
from casework.policy_of_people import Described, known_by, named_like
from casework.queries.cases import get_case
from casework.queries.judgements import told_apart
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
MOST = 20
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
    """One party who may be the same person: how much speaks for it, and what; or whether they were told apart."""

    party: Party
    score: int
    reasons: tuple[Reason, ...]
    was_told_apart: bool = False

    @property
    def band(self) -> Band:
        return band_of(self.score)


@dataclass(frozen=True)
class Candidate:
    """One party that was weighed: by which keys they were found, how much speaks for them, and what."""

    party: Described
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
    best = _seen(actor, candidates_for(actor, probe.said, besides))
    found = Party.objects.select_related("case__agency", "person").in_bulk([each.party.pk for each in best] or [0])
    recorded = _recorded(best)
    apart = told_apart(actor, besides) if besides else set()
    record(
        actor=actor,
        action="casework.find_person",
        categories={ROLE_CATEGORY.get(each.party.role, Category.IDENTITY) for each in best},
        shown=[each.party.case_id for each in best],
        deliberate=False,
        criteria=_criteria(actor, probe),
        count=len(best),
    )
    matches = [
        Match(found[each.party.pk], each.score, tuple(_reasons(each, recorded)), each.party.pk in apart)
        for each in best
    ]
    return sorted(matches, key=lambda match: match.was_told_apart)


def candidates_for(actor: User, said: Said, besides: Case | None = None) -> list[Candidate]:
    """The likeliest among those whom the second lock shows, by keys; by the name alone where those find nobody likely.

    Said of somebody who is hidden or of nobody, it asks the same.
    """
    keys, case = list(keys_for(said).items()), besides.pk if besides else None
    names = [fold(name) for name in said.names]
    by_keys = known_by(actor, [key for key, _ in keys], names, case)
    found = {each.pk: _weighed(said, each, keys) for each in by_keys}
    if names and not any(each.score >= POSSIBLY for each in found.values()):
        found = {each.pk: _weighed(said, each, keys) for each in named_like(actor, names, case)} | found
    likely = [each for each in found.values() if each.score >= POSSIBLY]
    likely = likely or [each for each in found.values() if set(each.facts) - {Fact.PART}]
    return sorted(likely, key=lambda each: (-each.score, -each.party.pk))[:MOST]


def _weighed(said: Said, party: Described, keys: Sequence[tuple[bytes, KeyKind]]) -> Candidate:
    theirs = dict(keys[place] for place in party.asked)
    score, facts = weigh(said, party.names, party.born, set(theirs.values()))
    return Candidate(party, theirs, score, facts)


def _seen(actor: User, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Those whom the actor may see as what they are, and with all that they were found by."""
    shown = categories_in(actor, {each.party.case_id for each in candidates} or {0})
    return [each for each in candidates if _needed(each) <= shown.get(each.party.case_id, frozenset())]


def _needed(candidate: Candidate) -> set[Category]:
    kept_in = {Category.IDENTITY, *(KEPT_IN.get(kind, Category.IDENTITY) for kind in candidate.keys.values())}
    return {ROLE_CATEGORY.get(candidate.party.role, category) for category in kept_in}


def _recorded(candidates: Sequence[Candidate]) -> dict[tuple[int, str], datetime]:
    """By party and kind of key, since when their case says it."""
    parties, keys = [each.party.pk for each in candidates], [key for each in candidates for key in each.keys]
    known = MatchKey.objects.filter(party__in=parties or [0], key__in=keys or [b""])
    rows = known.order_by("-recorded_at").values_list("party", "kind", "recorded_at")
    return {(party, kind): recorded_at for party, kind, recorded_at in rows}


def _reasons(candidate: Candidate, recorded: dict[tuple[int, str], datetime]) -> Iterable[Reason]:
    for fact in candidate.facts:
        yield Reason(fact, recorded.get((candidate.party.pk, DATED_BY.get(fact, ""))))


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
