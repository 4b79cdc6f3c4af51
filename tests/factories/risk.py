"""Assessments of risk."""

from typing import Any

from accounts.models import User
from casework import commands
from casework.models import Case, MaracReferral, RiskAssessment
from casework.plans import AssessmentPlan
from casework.queries import instrument_in_force
from tests.factories.cases import at


def begun(actor: User, case: Case, tool: str = "dash_24", **more: Any) -> RiskAssessment:
    """A draft of an assessment, about the alleged perpetrator of the case where it asks of a pair."""
    instrument = instrument_in_force(tool, case.partnership_id, at())
    alleged = case.parties.filter(role="alleged").first() if instrument and instrument.of_pair else None
    said = {"instrument": instrument, "alleged": alleged, "now": at()} | more
    return commands.start_assessment(actor=actor, case=case, **said)


def answers(assessment: RiskAssessment, yes: str = "", unknown: int = 0) -> dict[str, dict[str, str]]:
    return said_to(assessment.instrument.content, yes, unknown)


def said_to(tool: dict[str, Any], yes: str = "", unknown: int = 0) -> dict[str, dict[str, str]]:
    """Yes to these items, by their codes; don't know to the last so many; no, or never, to all others."""
    codes, scale = [item["code"] for item in tool["items"]], tool["scale"]
    tick = next(each["code"] for each in scale if each.get("is_tick"))
    no = next(each["code"] for each in scale if not each.get("is_tick"))
    said = {code: {"answer": tick if code in yes.split() else no} for code in codes}
    return said | {code: {"answer": "unknown"} for code in codes[len(codes) - unknown :]}


def assessed(actor: User, case: Case, yes: str = "", unknown: int = 0, **more: Any) -> RiskAssessment:
    """An assessment, signed."""
    draft = begun(actor, case, **{name: more.pop(name) for name in ("tool", "supersedes") if name in more})
    plan = AssessmentPlan(answers(draft, yes, unknown), **{"mode": "phone", "owner": actor} | more)
    return commands.sign_assessment(actor=actor, assessment=draft, plan=plan, now=at())


FOURTEEN = " ".join(str(number) for number in range(9, 23))


def flagged(actor: User, case: Case, days: int = 1) -> MaracReferral:
    """That the pair of this case was referred to MARAC some days ago."""
    alleged, day = case.parties.get(role="alleged"), at(-24 * days).date()
    return commands.note_marac(actor=actor, case=case, alleged=alleged, referred_on=day, gate="judgement", now=at())


def to_assess(world: Any, case: Case) -> RiskAssessment:
    """A draft of an assessment of this case."""
    waiting = case.assessments.filter(signed_at=None).first()
    return waiting or begun(world.caseworker, case)
