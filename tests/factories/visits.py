"""Burglaries, their visits and neighbours."""

from collections.abc import Callable
from typing import Any

from accounts.models import User
from casework import commands
from casework.models import Case, Neighbour, NextStep, StepKind, Visit
from casework.plans import OfferPlan, StepPlan, VisitPlan, VisitRecord
from tests.factories.cases import at, logged


def burgled(actor: User, **more: Any) -> Case:
    """An open case of a burglary, whose visit is not offered yet and of which no risk is judged."""
    contact = logged(actor, kind="burglary", alleged_name="", **more)
    return commands.open_case(actor=actor, case=contact.case, step=None, now=at())


def visited(world: Any, case: Case) -> Visit:
    """The visit of this case, offered and not answered yet, whatever kind of case it is."""
    offered = {"status": "offered", "offered_at": at(), "offered_by": world.caseworker, "offered_how": "phone"}
    due = {"reported_at": at(), "due_at": at(24), "due_source": "burglary_visit_offer"}
    return Visit.objects.get_or_create(case=case, defaults=offered | due)[0]


def neighboured(world: Any, case: Case) -> Neighbour:
    """A home near this case, whose visit is offered, that somebody should warn."""
    visited(world, case)
    by = {"listed_at": at(), "listed_by": world.caseworker}
    return case.neighbours.first() or Neighbour.objects.create(case=case, address="9 Elm Road, IG1 1AA", **by)


OFFER = OfferPlan("phone", slots="Mornings, never Thursdays", interpreter=True, advised=True)


def planned_visit(**more: Any) -> VisitPlan:
    said = {"scheduled_for": at(24), "visitor": "pcso", "visitor_name": "PC Wren", "visitor_number": "4711EA"}
    return VisitPlan(**said | {"check_words": "amber kettle"} | more)


# What leads from the report of a burglary to each state of its visit: the act, and who does it.
VISITS: dict[str, Callable[[Any, Visit], Visit]] = {
    "screen": lambda who, visit: commands.screen_visit(actor=who, visit=visit, answers={"alone": "no"}, now=at()),
    "offer": lambda who, visit: commands.offer_visit(actor=who, visit=visit, offer=OFFER, now=at()),
    "accept": lambda who, visit: _answered(who, visit, "accepted"),
    "decline": lambda who, visit: _answered(who, visit, "declined", "no_need"),
    "give up": lambda who, visit: _answered(who, visit, "unreachable", now=at(24 * 15)),
    "schedule": lambda who, visit: commands.schedule_visit(actor=who, visit=visit, plan=planned_visit(), now=at()),
    "attend": lambda who, visit: commands.attend_visit(
        actor=who, visit=visit, attended=True, visitor="police", now=at()
    ),
    "miss": lambda who, visit: commands.attend_visit(actor=who, visit=visit, attended=False, visitor="", now=at()),
    "gather evidence": lambda who, visit: _recorded(who, visit, "evidence"),
    "survey": lambda who, visit: _recorded(who, visit, "survey"),
    "care after": lambda who, visit: _recorded(who, visit, "aftercare"),
    "close": lambda who, visit: _recorded(who, visit, "closed"),
}


def settled(who: User, step: NextStep, then: StepPlan | None) -> None:
    """A step that is done; of the offer of a visit, that they see no need for one."""
    if step.kind != StepKind.OFFER_VISIT:
        commands.complete_step(actor=who, step=step, outcome="done", then=then, now=at())
        return
    visit = VISITS["offer"](who, Visit.objects.get(case=step.case_id))
    _answered(who, visit, "declined", "no_need", then=then)


def _answered(who: User, visit: Visit, answer: str, why_not: str = "", **more: Any) -> Visit:
    said = {"answer": answer, "why_not": why_not, "then": None, "now": at()}
    return commands.answer_visit(actor=who, visit=visit, **said | more)


def _recorded(who: User, visit: Visit, stage: str) -> Visit:
    said = VisitRecord(stage, ("statement",), ("door_locks",), ("documents",), "A window was forced.")
    return commands.record_visit(actor=who, visit=visit, said=said, now=at())
