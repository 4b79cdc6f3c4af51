"""What each page that takes a form is sent by whoever fills it in right, by the name of its route."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests import factories
from tests.bodies import ALERT_ANSWER, closing, emergency, erasure, grounds, judgement, note, override, review
from tests.factories import TOKENS
from tests.ids import Ids

SAID = {
    "danger": "no",
    "channel": "phone",
    "caller": "victim",
    "kind": "domestic_abuse",
    "said": TOKENS.said,
    "name": TOKENS.name,
    "route_kind": "phone",
    "route_value": TOKENS.route,
    "route_safety": "safe",
    "address_lines": TOKENS.lines,
    "interpreter_needed": "yes",
}


def moment(name: str, hours: float) -> dict[str, str]:
    """A moment as its four boxes."""
    when = timezone.localtime() + timedelta(hours=hours)
    return {
        f"{name}_day": str(when.day),
        f"{name}_month": str(when.month),
        f"{name}_year": str(when.year),
        f"{name}_time": f"{when:%H:%M}",
    }


def planned(kind: str = "refer") -> dict[str, str]:
    return {"step_kind": kind, "step_owner": "me", **moment("step_due", 24)}


def sharing(**more: object) -> dict[str, object]:
    usual = {
        "purpose": "safety_support",
        "basis": "6-e",
        "consent": "given",
        "asked": "Please call.",
        "necessity": "They cannot help without it.",
        "categories": ["identity", "risk"],
        **moment("until", 24 * 30),
    }
    return usual | more


def confirmed(**said: str) -> dict[str, str]:
    """A form whose consequences were seen."""
    return said | {"confirmed": "|".join(said.values())}


NEW_PASSWORD = "another long story, told twice"
FORMS: dict[str, Callable[[Ids], dict[str, Any]]] = {
    "account_login": lambda _: {"login": "caseworker@front-door.example", "password": factories.PASSWORD},
    "account_change_password": lambda _: {
        "oldpassword": factories.PASSWORD,
        "password1": NEW_PASSWORD,
        "password2": NEW_PASSWORD,
    },
    "contact": lambda _: {"log": "log", **SAID, **moment("happened_at", -0.1), **planned()},
    "keep_typing": lambda _: SAID,
    "call_police": lambda _: {"said_where": "on", **moment("called_at", -0.1)},
    "hub": lambda _: {"hub": "high-street"},
    "hubs": lambda _: {"name": "Ley Street", "code": "ley-street", "kind": "fixed"},
    "close_hub": lambda _: {"hub": "high-street"},
    "note_equality": lambda _: {"religion": "none", "disability_not_asked": "no_time"},
    "start_clock": lambda _: {"event": "reported", **moment("event_at", -1)},
    "entitlement": lambda _: {"reasons": ["hate"]},
    "settle_clock": lambda _: {"outcome": "not_owed"},
    "write_plan": lambda _: {"going": "By bus.", "present": "She and I", "notes": "Keys.", "after": "1"},
    "give_plan": lambda ids: {"way": ids.route, "form": "print"},
    "open_case": lambda _: planned(),
    "close_case": lambda _: closing(),
    "reopen_case": lambda _: planned(),
    "answer_closing": lambda _: {"why": "She waits for a call."},
    "offer_case": lambda _: {"to": "1"},
    "answer_offer": lambda _: {"why": "I have too many."},
    "absences": lambda _: moment("begins_at", 1) | moment("until", 48),
    "change_reference": lambda _: {"hours": "12"},
    "write_note": lambda _: note(),
    "replace_note": lambda _: note(),
    "start_assessment": lambda ids: {"instrument": "dash_24", "alleged": ids.alleged},
    "assessment": lambda _: {"sign": "sign", "mode": "phone", "rest_not_asked": "no_time", "reason": "It is calmer."},
    "countersign_risk": lambda _: {},
    "note_marac": lambda _: {"gate": "judgement", **moment("referred_on", -24)},
    "judge_risk": lambda _: {"level": "medium", "why": "It is calmer."},
    "known_already": lambda _: {"telephone": TOKENS.route},
    "known_so_far": lambda _: {"route_kind": "phone", "route_value": TOKENS.route, "name": TOKENS.name},
    "link_person": lambda ids: {"party": ids.party, "same_as": ids.party},
    "tell_apart": lambda ids: {"party": ids.party, "same_as": ids.party, "reason": "Twins."},
    "ask_holders": lambda _: {},
    "answer_ask": lambda _: {"answer": "keep", "reason": "She is hidden."},
    "undo_judgement": lambda _: {"reason": "It was her sister."},
    "reveal_address": lambda _: {"reason": "visit"},
    "confirm_route": lambda _: {"safety": "safe", "windows": "any time", "monitored": "no"},
    "override_route": lambda _: override(),
    "contact_attempt": lambda _: {"outcome": "no_answer"},
    "handover": lambda _: {"words": "Ring again."},
    "report_change": lambda _: {"change": "moved"},
    "screen_visit": lambda _: {"alone": "yes"},
    "offer_visit": lambda _: {"offered_how": "phone", "slots": "Mornings"},
    "answer_visit": lambda _: {"answer": "declined", "why_not": "no_need"},
    "schedule_visit": lambda _: {
        "visitor": "pcso",
        "visitor_name": "PC Wren",
        "check_words": "amber kettle",
        **moment("scheduled_for", 24),
    },
    "attend_visit": lambda _: {"attended": "yes", "visitor": "police"},
    "record_visit": lambda _: {"stage": "aftercare", "aftercare": ["documents"]},
    "edit_service": lambda _: {
        "name": "Harbour advocates",
        "status": "active",
        "purpose": "safety_support",
        "answers_within_hours": "24",
    },
    "say_capacity": lambda _: {"said": "full"},
    "note_crime": lambda _: {"number": "01/1234567/26", "is_recorded": "on"},
    "ask_overlap": lambda _: {"answer": "no"},
    "tell_neighbour": lambda _: {"was_told": "yes"},
    "complete_step": lambda _: {"outcome": "done"},
    "draft_referral": lambda ids: {"service": ids.service, "urgency": "routine", "asked": "Please call."},
    "send_referral": lambda _: sharing(),
    "record_consent": lambda _: {
        "state": "given",
        "purpose": "safety_support",
        "categories": ["identity", "contact"],
        "how": "by_telephone",
        "capacity": "able",
    },
    "shorten_sharing": lambda _: moment("until", 24),
    "widen_sharing": lambda _: sharing(categories=["identity", "risk", "needs"]),
    "ask_information": grounds,
    "information_request": lambda _: {"verb": "withdraw"},
    "give_information": lambda _: sharing(purpose="request", categories=["incident"]),
    "agreements": lambda _: {"name": "Two together", "gateway": "A law"},
    "hand_in": lambda _: {"receive": "receive"},
    "decline_referral": lambda _: {"reason": "no_capacity"},
    "withdraw_referral": lambda _: {"reason": "not_needed"},
    "resubmit_referral": lambda _: {"added": "Two children."},
    "complete_referral": lambda _: {
        "outcome_code": "supported",
        "as_wanted": "yes",
        "outcome": "She has a safety plan.",
    },
    "open_in_emergency": emergency,
    "review_emergency": lambda _: review(),
    "bar_from_case": lambda ids: confirmed(worker=ids.email, agency="", reason="knows_them"),
    "seal_case": lambda ids: confirmed(reason="honour_based", workers_named=ids.email),
    "name_in_seal": lambda ids: confirmed(worker="colleague@front-door.example"),
    "take_off_seal": lambda ids: confirmed(worker="1"),
    "ask_erasure": lambda _: erasure(),
    "approve_erasure": lambda _: confirmed(certain="on"),
    "place_hold": lambda _: {"reason": "inquiry"},
    "accept_proposal": lambda ids: confirmed(who="worker", reason="knows_them"),
    "dismiss_proposal": lambda ids: {"because": "no_conflict"},
    "declarations": lambda ids: {"telephone": "020 7946 0777"},
    "workers": lambda _: {"name": "New Person", "email": "new@harbour.example", "role": "agency_administrator"},
    "change_role": lambda _: {"role": "supervisor"},
    "release_worker": lambda ids: {"to": ids.agency},
    "two_sides": lambda _: judgement(),
    "alert": lambda _: ALERT_ANSWER,
    "audits": lambda _: {"how": "at_random"},
    "audit": lambda _: {
        **{f"question_{code}": answer for code, answer in factories.found().answers.items()},
        "finding": "good",
        "feedback": "Clear and kind.",
    },
    "show_feedback": lambda _: {"answer": "I have read it."},
    "who_looked": lambda ids: {"way": f"{ids.party}.phone", "how": "in_person", "still_safe": "on"},
    "staff_names": lambda _: {"named": "yes"},
    "find_history": lambda ids: {"reference": ids.case},
}
