"""A world in which there is a case in each state of the table, made by the product's own commands, full of canaries."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts.commands import add_agency, add_worker
from accounts.models import Agency, AgencyKind, User
from accounts.roles import Role
from casework import commands
from casework.models import (
    Address,
    Alias,
    Case,
    CodeRule,
    Consent,
    ContactRoute,
    Incident,
    LawfulBasis,
    Party,
    PartyRole,
    Purpose,
    RiskAssessment,
    RiskInstrument,
    RiskRule,
    Visit,
)
from casework.models.agreements import CATEGORY_NAMES
from casework.models.people import ABOUT
from casework.plans import ConsentPlan, VictimReport
from oversight.commands import answer_audit, follow_up_audit
from referrals import commands as referral_commands
from referrals.models import HandIn, Referral
from tests import factories
from tests.canaries.oracle import Oracle
from tests.canaries.planting import plant, unguarded
from tests.canaries.tokens import Canaries
from tests.factories import at
from tests.world import World

ROOT = Path(__file__).resolve().parents[2]
OURS = [ROOT / "docs/api.yaml", *sorted(ROOT.glob("[a-z]*/templates/**/*.html"))]  # what stands in answers as it is
LONG = at(24 * 350)  # so that a canary shortens it
# Besides the people of the World: who they work for, and as what.
MORE_PEOPLE = {
    "kept_out": ("harbour", Role.PARTNER_WORKER),
    "leaver": ("harbour", Role.PARTNER_WORKER),
    "rescuer": ("elsewhere", Role.PARTNER_WORKER),
    "facilitator": ("behind", Role.CASEWORKER),
}


@dataclass
class Planted:
    """The world, its case in each state, and what was planted in it."""

    world: World
    canaries: Canaries
    cases: dict[str, Case] = field(default_factory=dict)


def add_people(world: World) -> None:
    wall = {"name": "Turning Point", "kind": AgencyKind.BEHAVIOUR}
    world.agencies["behind"] = add_agency(actor=world.system, **wall)
    for who, (agency, role) in MORE_PEOPLE.items():
        email = f"{who.replace('_', '-')}@more.example"
        of = {"agency": world.agencies[agency], "role": role, "password": factories.PASSWORD}
        world.people[who] = add_worker(actor=world.system, email=email, name=who.title(), **of)
    User.objects.filter(pk=world.leaver.pk).update(is_active=False)


def planted(world: World, oracle: Oracle, seed: int) -> Planted:
    add_people(world)
    made = Planted(world, Canaries(seed, "\n".join(path.read_text() for path in OURS)))
    for state, make in STATES.items():
        case = make(world)
        _fill_up(case)
        case.refresh_from_db()
        made.cases[state] = case
    with unguarded():
        for state, case in made.cases.items():
            plant(made.canaries, oracle, case, state)
    return made


def _fill_up(case: Case) -> None:
    """What no command writes yet: everybody's ways, places and words, and an incident with its outcome."""
    about = case.parties.get(role__in=ABOUT)
    for role in [about.role, *(role for role in PartyRole.values if role not in ABOUT)]:
        party = case.parties.filter(role=role).first()
        if party is None:
            person = type(about.person).objects.create(partnership=case.partnership)
            party = Party.objects.create(case=case, person=person, role=role, name="To be filled")
        Alias.objects.create(case=case, party=party, name="To be filled", folded_name="be filled to")
        if not party.routes.exists():
            ContactRoute.objects.create(case=case, party=party, kind="phone", value="0", safety="unknown")
        if not party.addresses.exists():
            Address.objects.create(case=case, party=party, lines="To be filled")
    ContactRoute.objects.create(case=case, party=about, kind="sms", value="0", superseded_at=at(-1))
    incident = Incident.objects.create(case=case, partnership=case.partnership)
    incident.outcomes.create(position=0, outcome="To be filled")
    contact, by = case.contacts.earliest("pk"), case.contacts.earliest("pk").started_by
    case.contacts.filter(status="logged").update(opinion="To be filled", wanted="To be filled")
    case.callers.create(contact=contact, name="To be filled")
    case.emergency_calls.create(contact=contact, called_at=at(), called_by=by, said_where=True)
    case.plans.create(version=1, parts={"going": "x"}, present="x", notes="x", made_at=at(), made_by=by)
    file = {"category": "narrative", "kind": "text", "size": 12, "digest": "0" * 64, "scanned": "clean"}
    case.attachments.create(title="x", content=b"x", scanned_at=at(), added_at=at(), added_by=by, **file)
    rule = CodeRule.objects.get(code="VC-12")
    clock = {"rule": rule, "code_right": 12, "level": "standard", "event_at": at(-9), "due_at": at(9)}
    settled = {"ended_at": at(), "ended_by": by, "words": "To be filled"}
    told = settled | {"outcome": "told", "told_at": at(), "told_by": "police", "how": "phone"}
    for says in ({}, told | {"event_at": at(-8)}):
        case.clocks.create(started_at=at(), started_by=by, note="To be filled", **clock | says)
    note = {"agency": case.agency, "words": "To be filled", "disclosable": "yes", "written_by": by}
    replaced = case.notes.create(written_at=at(-2), superseded_at=at(-1), **note)
    case.notes.create(written_at=at(-1), replaces=replaced, **note)
    case.equality_answers.create(party=about, question="religion", answer="To be filled", noted_at=at(), noted_by=by)
    case.referrals.update(chosen_against="other", chosen_because="To be filled")
    case.neighbours.create(address="To be filled", listed_at=at(), listed_by=by)
    nobodys = Agency.objects.get(kind=AgencyKind.REFUGE)  # where nobody of this world works
    sent = {"saved_at": at(), "saved_by": by, "sent_at": at(), "sent_by": by, "due_at": at(), "told_at": at()}
    asked = {"received_at": at(), "received_by": by, "asked_at": at(), "asked_by": by, "borough": "To be filled"}
    HandIn(case=case, agency=nobodys, begun_at=at(), begun_by=by, **sent, **asked).save(force_insert=True)
    Visit.objects.create(case=case, reported_at=at(), due_at=at(), due_source="burglary_visit_offer", slots="To fill")
    _assess(case, by)


