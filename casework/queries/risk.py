"""Risk: with what it is asked, what stands and why, by which gates it goes to MARAC, and when it is looked at again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.authorization import NotPossibleNow, NotVisible, authorize
from accounts.models import User
from audit.log import record
from casework import grading
from casework.categories import Category, shown_of
from casework.models import (
    IN_FORCE,
    Case,
    CaseKind,
    Channel,
    Contact,
    EmergencyCall,
    Gate,
    Incident,
    Level,
    MaracReferral,
    NextStep,
    Party,
    PartyRole,
    RiskAssessment,
    RiskInstrument,
    RiskLevel,
    RiskRule,
    StepKind,
    standing_level,
)
from casework.plans import StepPlan
from casework.policy import categories_for, holds, visible_assessments
from casework.queries.cases import get_case, purpose_of
from casework.queries.reference import due_by, standing, standing_row
from casework.states import ContactStatus

SHOWN_OF_ASSESSMENT = tuple(shown_of(RiskAssessment, Category.RISK))
MARAC = "marac"  # the code of the rule of the gates
C = Category


def instruments_for(case: Case, now: datetime) -> list[RiskInstrument]:
    """Those that begin an assessment of this case today: of each code the partnership's own, or the shipped one."""
    of_pair = case.kind != CaseKind.BURGLARY
    return [each for each in instruments_of(case.partnership_id, now) if each.of_pair == of_pair]


def instruments_of(partnership: int, now: datetime) -> list[RiskInstrument]:
    """The same for every kind of case."""
    first: dict[str, RiskInstrument] = {}
    for row in standing(RiskInstrument, timezone.localdate(now), partnership):
        first.setdefault(row.code, row)
    return list(first.values())


def instrument_in_force(code: str, partnership: int, now: datetime) -> RiskInstrument | None:
    return standing(RiskInstrument, timezone.localdate(now), partnership).filter(code=code).first()


def rule_in_force(code: str, partnership: int, now: datetime) -> RiskRule:
    """Raises `RiskRule.DoesNotExist` where none is loaded."""
    return standing_row(RiskRule, code, timezone.localdate(now), partnership)


def review_plan(case: Case, now: datetime) -> StepPlan | None:
    """When the risk is to be looked at again, by the level that stands; None while nobody has judged it."""
    stands = case.risk_levels.filter(IN_FORCE).order_by("-judged_at", "-pk").values_list("level", flat=True).first()
    if stands is None:
        return None
    due = due_by(f"risk_review_{stands}", now, case.partnership_id)
    return StepPlan(StepKind.REVIEW_RISK, due.at, due.source, owner=case.owner)


def waiting_level(case: Case) -> RiskLevel | None:
    """The lower level that waits for a second person, where nobody has judged since."""
    newest = case.risk_levels.select_related("judged_by").order_by("-judged_at", "-pk").first()
    return newest if newest and newest.waits else None


def newest_of_pairs(case: Case) -> list[RiskAssessment]:
    """Of each alleged perpetrator the newest signed assessment that was not corrected, the oldest first."""
    signed = _standing(case).order_by("signed_at", "pk")
    return list({each.alleged_id: each for each in signed}.values())


def _standing(case: Case) -> QuerySet[RiskAssessment]:
    corrected = RiskAssessment.objects.filter(case=case, signed_at__isnull=False, supersedes__isnull=False)
    signed = case.assessments.filter(signed_at__isnull=False).exclude(pk__in=corrected.values("supersedes"))
    return signed.select_related("instrument", "rule", "alleged", "signed_by").prefetch_related("levels")


def grade_now(assessment: RiskAssessment) -> str:
    """The grade of a signed assessment: what was judged below the tool's counts once somebody countersigned it."""
    agreed = any(level.countersigned_at and level.level == assessment.judgement for level in assessment.levels.all())
    return assessment.judgement if agreed else assessment.grade


def flagged_since(partnership: int, now: datetime) -> date:
    """A pair is flagged that was referred to MARAC on this day or later."""
    rule = rule_in_force(MARAC, partnership, now)
    return months_before(timezone.localdate(now), rule.content["repeat_months"])


def flagged(case: Case, now: datetime) -> MaracReferral | None:
    """The newest referral by which a pair of this case is flagged now, if any."""
    recent = case.marac_referrals.filter(referred_on__gte=flagged_since(case.partnership_id, now))
    return recent.order_by("referred_on", "pk").last()


