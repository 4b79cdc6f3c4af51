"""What is measured of reach: the product's own acts, and what guardian's documentation says to do instead.

Guardian's know neither bars nor seals nor emergency access, show no categories of a case to who has let themself in,
and record nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from django.utils import timezone
from guardian.shortcuts import get_objects_for_user, get_perms

from accounts.models import User
from benchmarks.names import misspelt
from benchmarks.world import telephone
from casework.commands import begin_sharing
from casework.models import Case, Party, SharingDecision
from casework.queries import Probe, cases_for, count_cases, find_person, read_case
from casework.queries.cases import PAGE
from referrals.queries import inbox_for

DEEP = 0.8  # how far down its list an agency's deep page begins
PROBED = 12  # people that are looked for in turn


@dataclass(frozen=True)
class Reader:
    """A worker, and what is asked for as them; empty where their agency has none."""

    user: User
    place: int = 0
    case: str = ""
    deep: str = ""
    pending: SharingDecision | None = None
    people: tuple[Party, ...] = ()

    @property
    def somebody(self) -> Party:
        return next(_turns.setdefault(self.user.pk, cycle(self.people)))


_turns: dict[int, Any] = {}


@dataclass(frozen=True)
class Act:
    """One act of the product, guardian's way to the same if there is one, and what a reader must have for it."""

    ours: Callable[[Reader], object]
    guardians: Callable[[Reader], object] | None = None
    needs: str = "user"


def theirs(reader: Reader) -> Any:
    """Guardian's way to the cases of somebody, in the order of a list."""
    found = get_objects_for_user(
        reader.user, "casework.view_case", Case, with_superuser=False, accept_global_perms=False
    )
    return found.select_related("agency", "owner").order_by("-received_at", "-pk")


def guardians_case(reader: Reader) -> object:
    case = theirs(reader).get(reference=reader.case)
    return case, get_perms(reader.user, case)


def guardians_search(reader: Reader) -> object:
    name = reader.somebody.folded_name
    return list(theirs(reader).filter(parties__folded_name=name)[: PAGE + 1])


def look_for(reader: Reader, *names: str) -> object:
    """For somebody who is there, misspelt every time, by what is known of them."""
    party = reader.somebody
    said: dict[str, Any] = {
        "telephone": telephone(party.case_id),
        "name": misspelt(party.name),
        "date_of_birth": party.date_of_birth,
    }
    return find_person(actor=reader.user, probe=Probe(**{name: said[name] for name in names}))


FIRST, DEEPER, OPEN, COUNT, INBOX = "first page", "deep page", "open, all categories", "count", "inbox"
EXACT, NAME, PHONE, BORN, KNOWN = "same name", "misspelt name", "telephone", "date of birth", "known already?"
GRANT = "grant, all categories"
SEARCHES = (EXACT, NAME, PHONE, BORN, KNOWN)
ACTS = {
    FIRST: Act(lambda r: cases_for(actor=r.user), lambda r: list(theirs(r)[: PAGE + 1])),
    DEEPER: Act(
        lambda r: cases_for(actor=r.user, after=r.deep),
        lambda r: list(theirs(r)[r.place : r.place + PAGE + 1]),
        "deep",
    ),
    OPEN: Act(lambda r: read_case(actor=r.user, reference=r.case, purpose="casework"), guardians_case, "case"),
    COUNT: Act(lambda r: count_cases(r.user), lambda r: theirs(r).count()),
    INBOX: Act(lambda r: inbox_for(actor=r.user), needs="pending"),
    EXACT: Act(lambda r: find_person(actor=r.user, probe=Probe(name=r.somebody.name)), guardians_search, "people"),
    NAME: Act(lambda r: look_for(r, "name"), needs="people"),
    PHONE: Act(lambda r: look_for(r, "telephone"), needs="people"),
    BORN: Act(lambda r: look_for(r, "date_of_birth"), needs="people"),
    KNOWN: Act(lambda r: look_for(r, "telephone", "name", "date_of_birth"), needs="people"),
    GRANT: Act(lambda r: begin_sharing(actor=r.user, decision=r.pending, now=timezone.now()), needs="pending"),
}
