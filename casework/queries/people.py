"""Known already? Finding a person among the cases that this worker may see."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import phonenumbers
from django.contrib.postgres.search import TrigramSimilarity
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from accounts.authorization import NotVisible, authorize
from accounts.models import User
from audit.log import record
from casework.categories import Category
from casework.models import ContactRoute, Party
from casework.policy import cases_showing

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


def find_person(*, actor: User, probe: Probe) -> list[Match]:
    """Parties the actor may see that agree with the probe, most reasons first. Recorded: which criteria, whom shown."""
    authorize(actor, "casework.find_person")
    reasons: dict[int, list[str]] = {}
    for reason, parties in _searches(actor, probe).items():
        for pk in parties.order_by("-pk").values_list("pk", flat=True).distinct()[:MOST]:
            reasons.setdefault(pk, []).append(reason)
    best = sorted(reasons, key=lambda pk: (-len(reasons[pk]), -pk))[:MOST]
    found = Party.objects.select_related("case__agency", "person").in_bulk(best)
    record(
        actor=actor,
        action="casework.find_person",
        categories=[Category.IDENTITY] if best else [],
        shown=[found[pk].case_id for pk in best],
        deliberate=False,
        criteria=[name for name in ("telephone", "name", "date_of_birth") if getattr(probe, name)],
        count=len(best),
    )
    return [Match(party=found[pk], reasons=tuple(reasons[pk])) for pk in best]


def _searches(actor: User, probe: Probe) -> dict[str, QuerySet[Party]]:
    """For each reason to think of the same person, the parties it points to."""
    seen = Party.objects.filter(case__in=cases_showing(actor, Category.IDENTITY))
    searches: dict[str, QuerySet[Party]] = {}
    if probe.telephone:
        reachable = cases_showing(actor, Category.CONTACT)
        routes = ContactRoute.objects.filter(e164=read_telephone(probe.telephone), case__in=reachable)
        searches["same telephone number"] = seen.filter(pk__in=routes.values("party"))
    if probe.date_of_birth:
        searches["same date of birth"] = seen.filter(date_of_birth=probe.date_of_birth)
    if folded := fold(probe.name):
        searches["same name"] = seen.filter(folded_name=folded)
        searches["similar name"] = (
            seen.exclude(folded_name=folded)
            .annotate(similarity=TrigramSimilarity("folded_name", folded))
            .filter(similarity__gte=SIMILAR)
        )
    return searches


def get_party(actor: User, public_id: str | UUID) -> Party:
    """A party of a case in which they may see who it is about, to act on. Raises `NotVisible`."""
    seen = Party.objects.filter(case__in=cases_showing(actor, Category.IDENTITY)).select_related("case", "person")
    try:
        return seen.get(public_id=public_id)
    except (Party.DoesNotExist, ValidationError):
        raise NotVisible("casework.link_person") from None