def months_before(day: date, months: int) -> date:
    """The same day of a month before, or that month's last: the day after it was flagged so long ago it is no more."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise ValueError(day)


@dataclass(frozen=True)
class OpenGate:
    """One way into MARAC: whether it is open for this case, and why or why not."""

    gate: Gate
    is_open: bool
    why: str


@dataclass(frozen=True)
class Counts:
    """What was told within the months of the escalation gate, as numbers."""

    contacts: int
    calls: int
    incidents: int
    told: int

    @property
    def reported(self) -> int:
        """What a worker was told counts the same things; so the higher of both."""
        return max(self.contacts + self.incidents, self.told)


@dataclass(frozen=True)
class Factor:
    """One item over time: by assessment "yes", "unknown" or "no", the oldest first."""

    topic: str
    answers: tuple[str, ...]


@dataclass(frozen=True)
class AssessedPair:
    """The newest signed assessment of one pair, what it found, and the factors of its instrument over time."""

    assessment: RiskAssessment
    name: str
    grade: str
    critical: tuple[str, ...]
    ticked: tuple[str, ...]
    moments: tuple[datetime, ...]
    factors: tuple[Factor, ...]
    is_flagged: bool = False

    @property
    def grade_label(self) -> str:
        return str(Level(self.grade).label)

    @property
    def waits(self) -> bool:
        """Whether it was judged below what the tool found, and nobody has countersigned that."""
        judged = self.assessment.judgement
        return bool(judged) and judged != self.grade


@dataclass(frozen=True)
class WhyView:
    """Why the risk of a case is what it is, and how old that is, for one reader."""

    case: Case
    is_held: bool
    level: RiskLevel | None
    waiting: RiskLevel | None
    age_days: int
    pairs: tuple[AssessedPair, ...]
    counts: Counts
    months: int
    marac: MaracReferral | None
    gates: tuple[OpenGate, ...]
    review: NextStep | None
    drafts: tuple[RiskAssessment, ...]


def get_assessment(actor: User, public_id: UUID, action: str = "casework.assess_risk") -> RiskAssessment:
    """One to act on, of a case that the actor's agency holds. Raises `NotVisible`."""
    found = visible_assessments(actor).select_related("case", "instrument", "rule", "alleged", "supersedes")
    assessment = found.filter(public_id=public_id).first()
    if assessment is None:
        raise NotVisible(action, named=str(public_id))
    return assessment


def read_assessment(*, actor: User, public_id: UUID, names: bool = False) -> RiskAssessment:
    """A draft to go on with, or a signed one, with or without the name of whom it is about. Recorded."""
    assessment = get_assessment(actor, public_id)
    authorize(actor, "casework.assess_risk", assessment)
    assessment_is_shown(actor, assessment, names=names)
    return assessment


def assessment_is_shown(actor: User, assessment: RiskAssessment, *, names: bool) -> None:
    """Record it, with the name of whom it is about only where that is shown."""
    named = names and assessment.alleged is not None and assessment.alleged.name
    categories = [C.RISK, C.ALLEGED] if named else [C.RISK]
    record(
        actor=actor,
        action="casework.view_case",
        subject=assessment,
        purpose=purpose_of(actor),
        categories=categories,
    )


def get_waiting_level(actor: User, reference: str) -> RiskLevel:
    """The lower level of a case that the actor may countersign. Raises `NotVisible`, `Denied` and `NotPossibleNow`."""
    case = get_case(actor, reference, "casework.countersign_risk")
    authorize(actor, "casework.countersign_risk", case)
    waiting = waiting_level(case)
    if waiting is None:
        raise NotPossibleNow("No lower level of risk waits to be countersigned.")
    authorize(actor, "casework.countersign_risk", waiting)
    return waiting


def level_is_shown(actor: User, level: RiskLevel) -> None:
    record(actor=actor, action="casework.view_case", subject=level, purpose=purpose_of(actor), categories=[C.RISK])


def names_are_shown(actor: User, case: Case) -> None:
    """Who the alleged perpetrators are, on a form that asks about which."""
    shown = [C.ALLEGED] if any(party.name for party in alleged_in(case)) else []
    record(actor=actor, action="casework.view_case", subject=case, purpose=purpose_of(actor), categories=shown)


def alleged_in(case: Case) -> list[Party]:
    return list(case.parties.filter(role=PartyRole.ALLEGED).order_by("pk"))


def read_why(*, actor: User, reference: str, now: datetime) -> WhyView:
    """Why the risk of a case is what it is, for whoever may see risk. Recorded. Raises `NotVisible`."""
    case = get_case(actor, reference)
    authorize(actor, "casework.view_case", case)
    shown = categories_for(actor, case)
    if C.RISK not in shown:
        raise NotVisible("casework.view_case", case)
    view = why_of(actor, case, now, names=C.ALLEGED in shown)
    categories = [C.RISK, C.ALLEGED] if any(pair.name for pair in view.pairs) else [C.RISK]
    record(actor=actor, action="casework.view_case", subject=case, purpose=purpose_of(actor), categories=categories)
    return view


