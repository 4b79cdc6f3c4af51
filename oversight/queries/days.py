"""The history of a case another way: who looked how often on which day, for what."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet, Value
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from accounts.authorization import authorize
from accounts.models import Agency, User
from audit.log import record
from audit.models import Outcome
from casework.models import Case
from casework.queries import get_case
from oversight.policy import visible_events
from oversight.queries.history import NOBODY, PAGE, READING, Among, HistoryFilter, among, narrowed, of_itself

ACTION = "oversight.view_case_history"
CURSOR = re.compile(r"(\d{4}-\d\d-\d\d)\.(\d{1,18})\.(\d{1,18})", re.ASCII)
IS_READING = Q(*(Q(action__regex=rf"^[a-z]+\.{verb}") for verb in READING), _connector=Q.OR)
REFUSED = Q(outcome__in=[Outcome.REFUSED, Outcome.NOT_FOUND])


@dataclass(frozen=True)
class DayLine:
    """One person on one day, in London: how often they opened the case, saw it in a list, acted, and were refused."""

    on: date
    who: str
    agency: str
    opened: int
    listed: int
    done: int
    refused: int
    failed: int
    first: datetime
    last: datetime


@dataclass(frozen=True)
class Days:
    """A page of the days of a case, the newest first. `before` begins the next page; None on the last."""

    case: Case
    lines: list[DayLine]
    before: str | None
    among: Among


def read_days(*, actor: User, reference: str, chosen: HistoryFilter, before: str = "") -> Days:
    """A page of the history of a case, by day and person. Reading it is itself recorded."""
    case = get_case(actor, reference, ACTION)
    authorize(actor, ACTION, case)
    criteria = [name for name, value in vars(chosen).items() if value]
    record(actor=actor, action=ACTION, subject=case, purpose="supervision", criteria=criteria, by="day")
    events = visible_events(actor, case)
    rows = list(_after(_days(narrowed(events, chosen, case), case), before)[: PAGE + 1])
    shown = rows[:PAGE]
    return Days(case, _in_words(shown), _cursor(shown[-1]) if len(rows) > PAGE else None, among(events))


def _days(events: QuerySet[Any], case: Case) -> QuerySet[Any, dict[str, Any]]:
    allowed, opened = Q(outcome=Outcome.ALLOWED), of_itself(case) & Q(is_deliberate=True)
    return (
        events.annotate(
            on=TruncDate("at", tzinfo=timezone.get_default_timezone()),
            whose=Coalesce("agency_id", Value(0)),
            who=Coalesce("actor_id", Value(0)),
        )
        .values("on", "whose", "who")
        .annotate(
            opened=Count("pk", filter=allowed & opened & IS_READING),
            listed=Count("pk", filter=allowed & ~opened),
            done=Count("pk", filter=allowed & opened & ~IS_READING),
            refused=Count("pk", filter=REFUSED),
            failed=Count("pk", filter=Q(outcome=Outcome.FAILED)),
            first=Min("at"),
            last=Max("at"),
        )
        .order_by("-on", "whose", "who")
    )


def _after(days: QuerySet[Any, dict[str, Any]], before: str) -> QuerySet[Any, dict[str, Any]]:
    """What comes after this cursor; all where it is none."""
    if not (said := CURSOR.fullmatch(before)):
        return days
    try:
        on = date.fromisoformat(said[1])
    except ValueError:
        return days
    whose, who = int(said[2]), int(said[3])
    later = Q(on=on) & (Q(whose__gt=whose) | Q(whose=whose, who__gt=who))
    return days.filter(Q(on__lt=on) | later)


def _cursor(row: dict[str, Any]) -> str:
    return f"{row['on']:%Y-%m-%d}.{row['whose']}.{row['who']}"


def _in_words(rows: list[dict[str, Any]]) -> list[DayLine]:
    people = User.objects.in_bulk({row["who"] for row in rows})
    agencies = Agency.objects.in_bulk({row["whose"] for row in rows})
    return [
        DayLine(
            who=people[row["who"]].name if row["who"] in people else NOBODY,
            agency=agencies[row["whose"]].name if row["whose"] in agencies else "",
            **{name: value for name, value in row.items() if name not in {"who", "whose"}},
        )
        for row in rows
    ]
