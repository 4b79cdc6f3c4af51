"""What is owed in a case: that something happened, what became of it, chasing it, and why rights are enhanced."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from accounts.authorization import NotPossibleNow, authorize
from accounts.models import User
from audit.log import command, record
from casework.categories import Category
from casework.clocks import Unit, due_at
from casework.commands.cases import add_step
from casework.models import (
    ABOUT,
    TOLD_BY,
    Case,
    CaseClock,
    ClockOutcome,
    CodeRule,
    DutyHolder,
    Enhanced,
    Entitlement,
    RouteKind,
    StepKind,
)
from casework.plans import CHANGED, ClockPlan, SettlePlan, StepPlan
from casework.queries import due_by, rights_of, rules_of

MOST_WORDS = 600
CHASE = "chase_owed"  # the service standard of that step
# Events after which somebody may be free, bound or bailed who was not, and where that is to be read: what is not of the
# Victims' Code is the holder's own record, so that whoever hears of it asks.
TOLD_OF = dict.fromkeys(("suspect", "charge", "no_charge", "hearing", "outcome", "sentence_12m"), Category.INCIDENT)
TOLD_OF |= dict.fromkeys(("order", "dvpn", "release_planned", "parole_planned", "contact_review"), Category.ALLEGED)


@command
def start_clocks(*, actor: User, case: Case, plan: ClockPlan, now: datetime) -> list[CaseClock]:
    """Something happened: whatever is owed from then on begins to run, by the rules in force and the rights they have.

    Raises `ValidationError` by field; `NotPossibleNow` where all that follows from it runs already.
    """
    authorize(actor, "casework.start_clock", case)
    rules = rules_of(case, plan.event, now)
    _check(plan, rules, now)
    level = rights_of(case, now).level
    known = set(case.clocks.filter(event_at=plan.event_at, rule__in=rules).values_list("rule", flat=True))
    made = [_start(actor, case, rule, level, plan, now) for rule in rules if rule.pk not in known]
    if not made:
        raise NotPossibleNow("What follows from this runs already.")
    record(actor=actor, action="casework.start_clock", subject=case, event=plan.event, count=len(made))
    if plan.event in TOLD_OF:
        CHANGED(case=case, what={TOLD_OF[plan.event]}, actor=actor, now=now)
    return made


@command
def settle_clock(*, actor: User, clock: CaseClock, plan: SettlePlan, now: datetime) -> CaseClock:
    """Say what became of what is owed; the clock stops. What is owed again and again begins anew.

    What we told ourselves names the use of a safe way in which they were reached. Raises `ValidationError` by field;
    `NotPossibleNow` where it is settled already.
    """
    authorize(actor, "casework.settle_clock", clock)
    fresh = CaseClock.objects.select_for_update(of=("self",)).select_related("rule", "case").get(pk=clock.pk)
    if fresh.ended_at:
        raise NotPossibleNow("What became of this is written down already.")
    told = _told(fresh, plan, now)
    for name, value in (told | {"outcome": plan.outcome, "words": plan.words}).items():
        setattr(fresh, name, value)
    fresh.ended_at, fresh.ended_by = now, actor
    fresh.save(update_fields=["ended_at", "ended_by", "outcome", "words", *told])
    if fresh.rule.repeats and fresh.told_at:
        again = ClockPlan(fresh.rule.event, fresh.told_at)
        rules = rules_of(fresh.case, fresh.rule.event, now)
        rule = next((each for each in rules if each.code == fresh.rule.code), fresh.rule)
        _start(actor, fresh.case, rule, fresh.level, again, now)
    record(actor=actor, action="casework.settle_clock", subject=fresh, outcome_code=plan.outcome)
    return fresh


@command
def chase_clock(*, actor: User, clock: CaseClock, now: datetime) -> CaseClock:
    """Make chasing it the actor's own next step. Its words say whom and what for, and nobody's name.

    Raises `NotPossibleNow` where it is settled, or somebody chases it already.
    """
    authorize(actor, "casework.chase_clock", clock)
    fresh = CaseClock.objects.select_for_update(of=("self",)).select_related("rule", "case").get(pk=clock.pk)
    if fresh.ended_at:
        raise NotPossibleNow("What became of this is written down already.")
    if fresh.chase and fresh.chase.done_at is None:
        raise NotPossibleNow("It is being chased already: see the next steps of the case.")
    due = due_by(CHASE, now, fresh.case.partnership_id)
    words = f"Chase what is owed. {DutyHolder(fresh.rule.duty_holder).label}: {fresh.rule.title}"[:300]
    plan = StepPlan(StepKind.OTHER, due.at, due.source, note=words, owner=actor)
    fresh.chase = add_step(actor, fresh.case, plan, now)
    fresh.save(update_fields=["chase"])
    record(actor=actor, action="casework.chase_clock", subject=fresh, step=fresh.chase.pk)
    return fresh


@command
def judge_entitlement(*, actor: User, case: Case, reasons: Collection[str], words: str, now: datetime) -> None:
    """Add reasons for enhanced rights. None that was said is taken away, and no right is made less by it; what runs is
    due sooner from now on, where that follows. Raises `ValidationError` by field."""
    authorize(actor, "casework.judge_entitlement", case)
    victim = case.parties.select_for_update().filter(role__in=ABOUT).order_by("pk").first()
    if victim is None:
        raise NotPossibleNow("Nobody is named in this case yet. Log a contact that says who it is about.")
    if not reasons or set(reasons) - set(Enhanced.values):
        raise ValidationError({"reasons": "Choose what they said, or that none of these is so."})
    if Enhanced.JUDGEMENT in reasons and not words.strip():
        raise ValidationError({"words": "Say in a sentence what makes their rights enhanced."})
    said_so = "; ".join(filter(None, [victim.enhanced_words, words.strip()]))
    if len(said_so) > MOST_WORDS:
        raise ValidationError({"words": "Write less: what was said before stays."})
    said = [reason for reason in Enhanced.values if reason in {*victim.enhanced_for, *reasons}]
    victim.enhanced_for = [reason for reason in said if reason != Enhanced.NONE] or said
    victim.enhanced_words = said_so
    victim.save(update_fields=["enhanced_for", "enhanced_words"])
    if rights_of(case, now).is_enhanced:
        _sooner(case)
    record(actor=actor, action="casework.judge_entitlement", subject=case, categories=["needs"])


def _check(plan: ClockPlan, rules: Collection[CodeRule], now: datetime) -> None:
    problems = {} if rules else {"event": "Choose what happened."}
    if plan.event_at > now:
        problems["event_at"] = "When it happened cannot be in the future."
    needs_date = any(rule.standard is None for rule in rules)
    if needs_date and (plan.due_at is None or plan.due_at <= plan.event_at):
        problems["due_at"] = "Enter the date that was set, after the day on which that was decided."
    if plan.due_at and rules and not needs_date and not any(rule.repeats for rule in rules):
        problems["due_at"] = "The rule says by when. Leave the date empty."
    if problems:
        raise ValidationError(problems)


def _start(actor: User, case: Case, rule: CodeRule, level: str, plan: ClockPlan, now: datetime) -> CaseClock:
    """A date that was given stands for what has none, and for what was agreed to come at another interval."""
    amount = rule.amount(level)
    given = plan.due_at if amount is None or rule.repeats else None
    return CaseClock.objects.create(
        case=case,
        rule=rule,
        code_right=rule.code_right,
        level=level,
        event_at=plan.event_at,
        due_at=given or due_at(plan.event_at, amount or 0, Unit(rule.unit)),
        note=plan.note,
        started_at=now,
        started_by=actor,
    )


def _told(clock: CaseClock, plan: SettlePlan, now: datetime) -> dict[str, Any]:
    """What to write of who told them, when and how. Raises `ValidationError`."""
    if plan.outcome not in ClockOutcome.values:
        raise ValidationError({"outcome": "Choose what became of it."})
    if plan.outcome != ClockOutcome.TOLD:
        return {}
    if plan.told_by not in DutyHolder.values:
        raise ValidationError({"told_by": "Choose who told them."})
    if plan.told_by == DutyHolder.US:
        return _told_by_us(clock, plan)
    problems = {} if plan.how in RouteKind.values else {"how": "Choose how they were told."}
    if plan.told_at is None or not clock.event_at <= plan.told_at <= now:
        problems["told_at"] = "Enter when they were told: after what happened, and not in the future."
    if problems:
        raise ValidationError(problems)
    return {"told_by": plan.told_by, "told_at": plan.told_at, "how": plan.how}


def _told_by_us(clock: CaseClock, plan: SettlePlan) -> dict[str, Any]:
    """When and how say the use of a way, which was let through because it was safe."""
    made = clock.case.attempts.filter(outcome__in=TOLD_BY, started_at__gte=clock.event_at)
    attempt = made.select_related("route").filter(public_id=plan.attempt).first() if plan.attempt else None
    if attempt is None:
        raise ValidationError({"attempt": "Choose the time they were reached. Use a safe way on the case first."})
    return {"told_by": DutyHolder.US, "told_at": attempt.ended_at, "how": attempt.route.kind, "attempt": attempt}


def _sooner(case: Case) -> None:
    """What runs by the standard rights runs by the enhanced ones."""
    running = case.clocks.select_for_update(of=("self",)).filter(ended_at=None, level=Entitlement.STANDARD)
    for clock in running.select_related("rule"):
        clock.level = Entitlement.ENHANCED
        amount = clock.rule.amount(clock.level)
        if amount is not None:
            clock.due_at = min(clock.due_at, due_at(clock.event_at, amount, Unit(clock.rule.unit)))
        clock.save(update_fields=["level", "due_at"])