def why_of(actor: User, case: Case, now: datetime, *, names: bool) -> WhyView:
    """The same to compare, never to show, for it is not recorded."""
    is_held, level = holds(actor, case.pk), standing_level(case)
    rule = rule_in_force(MARAC, case.partnership_id, now).content
    marac = case.marac_referrals.order_by("referred_on", "pk").last()
    pairs = tuple(_pairs(case, flagged(case, now), names))
    counts = _counts(case, pairs, rule["months"], now)
    reviews = case.steps.filter(kind=StepKind.REVIEW_RISK, done_at=None).order_by("due_at") if is_held else ()
    drafts = case.assessments.filter(signed_at=None).select_related("instrument", "started_by") if is_held else ()
    return WhyView(
        case=case,
        is_held=is_held,
        level=level,
        waiting=waiting_level(case),
        age_days=(now - level.judged_at).days if level else 0,
        pairs=pairs,
        counts=counts,
        months=rule["months"],
        marac=marac,
        gates=tuple(gates(case, level, pairs, counts, rule, now)),
        review=next(iter(reviews), None),
        drafts=tuple(drafts),
    )


def _pairs(case: Case, flag: MaracReferral | None, names: bool) -> Iterable[AssessedPair]:
    signed = list(_standing(case).order_by("signed_at", "pk"))
    for newest in newest_of_pairs(case):
        content = newest.instrument.content
        same = [e for e in signed if e.alleged_id == newest.alleged_id and e.instrument.code == newest.instrument.code]
        tallies = [grading.count(each.instrument.content, each.answers or {}) for each in same]
        topics = {item["code"]: item["topic"] for item in content["items"]}
        over_time = grading.series(zip(same, tallies, strict=True), topics)
        yield AssessedPair(
            assessment=newest,
            name=newest.alleged.name if newest.alleged and names else "",
            grade=grade_now(newest),
            critical=tuple(grading.critical(content, tallies[-1])),
            ticked=tuple(topics[code] for code in tallies[-1].ticks),
            moments=tuple(each.signed_at for each in same if each.signed_at),
            factors=tuple(Factor(topics[code], tuple(seen)) for code, seen in over_time.items()),
            is_flagged=flag is not None and flag.alleged_id in {None, newest.alleged_id},
        )


def _counts(case: Case, pairs: Iterable[AssessedPair], months: int, now: datetime) -> Counts:
    since = months_before(timezone.localdate(now), months)
    told = _contacts_since(case, since).exclude(channel=Channel.CALL_BACK)
    return Counts(
        contacts=told.count(),
        calls=EmergencyCall.objects.filter(case=case, called_at__date__gte=since).count(),
        incidents=Incident.objects.filter(case=case, month__gte=since.replace(day=1)).count(),
        told=max((pair.assessment.call_outs or 0 for pair in pairs if _is_recent(pair, now, months)), default=0),
    )


def _is_recent(pair: AssessedPair, now: datetime, months: int) -> bool:
    signed = pair.assessment.signed_at
    return signed is not None and signed > now - timedelta(days=31 * months)


def _contacts_since(case: Case, since: date) -> QuerySet[Contact]:
    return case.contacts.filter(status=ContactStatus.LOGGED, happened_at__date__gte=since, kind=CaseKind.DOMESTIC_ABUSE)


def gates(
    case: Case,
    level: RiskLevel | None,
    pairs: Iterable[AssessedPair],
    counts: Counts,
    rule: dict[str, Any],
    now: datetime,
) -> Iterable[OpenGate]:
    """Each of the four gates, and why it is open or shut. They are for domestic abuse: elsewhere there is none."""
    if case.kind == CaseKind.BURGLARY:
        return
    scored = [pair for pair in pairs if pair.assessment.band == Level.HIGH]
    ticks = ", ".join(f"{pair.assessment.ticks} ticks, {pair.assessment.rule}" for pair in scored)
    yield OpenGate(Gate.SCORE, bool(scored), ticks or "No assessment reaches the tool's band for high risk.")
    judged = level is not None and level.level == Level.HIGH
    said = f"{level.judged_by}: {level.why}" if level and judged else "Not judged high."
    yield OpenGate(Gate.JUDGEMENT, judged, said)
    asked = f"{counts.reported} reported in {rule['months']} months; {rule['incidents']} open this gate."
    yield OpenGate(Gate.ESCALATION, counts.reported >= rule["incidents"], asked)
    yield _repeat(case, rule, now)


def _repeat(case: Case, rule: dict[str, Any], now: datetime) -> OpenGate:
    """Since the last referral, by both definitions: any abuse, and what would be criminal. Which one opens it, the rule
    of the gates says."""
    flag = flagged(case, now)
    if flag is None:
        return OpenGate(Gate.REPEAT, False, f"Not referred to MARAC in the last {rule['repeat_months']} months.")
    later = Q(happened_at__date__gt=flag.referred_on) | Q(logged_at__gt=flag.noted_at)
    since = _contacts_since(case, flag.referred_on).filter(later)
    markers = [set(each) for each in since.values_list("markers", flat=True)]
    current, older = len(markers), sum(bool(each & set(rule["criminal"])) for each in markers)
    is_open = bool(current if rule["definition"] == "current" else older)
    since_then = f"Since then: any abuse, {current}; what would be criminal, {older}."
    words = f"Referred on {flag.referred_on:%-d %B %Y}. {since_then}"
    return OpenGate(Gate.REPEAT, is_open, words)
