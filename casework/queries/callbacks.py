"""Whom to call back: who can be reached now, whose window closes soonest, who next, and whose was missed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.authorization import NotVisible, authorize
from accounts.models import Agency, User
from audit.log import record
from casework.models import (
    ABOUT,
    TRIED,
    AttemptStandard,
    Case,
    ContactAttempt,
    ContactRoute,
    HandoverNote,
    Level,
    NextStep,
    StepKind,
)
from casework.policy import visible_cases, visible_steps
from casework.policy_of_ways import visible_handovers, visible_routes
from casework.queries.reference import standing_row, urgency_of
from casework.safe_contact import Verdict, verdicts
from casework.windows import open_stretches, read_windows

MOST = 100  # of the most urgent; nobody rings more in a shift
SHIFT = timedelta(hours=12)
FAR = datetime.max.replace(tzinfo=timezone.get_current_timezone())


@dataclass(frozen=True)
class Callback:
    """One step to call somebody back, the best way there is, and what came of windows that have passed."""

    step: NextStep
    way: ContactRoute | None
    verdict: Verdict | None
    missed: int

    @property
    def may(self) -> bool:
        return bool(self.verdict and self.verdict.may)

    @property
    def sorted_by(self) -> tuple[bool, datetime, datetime]:
        """Who can be reached now first, and of those whose window closes soonest; then who next."""
        return *(_urgency(self.verdict) if self.verdict else (True, FAR)), self.step.due_at


@dataclass(frozen=True)
class Board:
    """What is open and due for one agency: late, due in this shift, missed windows, and what was handed over."""

    late: list[NextStep]
    soon: list[NextStep]
    missed: list[Callback]
    under_way: list[ContactAttempt]
    notes: list[HandoverNote]
    taken: list[HandoverNote]


@dataclass(frozen=True)
class Ladder:
    """How far the attempts to reach somebody have come. `left` says what is missing; empty when they are enough."""

    left: str
    is_high: bool


def callbacks_for(*, actor: User, now: datetime) -> list[Callback]:
    """The open calls back of the actor's agency, in the order in which they are made. Recorded."""
    authorize(actor, "casework.view_callbacks")
    found = _callbacks(actor, now)
    _record(actor, "casework.view_callbacks", [callback.step for callback in found])
    return found


def board_for(*, actor: User, now: datetime) -> Board:
    """What is open and due for the actor's agency now, and what was handed over. Recorded."""
    authorize(actor, "casework.view_handover")
    mine = visible_steps(actor).filter(owner_agency=actor.agency_id, done_at=None, due_at__lt=now + SHIFT)
    due = list(mine.select_related("case", "owner").order_by("due_at", "pk")[:MOST])
    missed = [callback for callback in _callbacks(actor, now) if callback.missed]
    running = ContactAttempt.objects.filter(agency=actor.agency_id, ended_at=None, case__in=visible_cases(actor))
    notes = visible_handovers(actor).select_related("written_by", "taken_by").order_by("-written_at", "-pk")
    board = Board(
        late=[step for step in due if step.due_at < now],
        soon=[step for step in due if step.due_at >= now],
        missed=missed,
        under_way=list(running.select_related("case", "worker").order_by("started_at")[:MOST]),
        notes=list(notes.filter(taken_at=None)),
        taken=list(notes.exclude(taken_at=None)[:10]),
    )
    _record(actor, "casework.view_handover", [*due, *(callback.step for callback in missed), *board.under_way])
    return board


def get_handover(actor: User, public_id: UUID) -> HandoverNote:
    """A note to sign. Raises `NotVisible`."""
    note = visible_handovers(actor).filter(public_id=public_id).first()
    if note is None:
        raise NotVisible("casework.take_over", named=str(public_id))
    return note


def ladder_of(case: Case, since: datetime, now: datetime) -> Ladder:
    """Whether somebody was tried as often, for as long and in as many ways as the standard of their risk asks."""
    code = urgency_of(case)
    asked = standing_row(AttemptStandard, code, timezone.localdate(now), case.partnership_id)
    left = _left(list(case.attempts.filter(outcome__in=TRIED, started_at__gte=since)), asked, now)
    return Ladder(left=left, is_high=code == Level.HIGH)


def tried_since(case: Case, agency: Agency, since: datetime, asked: AttemptStandard, now: datetime) -> str:
    """What an agency has left to do before they count as unreachable, as a sentence; empty for nothing."""
    return _left(list(case.attempts.filter(agency=agency, outcome__in=TRIED, started_at__gte=since)), asked, now)


def _left(made: list[ContactAttempt], asked: AttemptStandard, now: datetime) -> str:
    ways = {(attempt.route_id, timezone.localtime(attempt.started_at).hour) for attempt in made}
    days = (now - min(attempt.started_at for attempt in made)).days if made else 0
    left = []
    if len(made) < asked.attempts:
        left.append(f"{len(made)} of {asked.attempts} attempts were made")
    if days < asked.days:
        left.append(f"they must be tried over {asked.days} days")
    if len(ways) < asked.ways:
        left.append(f"in {asked.ways} ways, or at different hours")
    return f"They do not count as unreachable yet: {', '.join(left)}." if left else ""


def _callbacks(actor: User, now: datetime) -> list[Callback]:
    mine = visible_steps(actor).filter(kind=StepKind.CALL_BACK, owner_agency=actor.agency_id, done_at=None)
    steps = list(mine.select_related("case", "owner").order_by("due_at", "pk")[:MOST])
    cases = [step.case_id for step in steps]
    ways = list(visible_routes(actor).filter(case__in=cases, party__role__in=ABOUT, superseded_at=None))
    found = verdicts(ways, now)
    tried = list(ContactAttempt.objects.filter(case__in=cases, outcome__in=["", *TRIED]))
    made = [_callback(step, ways, found, tried, now) for step in steps]
    return sorted(made, key=lambda callback: callback.sorted_by)


def _callback(
    step: NextStep, ways: list[ContactRoute], found: dict[int, Verdict], tried: list[ContactAttempt], now: datetime
) -> Callback:
    own = [way for way in ways if way.case_id == step.case_id]
    best = min(own, key=lambda way: _urgency(found[way.pk]), default=None)
    starts = [attempt.started_at for attempt in tried if attempt.case_id == step.case_id]
    missed = sum(_missed(way, step.opened_at, starts, now) for way in own if found[way.pk].code in {"yes", "not_now"})
    return Callback(step, best, found[best.pk] if best else None, missed)


def _urgency(verdict: Verdict) -> tuple[bool, datetime]:
    return not verdict.may, verdict.until or verdict.opens or FAR


def _missed(way: ContactRoute, since: datetime, tried: Iterable[datetime], now: datetime) -> int:
    """The windows of a safe way, of those in the nine days since the step was opened, that passed untried."""
    try:
        stretches = open_stretches(read_windows(way.windows), read_windows(way.never_times), since)
    except ValidationError:
        return 0
    told = max(since, way.confirmed_at or since)
    gone = [stretch for stretch in stretches if told <= stretch.start and stretch.end <= now]
    return sum(not any(stretch.start <= moment < stretch.end for moment in tried) for stretch in gone)


def _record(actor: User, action: str, steps: Iterable[NextStep | ContactAttempt]) -> None:
    shown = sorted({step.case_id for step in steps})
    record(
        actor=actor,
        action=action,
        purpose="casework",
        shown=shown,
        deliberate=False,
        criteria=["next_steps"],
        count=len(shown),
    )
