"""Referrals, shares, and what else agencies ask of each other."""

from datetime import date
from typing import Any

from django.db import transaction

from accounts.models import User
from audit.log import record
from casework.commands.cases import add_step
from casework.models import Case, Consent, LawfulBasis, StepKind
from casework.plans import OverridePlan, SharePlan
from referrals import commands as referral_commands
from referrals.models import Gap, HandIn, InformationRequest, Referral, Service
from referrals.plans import RequestPlan, ServicePlan
from tests.factories.cases import at, step


def overridden() -> OverridePlan:
    """Why a supervisor shares it although she does not agree."""
    return OverridePlan("child_at_risk", "The youngest saw it.", "no")


def share(service: Service, **more: Any) -> SharePlan:
    """A decision to share with the agency of a service what it usually gets, for a month, agreed to."""
    plan: dict[str, Any] = {
        "recipient": service.agency,
        "purpose": service.purpose,
        "basis": LawfulBasis.objects.get(code="6-e"),
        "consent": Consent.GIVEN,
        "consent_reason": "",
        "necessity": "They cannot help without it.",
        "categories": tuple(service.usual_categories),
        "until": at(24 * 30),
    }
    return SharePlan(**plan | more)


def drafted(actor: User, case: Case, service: Service, **more: Any) -> Referral:
    return referral_commands.draft_referral(
        actor=actor, case=case, service=service, asked=more.get("asked", "Please call."), urgency="routine", now=at()
    )


def sent(actor: User, case: Case, service: Service, **more: Any) -> Referral:
    return send(actor, drafted(actor, case, service), **more)


def send(actor: User, referral: Referral, **more: Any) -> Referral:
    plan = share(referral.service, **more)
    return referral_commands.send_referral(actor=actor, referral=referral, share=plan, now=at())


def gap(world: Any, **more: Any) -> Gap:
    """A need that nobody met in September, of no case."""
    about = {"partnership": world.system.agency.partnership, "month": date(2026, 9, 1), "need": "pets", "risk": "high"}
    about |= {"kind": "domestic_abuse", "area": "Redbridge", "excluded": ["pets"], "once": b"1"}
    with transaction.atomic():
        made = Gap.objects.create(**about | more)
        record(actor=world.system, action="referrals.note_gap")
    return made


def accepted(actor: User, by: User, case: Case, service: Service, **more: Any) -> Referral:
    referral = sent(actor, case, service, **more)
    return referral_commands.accept_referral(actor=by, referral=referral, now=at())


def another_service(world: Any, agency: str) -> Service:
    """A second service of an agency that has one already."""
    usual = world.services[agency]
    plan = ServicePlan(
        name=f"More {usual.name.lower()}",
        what_for=usual.what_for,
        kinds=tuple(usual.kinds),
        purpose=usual.purpose,
        usual_categories=tuple(usual.usual_categories),
        answers_within_hours=usual.answers_within_hours,
    )
    return referral_commands.add_service(actor=world.system, agency=usual.agency, plan=plan)


def handed_in(world: Any, case: Case) -> HandIn:
    """That Harbour handed this case in, and that nobody has said yet that the front door has it."""
    said = {"begun_at": at(-1), "saved_at": at(-1), "sent_at": at(-1), "told_at": at(-1), "due_at": at(1)}
    by = dict.fromkeys(("begun_by", "saved_by", "sent_by"), world.partner)
    made, _ = HandIn.objects.get_or_create(case=case, defaults={"agency": world.agencies["harbour"], **said, **by})
    return made


def information_request(world: Any, case: Case, *, is_sent: bool = False) -> InformationRequest:
    """What the police ask about this case; it waits for their second person, or is as if they had approved it."""
    found = InformationRequest.objects.filter(case=case).first()
    if found:
        return found
    grounds = dict.fromkeys(("material", "necessity", "enquiry", "other_means", "counselling"), "To be filled")
    plan = RequestPlan(("incident", "narrative"), kind="police", about=case.reference, notice="given", **grounds)
    asked = referral_commands.ask_information(actor=world.officer, plan=plan, now=at())
    if is_sent:
        answer = add_step(world.system, case, step(StepKind.ANSWER_REQUEST), at())
        approved = {"approved_at": at(), "approved_by": world.police_system, "sent_at": at(), "step": answer}
        InformationRequest.objects.filter(pk=asked.pk).update(status="sent", **approved)
    return asked
