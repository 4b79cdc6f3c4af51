"""Short ways to the things that specs are about. Each goes through the commands, as the system itself does."""

from collections.abc import Callable
from datetime import date, timedelta
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.commands import invite_worker
from accounts.models import Invitation, User
from audit.log import record
from audit.models import AuditEvent
from casework import commands
from casework.commands.cases import add_step
from casework.models import (
    Absence,
    Attachment,
    Bar,
    BarProposal,
    CallerDetails,
    Case,
    CaseClock,
    Closing,
    Consent,
    Contact,
    ContactAttempt,
    EmergencyAccess,
    EmergencyCall,
    EqualityAnswer,
    Erasure,
    HandoverNote,
    LawfulBasis,
    LegalHold,
    Likeness,
    MaracReferral,
    Neighbour,
    NextStep,
    Note,
    PersonJudgement,
    QuietAsk,
    RiskAssessment,
    RouteKind,
    RouteOverride,
    Safety,
    SafetyPlan,
    Side,
    StepKind,
    TwoSided,
    Visit,
)
from casework.plans import (
    AddressReport,
    AssessmentPlan,
    CallerReport,
    ClockPlan,
    ContactReport,
    EmergencyCallReport,
    EqualityReport,
    OfferPlan,
    OverridePlan,
    RouteReport,
    SharePlan,
    StepPlan,
    VictimReport,
    VisitPlan,
    VisitRecord,
)
from casework.queries import instrument_in_force
from oversight.commands import finish_audit, give_answer
from oversight.models import Alert, AlertEvent, AuditQuestion, CaseAudit, GivenAnswer
from oversight.plans import AuditPlan
from referrals import commands as referral_commands
from referrals.models import Gap, HandIn, InformationRequest, Referral, Service
from referrals.plans import RequestPlan, ServicePlan

PASSWORD = "correct horse battery staple"

# One token for each text field of the shared case, so that a test can tell what a response gives away.
TOKENS = SimpleNamespace(
    name="Qandeel Vorrazi",
    language="Wexitian",
    access_needs="tall stepladders Jumtok",
    support_needs="a lawyer named Krevvin",
    route="020 7946 0123",
    when_safe="Tuesdays at noon Plivvy",
    note="ask for Dimmocko",
    lines="17 Zorbell Crescent",
    postcode="ZZ9 7XQ",
    said="He broke the blue vase Umtarra",
    alleged="Brovik Skantel",
    why="threats with a Gremmlin",
)


DIGEST = sha256(b"He was here.").hexdigest()
SAFE_WAY = RouteReport(
    RouteKind.PHONE, TOKENS.route, Safety.SAFE, TOKENS.when_safe, TOKENS.note, windows="any time", monitored="no"
)


def at(hours: float = 0) -> Any:
    """A moment so many hours from now, aware."""
    return timezone.now() + timedelta(hours=hours)


def step(kind: str = StepKind.REFER, **more: Any) -> StepPlan:
    return StepPlan(kind=StepKind(kind), due_at=more.pop("due_at", at(24)), **more)


def report(**more: Any) -> ContactReport:
    """A contact of a victim of domestic abuse in which everything is said."""
    said: dict[str, Any] = {
        "channel": "phone",
        "happened_at": at(-0.1),
        "caller": "victim",
        "danger": "no",
        "kind": "domestic_abuse",
        "said": TOKENS.said,
        "victim": VictimReport(
            name=TOKENS.name,
            language=TOKENS.language,
            interpreter_needed=True,
            access_needs=TOKENS.access_needs,
            support_needs=TOKENS.support_needs,
        ),
        "routes": (SAFE_WAY,),
        "address": AddressReport(TOKENS.lines, TOKENS.postcode),
        "alleged_name": TOKENS.alleged,
    }
    if "no_step_reason" not in more:
        said["step"] = step()
    return ContactReport(**said | more)


def draft(actor: User) -> Contact:
    return commands.start_contact(actor=actor, case=None, now=at())


def saved(actor: User, contact: Contact, typed: dict[str, Any]) -> Contact:
    return commands.save_draft(actor=actor, contact=contact, draft=typed, now=at())


def logged(actor: User, **more: Any) -> Contact:
    return commands.log_contact(actor=actor, contact=draft(actor), report=report(**more), now=at())


def by_a_neighbour(world: Any) -> CallerDetails:
    """Who called, of a contact that a neighbour made."""
    told = CallerReport(name="Wendeline Marsh", relation="neighbour", call_back="020 7946 0555", may_be_named="no")
    contact = logged(world.caseworker, caller="third_party", of_caller=told)
    return CallerDetails.objects.get(contact=contact)


def called_999(world: Any) -> EmergencyCall:
    """A call to 999, of a contact that is still a draft."""
    call = EmergencyCallReport(at(-0.05), said_where=True, police_reference="CAD 4711", note="They are on their way.")
    return commands.call_police(actor=world.caseworker, contact=draft(world.caseworker), call=call, now=at())


def noted(world: Any, case: Case) -> EqualityAnswer:
    """What the victim answered to one question."""
    answers = [EqualityReport("religion", "none that I would name")]
    commands.note_equality(actor=world.caseworker, case=case, answers=answers, now=at())
    return EqualityAnswer.objects.get(case=case)


