"""Eight stories of domestic abuse at different stages, told through the commands. Everybody in them is invented.

One of them is the other side of another, and one is of somebody who wants to change.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import User
from audit.acting import acting_as
from casework import commands
from casework.models import (
    Caller,
    Case,
    CaseKind,
    Channel,
    Consent,
    Contact,
    Danger,
    KnownToAlleged,
    LawfulBasis,
    Level,
    Purpose,
    RouteKind,
    Safety,
    StepKind,
)
from casework.plans import AddressReport, ContactReport, RouteReport, SharePlan, StepPlan, VictimReport
from config.demo_world import IDVA, REFUGE
from referrals.commands import (
    accept_referral,
    ask_further,
    begin_hand_in,
    decline_referral,
    draft_referral,
    say_capacity,
    send_hand_in,
    send_referral,
)
from referrals.models import DeclineReason, Referral, Service, Urgency
from referrals.plans import CapacityPlan, HandInPlan, RequestPlan

# By the names of the boxes of the contact form, as somebody typed so far.
HALF_TOLD = {
    "danger": Danger.NO,
    "channel": Channel.PHONE,
    "caller": Caller.VICTIM,
    "route_kind": RouteKind.PHONE,
    "route_value": "020 7946 0900",
    "said": "She rang from her sister's. She would rather not give her name yet.",
}


@dataclass(frozen=True)
class Cast:
    """Who takes part in the stories."""

    caseworker: User
    colleague: User
    adviser: User
    refuge_worker: User
    nurse: User
    services: Mapping[str, Service]


def tell(cast: Cast, now: datetime) -> int:
    """Tell them all or none, unless they were told before. Returns how many."""
    with acting_as(cast.caseworker):
        if Contact.objects.filter(started_by=cast.caseworker).exists():
            return 0
    with acting_as(cast.colleague):  # one transaction; each command in it has its own actor
        _half_told(cast, now)
        for report in (_waiting_to_be_opened(now), _the_other_side(now), _wants_to_change(now)):
            _log(cast.caseworker, report, now)
        _send(cast, _open(cast.colleague, _at_high_risk(now), Level.HIGH, now), IDVA, now)
        referral = _send(cast, _open(cast.colleague, _with_an_adviser(now), Level.MEDIUM, now), IDVA, now)
        _ask_for_more(cast.adviser, accept_referral(actor=cast.adviser, referral=referral, now=now), now)
        referral = _send(cast, _open(cast.colleague, _without_a_place(now), Level.HIGH, now), REFUGE, now)
        reason = DeclineReason.NO_CAPACITY
        decline_referral(actor=cast.refuge_worker, referral=referral, reason=reason, note="Full until Monday.", now=now)
        say_capacity(actor=cast.refuge_worker, service=cast.services[REFUGE], plan=CapacityPlan(0, 2, 5), now=now)
        say_capacity(actor=cast.adviser, service=cast.services[IDVA], plan=CapacityPlan(3), now=now)
        hand_in = begin_hand_in(actor=cast.nurse, now=now)
        send_hand_in(actor=cast.nurse, hand_in=hand_in, plan=HandInPlan(_seen_at_the_surgery(now)), now=now)
    return 8


def _half_told(cast: Cast, now: datetime) -> None:
    draft = commands.start_contact(actor=cast.caseworker, case=None, now=now)
    commands.save_draft(actor=cast.caseworker, contact=draft, draft=HALF_TOLD, now=now)


def _log(actor: User, report: ContactReport, now: datetime) -> Contact:
    draft = commands.start_contact(actor=actor, case=None, now=now)
    return commands.log_contact(actor=actor, contact=draft, report=report, now=now)


def _open(actor: User, report: ContactReport, level: Level, now: datetime) -> Case:
    """Log the contact, open its case with a referral as the next step, and judge the risk."""
    step = StepPlan(StepKind.REFER, now + timedelta(hours=4), owner=actor)
    case = commands.open_case(actor=actor, case=_log(actor, report, now).case, step=step, now=now)
    commands.judge_risk(actor=actor, case=case, level=level, why="From what was said; no Dash yet.", now=now)
    return case


def _send(cast: Cast, case: Case, agency: str, now: datetime) -> Referral:
    service = cast.services[agency]
    referral = draft_referral(
        actor=cast.colleague,
        case=case,
        service=service,
        asked="Please make contact by the safe route.",
        urgency=Urgency.URGENT,
        now=now,
    )
    share = SharePlan(
        recipient=service.agency,
        purpose=Purpose(service.purpose),
        basis=LawfulBasis.objects.filter(code="6-e").latest("valid_from"),
        consent=Consent.GIVEN,
        consent_reason="",
        necessity="They cannot help without knowing who it is and how to reach them safely.",
        categories=tuple(service.usual_categories),
        until=now + timedelta(days=90),
    )
    return send_referral(actor=cast.colleague, referral=referral, share=share, now=now)


def _ask_for_more(adviser: User, referral: Referral, now: datetime) -> None:
    plan = RequestPlan(("needs",), "What she needs besides an adviser.", "To plan with her whom else to ask.")
    ask_further(actor=adviser, referral=referral, plan=plan, now=now)


IN_HOURS: dict[str, Any] = {"windows": "weekdays 9-17"}
EVENINGS: dict[str, Any] = {"windows": "daily 18-21", "monitored": "no"}
WEEKDAYS: dict[str, Any] = {
    "windows": "weekdays 10-12",
    "monitored": "no",
    "code_word": "Marmalade",
    "caller_id": "withheld",
}
AFTERNOONS: dict[str, Any] = {
    "windows": "daily 14-20",
    "never_times": "sat, sun any time",
    "monitored": "no",
    "read_back": True,
}
ALWAYS: dict[str, Any] = {
    "windows": "any time",
    "monitored": "no",
    "voicemail": "none",
    "who_may_answer": "Her sister Folake",
}


def _report(now: datetime) -> ContactReport:
    """What the stories have in common: a victim on the telephone, an hour ago, to be called back."""
    return ContactReport(
        channel=Channel.PHONE,
        happened_at=now - timedelta(hours=1),
        caller=Caller.VICTIM,
        danger=Danger.NO,
        kind=CaseKind.DOMESTIC_ABUSE,
        step=StepPlan(StepKind.CALL_BACK, now + timedelta(hours=24), "call_back"),
    )


def _waiting_to_be_opened(now: datetime) -> ContactReport:
    return replace(
        _report(now),
        channel=Channel.WALK_IN,
        said="He checks my phone every evening. I came in because the library has a back door.",
        victim=VictimReport("Daksha Trivedi", date(1987, 5, 2), "Gujarati", interpreter_needed=True),
        routes=(
            RouteReport(
                RouteKind.PHONE, "020 7946 0911", Safety.SAFE, "Weekdays 10 to 12", "Ask for the book club.", **WEEKDAYS
            ),
            RouteReport(RouteKind.SMS, "020 7946 0912", Safety.UNSAFE, note="He reads her messages."),
        ),
        alleged_name="Nilesh Trivedi",
    )


def _seen_at_the_surgery(now: datetime) -> ContactReport:
    """As much as the nurse knows, which is not who it is."""
    report = _report(now)
    return replace(
        report,
        channel="",
        caller="",
        step=None,
        said="He comes into every appointment with her and answers for her. Today she slipped me a note: help.",
        routes=(
            RouteReport(RouteKind.VIA_PROFESSIONAL, "Through the surgery", Safety.SAFE, "At appointments", **IN_HOURS),
        ),
    )


def _at_high_risk(now: datetime) -> ContactReport:
    return replace(
        _report(now),
        said="He said that if I leave he will find me. Last week he put his hands round my neck.",
        victim=VictimReport("Roxana Lungu", date(1994, 11, 19), "Romanian", interpreter_needed=True),
        routes=(
            RouteReport(RouteKind.PHONE, "020 7946 0921", Safety.SAFE, "After 2pm, while he is at work", **AFTERNOONS),
        ),
        address=AddressReport("9 Ossenmoor Avenue, Ilford", "ZZ4 2XQ", KnownToAlleged.YES),
        alleged_name="Florin Lungu",
    )


def _the_other_side(now: datetime) -> ContactReport:
    """Of the story before: there the two have each other's parts."""
    return replace(
        _report(now),
        said="She goes for me. I want it written down before she says anything.",
        victim=VictimReport("Florin Lungu", language="Romanian"),
        alleged_name="Roxana Lungu",
    )


