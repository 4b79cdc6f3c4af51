"""Who must not see a case, who looks all the same, and what must go."""

from datetime import timedelta
from typing import Any

from audit.log import record
from casework import commands
from casework.models import (
    Bar,
    BarProposal,
    Case,
    ContactAttempt,
    EmergencyAccess,
    Erasure,
    LegalHold,
    Likeness,
    PersonJudgement,
    QuietAsk,
    RouteOverride,
    Side,
    TwoSided,
)
from tests.factories.cases import at, logged


def barred(world: Any, case: Case) -> Bar:
    """A bar on this case of nobody whom the World names, and whom it shuts out of nothing."""
    made: Bar = Bar.objects.filter(case=case, worker=world.system).first() or commands.bar_from_case(
        actor=world.supervisor, case=case, who=world.system, reason="knows_them", now=at()
    )
    return made


def proposed(world: Any, case: Case) -> BarProposal:
    """A bar of somebody whom the World does not name, proposed in this case."""
    made, _ = BarProposal.objects.get_or_create(
        case=case, worker=world.system, defaults={"why": ["alleged_name"], "proposed_at": at()}
    )
    record(actor=world.system, action="casework.propose_bar", subject=made)
    return made


def emergency(world: Any, case: Case) -> EmergencyAccess:
    """An emergency access to this case that waits for its review, of nobody whom the World names."""
    said = {"reason": "missing", "words": "She did not come home.", "categories": ["risk"]}
    access, _ = EmergencyAccess.objects.get_or_create(
        case=case, worker=world.system, defaults={**said, "opened_at": (now := at()), "until": now + timedelta(hours=4)}
    )
    return access


def to_be_erased(world: Any, case: Case) -> Erasure:
    """That somebody whom the World does not name asked for the erasure of this case."""
    said = {"ground": "retention_over", "words": "Schedule of 2024, line 7.", "asked_as": "supervisor"}
    asked, _ = Erasure.objects.get_or_create(
        case=case, status="asked", defaults={**said, "asked_by": world.system, "asked_at": at()}
    )
    return asked


def held(world: Any, case: Case) -> LegalHold:
    """A legal hold on this case, of nobody whom the World names."""
    hold, _ = LegalHold.objects.get_or_create(
        case=case, reason="court", defaults={"placed_at": at(), "placed_by": world.system}
    )
    record(actor=world.system, action="casework.place_hold", subject=hold)
    return hold


def reaching(world: Any, case: Case) -> ContactAttempt:
    """That the caseworker is trying to reach the victim of this case by a safe way."""
    by = case.routes.filter(kind="phone", party__role="victim").earliest("pk")
    under_way = case.attempts.filter(worker=world.caseworker, ended_at=None).first()
    return under_way or commands.use_route(actor=world.caseworker, route=by, now=at())


def overridden_way(world: Any, case: Case) -> RouteOverride:
    """A way of this case which nobody knows to be safe, and which the supervisor lets be used."""
    victim = case.parties.get(role="victim")
    email = victim.routes.filter(kind="email").first() or victim.routes.create(
        case=case, kind="email", value="a@b.test"
    )
    said = {"reason": "life_at_risk", "words": "He has a key.", "hours": 1, "asked_by": None}
    standing = case.route_overrides.filter(ended_at=None).first()
    return standing or commands.override_route(actor=world.supervisor, route=email, now=at(), **said)


def pair(world: Any, case: Case) -> TwoSided:
    """A pair that this case makes with another, as if it had been found."""
    found, _ = TwoSided.objects.get_or_create(
        first=case,
        side=Side.VICTIM_IS_ALLEGED,
        defaults={
            "second": logged(world.colleague).case,
            "partnership": case.partnership,
            "why": [Likeness.SAME_BIRTH],
            "found_at": at(),
        },
    )
    return found


def judged(world: Any, case: Case) -> PersonJudgement:
    """That the victim of this case is somebody else than that of another, whom nobody names."""
    found = PersonJudgement.objects.filter(case=case, undone_at=None).first()
    if found:
        return found
    victims = {
        "party": case.parties.get(role="victim"),
        "other": logged(world.colleague).case.parties.get(role="victim"),
    }
    return commands.tell_apart(actor=world.colleague, reason="Both were here at once.", now=at(), **victims)


def asked(world: Any, case: Case) -> QuietAsk:
    """That whoever holds this case is quietly asked, as if somebody at another desk had met its victim."""
    ask, is_new = QuietAsk.objects.get_or_create(
        case=case,
        answered_at=None,
        defaults={
            "asking_case": logged(world.colleague).case,
            "asking_agency": world.colleague.agency,
            "why": ["telephone", "name"],
            "asked_at": at(),
        },
    )
    if is_new:
        record(actor=world.system, action="casework.ask_holders", subject=ask)
    return ask
