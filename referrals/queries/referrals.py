"""Finding and reading referrals and services."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from accounts.authorization import NotVisible, authorize, can, has_role_for, visible_by_name
from accounts.models import Agency, User
from audit.log import record
from casework.categories import Category, labels
from casework.models import ABOUT, DOES_NOT_AGREE, AgreementParty, Case, read_reference
from casework.policy import visible_decisions
from casework.queries import KINDS, Due, Kind, Past, Section, due_by, project, urgency_of
from casework.states import CaseStatus
from referrals.models import Referral, Service, ServiceStatus, Urgency
from referrals.policy import visible_referrals, visible_services
from referrals.queries.feedback import as_heard, as_seen
from referrals.queries.levels import levels_of
from referrals.states import LIVE, ReferralStatus

PAGE = 25
YEAR = timedelta(days=365)
WAITING = LIVE - {ReferralStatus.DRAFT}
AGREED = ("decision__agreement",)


KINDS += [
    Kind(
        "referral",
        "Referral sent",
        Referral,
        "sent_at",
        ("service", "urgency", "asked", "due_at"),
        by="sent_by",
        related=("service",),
    ),
    Kind(
        "referral_answered",
        "Referral answered",
        Referral,
        "answered_at",
        ("service", "decline_reason", "decline_note"),
        agency="service__agency",
        by="answered_by",
        related=AGREED,
        heard=as_heard,
    ),
    Kind(
        "referral_ended",
        "Referral ended",
        Referral,
        "ended_at",
        ("service", "status", "outcome_code", "as_wanted", "outcome"),
        agency="service__agency",
        by="ended_by",
        related=AGREED,
        heard=as_heard,
    ),
]


@dataclass(frozen=True)
class Inbox:
    """One page of live referrals, soonest due first. `after` begins the next page; None on the last."""

    referrals: list[Referral]
    after: str | None


@dataclass(frozen=True)
class Preview:
    """What the recipient will see: before they accept, and after."""

    summary: list[tuple[str, str | datetime]]
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Ends:
    """What would end with an agency that leaves: numbers, of what the reader may know of."""

    agency: Agency
    shares: int
    referrals: int
    services: int
    agreements: int
    workers: int


def what_ends_with(actor: User, agency: Agency) -> Ends:
    """Counted as it is now, for whoever is about to end an agency's part."""
    authorize(actor, "accounts.end_agency", agency)
    parties = AgreementParty.objects.filter(agency=agency, agreement__ended_at=None)
    return Ends(
        agency=agency,
        shares=visible_decisions(actor).filter(recipient=agency, ended_at=None).count(),
        referrals=visible_referrals(actor).filter(service__agency=agency, status__in=LIVE).count(),
        services=visible_services(actor).filter(agency=agency).count(),
        agreements=parties.count(),
        workers=User.objects.filter(agency=agency, is_active=True).count(),
    )


def services_for(actor: User, kind: str = "") -> QuerySet[Service]:
    """The services that may be referred to, for a kind of case, by name."""
    authorize(actor, "referrals.view_service")
    services = visible_services(actor).filter(status=ServiceStatus.ACTIVE).select_related("agency")
    return (services.filter(kinds__contains=[kind]) if kind else services).order_by("name", "pk")


def get_referral(actor: User, reference: str) -> Referral:
    """A referral to act on. Raises `NotVisible`, the same for a hidden one as for none."""
    reference = read_reference(reference) or ""
    referrals = visible_referrals(actor).select_related(
        "service__agency",
        "sender",
        "owner",
        "owner_agency",
        "decision__basis",
        "decision__consent",
        "follow_up",
        *AGREED,
    )
    referral = referrals.filter(reference=reference).first()
    if referral is None:
        raise NotVisible("referrals.view_referral", named=reference)
    return referral


def read_referral(*, actor: User, reference: str) -> Referral:
    """A referral to read: its summary and its decision, nothing of the case. Recorded."""
    referral = get_referral(actor, reference)
    authorize(actor, "referrals.view_referral", referral)
    categories = _of_summary(referral)
    record(actor=actor, action="referrals.view_referral", subject=referral, purpose="referral", categories=categories)
    return referral


