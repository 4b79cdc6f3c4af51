"""Shares, what they rest on, and who saw what of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Count, Max, Prefetch, Q, QuerySet
from django.utils import timezone

from accounts.authorization import NotVisible, authorize
from accounts.models import Agency, User
from accounts.roles import Role
from audit.log import record
from audit.models import AuditEvent, Outcome
from casework.categories import Category
from casework.models import (
    DOES_NOT_AGREE,
    AgreementParty,
    Case,
    Consent,
    ConsentRecord,
    SharingAgreement,
    SharingDecision,
)
from casework.plans import SharePlan
from casework.policy import holds, is_across_the_wall, visible_agreements, visible_consents, visible_decisions
from casework.queries.reference import lawful_bases
from casework.scan import kinds_in, protected_values

ASK = "Ask a supervisor to share it."
ACROSS = "The service for people who want to change their behaviour is walled off: nothing of a victim goes there."


@dataclass(frozen=True)
class Seen:
    """What one agency read of a case while it was shared: which categories, how often, and when last."""

    agency: Agency
    categories: tuple[Category, ...]
    times: int
    last_at: datetime


def agreements_in_force(now: datetime) -> QuerySet[SharingAgreement]:
    today = timezone.localdate(now)
    return SharingAgreement.objects.filter(ended_at__isnull=True, valid_from__lte=today, review_on__gt=today)


def agreement_for(case: Case, recipient: Agency, categories: Collection[str], now: datetime) -> SharingAgreement | None:
    """An agreement in force that covers such a share: the one that lasts longest."""
    covering = agreements_in_force(now).filter(categories__contains=list(categories))
    for agency_id in (case.agency_id, recipient.pk):
        covering = covering.filter(parties__agency=agency_id)
    return covering.order_by("-review_on", "pk").first()


def agreements_for(actor: User) -> QuerySet[SharingAgreement]:
    """The agreements of the partnership, those in force first, the soonest to be reviewed at their head."""
    authorize(actor, "casework.view_agreement")
    present = AgreementParty.objects.filter(agency__left_at=None).select_related("agency")
    found = visible_agreements(actor).prefetch_related(Prefetch("parties", present))
    return found.order_by("ended_at", "review_on", "pk")


def get_agreement(actor: User, reference: str) -> SharingAgreement:
    """An agreement to act on. Raises `NotVisible`."""
    found = visible_agreements(actor).filter(reference=reference).first()
    if found is None:
        raise NotVisible("casework.view_agreement")
    return found


def consent_said(case: Case, purpose: str, recipient: Agency, now: datetime) -> ConsentRecord | None:
    """What was last said to sharing for this purpose with this agency; None where nothing was, or it has run out."""
    said = case.consents.filter(Q(recipient=recipient) | Q(recipient__isnull=True), purpose=purpose)
    return said.filter(Q(until__isnull=True) | Q(until__gt=now)).order_by("-recorded_at", "-pk").first()


def problems_with(actor: User, case: Case, plan: SharePlan, now: datetime) -> dict[str, str]:
    """What keeps this actor from sharing so, by the field that it is wrong in. Empty: nothing."""
    asked = {
        "recipient": _wrong_recipient(case, plan.recipient),
        "categories": (not plan.categories or not set(plan.categories) <= set(Category)) and "Choose what to share.",
        "basis": _wrong_basis(plan, now),
        "consent_reason": plan.consent != Consent.GIVEN
        and not plan.consent_reason.strip()
        and "Say why they were not asked, or do not agree.",
        "necessity": not plan.necessity.strip() and "Say in a sentence why this is necessary.",
        **_wrong_override(actor, plan),
    }
    problems = _beyond(actor, case, plan, now) | {field: words for field, words in asked.items() if words}
    texts = {
        "necessity": plan.necessity,
        "consent_reason": plan.consent_reason,
        "override_narrative": plan.override.narrative,
    }
    return words_that_give_away(case, texts, plan.justification) | problems


def _wrong_recipient(case: Case, agency: Agency) -> str:
    if agency.partnership_id != case.partnership_id or agency.left_at:
        return "Choose an agency of this partnership."
    return ACROSS if is_across_the_wall(case, agency) else ""


def words_that_give_away(case: Case, texts: dict[str, str], justification: str) -> dict[str, str]:
    """By the name of each text what kinds of protected values stand in it. None, where that was justified."""
    if justification.strip():
        return {}
    values = protected_values(case)
    found = {name: kinds_in(text, values) for name, text in texts.items() if text}
    return {
        name: f"This holds {' and '.join(kinds)}. Take it out, or say below why it must stay."
        for name, kinds in found.items()
        if kinds
    }


def _wrong_basis(plan: SharePlan, now: datetime) -> str:
    if not lawful_bases(now).filter(pk=plan.basis.pk).exists():
        return "Choose a basis that is in force."
    if plan.basis.rests_on_consent and plan.consent != Consent.GIVEN:
        return "Consent lets us share only where they agree. Choose another basis."
    return ""


def _wrong_override(actor: User, plan: SharePlan) -> dict[str, str]:
    if plan.consent not in DOES_NOT_AGREE:
        said = any(vars(plan.override).values())
        return {"override_reason": "They do agree, or were not asked: there is nothing to override." if said else ""}
    if actor.role != Role.SUPERVISOR:
        return {"consent": f"They do not agree. {ASK}"}
    return {
        "override_reason": "" if plan.override.reason else "Choose why it is shared although they do not agree.",
        "override_narrative": "" if plan.override.narrative.strip() else "Say what makes it necessary all the same.",
        "told_victim": "" if plan.override.told_victim else "Say whether they were told that it is shared.",
    }


def _beyond(actor: User, case: Case, plan: SharePlan, now: datetime) -> dict[str, str]:
    """An emergency is never held up by an agreement."""
    if plan.basis.is_emergency or agreement_for(case, plan.recipient, plan.categories, now):
        return {}
    beyond = "No agreement in force covers this share."
    if actor.role != Role.SUPERVISOR:
        return {"categories": f"{beyond} {ASK}"}
    said = plan.beyond_agreement.strip()
    return {} if said else {"beyond_agreement": f"{beyond} Say why it is shared all the same."}


def get_consent(actor: User, public_id: UUID) -> ConsentRecord:
    """What somebody agreed to, to act on. Raises `NotVisible`."""
    found = visible_consents(actor).filter(public_id=public_id).select_related("case__agency", "recipient").first()
    if found is None:
        raise NotVisible("casework.record_consent")
    return found


def read_consent(*, actor: User, public_id: UUID) -> ConsentRecord:
    """What somebody agreed to, to look at before it is withdrawn. Recorded."""
    consent = get_consent(actor, public_id)
    authorize(actor, "casework.withdraw_consent", consent)
    record(actor=actor, action="casework.view_case", subject=consent, purpose="sharing")
    return consent


def get_share(actor: User, public_id: UUID) -> SharingDecision:
    """A decision to share a case that the actor's agency holds, to act on. Raises `NotVisible`."""
    shares = visible_decisions(actor).select_related("case__agency", "recipient", "basis", "consent")
    found = shares.filter(public_id=public_id).first()
    if found is None or not holds(actor, found.case_id):
        raise NotVisible("casework.decide_sharing")
    return found