def _wants_to_change(now: datetime) -> ContactReport:
    return replace(
        _report(now),
        kind=CaseKind.BEHAVIOUR,
        said="I frightened my boys again. I do not want to be like my father.",
        victim=VictimReport("Segun Balogun", language="English"),
        routes=(
            RouteReport(
                RouteKind.PHONE, "020 7946 0941", Safety.SAFE, "In the evening", windows="daily 18-21", monitored="no"
            ),
        ),
    )


def _with_an_adviser(now: datetime) -> ContactReport:
    return replace(
        _report(now),
        channel=Channel.REFERRAL_FORM,
        caller=Caller.PROFESSIONAL,
        said="Her midwife asks for an adviser: he keeps her money and she may not go out alone.",
        victim=VictimReport(
            "Nithya Kandiah",
            date(1999, 3, 8),
            "Tamil",
            needs=("money", "housing", "no_recourse"),
            support_needs="Advice about money",
        ),
        routes=(
            RouteReport(
                RouteKind.VIA_PROFESSIONAL,
                "Through the midwife",
                Safety.SAFE,
                "At appointments",
                windows="weekdays 9-17",
            ),
        ),
        alleged_name="Rajan Kandiah",
    )


def _without_a_place(now: datetime) -> ContactReport:
    return replace(
        _report(now),
        said="I cannot go back tonight. I have the two boys with me.",
        victim=VictimReport(
            "Abimbola Balogun",
            date(1990, 7, 27),
            "English",
            access_needs="Ground floor, or a lift",
            needs=("safe_place", "counselling"),
        ),
        routes=(RouteReport(RouteKind.PHONE, "020 7946 0931", Safety.SAFE, "Any time until the weekend", **ALWAYS),),
        alleged_name="Segun Balogun",
    )