def _assess(case: Case, by: User) -> None:
    """One assessment that is signed, one that is not, and a referral to MARAC."""
    tool = RiskInstrument.objects.get(code="dash_24")
    of = {"instrument": tool, "started_at": at(), "started_by": by}
    of |= {"alleged": case.parties.get(role="alleged")}
    said = {"mode": "phone", "present": "To be filled", "reason": "To be filled"}
    said |= {"answers": factories.said_to(tool.content, "15")}
    found = {"ticks": 1, "unknown": 0, "band": "standard", "judgement": "high", "grade": "high"}
    by_rule = {"rule": RiskRule.objects.get(code="dash_24"), "signed_at": at(), "signed_by": by}
    case.assessments.create(**of | said | found | by_rule)
    RiskAssessment(case=case, draft={"said": "To be filled"}, saved_at=at(), saved_by=by, **of).save(force_insert=True)
    case.marac_referrals.create(
        alleged=of["alleged"], referred_on=at().date(), gate="judgement", noted_at=at(), noted_by=by
    )


def opened(world: World) -> Case:
    return factories.opened(world.caseworker)


def unshared(world: World) -> Case:
    """Nobody else was asked; once it was barred, sealed, to be erased, held, agreed to, asked about, and audited."""
    case, by = opened(world), {"actor": world.supervisor, "now": at()}
    bar = commands.bar_from_case(case=case, who=world.outsider, reason="knows_them", **by)
    commands.lift_bar(bar=bar, **by)
    named = [world.supervisor, world.caseworker]
    commands.seal_case(case=case, workers=named, reason="honour_based", **by)
    commands.unseal_case(case=case, **by)
    asked = commands.ask_erasure(case=case, ground="unlawful", words="To be filled", **by)
    commands.refuse_erasure(erasure=asked, **by)
    commands.lift_hold(hold=commands.place_hold(case=case, reason="court", **by), **by)
    commands.undo_judgement(judgement=factories.judged(world, case), reason="To be filled", **by)
    factories.judged(world, case)
    factories.asked(world, case)
    commands.turn_down_closing(closing=factories.to_close(world, case), why="To be filled", **by)
    plan = ConsentPlan(Consent.GIVEN, Purpose.HOUSING_HELP, categories=("identity",), until=at(24))
    commands.record_consent(case=case, plan=plan, **by)
    factories.answered(world, case)
    factories.reaching(world, case)
    factories.overridden_way(world, case)
    commands.report_change(case=case, change="moved", **by)
    audit = factories.finished(world, case, follow_up_on=timezone.localdate() + timedelta(days=9))
    audit = answer_audit(actor=world.caseworker, audit=audit, answer="To be filled", now=at())
    follow_up_audit(actor=world.supervisor, audit=audit, followed_up="To be filled", now=at())
    request = factories.information_request(world, case, is_sent=True)
    referral_commands.refuse_information(request=request, refusal="unsafe", words="To be filled", **by)
    return case


def drafting(world: World) -> Case:
    """Something is being written, and something is asked about it."""
    case = opened(world)
    factories.information_request(world, case, is_sent=True)
    contact = commands.start_contact(actor=world.caseworker, case=case, now=at())
    factories.saved(world.caseworker, contact, {"said": "To be filled"})
    return case


def referred(world: World, **more: Any) -> Referral:
    by = more.pop("by", world.caseworker)
    return factories.sent(by, opened(world), world.services["harbour"], until=LONG, **more)


def taken_on(world: World, *categories: str, **more: Any) -> Referral:
    referral = referred(world, categories=categories, **more)
    return referral_commands.accept_referral(actor=world.partner, referral=referral, now=at())


def drafted(world: World) -> Case:
    return factories.drafted(world.caseworker, opened(world), world.services["harbour"]).case


def recalled(world: World) -> Case:
    referral = referred(world)
    return referral_commands.withdraw_referral(
        actor=world.caseworker, referral=referral, reason="not_needed", now=at()
    ).case