def _of_summary(referral: Referral) -> list[Category]:
    """Language and access needs travel in the summary: they are of the victim's identity."""
    return [Category.IDENTITY] if referral.language or referral.access_needs else []


def inbox_for(*, actor: User, after: str = "", mine: bool = False) -> Inbox:
    """What waits for the actor's agency, soonest due first; or for themself. `after` is the last reference of the page
    before."""
    authorize(actor, "referrals.view_referral")
    waiting = visible_referrals(actor).filter(owner_agency=actor.agency_id, status__in=WAITING)
    return _page(actor, waiting.filter(owner=actor) if mine else waiting, after, "inbox")


def outbox_for(*, actor: User, after: str = "") -> Inbox:
    """What the actor's agency drafted or sent and has not ended, soonest due first. Pages as `inbox_for`."""
    authorize(actor, "referrals.view_referral")
    live = visible_referrals(actor).filter(sender=actor.agency_id, status__in=LIVE)
    return _page(actor, live, after, "outbox")


def _page(actor: User, referrals: QuerySet[Referral], after: str, criterion: str) -> Inbox:
    start = referrals.filter(reference=read_reference(after)).first() if after else None
    if start:
        referrals = referrals.filter(
            Q(due_at__gt=start.due_at) | Q(due_at=start.due_at, pk__gt=start.pk), due_at__gte=start.due_at
        )
    related = referrals.select_related("service__agency", "sender", "owner", *AGREED)
    found = list(related.order_by("due_at", "pk")[: PAGE + 1])
    shown = [as_seen(actor, referral) for referral in found[:PAGE]]
    record(
        actor=actor,
        action="referrals.view_referral",
        purpose="referral",
        shown=[referral.case_id for referral in shown],
        deliberate=False,
        criteria=[criterion],
        count=len(shown),
    )
    return Inbox(referrals=shown, after=shown[-1].reference if len(found) > PAGE else None)


def referrals_of(*, actor: User, case: Case) -> list[Referral]:
    """The referrals of one case that the actor may see, newest first. Recorded."""
    authorize(actor, "referrals.view_referral")
    found = list(
        visible_referrals(actor)
        .filter(case=case)
        .select_related("service__agency", "owner", *AGREED)
        .order_by("-drafted_at", "-pk")
    )
    record(
        actor=actor,
        action="referrals.view_referral",
        subject=case,
        purpose="referral",
        deliberate=False,
        count=len(found),
    )
    return [as_seen(actor, referral) for referral in found]


def goes_on_from(referral: Referral) -> Service | None:
    """Which other service did not take it on, of a draft that was begun for that; not of one to the same again."""
    before = referral.previous if referral.status == ReferralStatus.DRAFT else None
    return before.service if before and before.service_id != referral.service_id else None


def times_referred(referral: Referral) -> int:
    """How often this case was sent to this service before, within the year before."""
    sent = referral.sent_at or referral.drafted_at
    before = Referral.objects.filter(case=referral.case_id, service=referral.service_id).exclude(pk=referral.pk)
    return before.filter(sent_at__gt=sent - YEAR, sent_at__lt=sent).exclude(status=ReferralStatus.RECALLED).count()


def does_not_agree(referral: Referral) -> bool:
    """Whether it is shared although the victim does not agree, or no longer: its receivers must not tell them so."""
    return referral.decision is not None and referral.decision.consent.stands in DOES_NOT_AGREE


def preview(*, actor: User, referral: Referral, categories: Collection[str], now: datetime, asked: str = "") -> Preview:
    """Exactly what the partner will see if it is sent now, from the same functions that will show it. Recorded.

    `asked` is what will be asked in place of the draft's words.
    """
    authorize(actor, "referrals.send_referral", referral)
    referral.asked = asked or referral.asked
    chosen = [Category(name) for name in categories]
    found = previewed(referral, chosen, now)
    shown = {*chosen, *_of_summary(referral)}
    record(actor=actor, action="casework.view_case", subject=referral.case, purpose="preview", categories=shown)
    return found


def previewed(referral: Referral, categories: Collection[str], now: datetime) -> Preview:
    """What the partner would see if it is sent now, written on this referral but not saved: to compare, never to
    show, for it is not recorded."""
    for name, value in at_sending(referral, now).items():
        setattr(referral, name, value)
    return Preview(summary=summary(referral), sections=project(referral.case, [Category(name) for name in categories]))


