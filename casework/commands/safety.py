"""The safety plan: a new version of it, and giving them what may be given."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError

from accounts.authorization import NotPossibleNow, authorize
from accounts.models import User, system_of
from audit.acting import acting_as
from audit.log import command, record
from casework.models import ABOUT, Case, ContactRoute, PlanPart, SafetyPlan
from casework.neutral import gives_away_in
from casework.safe_contact import may_use


@command
def write_plan(
    *, actor: User, case: Case, parts: Mapping[str, str], present: str, notes: str, after: int, now: datetime
) -> SafetyPlan:
    """Add a version, made with them. `after` is the version that it was written upon, 0 for none: it takes the place of
    that one, which stays. Raises `ValidationError` by field; `NotPossibleNow` where somebody else wrote one meanwhile.
    """
    authorize(actor, "casework.write_plan", case)
    said = {part: words.strip() for part, words in parts.items() if words.strip()}
    problems = {} if said and set(said) <= set(PlanPart.values) else {"parts": "Write down what they plan."}
    if not present.strip():
        problems["present"] = "Say who was there when the plan was made."
    if kinds := gives_away_in(case, notes):
        problems["notes"] = f"This holds {' and '.join(kinds)}. Say it so that it tells nobody anything."
    if problems:
        raise ValidationError(problems)
    Case.objects.select_for_update().get(pk=case.pk)
    newest = case.plans.order_by("-version").first()
    if after != (newest.version if newest else 0):
        raise NotPossibleNow("Somebody wrote another version meanwhile. Read that first, and begin from it.")
    made = SafetyPlan.objects.create(
        case=case, version=after + 1, parts=said, present=present, notes=notes, made_at=now, made_by=actor
    )
    record(actor=actor, action="casework.write_plan", subject=made, categories=["narrative"], version=made.version)
    return made


@command
def give_plan(*, actor: User, plan: SafetyPlan, route: ContactRoute, now: datetime) -> str:
    """The notes of the newest version, to be given by this way, if it is safe at this moment and the notes still give
    nothing away. Raises `NotPossibleNow` with the reason."""
    authorize(actor, "casework.give_plan", plan)
    if plan.case.plans.filter(version__gt=plan.version).exists():
        raise NotPossibleNow("There is a newer version. Give them that.")
    if route.case_id != plan.case_id or route.party.role not in ABOUT:
        raise NotPossibleNow("Choose a way to reach the person whom the plan is for.")
    verdict = may_use(route, now)
    if not verdict.may:
        raise NotPossibleNow(verdict.why)
    if not plan.notes:
        raise NotPossibleNow("This version has no notes to give. Write a new one that has.")
    with acting_as(system_of(plan.case.agency_id)):  # against all that the case knows, whoever asks
        kinds = gives_away_in(plan.case, plan.notes)
    if kinds:
        raise NotPossibleNow(f"The notes hold {' and '.join(kinds)} by now. Write a new version without it.")
    shown = ["narrative"]
    record(
        actor=actor, action="casework.give_plan", subject=plan, categories=shown, reason=verdict.code, way=route.kind
    )
    return str(plan.notes)
