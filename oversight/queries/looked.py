"""Who has looked at a victim's file: the answer to her question, from the log, and in words that she reads or hears.

Only what is whitelisted here is told: readings of her case that were allowed. Nothing of who must not see it, of
attempts, of proposals, of two-sided cases, of the other side of the wall, of anybody else in the case.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from accounts.authorization import NotVisible, authorize
from accounts.models import Agency, AgencyKind, User
from accounts.roles import Role
from audit.log import record
from audit.models import AuditEvent, Outcome
from casework.categories import Category
from casework.models import Case, ContactRoute, Party, PartyRole, RouteKind, Safety
from casework.policy import clock
from casework.queries import get_case
from casework.safe_contact import may_use, verdicts
from oversight.models import GivenAnswer, HandedOver, StaffNaming
from oversight.policy import visible_answers, visible_events

ACTION = "oversight.give_answer"
LOOKING = (
    "casework.view_case",
    "casework.view_contact",
    "casework.find_person",
    "casework.reveal_address",
    "referrals.view_referral",
    "referrals.view_suggestions",
    "oversight.view_case_history",
    "oversight.export_case_history",
    "oversight.view_changes",
    "oversight.view_replay",
    "oversight.export_replay",
)
REASONS = {
    "casework": "to work on your case",
    "referral": "because they were asked to help you",
    "sharing": "to see what is shared about you, and with whom",
    "suggestions": "to find out who could help you",
    "information_request": "to answer somebody who has asked for information about you",
    "export": "to hand over what the directory of services says",
    "preview": "to see what would be shared before it was",
    "supervision": "to check how your case is looked after",
    "emergency": "because they thought that somebody might come to harm",
}
ANOTHER_REASON = "for a reason that is written down in your case"
KINDS = {
    Category.IDENTITY: "who you are",
    Category.CONTACT: "how to reach you safely",
    Category.LOCATION: "where you can be found",
    Category.INCIDENT: "what happened",
    Category.RISK: "how much danger you may be in",
    Category.NARRATIVE: "what you told us",
    Category.HOUSEHOLD: "who lives with you",
    Category.NEEDS: "what help you need",
}
ANOTHER_KIND = "other notes in your case"
NOTHING_OPENED = "that your case exists, and no more"
BY_TELEPHONE = {HandedOver.READ_ALOUD: frozenset({RouteKind.PHONE})}
AT_SOME_TIME = ("yes", "not_now", "overridden")
ANY_WAY = frozenset(RouteKind) - {RouteKind.NONE}


@dataclass(frozen=True)
class Look:
    """One agency's deliberate readings of one day for one reason, in words."""

    agency: str
    on: date
    who: str
    reason: str
    seen: tuple[str, ...]

    def __str__(self) -> str:
        day, what = date_format(self.on, "j F Y"), listed(self.seen)
        return f"On {day}, {self.who} of {self.agency} looked at your file {self.reason}. They saw: {what}."


@dataclass(frozen=True)
class Listed:
    """Where the case only stood among others in a list."""

    agency: str
    days: int
    first: date
    last: date

    def __str__(self) -> str:
        span = f"on {date_format(self.first, 'j F Y')}"
        if self.days > 1:
            span = f"on {self.days} days from {date_format(self.first, 'j F Y')} to {date_format(self.last, 'j F Y')}"
        return f"{self.agency}, {span}"


@dataclass(frozen=True)
class Told:
    """An answer as it was given: what to read out or to print."""

    answer: GivenAnswer
    looks: list[Look]
    lists: list[Listed]


@dataclass(frozen=True)
class Asked:
    """What a supervisor needs to give an answer: the victims of the case, their safe ways, and what was told before."""

    case: Case
    ways: list[ContactRoute]
    answers: list[GivenAnswer]


def get_asked(actor: User, reference: str) -> Case:
    """A case to answer a victim of. Raises `NotVisible` and `Denied`."""
    case = get_case(actor, reference, ACTION)
    authorize(actor, ACTION, case)
    return case


def get_victim(case: Case, public_id: UUID) -> Party:
    """A victim of this case. Raises `NotVisible`."""
    party = Party.objects.filter(case=case, role=PartyRole.VICTIM, public_id=public_id).select_related("case").first()
    if party is None:
        raise NotVisible(ACTION, case)
    return party


def ways_to_hand_over(case: Case) -> list[ContactRoute]:
    """The ways to reach a victim of this case that somebody confirmed as safe, as they stand now.

    None of who is not to be contacted at all. What is not known is not safe.
    """
    standing = ContactRoute.objects.filter(case=case, party__role=PartyRole.VICTIM, superseded_at=None)
    shunned = standing.filter(kind=RouteKind.NONE).values("party")
    safe = standing.filter(safety=Safety.SAFE, confirmed_at__isnull=False).exclude(party__in=shunned)
    ways = list(safe.select_related("party__case").order_by("party", "-confirmed_at", "-pk"))
    found = verdicts(ways, clock())
    return [way for way in ways if found[way.pk].code in AT_SOME_TIME]


def safe_way(party: Party, by: str, how: str) -> ContactRoute | None:
    """The way of this kind by which an answer can be handed over so; None where no such way is confirmed as safe."""
    allowed = BY_TELEPHONE.get(HandedOver(how), ANY_WAY)
    ways = [way for way in ways_to_hand_over(party.case) if way.party_id == party.pk and way.kind == by]
    if how == HandedOver.READ_ALOUD:  # over it, and now; otherwise it is how the meeting was agreed
        ways = [way for way in ways if may_use(way, clock()).may]
    return next((way for way in ways if way.kind in allowed), None)


