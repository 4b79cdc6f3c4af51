"""Late steps climb: to the duty queue, to the supervisors, and then they are said again until somebody settles them."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.authorization import authorize
from accounts.models import User
from audit.acting import acting_as
from audit.log import command, record
from casework.models import LadderStandard, NextStep, Rung
from casework.notices import tell_of_late_step
from casework.policy import steps_that_climb
from casework.queries import standing_row, urgency_of

CLIMBS_TO = {Rung.WORKER: Rung.DUTY, Rung.DUTY: Rung.SUPERVISOR, Rung.SUPERVISOR: Rung.SUPERVISOR}


@command
def climb_steps(*, actor: User, now: datetime) -> int:
    """Let each late step climb whose time for that has come; how many did. Done by the system, a case at a time."""
    authorize(actor, "casework.climb_steps")
    late = steps_that_climb(now)
    for step_id, case_id in late:
        with acting_as(actor, case_id):
            _climb(actor, step_id, now)
    record(actor=actor, action="casework.climb_steps", count=len(late))
    return len(late)


def _climb(actor: User, step_id: int, now: datetime) -> None:
    step = NextStep.objects.select_for_update(of=("self",)).select_related("case").get(pk=step_id)
    if step.done_at or step.climbs_at is None or step.climbs_at > now:
        return  # somebody was quicker
    before, step.rung = step.rung, CLIMBS_TO[Rung(step.rung)]
    code = urgency_of(step.case)
    ladder = standing_row(LadderStandard, code, timezone.localdate(now), step.case.partnership_id)
    from_due = step.due_at + timedelta(hours=ladder.to_supervisor)
    step.climbs_at = from_due if from_due > now else now + timedelta(hours=max(ladder.to_supervisor, 1))
    step.save(update_fields=["rung", "climbs_at"])
    record(actor=actor, action="casework.climb_steps", subject=step, before=before, after=step.rung, rule=ladder.pk)
    tell_of_late_step(step, actor=actor, now=now)