def at_sending(referral: Referral, now: datetime) -> dict[str, Any]:
    """What is written on a referral that is sent now: what travels with it, and by when it is taken note of."""
    level = urgency_of(referral.case)
    answer, acknowledge = answer_due(referral, now), levels_of(referral, now, level).acknowledge_by(now)
    soonest = min(Due(acknowledge, "acknowledge"), answer, key=lambda due: due.at)
    return {
        **carried(referral.case),
        "level": level,
        "acknowledge_by": soonest.at,
        "answer_by": answer.at,
        "due_at": soonest.at,
        "due_source": soonest.source,
    }


def answer_due(referral: Referral, now: datetime) -> Due:
    """By when the addressed service answers what is sent now; an urgent one never later than its standard."""
    usual = Due(now + timedelta(hours=referral.service.answers_within_hours), "service_level")
    if referral.urgency == Urgency.ROUTINE:
        return usual
    return min(usual, due_by("urgent_referral", now, referral.case.partnership_id), key=lambda due: due.at)


def carried(case: Case) -> dict[str, Any]:
    """Language and access needs, which travel with every referral."""
    victim = case.parties.filter(role__in=ABOUT).order_by("pk").first()
    if victim is None:
        return {}
    return {name: getattr(victim, name) for name in ("language", "interpreter_needed", "access_needs")}


def summary(referral: Referral) -> list[tuple[str, str | datetime]]:
    """What the addressed agency sees before it accepts, as labels and values."""
    needed = {True: "Yes", False: "No", None: "Not known"}[referral.interpreter_needed]
    return [
        ("Reference", referral.reference),
        ("From", referral.sender.name),
        ("Kind of case", referral.get_case_kind_display()),
        ("Urgency", referral.get_urgency_display()),
        ("Next due", referral.due_at),
        ("Acknowledged by", referral.acknowledge_by or "Not sent"),
        ("Answered by", referral.answer_by or "Not sent"),
        ("What is asked", referral.asked),
        ("What more was asked", referral.question or "Nothing"),
        ("What was added", referral.added or "Nothing"),
        ("Borough", referral.borough),
        ("Language", referral.language or "Not known"),
        ("Interpreter needed", needed),
        ("Access needs", referral.access_needs or "None known"),
    ]


def shares(referral: Referral) -> tuple[str, str]:
    """What is shared with it, and what is not, as people call them. Nothing is shared with a draft."""
    given = referral.decision.categories if referral.decision else []
    return labels(given), labels([category for category in Category if category not in given])


def addressed_then(past: Past, agency: Agency) -> list[Referral]:
    """The referrals of a case of which an agency had the summary at a past moment, as they stood: see `policy`."""
    sent = [each for each in past.of(Referral) if each.sent_at and each.service.agency_id == agency.pk]
    return [
        each
        for each in sent
        if each.status != ReferralStatus.RECALLED and (each.status != ReferralStatus.WITHDRAWN or each.answered_at)
    ]


def shared(referral: Referral) -> list[tuple[str, str | datetime]]:
    """Why and what is shared with it, for sender and addressee alike: also that the victim did not agree."""
    decision = referral.decision
    if decision is None:
        return []
    consent, reason = str(decision.consent), decision.consent.reason
    overridden = [
        ("Shared all the same because", f"{decision.get_override_reason_display()}: {decision.override_narrative}"),
        ("Do they know that it is shared", decision.get_told_victim_display()),
    ]
    return [
        ("For", decision.get_purpose_display()),
        ("Lawful basis", decision.basis.label),
        ("Do they agree", f"{consent}: {reason}" if reason else consent),
        *(overridden if decision.override_reason else []),
        ("Why it is necessary", decision.necessity),
        ("What", labels(decision.categories)),
        ("Until", decision.until),
    ]


def may_refer(actor: User, case: Case) -> bool:
    """Whether a referral of this case may be begun now."""
    return case.status == CaseStatus.OPEN and can(actor, "referrals.draft_referral", case)


def case_is_visible(actor: User, referral: Referral) -> bool:
    """Whether the actor may go on to the case. Asked by id: the case itself may be hidden from them."""
    return has_role_for(actor, "casework.view_case") and visible_by_name(actor, "case", referral.case_id)