def read_asked(*, actor: User, reference: str) -> Asked:
    """What is needed to answer a victim of this case. Recorded, as a reading of who they are and how to reach them."""
    case = get_asked(actor, reference)
    asked = asked_of(actor, case)
    shown = [Category.IDENTITY, Category.CONTACT] if asked.ways else []
    record(actor=actor, action=ACTION, subject=case, purpose="supervision", categories=shown, looked=True)
    return asked


def asked_of(actor: User, case: Case) -> Asked:
    """The same to compare, never to show, for it is not recorded."""
    answers = visible_answers(actor).filter(case=case).select_related("given_by").order_by("-given_at", "-pk")
    return Asked(case, ways_to_hand_over(case), list(answers))


def read_answer(*, actor: User, public_id: UUID) -> Told:
    """An answer as it was given, to be read out or printed. Recorded."""
    answers = visible_answers(actor).select_related("case", "route", "given_by")
    answer = answers.filter(public_id=public_id).first()
    if answer is None:
        raise NotVisible(ACTION, named=str(public_id))
    authorize(actor, ACTION, answer.case)
    record(actor=actor, action=ACTION, subject=answer, purpose="supervision", looked=True)
    return in_plain_words(answer)


def found(actor: User, case: Case) -> dict[str, Any]:
    """What the log says of who has looked at this case, as ids and codes, for `GivenAnswer.said`.

    Days are London's. Workers stand in it where their agency lets them be named, else only how many.
    """
    looks: dict[tuple[int, str, str], tuple[set[int], set[str]]] = defaultdict(lambda: (set(), set()))
    lists: dict[int, set[str]] = defaultdict(set)
    for event in _readings(actor, case):
        day = timezone.localtime(event.at).date().isoformat()
        agency, worker = int(event.agency_id or 0), int(event.actor_id or 0)
        if event.is_deliberate and event.case_id in (None, case.pk):
            workers, categories = looks[agency, day, event.purpose]
            workers.add(worker)
            categories.update(_of_her(event))
        else:
            lists[agency].add(day)
    named = agencies_that_name()
    return {
        "looks": [
            {"agency": agency, "on": day, "for": purpose, "categories": sorted(categories), "workers": len(workers)}
            | ({"named": sorted(workers)} if agency in named else {})
            for (agency, day, purpose), (workers, categories) in sorted(looks.items())
        ],
        "lists": [
            {"agency": agency, "days": len(days), "first": min(days), "last": max(days)}
            for agency, days in sorted(lists.items())
        ],
    }


def _of_her(event: AuditEvent) -> set[str]:
    """The categories that a reading showed; of where somebody else lives, not that it was a place."""
    categories = set(event.categories)
    is_of_another = event.action == "casework.reveal_address" and len(categories) > 1
    return categories - {Category.LOCATION} if is_of_another else categories


def _readings(actor: User, case: Case) -> Iterable[AuditEvent]:
    system = User.objects.filter(role=Role.SYSTEM)
    across = Agency.objects.filter(kind=AgencyKind.BEHAVIOUR)
    allowed = visible_events(actor, case).filter(outcome=Outcome.ALLOWED, action__in=LOOKING)
    known = allowed.filter(actor_id__isnull=False, agency_id__isnull=False)
    return known.exclude(actor_id__in=system.values("pk")).exclude(agency_id__in=across.values("pk"))


def agencies_that_name() -> set[int]:
    """The ids of the agencies that let their workers be named to victims now."""
    newest = StaffNaming.objects.order_by("agency", "-pk").distinct("agency")
    return {each.agency_id for each in newest if each.is_named}


def naming_of(agency: Agency) -> StaffNaming | None:
    """What an agency decided last; None before it decided anything."""
    return StaffNaming.objects.filter(agency=agency).select_related("decided_by").order_by("-pk").first()


def in_plain_words(answer: GivenAnswer) -> Told:
    """The codes of an answer as sentences: by agency, then by day."""
    looks, lists = answer.said["looks"], answer.said["lists"]
    agencies = _names(Agency.objects.all(), {each["agency"] for each in [*looks, *lists]})
    workers = _names(User.objects.all(), {worker for each in looks for worker in each.get("named", [])})
    told = [
        Look(
            agency=agencies[each["agency"]],
            on=date.fromisoformat(each["on"]),
            who=_who([workers[worker] for worker in each.get("named", [])], each["workers"]),
            reason=REASONS.get(each["for"], ANOTHER_REASON),
            seen=_kinds(each["categories"]),
        )
        for each in looks
    ]
    stood = [
        Listed(agencies[e["agency"]], e["days"], date.fromisoformat(e["first"]), date.fromisoformat(e["last"]))
        for e in lists
    ]
    by_day = sorted(told, key=lambda look: (look.agency, look.on, look.reason))
    return Told(answer, by_day, sorted(stood, key=lambda each: each.agency))


def _names(among: QuerySet[Any], ids: set[int]) -> dict[int, str]:
    return {pk: each.name for pk, each in among.in_bulk(ids).items()}


def _who(names: list[str], count: int) -> str:
    if names:
        return listed(sorted(names))
    return "a worker" if count == 1 else f"{count} workers"


def _kinds(categories: Iterable[str]) -> tuple[str, ...]:
    """In the order of the categories; all that has no word of its own comes last, as one."""
    names = set(categories)
    kinds = [words for category, words in KINDS.items() if category in names]
    if names - set(KINDS):
        kinds.append(ANOTHER_KIND)
    return tuple(kinds) or (NOTHING_OPENED,)


def listed(items: Iterable[str]) -> str:
    *others, last = items
    return f"{', '.join(others)} and {last}" if others else last
