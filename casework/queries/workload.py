"""Who has how much, for whoever allocates; and who is away."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from accounts.authorization import NotVisible, authorize, has_role_for
from accounts.models import User
from accounts.roles import roles_with
from audit.log import record
from casework.models import IN_FORCE, Absence, Level, NextStep, RiskLevel, StepKind
from casework.policy import speaks_for, visible_cases, visible_steps
from casework.queries.work import away
from casework.states import CaseStatus


@dataclass(frozen=True)
class Load:
    """How much one worker has. `away_until` is aware, and None while they are there."""

    worker: User
    cases: int
    high: int
    steps: int
    late: int
    away_until: datetime | None
    covered_by: User | None

    @property
    def width(self) -> int:
        """How long its bar is, in hundredths: sixty cases are a full one."""
        return min(100, round(self.cases * 100 / FULL))


FULL = 60  # cases: what a year's caseload of one support worker comes to in published reviews (60 to 80)


def workload_for(*, actor: User, now: datetime) -> list[Load]:
    """Everybody of the actor's agency who works on cases, and how much each has. Recorded: of nobody's case."""
    authorize(actor, "casework.view_workload")
    workers = colleagues(actor)
    steps = visible_steps(actor).filter(owner__in=workers, done_at=None).values("owner")
    counts = steps.annotate(all=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now)))
    counted = {owner: (all_, late) for owner, all_, late in counts.values_list("owner", "all", "late")}
    owned = visible_cases(actor).filter(owner__in=workers, agency=actor.agency_id, status=CaseStatus.OPEN)
    levels = RiskLevel.objects.filter(IN_FORCE, case__in=owned).order_by("case", "-judged_at", "-pk").distinct("case")
    high = {level.case_id for level in levels if level.level == Level.HIGH}
    cases: dict[int, list[int]] = {}
    for pk, owner in owned.values_list("pk", "owner"):
        cases.setdefault(owner, []).append(pk)
    absent = {each.worker_id: each for each in away(now).filter(worker__in=workers).select_related("covered_by")}
    record(actor=actor, action="casework.view_workload", count=len(workers))
    return [
        Load(
            worker=worker,
            cases=len(cases.get(worker.pk, [])),
            high=len(high.intersection(cases.get(worker.pk, []))),
            steps=counted.get(worker.pk, (0, 0))[0],
            late=counted.get(worker.pk, (0, 0))[1],
            away_until=absent[worker.pk].until if worker.pk in absent else None,
            covered_by=absent[worker.pk].covered_by if worker.pk in absent else None,
        )
        for worker in workers
    ]


def colleagues(actor: User) -> list[User]:
    """Those of the actor's agency who work on cases, themselves included."""
    able = User.objects.filter(agency=actor.agency_id, is_active=True, role__in=roles_with("casework.answer_offer"))
    return list(able.order_by("name", "pk"))


def absences_of(actor: User, now: datetime) -> QuerySet[Absence]:
    """Those that go on or are to come: of one's agency for whoever allocates, else one's own."""
    found = Absence.objects.filter(agency=actor.agency_id, ended_at=None, until__gt=now)
    if not has_role_for(actor, "casework.view_workload"):
        found = found.filter(worker=actor)
    return found.select_related("worker", "covered_by").order_by("begins_at", "pk")


def get_absence(actor: User, public_id: UUID) -> Absence:
    """One to end. Raises `NotVisible`."""
    found = Absence.objects.filter(agency=actor.agency_id, public_id=public_id).select_related("worker").first()
    if found is None or not speaks_for(actor, found.worker):
        raise NotVisible("casework.note_absence", named=str(public_id))
    return found


def get_offer(actor: User, public_id: UUID) -> NextStep:
    """The offer of a case, to answer it. Raises `NotVisible`."""
    found = visible_steps(actor).filter(kind=StepKind.TAKE_OVER, public_id=public_id)
    step = found.select_related("case", "opened_by").first()
    if step is None:
        raise NotVisible("casework.answer_offer", named=str(public_id))
    return step
