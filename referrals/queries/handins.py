"""Finding and reading what was handed in: to whoever did so how it stands, and to whoever holds the case, that too."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet, Value

from accounts.authorization import NotVisible, authorize
from accounts.models import AgencyKind, Partnership, User, system_in
from audit.acting import acting_as
from audit.log import record
from casework.categories import Category
from casework.models import Case, Closing, Contact, NextStep, StepKind, read_reference
from casework.policy import Shut
from casework.states import ContactStatus
from referrals.models import HandIn, Referral, Service, Standing
from referrals.policy import visible_hand_ins
from referrals.queries.standing import LEVEL, Feedback, feedback

PAGE = 25
RELATED = ("agency", "begun_by", "saved_by", "sent_by", "received_by")


@dataclass(frozen=True)
class Followed:
    """What was handed in, as one reader follows it. `question` is open; `case` is named to its holder alone."""

    hand_in: HandIn
    feedback: Feedback
    news_at: datetime
    question: str
    case: Case | None

    @property
    def is_ours(self) -> bool:
        """Whether whoever handed it in still answers for it: the front door has not said that it has it."""
        return self.hand_in.sent_at is None or self.feedback.standing == Standing.NOT_RECEIVED


@dataclass(frozen=True)
class HandIns:
    """One page, the newest first. `after` begins the next; None on the last."""

    found: list[Followed]
    after: str | None


def hand_ins_for(*, actor: User, after: str = "") -> HandIns:
    """What the actor's agency handed in, and what was handed in to it. `after` ends the page before."""
    authorize(actor, "referrals.view_hand_in")
    hand_ins = _for(actor)
    start = hand_ins.filter(reference=read_reference(after)).first() if after else None
    if start:
        hand_ins = hand_ins.filter(Q(begun_at__lt=start.begun_at) | Q(begun_at=start.begun_at, pk__lt=start.pk))
    found = list(hand_ins.order_by("-begun_at", "-pk")[: PAGE + 1])
    shown = found[:PAGE]
    cases = [each.case_id for each in shown]
    record(
        actor=actor,
        action="referrals.view_hand_in",
        purpose="referral",
        shown=cases,
        deliberate=False,
        criteria=["hand_ins"],
        count=len(shown),
    )
    return HandIns(_followed(actor, shown), shown[-1].reference if len(found) > PAGE else None)


def get_hand_in(actor: User, reference: str) -> HandIn:
    """One to act on. Raises `NotVisible`."""
    reference = read_reference(reference) or ""
    hand_in = _for(actor).filter(reference=reference).first()
    if hand_in is None:
        raise NotVisible("referrals.view_hand_in", named=reference)
    return hand_in


def read_hand_in(*, actor: User, reference: str) -> Followed:
    """One to read: how it stands, and what is asked back. Recorded."""
    hand_in = get_hand_in(actor, reference)
    authorize(actor, "referrals.view_hand_in", hand_in)
    may_hold = Category if hand_in.sent_at is None else ()  # what is typed may be anything
    record(actor=actor, action="referrals.view_hand_in", subject=hand_in, purpose="referral", categories=list(may_hold))
    return followed(actor, hand_in)


def followed(actor: User, hand_in: HandIn) -> Followed:
    """The same to compare, never to show, for it is not recorded."""
    return _followed(actor, [hand_in])[0]


def handed_in_as(actor: User, case: Case) -> HandIn | None:
    """By what a case came, for who holds it."""
    return _for(actor).filter(case=case).exclude(agency=actor.agency_id).first()


def typed_in(hand_in: HandIn) -> dict[str, Any]:
    """What is typed so far, until it is sent: for whoever may go on with it."""
    with acting_as(system_in(hand_in.agency.partnership_id)):
        contact = draft_of(hand_in)
        return dict(contact.draft) if contact else {}


def draft_of(hand_in: HandIn) -> Contact | None:
    """The contact that holds what is typed. For the system: it is the front door's, and nobody's there yet."""
    return Contact.objects.filter(case=hand_in.case_id, status=ContactStatus.DRAFT).order_by("pk").first()


def is_elsewhere(borough: str, partnership: Partnership) -> bool:
    """Whether they live in another area, as far as that is said."""
    return bool(borough.strip()) and _same(borough) != _same(partnership.name)


def leads_to(service: Service, borough: str) -> bool:
    """Whether a referral to this service is one to that area's front door."""
    return service.agency.kind == AgencyKind.OTHER_AREA and _same(borough) in {_same(area) for area in service.areas}


def step_to_pass_on(case_id: int) -> NextStep | None:
    """The step that waits for a case to be passed on to its area, for whoever holds it."""
    return NextStep.objects.filter(case=case_id, kind=StepKind.PASS_ON, done_at=None).order_by("pk").first()


def _same(area: str) -> str:
    return " ".join(area.split()).casefold()


def heard_of(hand_ins: Sequence[HandIn], *, hidden: frozenset[int] = frozenset()) -> dict[int, Feedback]:
    """What is heard of each now, by its id. For the system, which sees the cases."""
    cases = [each.case_id for each in hand_ins if each.case_id not in hidden]
    status = dict(Case.objects.filter(pk__in=cases).values_list("pk", "status"))
    outcome = dict(Closing.objects.filter(case__in=cases, agreed=True).order_by("pk").values_list("case", "outcome"))
    referred: dict[int, list[tuple[str, str]]] = defaultdict(list)
    sent = Referral.objects.filter(case__in=cases).order_by("pk")
    for case, state, reason in sent.values_list("case", "status", "decline_reason"):
        referred[case].append((state, reason))
    return {
        each.pk: feedback(
            status.get(each.case_id, ""),
            each.received_at is not None,
            referred[each.case_id],
            outcome.get(each.case_id, ""),
        )
        for each in hand_ins
    }


def _for(actor: User) -> QuerySet[HandIn]:
    """With whether the case is shut to the reader: then they hear no more of it than that it was received."""
    found = visible_hand_ins(actor).select_related(*RELATED)
    return found.annotate(is_shut=Shut("case_id", Value(actor.pk))).exclude(~Q(agency=actor.agency_id), is_shut=True)


def _followed(actor: User, hand_ins: Sequence[HandIn]) -> list[Followed]:
    hidden = frozenset(each.case_id for each in hand_ins if getattr(each, "is_shut", False))
    with acting_as(system_in(actor.agency.partnership_id)):
        heard = heard_of(hand_ins, hidden=hidden)
        asked = {each.pk: each.question for each in hand_ins if _is_asked(each) and each.case_id not in hidden}
    held = Case.objects.in_bulk([each.case_id for each in hand_ins if each.agency_id != actor.agency_id])
    return [
        Followed(
            each,
            heard[each.pk],
            _news_at(each, heard[each.pk], asked.get(each.pk, "")),
            asked.get(each.pk, ""),
            held.get(each.case_id),
        )
        for each in hand_ins
    ]


def _is_asked(hand_in: HandIn) -> bool:
    return hand_in.asked_at is not None and hand_in.answered_at is None


def _news_at(hand_in: HandIn, heard: Feedback, question: str) -> datetime:
    """Since when they have heard nothing new, as far as they may know of it."""
    first = hand_in.received_at or hand_in.sent_at or hand_in.saved_at
    last = first if heard.level <= LEVEL[Standing.RECEIVED] else hand_in.told_at or first
    return max(last, hand_in.asked_at) if question and hand_in.asked_at else last