def unjudged(actor: User, **more: Any) -> Case:
    """An open case of which nobody has judged the risk: its two steps are to refer, twice."""
    return commands.open_case(actor=actor, case=logged(actor, **more).case, step=step(), now=at())


def opened(actor: User, **more: Any) -> Case:
    case = unjudged(actor, **more)
    commands.judge_risk(actor=actor, case=case, level="high", why=TOKENS.why, now=at())
    return case


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


def drawn(world: Any, case: Case) -> CaseAudit:
    """An audit of this case, which is the caseworker's work, as if chance had given it to the supervisor."""
    about = {"agency": case.agency, "about": world.caseworker, "how": "at_random", "drawn_at": at()}
    return CaseAudit.objects.get_or_create(case=case, auditor=world.supervisor, status="drawn", defaults=about)[0]


def finished(world: Any, case: Case, **more: Any) -> CaseAudit:
    """The same with what the supervisor found."""
    return finish_audit(actor=world.supervisor, audit=drawn(world, case), plan=found(**more), now=at())


def answered(world: Any, case: Case, **more: Any) -> GivenAnswer:
    """What the victim of this case was told of who has looked at it, read aloud by the supervisor."""
    said = {
        "party": case.parties.get(role="victim"),
        "by": "phone",
        "how": "read_aloud",
        "still_safe": True,
        "now": at(),
    }
    return give_answer(**{"actor": world.supervisor} | said | more)


def told(world: Any, case: Case) -> GivenAnswer:
    """The same, once."""
    return case.given_answers.first() or answered(world, case)


def found(**more: Any) -> AuditPlan:
    """What a supervisor says who found all in order."""
    answers = dict.fromkeys(AuditQuestion.objects.values_list("code", flat=True), "yes")
    return AuditPlan(**{"answers": answers, "finding": "good", "feedback": "Clear and kind."} | more)


def alert(world: Any, case: Case) -> Alert:
    """That the colleague opened this case without a reason, as if it had been found."""
    about = {"worker": world.colleague, "agency": world.colleague.agency, "found_at": at()}
    found, is_new = Alert.objects.get_or_create(about_case=case.pk, answered_at=None, defaults=about)
    if is_new:
        event = AuditEvent.objects.filter(case_id=case.pk).latest("at", "id")
        AlertEvent.objects.get_or_create(rule="unexplained", event=event.pk, defaults={"alert": found, "at": event.at})
    return found


def emergency(world: Any, case: Case) -> EmergencyAccess:
    """An emergency access to this case that waits for its review, of nobody whom the World names."""
    said = {"reason": "missing", "words": "She did not come home.", "categories": ["risk"]}
    access, _ = EmergencyAccess.objects.get_or_create(
        case=case, worker=world.system, defaults={**said, "opened_at": (now := at()), "until": now + timedelta(hours=4)}
    )
    return access


def invited(world: Any, **more: Any) -> Invitation:
    """Somebody invited to Harbour by its administrator."""
    said = {"agency": world.agencies["harbour"], "email": "invited@harbour.example", "name": "Invited Person"}
    said |= {"role": "partner_worker", "actor": world.administrator, "now": at()} | more
    waiting = Invitation.objects.filter(email=said["email"], accepted_at=None, taken_back_at=None)
    return waiting.first() or invite_worker(**said)


def to_be_erased(world: Any, case: Case) -> Erasure:
    """That somebody whom the World does not name asked for the erasure of this case."""
    said = {"ground": "retention_over", "words": "Schedule of 2024, line 7.", "asked_as": "supervisor"}
    asked, _ = Erasure.objects.get_or_create(
        case=case, status="asked", defaults={**said, "asked_by": world.system, "asked_at": at()}
    )
    return asked


def to_close(world: Any, case: Case) -> Closing:
    """That somebody whom the World does not name asked that this case closes, and a second person must agree."""
    waiting = case.closings.filter(answered_at=None).first()
    if waiting:
        return waiting
    by = {"owner_agency": case.agency, "due_at": at(48), "due_source": "confirm_closing"}
    step = case.steps.create(kind="confirm_closing", opened_at=at(), opened_by=world.system, **by)
    said = {"outcome": "supported", "advice": "given", "words": "She has moved.", "needs_second": True}
    return case.closings.create(asked_at=at(), asked_by=world.system, step=step, **said)


def offered(world: Any, case: Case) -> NextStep:
    """That this case is offered to somebody whom the World does not name."""
    waiting = case.steps.filter(kind="take_over", done_at=None).first()
    by = {"owner_agency": case.agency, "due_at": at(24), "due_source": "take_over", "opened_by": world.system}
    return waiting or case.steps.create(kind="take_over", opened_at=at(), owner=world.senior, **by)


def away(world: Any) -> Absence:
    """That the caseworker is away, and who covers for them."""
    absent = Absence.objects.filter(ended_at=None).first()
    said = {"begins_at": at(-1), "until": at(48), "covered_by": None, "worker": world.caseworker}
    return absent or commands.note_absence(actor=world.supervisor, now=at(), **said)


