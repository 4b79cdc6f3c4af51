"""What the victim agreed to."""

from datetime import datetime
from typing import Any

from accounts.authorization import authorize
from accounts.models import User
from audit.log import command, record
from casework.categories import Category
from casework.commands.cases import LATEST
from casework.models import Case, Consent, ConsentRecord
from casework.plans import ConsentPlan, SharePlan
from casework.queries import consent_said, must_be_whole


@command
def record_consent(*, actor: User, case: Case, plan: ConsentPlan, now: datetime) -> ConsentRecord:
    """Write down what the victim said to being shared about, or why they were not asked. Raises `ValidationError`.

    Consent that was given before is not withdrawn by this: `withdraw_consent` is.
    """
    authorize(actor, "casework.record_consent", case)
    must_be_whole(_problems(case, plan, now))
    return _write_down(actor, case, plan, now)


def consent_named(actor: User, case: Case, plan: SharePlan, now: datetime) -> ConsentRecord:
    """Part of a command, never one by itself: the record that a decision relies on.

    What was said last, if it says the same, and of all that is to be shared; else what the plan says is written down.
    """
    last = consent_said(case, plan.purpose, plan.recipient, now)
    covers = last is not None and set(plan.categories) <= set(last.categories)
    if last and covers and last.stands == plan.consent and plan.consent_reason in ("", last.reason):
        return last
    said = ConsentPlan(plan.consent, plan.purpose, plan.categories, plan.recipient, reason=plan.consent_reason)
    return _write_down(actor, case, said, now)


def _write_down(actor: User, case: Case, plan: ConsentPlan, now: datetime) -> ConsentRecord:
    named = vars(plan) | {"categories": sorted(set(plan.categories))}
    said = ConsentRecord.objects.create(case=case, recorded_at=now, recorded_by=actor, **named)
    about: dict[str, Any] = {"state": plan.state, "purpose": plan.purpose, "categories": said.categories}
    record(actor=actor, action="casework.record_consent", subject=said, **about)
    return said


def _problems(case: Case, plan: ConsentPlan, now: datetime) -> dict[str, str]:
    problems = {}
    if plan.state != Consent.GIVEN and not plan.reason.strip():
        problems["reason"] = "Say why they were not asked, or what they said."
    if not plan.categories or not set(plan.categories) <= set(Category):
        problems["categories"] = "Choose what it is about."
    if plan.recipient and plan.recipient.partnership_id != case.partnership_id:
        problems["recipient"] = "Choose an agency of this partnership."
    if plan.until and not now < plan.until <= now + LATEST:
        problems["until"] = "The end must be in the future, and within a year."
    return problems
