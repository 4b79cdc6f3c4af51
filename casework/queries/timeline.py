"""The timeline of a case: whatever happened in it that the reader may see, the newest first, a page at a time."""

import heapq
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import F, Model, QuerySet

from accounts.authorization import authorize
from accounts.models import Agency, User
from audit.log import record
from casework.categories import BOTH, FIELDS, HOLDER, SUMMARY, Category
from casework.models import (
    Case,
    CaseClock,
    Closing,
    Contact,
    ContactAttempt,
    EmergencyCall,
    MaracReferral,
    NextStep,
    Note,
    RiskAssessment,
    RiskLevel,
    SafetyPlan,
    Visit,
)
from casework.policy import categories_for, holds
from casework.policy_of_closing import visible_notes
from casework.queries.projection import EMPTY, Entry
from casework.states import ContactStatus

PAGE = 25
MOST_AT_ONCE = 1000  # entries of the very same moment


@dataclass(frozen=True)
class Kind:
    """One kind of entry: of which record, when, which of its fields tell it, and whose it is.

    `agency` is the way to the agency that it came from; empty where that is the holder. `related` are the records that
    are fetched with it. What is `ours` is shown to the agency that wrote it, and to nobody else. `heard`: what
    of a partner's work is heard; a moment that is not heard of makes no entry.
    """

    code: str
    label: str
    model: type[Model]
    at: str
    fields: tuple[str, ...]
    agency: str = ""
    by: str = ""
    only: Callable[[QuerySet[Any]], QuerySet[Any]] = lambda found: found
    related: tuple[str, ...] = ()
    ours: bool = False
    heard: Callable[[Any], Any] = lambda item: item


# An app above adds the kinds of its own records: `referrals.queries`.
KINDS: list[Kind] = [
    Kind(
        "contact",
        "Contact",
        Contact,
        "happened_at",
        ("channel", "caller", "said", "wanted", "opinion", "markers", "danger"),
        only=lambda found: found.filter(status=ContactStatus.LOGGED),
    ),
    Kind(
        "note",
        "Note",
        Note,
        "written_at",
        ("words", "disclosable", "superseded_at"),
        agency="agency",
        by="written_by",
        only=lambda found: found.filter(agency=F("case__agency")),
    ),
    Kind(
        "own_note",
        "Note of your agency",
        Note,
        "written_at",
        ("words", "disclosable", "superseded_at"),
        agency="agency",
        by="written_by",
        only=lambda found: found.exclude(agency=F("case__agency")),
        ours=True,
    ),
    Kind("risk", "Risk judged", RiskLevel, "judged_at", ("level", "why"), by="judged_by"),
    Kind(
        "assessment",
        "Risk assessed",
        RiskAssessment,
        "signed_at",
        ("instrument", "band", "judgement", "grade", "reason"),
        by="signed_by",
        related=("instrument",),
    ),
    Kind("marac", "Referred to MARAC", MaracReferral, "noted_at", ("referred_on", "gate"), by="noted_by"),
    Kind("visit_offered", "Visit offered", Visit, "offered_at", ("offered_how", "interpreter"), by="offered_by"),
    Kind("visit_answered", "Visit answered", Visit, "answered_at", ("status", "why_not"), by="answered_by"),
    Kind("visit_made", "Visit made", Visit, "attended_at", ("visitor", "evidence", "measures", "found")),
    Kind(
        "owed",
        "What is owed, settled",
        CaseClock,
        "ended_at",
        ("rule", "outcome", "told_at", "told_by", "how"),
        by="ended_by",
        related=("rule",),
    ),
    Kind("plan", "Safety plan", SafetyPlan, "made_at", ("version", "present"), by="made_by"),
    Kind("emergency_call", "999 called", EmergencyCall, "called_at", ("police_reference", "note"), by="called_by"),
    Kind("step", "Next step", NextStep, "opened_at", ("kind", "note", "due_at"), by="opened_by"),
    Kind(
        "step_done",
        "Step settled",
        NextStep,
        "done_at",
        ("kind", "outcome"),
        by="done_by",
    ),
    Kind("attempt", "Tried to reach them", ContactAttempt, "started_at", ("outcome",), agency="agency", by="worker"),
    Kind("closing", "Closing", Closing, "asked_at", ("outcome", "advice", "words"), by="asked_by"),
]


@dataclass(frozen=True)
class TimelineEntry:
    """One thing that happened, as this reader may see it. `at` is aware."""

    at: datetime
    kind: Kind
    agency: str
    by: str
    shown: Entry
    is_held: bool

    @property
    def rows(self) -> list[tuple[str, Any]]:
        return self.shown.rows

    @property
    def values(self) -> dict[str, Any]:
        return self.shown.values

    @property
    def note(self) -> Note | None:
        """The note, where it is one that still holds, to whoever may replace it."""
        item = self.shown.item
        return item if isinstance(item, Note) and item.superseded_at is None and self.is_held else None


