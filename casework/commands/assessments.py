"""Assessing the risk with an instrument: begun, saved as it goes, signed, and corrected by another one."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from accounts.authorization import NotPossibleNow, authorize
from accounts.models import User
from audit.log import command, record
from casework import grading
from casework.commands.reviews import add_once
from casework.commands.risk import write_level
from casework.grading import RANK, Graded, Tally
from casework.models import (
    Case,
    Level,
    Mode,
    Party,
    PartyRole,
    RiskAssessment,
    RiskInstrument,
    RiskRule,
    StepKind,
)
from casework.plans import AssessmentPlan
from casework.queries import newest_of_pairs, rule_in_force
from casework.queries.risk import grade_now

PROMPTED = {
    "suicide": StepKind.SUICIDE_SAFETY,
    "strangulation": StepKind.STRANGULATION_CARE,
    "stalking": StepKind.STALKING_PLAN,
    "abuse": StepKind.ASK_ABOUT_ABUSE,
}
CORRECTED = "This assessment was corrected already. Correct the newest one."
WHO = "Choose the alleged perpetrator whom it is about."


@command
def start_assessment(
    *,
    actor: User,
    case: Case,
    instrument: RiskInstrument,
    alleged: Party | None,
    supersedes: RiskAssessment | None = None,
    now: datetime,
) -> RiskAssessment:
    """Begin a draft, about one alleged perpetrator where the instrument asks of a pair.

    One that `supersedes` a signed one begins with what that says. Raises `ValidationError` and `NotPossibleNow`.
    """
    authorize(actor, "casework.assess_risk", case)
    if supersedes:
        _check_correction(case, supersedes)
        instrument, alleged = supersedes.instrument, supersedes.alleged
    is_of_case = alleged is not None and alleged.case_id == case.pk and alleged.role == PartyRole.ALLEGED
    if instrument.of_pair != is_of_case or (alleged and not is_of_case):
        raise ValidationError({"alleged": WHO if instrument.of_pair else "This tool is about no alleged perpetrator."})
    begun = RiskAssessment(
        case=case, instrument=instrument, alleged=alleged, supersedes=supersedes, started_at=now, started_by=actor
    )
    if supersedes:
        begun.draft, begun.saved_at, begun.saved_by = said_before(supersedes), now, actor
    begun.save(force_insert=True)
    record(actor=actor, action="casework.assess_risk", subject=begun, tool=instrument.code)
    return begun


@command
def save_assessment(*, actor: User, assessment: RiskAssessment, draft: dict[str, Any], now: datetime) -> RiskAssessment:
    """Keep what is answered so far, as it is typed. Raises `NotPossibleNow` once it is signed."""
    fresh = _draft(actor, "casework.assess_risk", assessment)
    fresh.draft, fresh.saved_at, fresh.saved_by = draft, now, actor
    fresh.save(update_fields=["draft", "saved_at", "saved_by"])
    record(actor=actor, action="casework.assess_risk", subject=fresh)
    return fresh


@command
def sign_assessment(*, actor: User, assessment: RiskAssessment, plan: AssessmentPlan, now: datetime) -> RiskAssessment:
    """Sign: it never changes from now on, its grade becomes the level of the case, and its prompts next steps.

    Raises `ValidationError` by field, an item's under its code, and `NotPossibleNow`.
    """
    fresh = _draft(actor, "casework.sign_assessment", assessment)
    case = Case.objects.select_for_update().get(pk=fresh.case_id)
    if fresh.supersedes:
        _check_correction(case, fresh.supersedes)
    rule = rule_in_force(fresh.instrument.code, case.partnership_id, now)
    if problems := _problems(fresh.instrument, rule, plan):
        raise ValidationError(problems)
    result = grading.graded(fresh.instrument.content, rule.content, plan.answers, plan.judgement)
    others = [RANK[grade_now(each)] for each in newest_of_pairs(case) if each.alleged_id != fresh.alleged_id]
    floor = max(others, default=-1)
    if not plan.reason and _goes_down(case, result, floor):
        raise ValidationError({"reason": "This is lower than what stands. Say why."})
    signed = _sign(actor, fresh, rule, plan, result, now)
    record(actor=actor, action="casework.sign_assessment", subject=signed, grade=result.grade, rule=rule.pk)
    _write_levels(actor, case, signed, result, floor, now)
    _prompt(actor, case, signed, result.tally, plan, now)
    return signed


def said_before(assessment: RiskAssessment) -> dict[str, Any]:
    """A signed assessment as the draft that would be signed so: the boxes of the form, by their names."""
    said = {
        f"q_{code}{'' if name == 'answer' else '_' + name}": value
        for code, answer in (assessment.answers or {}).items()
        for name, value in answer.items()
    }
    said |= {name: getattr(assessment, name) for name in ("mode", "present", "judgement", "reason")}
    said |= {"interpreter": {True: "yes", False: "no", None: ""}[assessment.interpreter]}
    said |= {"concern": "on"} if assessment.concern else {}
    return said | {"call_outs": "" if assessment.call_outs is None else str(assessment.call_outs)}


def _draft(actor: User, permission: str, assessment: RiskAssessment) -> RiskAssessment:
    authorize(actor, permission, assessment)
    found = RiskAssessment.objects.select_for_update(of=("self",)).select_related("case", "instrument", "supersedes")
    fresh = found.get(pk=assessment.pk)
    if fresh.signed_at:
        raise NotPossibleNow("This assessment is signed. Correct it with another one.")
    return fresh


def _check_correction(case: Case, corrected: RiskAssessment) -> None:
    if corrected.case_id != case.pk or not corrected.signed_at:
        raise ValidationError({"supersedes": "Only a signed assessment of this case is corrected."})
    if corrected.corrections.exclude(signed_at=None).exists():
        raise NotPossibleNow(CORRECTED)


def _problems(instrument: RiskInstrument, rule: RiskRule, plan: AssessmentPlan) -> dict[str, str]:
    problems = grading.problems_of_answers(instrument.content, plan.answers)
    if plan.mode not in Mode.values:
        problems["mode"] = "Say how it was asked."
    if not plan.judgement and not rule.content["bands"]:
        problems["judgement"] = "This tool leaves the grade to you: judge it."
    if plan.judgement and not plan.reason:
        problems["reason"] = "Say why you judge so."
    return problems


def _sign(
    actor: User, fresh: RiskAssessment, rule: RiskRule, plan: AssessmentPlan, result: Graded, now: datetime
) -> RiskAssessment:
    said: dict[str, Any] = {name: getattr(plan, name) for name in RiskAssessment.SAID}
    found = {"ticks": len(result.tally.ticks), "unknown": len(result.tally.unknown), "band": result.band}
    stamps = {"rule": rule, "grade": result.grade, "signed_at": now, "signed_by": actor, "draft": {}}
    for name, value in (said | found | stamps).items():
        setattr(fresh, name, value)
    fresh.save(update_fields=[*said, *found, *stamps])
    return fresh


def _goes_down(case: Case, result: Graded, floor: int) -> bool:
    standing = case.newest_risk
    known = standing is not None and standing.level != Level.INSUFFICIENT
    return known and max(RANK[result.grade], floor) < RANK[standing.level]  # type: ignore[union-attr]


def _write_levels(actor: User, case: Case, signed: RiskAssessment, result: Graded, floor: int, now: datetime) -> None:
    """The level of the case is the highest of its pairs. What the tool found stands before what lowers it waits."""
    standing = case.newest_risk
    usual = f"{len(result.tally.ticks)} of {len(signed.instrument.content['items'])} ticked: {signed.instrument.name}"
    why = signed.reason or usual
    found = _level_of(result.grade, floor)
    if not result.is_lowered:
        write_level(actor, case, found, why, now, signed)
        return
    if standing is None or RANK[found] >= RANK[standing.level]:
        write_level(actor, case, found, usual, now, signed)
    write_level(actor, case, _level_of(signed.judgement, floor), why, now, signed)


def _level_of(grade: str, floor: int) -> str:
    return next(level for level, rank in RANK.items() if rank == max(RANK[grade], floor))


def _prompt(actor: User, case: Case, signed: RiskAssessment, tally: Tally, plan: AssessmentPlan, now: datetime) -> None:
    asked = grading.prompts(signed.instrument.content, tally) | ({"suicide"} if plan.concern else set())
    for prompt, kind in PROMPTED.items():
        if prompt in asked:
            add_once(actor, case, kind, plan.owner, now)
