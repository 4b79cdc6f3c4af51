"""Alerts of odd access: those that wait, what is behind one, and what was found of them over time.

Who reads them is recorded by how many, and of which alert; never of which case, whose history others read.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, Min, QuerySet
from django.utils import timezone

from accounts.authorization import NotVisible, authorize
from accounts.models import User
from audit.log import record
from audit.models import Outcome
from oversight.models import Alert, AlertEvent, AlertFinding
from oversight.policy import Behind, events_behind, visible_alerts
from oversight.queries.audits import Month, months_until, of_month
from oversight.rules import RULES, Rule

PAGE = 25
OPEN = "waiting"
VIEW = "oversight.view_alerts"


@dataclass(frozen=True)
class AlertRead:
    """An alert with the rules that spoke, each with its explanation. `case` is a reference; empty: of no one case.

    `events` where one alert is read, the newest 200; none in a list.
    """

    alert: Alert
    case: str
    rules: tuple[Rule, ...]
    first_at: datetime
    last_at: datetime
    events: tuple["EventBehind", ...] = ()


@dataclass(frozen=True)
class EventBehind:
    """One event that made a rule speak, in words."""

    at: datetime
    rule: str
    action: str
    outcome: str
    door: str
    case: str


@dataclass(frozen=True)
class AlertPage:
    """A page of alerts, those found last first. `after` begins the next page; None on the last."""

    alerts: list[AlertRead]
    after: str | None


@dataclass(frozen=True)
class OfRule:
    """What was found of the alerts for which one rule spoke, by finding; `waiting` are those not answered."""

    rule: Rule
    found: dict[str, int]


@dataclass(frozen=True)
class AlertFigures:
    """What was found of alerts by month, oldest first, and by rule, over the last twelve months."""

    months: list[Month]
    rules: list[OfRule]


def rules() -> list[Rule]:
    """What is looked for, in the words that are shown with each alert."""
    return list(RULES.values())


def alerts_for(*, actor: User, after: str = "", answered: bool = False) -> AlertPage:
    """A page of the alerts that wait, or of those that are answered. Recorded, with how many."""
    authorize(actor, VIEW)
    alerts = visible_alerts(actor).filter(answered_at__isnull=not answered)
    if start := alerts.filter(reference=after).first() if after else None:
        alerts = alerts.filter(pk__lt=start.pk)
    found = list(_whole(alerts).order_by("-pk")[: PAGE + 1])
    shown = found[:PAGE]
    record(actor=actor, action=VIEW, purpose="supervision", count=len(shown))
    spoke: dict[int, list[str]] = defaultdict(list)
    for pk, rule in AlertEvent.objects.filter(alert__in=shown).values_list("alert", "rule").distinct():
        spoke[pk].append(rule)
    return AlertPage([_read(alert, spoke[alert.pk]) for alert in shown], shown[-1].reference if found[PAGE:] else None)


def get_alert(actor: User, reference: str, action: str = "oversight.answer_alert") -> Alert:
    """One to act on. Raises `NotVisible`."""
    found = _whole(visible_alerts(actor)).filter(reference=reference).first()
    if found is None:
        raise NotVisible(action)
    return found


def read_alert(*, actor: User, reference: str) -> AlertRead:
    """One, with the events behind it. Recorded."""
    alert = get_alert(actor, reference, VIEW)
    authorize(actor, VIEW, alert)
    record(actor=actor, action=VIEW, subject=alert, purpose="supervision")
    return shown_alert(alert)


def shown_alert(alert: Alert) -> AlertRead:
    """The same to compare, never to show, for it is not recorded."""
    behind = events_behind(alert)
    return _read(alert, [each.rule for each in behind], tuple(_in_words(each) for each in behind))


def alert_figures(*, actor: User, now: datetime) -> AlertFigures:
    """What was found of the alerts of this month and the eleven before. Recorded, with how many."""
    authorize(actor, VIEW)
    months = months_until(timezone.localdate(now))
    since = timezone.make_aware(datetime.combine(months[0], datetime.min.time()))
    rows = list(visible_alerts(actor).filter(found_at__gte=since).values_list("pk", "found_at", "finding"))
    record(actor=actor, action=VIEW, purpose="supervision", count=len(rows))
    finding = {pk: found or OPEN for pk, _, found in rows}
    in_month = [(timezone.localtime(at).date().replace(day=1), finding[pk]) for pk, at, _ in rows]
    spoke = AlertEvent.objects.filter(alert__in=list(finding)).values_list("rule", "alert").distinct()
    of_rule = Counter((rule, finding[pk]) for rule, pk in spoke)
    ways = [OPEN, *AlertFinding.values]
    return AlertFigures(
        months=[of_month(first, [found for month, found in in_month if month == first], ways) for first in months],
        rules=[OfRule(rule, {way: of_rule[rule.code, way] for way in ways}) for rule in RULES.values()],
    )


def _whole(alerts: QuerySet[Alert]) -> QuerySet[Alert]:
    spans = alerts.annotate(first_at=Min("events__at"), last_at=Max("events__at"))
    return spans.select_related("worker", "agency", "answered_by")


def _read(alert: Any, spoke: list[str], events: tuple[EventBehind, ...] = ()) -> AlertRead:
    said = tuple(rule for code, rule in RULES.items() if code in spoke)
    return AlertRead(alert, alert.case_reference or "", said, alert.first_at, alert.last_at, events)


def _in_words(behind: Behind) -> EventBehind:
    return EventBehind(
        at=behind.at,
        rule=RULES[behind.rule].name,
        action=behind.action.partition(".")[2].replace("_", " ").capitalize(),
        outcome=str(Outcome(behind.outcome).label),
        door=behind.door.capitalize(),
        case=behind.case,
    )
