"""Finding and reading requests for information, from both sides."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from accounts.authorization import NotVisible, authorize, can
from accounts.models import User
from audit.log import record
from casework.categories import Category, labels
from casework.models import read_reference
from casework.queries import KINDS, Kind, Section, project
from referrals.models import InformationRequest, Referral
from referrals.policy import visible_requests
from referrals.states import ANSWER, IN_EFFECT

VIEW = "referrals.view_request"
MOST = 50  # of each list, the newest first
Rows = list[tuple[str, str | datetime]]

KINDS += [
    Kind(
        "information_asked",
        "Asked for information",
        InformationRequest,
        "sent_at",
        ("kind", "reference", "categories", "material", "due_at"),
        agency="asker",
        by="asked_by",
    ),
    Kind(
        "information_answered",
        "Request for information answered",
        InformationRequest,
        "answered_at",
        ("reference", "status", "refusal", "words"),
        by="answered_by",
    ),
]


@dataclass(frozen=True)
class Requests:
    """What the reader's agency asked of others, and what it is asked: the newest first."""

    by_us: list[InformationRequest]
    of_us: list[InformationRequest]


def requests_for(*, actor: User) -> Requests:
    """Those that the actor's agency makes, and those that it answers. Recorded."""
    authorize(actor, VIEW)
    found = visible_requests(actor).select_related("asker", "holder").order_by("-asked_at", "-pk")
    by_us = list(found.filter(asker=actor.agency_id)[:MOST])
    of_us = list(found.exclude(asker=actor.agency_id)[:MOST])
    cases = {each.case_id for each in [*by_us, *of_us]}
    record(actor=actor, action=VIEW, shown=sorted(cases), deliberate=False, count=len(by_us) + len(of_us))
    return Requests(by_us, of_us)


def get_request(actor: User, reference: str) -> InformationRequest:
    """One to act on. Raises `NotVisible`, the same for a hidden one as for none."""
    reference = read_reference(reference) or ""
    found = visible_requests(actor).select_related("asker", "holder", "decision", "referral__decision")
    request = found.filter(reference=reference).first()
    if request is None:
        raise NotVisible(VIEW, named=reference)
    return request


def read_request(*, actor: User, reference: str) -> InformationRequest:
    """One to read, by either side. Recorded."""
    request = get_request(actor, reference)
    authorize(actor, VIEW, request)
    record(actor=actor, action=VIEW, subject=request, purpose="information_request")
    return request


def preview_given(*, actor: User, request: InformationRequest, categories: Collection[str]) -> tuple[Section, ...]:
    """Exactly what they will see of these categories if it is given: of what was asked for, and no more. Recorded."""
    authorize(actor, ANSWER, request)
    chosen = [Category(name) for name in categories if name in request.categories]
    record(actor=actor, action="casework.view_case", subject=request.case, purpose="preview", categories=chosen)
    return project(request.case, chosen)


def may_ask_further(actor: User, referral: Referral) -> bool:
    """Whether more can be asked about whom they took on."""
    return referral.status in IN_EFFECT and can(actor, "referrals.ask_information", referral)


def asked(request: InformationRequest) -> Rows:
    """What is asked for and why, as labels and values; what does not apply is left out."""
    period = f"{request.period_from:%d %B %Y} to {request.period_until:%d %B %Y}" if request.period_from else ""
    return _said(
        ("Kind", request.get_kind_display()),
        ("From", request.asker.name),
        ("To", request.holder.name),
        ("About the case", request.about),
        ("What is asked for", request.material),
        ("Categories", labels(request.categories)),
        ("Period", period),
        ("Line of enquiry", request.enquiry),
        ("Why it is necessary and proportionate", request.necessity),
        ("What else was considered", request.other_means),
        ("Why what was said in confidence", request.counselling),
        ("Were they told", request.get_notice_display()),
        ("Asked", request.asked_at),
        ("Approved", request.approved_at),
        ("Answer due" if request.sent_at else "Approval due", request.due_at),
    )


def answered(request: InformationRequest) -> Rows:
    """What was answered; nothing while it was not."""
    if request.answered_at is None:
        return []
    return _said(
        ("Answer", request.get_status_display()),
        ("Answered", request.answered_at),
        ("What is given", labels(request.decision.categories) if request.decision else ""),
        ("Until", request.decision.until if request.decision else None),
        ("Why it is not shared", request.get_refusal_display()),
        ("In a sentence", request.words),
    )


def _said(*rows: tuple[str, str | datetime | None]) -> Rows:
    return [(label, value) for label, value in rows if value]