def declined(world: World) -> Case:
    no = {"reason": "no_capacity", "note": "Full."}
    return referral_commands.decline_referral(actor=world.partner, referral=referred(world), now=at(), **no).case


def shares_all(world: World) -> Case:
    return taken_on(world, *CATEGORY_NAMES).case


def against(world: World) -> Case:
    no = {"consent": Consent.REFUSED, "consent_reason": "She is afraid.", "override": factories.overridden()}
    return taken_on(world, "identity", "risk", by=world.supervisor, **no).case


def wider(world: World, *categories: str) -> Any:
    referral = taken_on(world, "identity")
    plan = factories.share(world.services["harbour"], categories=categories, until=LONG)
    now = {"now": at()}
    return commands.widen_sharing(actor=world.caseworker, decision=referral.decision, plan=plan, **now)


def narrowed(world: World) -> Case:
    decision = wider(world, "identity", "location", "risk")
    return commands.end_sharing(actor=world.caseworker, decision=decision, now=at()).case


def expired(world: World) -> Case:
    """As if it had been sent the day before yesterday, until yesterday; no agreement was in force then."""
    service, basis = world.services["harbour"], LawfulBasis.objects.get(code="6-d")
    share = factories.share(service, categories=CATEGORY_NAMES, basis=basis, until=at(-24))
    referral = factories.drafted(world.caseworker, opened(world), service)
    referral = referral_commands.send_referral(actor=world.caseworker, referral=referral, share=share, now=at(-48))
    return referral_commands.accept_referral(actor=world.partner, referral=referral, now=at(-47)).case


def ended(world: World) -> Case:
    decision = taken_on(world, *CATEGORY_NAMES).decision
    return commands.end_sharing(actor=world.caseworker, decision=decision, now=at()).case


def withdrawn(world: World) -> Case:
    referral = taken_on(world, *CATEGORY_NAMES, basis=LawfulBasis.objects.get(code="6-a"))
    commands.withdraw_consent(actor=world.caseworker, consent=referral.decision.consent, now=at())
    return referral.case


def completed(world: World) -> Case:
    referral = taken_on(world, *CATEGORY_NAMES)
    done = {"outcome_code": "supported", "as_wanted": "yes", "outcome": "She has a plan.", "now": at()}
    engaged = referral_commands.engage(actor=world.partner, referral=referral, now=at())
    return referral_commands.complete_referral(actor=world.partner, referral=engaged, **done).case


def barred(who: str) -> Callable[[World], Case]:
    def make(world: World) -> Case:
        case = shares_all(world)
        shut = {"who": world.people.get(who) or world.agencies[who], "reason": "knows_them", "now": at()}
        commands.bar_from_case(actor=world.supervisor, case=case, **shut)
        return case

    return make


def sealed(world: World) -> Case:
    case = shares_all(world)
    named = [world.caseworker, world.supervisor, world.partner]
    commands.seal_case(actor=world.supervisor, case=case, workers=named, reason="honour_based", now=at())
    return case


def in_emergency(world: World) -> Case:
    case = opened(world)
    said = {"reason": "missing", "words": "To be filled", "categories": ["identity", "location", "risk"]}
    commands.open_in_emergency(actor=world.rescuer, reference=case.reference, now=at(), **said)
    return case


def reviewed(world: World) -> Case:
    case = in_emergency(world)
    commands.close_emergency(actor=world.rescuer, access=case.emergencies.get(), now=at())
    found = {"access": case.emergencies.get(), "finding": "justified", "review": "To be filled"}
    commands.review_emergency(actor=world.supervisor, now=at(), **found)
    return case


def sided(world: World) -> Case:
    case = opened(world)
    pair = factories.pair(world, case)
    said = {"finding": "not_clear_yet", "words": "To be filled", "now": at()}
    commands.judge_two_sides(actor=world.senior, pair=pair, **said)
    return case


def proposed(world: World) -> Case:
    return factories.proposed(world, opened(world)).case


def handed_over(world: World) -> Case:
    change = {"kind": "behaviour", "address": None, "alleged_name": ""}
    return factories.logged(world.caseworker, victim=VictimReport(name="To be filled"), **change).case


STATES: dict[str, Callable[[World], Case]] = {
    "unshared": unshared,
    "drafting": drafting,
    "drafted": drafted,
    "sent": lambda world: referred(world).case,
    "recalled": recalled,
    "declined": declined,
    "all": shares_all,
    "some": lambda world: taken_on(world, "identity", "contact", "risk", "narrative").case,
    "against": against,
    "widened": lambda world: wider(world, "identity", "location", "needs").case,
    "narrowed": narrowed,
    "expired": expired,
    "ended": ended,
    "withdrawn": withdrawn,
    "completed": completed,
    "barred_worker": barred("kept_out"),
    "barred_agency": barred("harbour"),
    "sealed": sealed,
    "reviewed": reviewed,
    "emergency": in_emergency,
    "intake": lambda world: factories.logged(world.caseworker).case,
    "sided": sided,
    "proposed": proposed,
    "behaviour": handed_over,
    "far": lambda world: factories.opened(world.stranger),
}
