"""What the addresses and bodies of requests name: a case with one record of every kind."""

from dataclasses import dataclass
from uuid import uuid4

from casework.models import Case, SharingAgreement, SharingDecision, StepKind, new_reference
from referrals.models import Referral
from tests import factories
from tests.doors import NOTHING
from tests.world import World


@dataclass(frozen=True)
class Ids:
    """What the addresses and bodies of the calls name."""

    case: str
    contact: str
    referral: str
    step: str
    party: str
    service: int
    alleged: str = ""
    consent: str = ""
    share: str = ""
    agreement: str = ""
    review: str = ""
    address: str = ""
    bar: str = ""
    proposal: str = ""
    email: str = ""  # of a worker
    worker: str = ""
    invitation: str = ""
    agency: str = ""
    matter: str = ""
    audit: str = ""
    feedback: str = ""
    alert: str = ""
    answer: str = ""
    erasure: str = ""
    hold: str = ""
    route: str = ""
    reaching: str = ""
    override: str = ""
    handover: str = ""
    hand_in: str = ""
    judgement: str = ""
    ask: str = ""
    clock: str = ""
    plan: str = ""
    file: str = ""
    closing: str = ""
    note: str = ""
    offer: str = ""
    absence: str = ""
    neighbour: str = ""
    assessment: str = ""
    directory: str = ""
    request: str = ""

    @classmethod
    def of(cls, world: World, referral: Referral) -> "Ids":
        case = referral.case
        decision = referral.decision or the_decision(world, case)
        return cls(
            case=case.reference,
            contact=factories.draft(world.caseworker).reference,
            referral=referral.reference,
            step=str(case.steps.filter(kind=StepKind.REFER).earliest("pk").public_id),
            party=str(case.parties.get(role="victim").public_id),
            alleged=str(case.parties.get(role="alleged").public_id),
            service=world.services["elsewhere"].pk,
            consent=str(decision.consent.public_id),
            share=str(decision.public_id),
            agreement=SharingAgreement.objects.latest("pk").reference,
            address=str(case.addresses.get().public_id),
            answer=str(factories.told(world, case).public_id),
            feedback=str(factories.finished(world, case).public_id),
            audit=str(factories.drawn(world, case).public_id),
            review=str(factories.emergency(world, case).public_id),
            alert=factories.alert(world, case).reference,
            bar=str(factories.barred(world, case).public_id),
            proposal=str(factories.proposed(world, case).public_id),
            email=world.officer.email,
            worker=str(world.partner.public_id),
            invitation=str(factories.invited(world).public_id),
            agency=str(world.agencies["elsewhere"].pk),
            matter=factories.pair(world, case).reference,
            erasure=str(factories.to_be_erased(world, case).public_id),
            hold=str(factories.held(world, case).public_id),
            route=str(case.routes.filter(kind="phone").earliest("pk").public_id),
            reaching=str(factories.reaching(world, case).public_id),
            override=str(factories.overridden_way(world, case).public_id),
            handover=str(factories.handed_over(world).public_id),
            hand_in=factories.handed_in(world, case).reference,
            judgement=str(factories.judged(world, case).public_id),
            ask=str(factories.asked(world, case).public_id),
            file=str(factories.attached(world.caseworker, case).public_id),
            plan=str(factories.planned(world.caseworker, case).public_id),
            clock=str(factories.owed(world.caseworker, case).public_id),
            closing=str(factories.to_close(world, case).public_id),
            note=str(factories.note(world, case).public_id),
            offer=str(factories.offered(world, case).public_id),
            absence=str(factories.away(world).public_id),
            neighbour=str(factories.neighboured(world, case).public_id),
            assessment=str(factories.to_assess(world, case).public_id),
            directory=world.services["harbour"].entry["id"],
            request=factories.information_request(world, factories.opened(world.caseworker), is_sent=True).reference,
        )

    @classmethod
    def absent(cls, like: "Ids") -> "Ids":
        references = [new_reference() for _ in range(3)]
        of_cases = ("step", "consent", "share", "review", "address", "bar", "proposal", "audit", "feedback")
        of_cases = (
            *of_cases,
            "erasure",
            "hold",
            "answer",
            "route",
            "reaching",
            "override",
            "handover",
            "judgement",
            "ask",
            "clock",
            "plan",
            "file",
            "closing",
            "note",
            "offer",
            "absence",
            "neighbour",
            "assessment",
            "directory",
        )
        nobodys = {name: str(uuid4()) for name in (*of_cases, "worker", "invitation")} | {
            "agreement": new_reference(),
            "agency": str(NOTHING["number"]),
        }
        known = {"party": like.party, "alleged": like.alleged, "service": like.service, "email": like.email}
        named = {name: new_reference() for name in ("matter", "alert", "hand_in", "request")}
        return cls(*references, **known, **named, **nobodys)


def the_decision(world: World, case: Case) -> SharingDecision:
    """A decision of a case whose referral is not sent: another one, to another agency."""
    return factories.sent(world.caseworker, case, factories.another_service(world, "elsewhere")).decision