@dataclass(frozen=True)
class Reach:
    """What one agency sees of a case at this second, by all the shares in effect, and until when at the longest."""

    agency: Agency
    categories: frozenset[str]
    until: datetime


@dataclass(frozen=True)
class Sharing:
    """What was said to sharing of a case, and what is shared, each newest first."""

    consents: list[ConsentRecord]
    shares: list[SharingDecision]

    def reach(self, now: datetime) -> list[Reach]:
        """Who sees what now, by the name of the agency."""
        running: dict[Agency, list[SharingDecision]] = {}
        for share in self.shares:
            if share.began_at and not share.ended_at and share.until > now:
                running.setdefault(share.recipient, []).append(share)
        return [
            Reach(agency, frozenset(name for s in shares for name in s.categories), max(s.until for s in shares))
            for agency, shares in sorted(running.items(), key=lambda item: (item[0].name, item[0].pk))
        ]


def read_sharing(*, actor: User, case: Case) -> Sharing:
    """Why and with whom a case is shared, for the agency that holds it. Recorded."""
    authorize(actor, "casework.decide_sharing", case)
    record(actor=actor, action="casework.view_case", subject=case, purpose="sharing")
    return sharing_of(actor, case)


def sharing_of(actor: User, case: Case) -> Sharing:
    """The same to compare, never to show, for it is not recorded."""
    shares = visible_decisions(actor).filter(case=case).select_related("recipient", "basis", "consent")
    consents = visible_consents(actor).filter(case=case).select_related("recipient", "recorded_by")
    return Sharing(list(consents.order_by("-recorded_at", "-pk")), list(shares.order_by("-decided_at", "-pk")))


def against_their_will(actor: User, case: Case) -> bool:
    """Whether what this agency is shown of a case is shown although the victim does not agree, or no longer."""
    running = visible_decisions(actor).filter(case=case, ended_at__isnull=True).select_related("consent")
    return any(decision.consent.stands in DOES_NOT_AGREE for decision in running)


def who_saw(actor: User, consent: ConsentRecord) -> list[Seen]:
    """Which of the agencies that this consent was named for read what of the case since: from the log's readings."""
    authorize(actor, "casework.withdraw_consent", consent)
    named = consent.decisions.order_by().values("recipient").annotate(last=Max("decided_at"))
    agencies = Agency.objects.in_bulk([row["recipient"] for row in named])
    readings = AuditEvent.objects.filter(
        case_id=consent.case_id,
        agency_id__in=list(agencies),
        action="casework.view_case",
        outcome=Outcome.ALLOWED,
        is_deliberate=True,
    )
    counted = readings.order_by().values("agency_id", "categories").annotate(times=Count("pk"), last_at=Max("at"))
    return _by_agency(agencies, list(counted))


def _by_agency(agencies: dict[int, Agency], counted: list[Any]) -> list[Seen]:
    seen = []
    for agency in sorted(agencies.values(), key=lambda agency: (agency.name, agency.pk)):
        rows = [row for row in counted if row["agency_id"] == agency.pk]
        names = {name for row in rows for name in row["categories"]}
        if rows:
            shown = tuple(category for category in Category if category in names)
            times, last_at = sum(row["times"] for row in rows), max(row["last_at"] for row in rows)
            seen.append(Seen(agency, shown, times, last_at))
    return seen


def must_be_whole(problems: dict[str, str]) -> None:
    """Raises `ValidationError` with these problems, where there are any."""
    if problems:
        raise ValidationError(problems)
