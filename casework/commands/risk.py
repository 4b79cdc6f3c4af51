"""The level of risk in a case: judged, raised freely, and lowered only by two."""

from datetime import datetime

from django.core.exceptions import ValidationError

from accounts.authorization import NotPossibleNow, authorize
from accounts.models import User
from audit.log import command, record
from casework.categories import Category
from casework.commands.cases import hurry
from casework.commands.reviews import add_once, set_review, settle_open
from casework.commands.routes import shorten_routes
from casework.grading import is_lower
from casework.models import JUDGED, Case, Level, RiskAssessment, RiskLevel, StepKind, StepOutcome, standing_level
from casework.plans import CHANGED
from casework.queries import waiting_level


@command
def judge_risk(*, actor: User, case: Case, level: str, why: str, now: datetime) -> RiskLevel:
    """Add a judgement of risk. Earlier ones stay as they are; the newest that does not wait stands.

    One that is lower than what stands waits until a second person countersigns it. From a high one on, a way to reach
    them must be confirmed again sooner.
    """
    authorize(actor, "casework.judge_risk", case)
    if level not in JUDGED:
        raise ValidationError({"level": "Choose standard, medium or high."})
    Case.objects.select_for_update().get(pk=case.pk)
    return write_level(actor, case, level, why, now)


@command
def countersign_risk(*, actor: User, level: RiskLevel, now: datetime) -> RiskLevel:
    """Agree, as a second person, that the risk is lower: from now on it stands. Whoever works on a referral is told.

    Raises `NotPossibleNow` where it was judged anew since, or is countersigned already.
    """
    authorize(actor, "casework.countersign_risk", level)
    case = Case.objects.select_for_update().get(pk=level.case_id)
    waiting = waiting_level(case)
    if waiting is None or waiting.pk != level.pk:
        raise NotPossibleNow("This no longer waits: the risk was judged anew, or somebody else countersigned it.")
    waiting.countersigned_at, waiting.countersigned_by = now, actor
    waiting.save(update_fields=["countersigned_at", "countersigned_by"])
    record(actor=actor, action="casework.countersign_risk", subject=waiting, level=waiting.level)
    settle_open(actor, case, StepKind.COUNTERSIGN_RISK, StepOutcome.DONE, now)
    set_review(actor, case, now)
    hurry(case, waiting.level, now)
    CHANGED(case=case, what={Category.RISK}, actor=actor, now=now)
    return waiting


def write_level(
    actor: User, case: Case, level: str, why: str, now: datetime, assessment: RiskAssessment | None = None
) -> RiskLevel:
    """Part of a command, never one by itself: add a level, which stands at once unless it is lower."""
    standing = standing_level(case)
    lowers = _lowers(standing, level, assessment)
    judged = RiskLevel.objects.create(
        case=case, level=level, why=why, judged_at=now, judged_by=actor, assessment=assessment, lowers=lowers
    )
    record(actor=actor, action="casework.judge_risk", subject=judged, categories=["risk"], level=level, lowers=lowers)
    if lowers:
        add_once(actor, case, StepKind.COUNTERSIGN_RISK, None, now)
        return judged
    settle_open(actor, case, StepKind.COUNTERSIGN_RISK, StepOutcome.OVERTAKEN, now)
    if level == Level.HIGH:
        shorten_routes(case, now)
    set_review(actor, case, now)
    hurry(case, level, now)
    if standing is None or standing.level != level:
        CHANGED(case=case, what={Category.RISK}, actor=actor, now=now)
    return judged


def _lowers(standing: RiskLevel | None, level: str, assessment: RiskAssessment | None) -> bool:
    """A further assessment that found out what was not known lowers nothing: there was no grade."""
    if standing is None:
        return False
    found_out = assessment is not None and standing.level == Level.INSUFFICIENT and standing.assessment != assessment
    return is_lower(level, standing.level) and not found_out