def note(world: Any, case: Case) -> Note:
    """What the caseworker noted of this case, and nobody replaced."""
    standing = case.notes.filter(superseded_at=None).first()
    said = {"words": "She sounded calmer.", "disclosable": "yes"}
    return standing or commands.write_note(actor=world.caseworker, case=case, now=at(), **said)


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


def owed(who: User, case: Case, event: str = "complaint", **more: Any) -> CaseClock:
    """What is owed from an event of three hours ago that nobody has settled; the first of it."""
    plan = ClockPlan(event=event, **{"event_at": at(-3)} | more)
    running = case.clocks.filter(ended_at=None, rule__event=event).order_by("pk").first()
    return running or commands.start_clocks(actor=who, case=case, plan=plan, now=at())[0]


def planned(who: User, case: Case, **more: Any) -> SafetyPlan:
    """The plan of a case, a first version unless there is one."""
    parts = {"going": "Through the garden, to my sister.", "phones": "The tablet is his."}
    said = {"parts": parts, "present": "She, her sister and I", "notes": "Keys by the door.", "after": 0} | more
    standing = case.plans.order_by("-version").first()
    return standing if standing and not more else commands.write_plan(actor=who, case=case, now=at(), **said)


def attached(who: User, case: Case, category: str = "narrative", scanned: str = "clean") -> Attachment:
    """A note that is attached to a case, and that a scanner found harmless, without either being asked."""
    when = at() if scanned != "not_scanned" else None
    about = {"category": category, "kind": "text", "title": "A note she wrote", "size": 12, "digest": DIGEST}
    there = case.attachments.filter(category=category, scanned=scanned).first()
    about |= {"content": b"He was here.", "scanned": scanned, "scanned_at": when, "added_at": at(), "added_by": who}
    with transaction.atomic():
        made = there or Attachment.objects.create(case=case, **about)
        record(actor=who, action="casework.add_attachment", subject=made)
    return made


def handed_over(world: Any) -> HandoverNote:
    """What the caseworker told the next shift, which nobody has signed."""
    waiting = HandoverNote.objects.filter(agency=world.agencies["front_door"], taken_at=None).first()
    return waiting or commands.write_handover(actor=world.caseworker, words="Ring again.", now=at())


def handed_in(world: Any, case: Case) -> HandIn:
    """That Harbour handed this case in, and that nobody has said yet that the front door has it."""
    said = {"begun_at": at(-1), "saved_at": at(-1), "sent_at": at(-1), "told_at": at(-1), "due_at": at(1)}
    by = dict.fromkeys(("begun_by", "saved_by", "sent_by"), world.partner)
    made, _ = HandIn.objects.get_or_create(case=case, defaults={"agency": world.agencies["harbour"], **said, **by})
    return made


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


def begun(actor: User, case: Case, tool: str = "dash_24", **more: Any) -> RiskAssessment:
    """A draft of an assessment, about the alleged perpetrator of the case where it asks of a pair."""
    instrument = instrument_in_force(tool, case.partnership_id, at())
    alleged = case.parties.filter(role="alleged").first() if instrument and instrument.of_pair else None
    said = {"instrument": instrument, "alleged": alleged, "now": at()} | more
    return commands.start_assessment(actor=actor, case=case, **said)


def answers(assessment: RiskAssessment, yes: str = "", unknown: int = 0) -> dict[str, dict[str, str]]:
    return said_to(assessment.instrument.content, yes, unknown)


def said_to(tool: dict[str, Any], yes: str = "", unknown: int = 0) -> dict[str, dict[str, str]]:
    """Yes to these items, by their codes; don't know to the last so many; no, or never, to all others."""
    codes, scale = [item["code"] for item in tool["items"]], tool["scale"]
    tick = next(each["code"] for each in scale if each.get("is_tick"))
    no = next(each["code"] for each in scale if not each.get("is_tick"))
    said = {code: {"answer": tick if code in yes.split() else no} for code in codes}
    return said | {code: {"answer": "unknown"} for code in codes[len(codes) - unknown :]}


def assessed(actor: User, case: Case, yes: str = "", unknown: int = 0, **more: Any) -> RiskAssessment:
    """An assessment, signed."""
    draft = begun(actor, case, **{name: more.pop(name) for name in ("tool", "supersedes") if name in more})
    plan = AssessmentPlan(answers(draft, yes, unknown), **{"mode": "phone", "owner": actor} | more)
    return commands.sign_assessment(actor=actor, assessment=draft, plan=plan, now=at())


FOURTEEN = " ".join(str(number) for number in range(9, 23))


def flagged(actor: User, case: Case, days: int = 1) -> MaracReferral:
    """That the pair of this case was referred to MARAC some days ago."""
    alleged, day = case.parties.get(role="alleged"), at(-24 * days).date()
    return commands.note_marac(actor=actor, case=case, alleged=alleged, referred_on=day, gate="judgement", now=at())


def to_assess(world: Any, case: Case) -> RiskAssessment:
    """A draft of an assessment of this case."""
    waiting = case.assessments.filter(signed_at=None).first()
    return waiting or begun(world.caseworker, case)


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