@dataclass(frozen=True)
class Wanted:
    """What of a timeline is asked for. Days are those of the clock in London, both included; empty is everything."""

    kinds: tuple[str, ...] = ()
    agency: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class TimelinePage:
    """A page of entries; `after` begins the next one, None on the last."""

    entries: list[TimelineEntry]
    after: str | None


def timeline_of(*, actor: User, case: Case, wanted: Wanted, after: str = "") -> TimelinePage:
    """A page of a case's timeline, of the categories that the reader may see. Recorded.

    One statement for each kind, however long the timeline is. `after` is what the page before said; anything else
    begins anew.
    """
    authorize(actor, "casework.view_case", case)
    categories = categories_for(actor, case)
    shown = _shown_categories(actor, case, categories)
    last, skip = _read_cursor(after)
    most = PAGE + skip + 1
    found = (_entries(actor, case, kind, shown, wanted, last, most) for kind in KINDS)
    rest = list(islice(heapq.merge(*found, key=lambda entry: entry.at, reverse=True), skip, most))
    page = rest[:PAGE]
    told = [entry for entry in page if not entry.kind.ours]  # the log is the holder's to read as well
    record(
        actor=actor,
        action="casework.view_case",
        subject=case,
        purpose="casework",
        categories=_categories_on(told),
        criteria=["timeline"],
        count=len(told),
    )
    return TimelinePage(page, _cursor(page, last, skip) if len(rest) > PAGE else None)


def _shown_categories(actor: User, case: Case, categories: Collection[str]) -> frozenset[str]:
    return frozenset(categories) | ({HOLDER, BOTH, SUMMARY} if holds(actor, case.pk) else frozenset())


def _entries(
    actor: User, case: Case, kind: Kind, shown: Collection[str], wanted: Wanted, last: datetime | None, most: int
) -> Iterator[TimelineEntry]:
    fields = tuple(name for name in kind.fields if kind.ours or FIELDS[kind.model][name] in shown)
    if not fields or (wanted.kinds and kind.code not in wanted.kinds):
        return
    records = visible_notes(actor) if kind.ours else kind.model._default_manager.all()
    found = kind.only(records.filter(case=case, **{f"{kind.at}__isnull": False}))
    if wanted.agency and kind.agency:
        found = found.filter(**{f"{kind.agency}__name": wanted.agency})
    elif wanted.agency and wanted.agency != case.agency.name:
        return
    bounds = {"gte": wanted.since, "lt": wanted.until, "lte": last}
    found = found.filter(**{f"{kind.at}__{how}": bound for how, bound in bounds.items() if bound})
    sees_who = kind.ours or HOLDER in shown
    for item in map(kind.heard, _with_related(found, kind, sees_who).order_by(f"-{kind.at}", "-pk")[:most]):
        if getattr(item, kind.at) is None:
            continue
        yield TimelineEntry(
            at=getattr(item, kind.at),
            kind=kind,
            agency=str(_along(item, kind.agency) if kind.agency else case.agency),
            by=str(getattr(item, kind.by)) if kind.by and sees_who else "",
            shown=Entry(item, fields),
            is_held=sees_who,
        )


def _with_related(found: QuerySet[Any], kind: Kind, sees_who: bool) -> QuerySet[Any]:
    related = [*kind.related, *filter(None, [kind.agency, kind.by if sees_who else ""])]
    return found.select_related(*related) if related else found


def _along(item: Any, way: str) -> Any:
    for step in way.split("__"):
        item = getattr(item, step)
    return item


def _read_cursor(after: str) -> tuple[datetime | None, int]:
    """A moment, and how many entries of that very moment were on the page before."""
    at, _, skip = after.partition("~")
    try:
        moment = datetime.fromisoformat(at)
        return (moment, max(0, min(int(skip), MOST_AT_ONCE))) if moment.tzinfo else (None, 0)
    except ValueError:
        return None, 0


def _categories_on(page: list[TimelineEntry]) -> list[Category]:
    """Those of what the entries say, and no others."""
    said = [(entry.kind.model, name) for entry in page for name, value in entry.values.items() if value not in EMPTY]
    named = {FIELDS[model][name] for model, name in said} | {FIELDS[e.kind.model][e.kind.at] for e in page}
    return [category for category in Category if category in named]


def _cursor(page: list[TimelineEntry], last: datetime | None, skipped: int) -> str:
    times = [entry.at for entry in page]
    again = sum(at == times[-1] for at in times) + (skipped if times[-1] == last else 0)
    return f"{times[-1].isoformat()}~{again}"


def agencies_in(case: Case) -> list[str]:
    """The names of those that work together in the partnership of a case, by which its timeline can be narrowed."""
    names = Agency.objects.filter(partnership=case.partnership_id).order_by("name").values_list("name", flat=True)
    return list(names)
