"""What is owed in a case and by when, what is late over all cases, and which rights somebody has and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from accounts.authorization import NotVisible, authorize
from accounts.models import User
from audit.log import record
from casework.categories import Category
from casework.clocks import Unit, hours_left, working_days_between
from casework.models import ABOUT, TOLD_BY, Case, CaseClock, CaseKind, CodeRule, ContactAttempt, Enhanced, Entitlement
from casework.policy_of_clocks import visible_clocks
from casework.queries.cases import purpose_of
from casework.queries.reference import standing

MOST = 100  # of the most urgent, as in every list of a shift
ADULT, LAST_RIGHT = 18, 99
IN_HOURS = 48  # within so many hours what is left is said in hours


@dataclass(frozen=True)
class Rights:
    """Which entitlement somebody has under the Victims' Code, and the reasons, in words."""

    level: str
    because: tuple[str, ...]
    is_asked: bool
    words: str = ""

    @property
    def is_enhanced(self) -> bool:
        return self.level == Entitlement.ENHANCED


@dataclass(frozen=True)
class Running:
    """A clock as it stands at one moment."""

    clock: CaseClock
    now: datetime

    @property
    def is_late(self) -> bool:
        return self.clock.ended_at is None and self.clock.due_at <= self.now

    @property
    def is_soon(self) -> bool:
        """Not late, and near enough to be pointed out."""
        ahead = timedelta(days=self.clock.rule.alert_days) or timedelta(hours=24)
        return self.clock.ended_at is None and not self.is_late and self.clock.due_at - ahead <= self.now

    @property
    def was_late(self) -> bool:
        """Settled, and after it was due."""
        return bool((self.clock.told_at or self.clock.ended_at or self.clock.due_at) > self.clock.due_at)

    @property
    def is_at_once(self) -> bool:
        return self.clock.rule.amount(self.clock.level) == 0

    @property
    def left(self) -> str:
        """How long until it is due, for people: in hours where it is near, else in days, working days if they count."""
        left = hours_left(self.clock.due_at, self.now)
        if abs(left) <= IN_HOURS:
            return f"in {_many(left, 'hour')}" if left >= 0 else f"{_many(-left, 'hour')} late"
        days = [timezone.localtime(moment).date() for moment in (self.now, self.clock.due_at)]
        late = " late" if left < 0 else ""
        if self.clock.rule.unit == Unit.WORKING_DAY:
            said = _many(working_days_between(min(days), max(days)), "working day")
        else:
            said = _many(abs((days[1] - days[0]).days), "day")
        return f"{said}{late}" if late else f"in {said}"


@dataclass(frozen=True)
class Clocks:
    """Everything that is owed in one case: what is late, what is still to come, and what is settled."""

    case: Case
    rights: Rights | None
    late: list[Running]
    to_come: list[Running]
    settled: list[Running]


def rights_of(case: Case, now: datetime) -> Rights:
    """Computed from the kind of crime, their age and what they said; a reason that was said is never taken away."""
    victim = case.parties.filter(role__in=ABOUT).order_by("pk").first()
    because = ["Domestic abuse is one of the most serious crimes"] if _is_of_abuse(case) else []
    if victim and _is_child(victim.date_of_birth, victim.age_said, timezone.localdate(now)):
        because.append("They are under 18")
    said = victim.enhanced_for if victim else []
    because += [str(Enhanced(reason).label) for reason in said if reason != Enhanced.NONE]
    level = Entitlement.ENHANCED if because else Entitlement.STANDARD
    words = victim.enhanced_words if victim else ""
    return Rights(level=level.value, because=tuple(because), is_asked=bool(said), words=words)


def rules_of(case: Case, event: str, now: datetime) -> list[CodeRule]:
    """The rules in force today for what follows from an event: of each code the partnership's own, or the shipped."""
    return [rule for rule in _rules(case.partnership_id, now) if rule.event == event]


