"""Cases, contacts, and what is in them."""

from datetime import timedelta
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.commands import invite_worker
from accounts.models import Invitation, User
from audit.log import record
from casework import commands
from casework.models import (
    Absence,
    Attachment,
    CallerDetails,
    Case,
    CaseClock,
    Closing,
    Contact,
    EmergencyCall,
    EqualityAnswer,
    HandoverNote,
    NextStep,
    Note,
    RouteKind,
    Safety,
    SafetyPlan,
    StepKind,
)
from casework.plans import (
    AddressReport,
    CallerReport,
    ClockPlan,
    ContactReport,
    EmergencyCallReport,
    EqualityReport,
    RouteReport,
    StepPlan,
    VictimReport,
)

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


def invited(world: Any, **more: Any) -> Invitation:
    """Somebody invited to Harbour by its administrator."""
    said = {"agency": world.agencies["harbour"], "email": "invited@harbour.example", "name": "Invited Person"}
    said |= {"role": "partner_worker", "actor": world.administrator, "now": at()} | more
    waiting = Invitation.objects.filter(email=said["email"], accepted_at=None, taken_back_at=None)
    return waiting.first() or invite_worker(**said)


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
