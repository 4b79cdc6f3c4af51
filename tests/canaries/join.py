"""The canary join: what an answer showed, and what the log says that it showed, held against each other.

Whatever is shown needs an event of the same request that names its reader, its case and its category. Whatever an event
says was shown, a category of a case or a case in a list, must have been.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from audit.models import AuditEvent, Outcome
from casework.models import TwoSided
from tests.canaries.tokens import Canaries, Token

PERSONAL = {"identity", "contact", "location", "incident", "risk", "narrative", "household", "alleged", "needs"}
# What the table of fields calls otherwise than the log does. Of all else the log names the case, and no category.
CALLED = {
    "place": {"location"},
    "alleged_place": {"location", "alleged"},
    "household_place": {"location", "household"},
    "narrative_place": {"location", "narrative"},
}
TRAVELS = {"Referral.language", "Referral.access_needs"}  # with every referral, and of the victim's identity
# Events whose categories are no claim that they were shown.
NO_CLAIM = {
    "casework.find_person": "that somebody is like who was searched for: the API says in which case, and no value",
    "referrals.accept_referral": "what is seen from now on",
    "casework.judge_risk": "what its writer judged just now",
    "casework.write_note": "what its writer noted just now",
    "casework.note_marac": "that its writer noted it just now",
    "casework.note_equality": "what its writer noted just now",
    "casework.judge_entitlement": "what its writer noted just now",
    "casework.add_attachment": "what its writer attached just now",
    "casework.write_plan": "what its writer wrote just now",
    "casework.confirm_route": "what was said anew of a way",
    "casework.record_consent": "to what somebody agreed",
    "casework.open_in_emergency": "what was opened, and is read after it",
    "referrals.view_suggestions": "which services suit what is known, by codes",
    "casework.begin_sharing": "what is shared from now on",
    "casework.decide_sharing": "what will be shared",
    "casework.widen_sharing": "the same, of more",
    "casework.end_sharing": "what is shared no longer",
    "casework.view_contact": "a draft may hold whatever somebody typed, of any category",
}


def logged_as(token: Token) -> set[str]:
    """The categories that an event must name when this is shown."""
    return {"identity"} if token.place in TRAVELS else CALLED.get(token.category, {token.category} & PERSONAL)


def by_case(tokens: Iterable[Token]) -> dict[str, set[str]]:
    """What of each case, by its state, stands among them."""
    found: dict[str, set[str]] = defaultdict(set)
    for token in tokens:
        found[token.case] |= logged_as(token)
    return found


@dataclass
class Join:
    """Of the answers in one planted world, whose cases are given by state."""

    canaries: Canaries
    cases: dict[str, Model]
    answers: int = 0
    joined: int = 0
    claims: int = 0
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._states = {case.pk: state for state, case in self.cases.items()}
        # A pair stands in the history of neither of its cases: its event names the pair alone.
        pairs = TwoSided.objects.filter(first__in=self._states).values_list("pk", "first")
        self._pairs = {pair: self._states[case] for pair, case in pairs}
        self._planted = by_case(self.canaries.tokens)

    def join(self, answer: Any, reader: Model | None, tokens: set[Token], named: set[Token], how: str) -> None:
        """One answer. `tokens` stand in it, some of which the request itself had `named`."""
        request = answer.wsgi_request.request_id
        events = list(AuditEvent.objects.filter(request_id=request, outcome=Outcome.ALLOWED))
        shown = tokens - named
        self.answers, self.joined = self.answers + 1, self.joined + len(shown)
        of_reader = [event for event in events if reader and event.actor_id == reader.pk]
        self.wrong += [f"{how}: {said}" for said in self._unsaid(of_reader, shown)]
        self.wrong += [f"{how}: {said}" for said in self._overclaimed(events, by_case(tokens))]

    def _unsaid(self, events: list[AuditEvent], shown: set[Token]) -> Iterator[str]:
        said: dict[str, set[str]] = defaultdict(set)
        for event in events:
            for state, categories, _ in self._named_in(event):
                said[state] |= categories
        for token in shown:
            if token.case not in said:
                yield f"{token.place} of {token.case} is shown, and no event names the case"
            elif left := logged_as(token) - said[token.case]:
                yield f"{token.place} of {token.case} is shown, and no event names {sorted(left)}"

    def _overclaimed(self, events: list[AuditEvent], seen: dict[str, set[str]]) -> Iterator[str]:
        for event in events:
            for state, categories, in_list in self._named_in(event):
                self.claims += 1
                if in_list and state not in seen:
                    yield f"{event.action} says that {state} was shown"
                claimed = set() if event.action in NO_CLAIM else categories & self._planted[state]
                if left := claimed - seen.get(state, set()):
                    yield f"{event.action} says that {sorted(left)} of {state} was shown"

    def _named_in(self, event: AuditEvent) -> Iterator[tuple[str, set[str], bool]]:
        """The cases that it names, of which categories, and whether as one of a list. Beside a case of its own, others
        only stood in a list, and the categories are not theirs."""
        if event.subject_type == TwoSided._meta.model_name and event.subject_id in self._pairs:
            yield self._pairs[event.subject_id], set(), False
        categories = set(event.categories)
        if event.case_id in self._states:
            yield self._states[event.case_id], categories, False
        for case in set(event.shown_ids) & self._states.keys():
            yield self._states[case], set() if event.case_id else categories, True