def events(partnership_id: int, now: datetime) -> dict[str, str]:
    """What can happen from which something is owed, by its code, in the order of the rights."""
    return {rule.event: rule.event_title for rule in _rules(partnership_id, now)}


def get_clock(actor: User, public_id: UUID, action: str) -> CaseClock:
    """A clock to act on. Raises `NotVisible`."""
    clock = _with_all(visible_clocks(actor)).filter(public_id=public_id).first()
    if clock is None:
        raise NotVisible(action, named=str(public_id))
    return clock


def read_clocks(*, actor: User, case: Case, now: datetime) -> Clocks:
    """Everything owed in a case that this reader may see. Recorded. The reasons of the rights are the holder's."""
    authorize(actor, "casework.view_clocks", case)
    found = [Running(clock, now) for clock in _with_all(visible_clocks(actor)).filter(case=case)]
    is_held = case.agency_id == actor.agency_id
    rights = rights_of(case, now) if is_held else None
    categories = [Category.INCIDENT] * bool(found) + [Category.NEEDS] * bool(
        rights and (rights.is_asked or rights.words)
    )
    purpose = purpose_of(actor)
    record(actor=actor, action="casework.view_clocks", subject=case, purpose=purpose, categories=categories)
    open_ones = sorted(
        (each for each in found if not each.clock.ended_at), key=lambda each: (each.clock.due_at, each.clock.pk)
    )
    return Clocks(
        case=case,
        rights=rights,
        late=[each for each in open_ones if each.is_late],
        to_come=[each for each in open_ones if not each.is_late],
        settled=sorted((each for each in found if each.clock.ended_at), key=_when_settled, reverse=True),
    )


def late_clocks(*, actor: User, now: datetime) -> list[Running]:
    """What is late, or soon will be, over all cases of which this reader sees it, the longest due first. Recorded."""
    authorize(actor, "casework.view_clocks")
    longest = CodeRule.objects.order_by("-alert_days").values_list("alert_days", flat=True).first() or 1
    ahead = visible_clocks(actor).filter(ended_at=None, due_at__lte=now + timedelta(days=longest))
    found = [Running(clock, now) for clock in _with_all(ahead).order_by("due_at", "pk")[:MOST]]
    shown = [each for each in found if each.is_late or each.is_soon]
    cases = sorted({each.clock.case_id for each in shown})
    record(
        actor=actor,
        action="casework.view_clocks",
        purpose="casework",
        shown=cases,
        categories=[Category.INCIDENT] * bool(shown),
        deliberate=False,
        criteria=["due"],
        count=len(shown),
    )
    return shown


def reached_in(clock: CaseClock) -> Iterable[ContactAttempt]:
    """When they were reached by a safe way since the event, newest first: only then can we have told them."""
    made = clock.case.attempts.filter(outcome__in=TOLD_BY, started_at__gte=clock.event_at)
    return made.select_related("route", "worker").order_by("-started_at", "-pk")[:25]


def _rules(partnership_id: int, now: datetime) -> list[CodeRule]:
    found: dict[str, CodeRule] = {}
    for rule in standing(CodeRule, timezone.localdate(now), partnership_id):
        found.setdefault(rule.code, rule)
    return sorted(found.values(), key=lambda rule: (rule.code_right or LAST_RIGHT, rule.pk))


def _with_all(clocks: QuerySet[CaseClock]) -> QuerySet[CaseClock]:
    return clocks.select_related("case", "rule", "chase", "attempt__route", "ended_by")


def _when_settled(running: Running) -> datetime:
    return running.clock.ended_at or running.now


def _is_of_abuse(case: Case) -> bool:
    abuse = CaseKind.DOMESTIC_ABUSE
    return case.kind == abuse or case.contacts.filter(kind=abuse).exists()


def _is_child(born: date | None, age_said: int | None, today: date) -> bool:
    if born:
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day)) < ADULT
    return age_said is not None and age_said < ADULT


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" + "s" * (count != 1)
