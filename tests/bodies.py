"""What the API is sent: one body for each kind of request, of which a test says what is otherwise."""

from typing import Any

from django.utils import timezone

from tests import factories
from tests.ids import Ids


def step() -> dict[str, Any]:
    return {"kind": "call_back", "due_at": factories.at(24).isoformat(), "owner": "me"}


def closing() -> dict[str, Any]:
    return {"outcome": "supported", "advice": "given", "words": "She has moved."}


def absence() -> dict[str, Any]:
    times = {"begins_at": factories.at(1).isoformat(), "until": factories.at(48).isoformat()}
    return {"worker": "caseworker@front-door.example", **times}


def standard() -> dict[str, Any]:
    return {"valid_from": timezone.localdate().isoformat(), "says": {"attempts": 6}}


def note() -> dict[str, Any]:
    return {"words": "She sounded calmer.", "disclosable": "yes"}


def contact(**more: Any) -> dict[str, Any]:
    """A contact in which everything is said, as the body of a request."""
    tokens = factories.TOKENS
    return {
        "channel": "phone",
        "happened_at": factories.at(-0.1).isoformat(),
        "caller": "victim",
        "danger": "no",
        "kind": "domestic_abuse",
        "said": tokens.said,
        "victim": {
            "name": tokens.name,
            "language": tokens.language,
            "interpreter_needed": True,
            "access_needs": tokens.access_needs,
            "support_needs": tokens.support_needs,
        },
        "routes": [
            {
                "kind": "phone",
                "value": tokens.route,
                "safety": "safe",
                "when_safe": tokens.when_safe,
                "note": tokens.note,
            }
        ],
        "address": {"lines": tokens.lines, "postcode": tokens.postcode},
        "alleged_name": tokens.alleged,
        "next_step": step(),
    } | more


def share(**more: Any) -> dict[str, Any]:
    return {
        "purpose": "safety_support",
        "basis": "6-e",
        "consent": "given",
        "necessity": "They cannot help without it.",
        "categories": ["identity", "contact", "risk", "narrative"],
        "until": factories.at(24 * 30).isoformat(),
    } | more


def grounds(ids: Ids) -> dict[str, Any]:
    """A victim information request of the police."""
    said = dict.fromkeys(("material", "enquiry", "necessity", "other_means"), "What was seen that night.")
    return said | {"kind": "police", "about": ids.case, "categories": ["incident"], "notice": "given"}


def consent(**more: Any) -> dict[str, Any]:
    said = {"state": "given", "purpose": "safety_support", "how": "by_telephone"}
    return said | {"categories": ["identity", "contact"]} | more


def referral(ids: Ids) -> dict[str, Any]:
    return {"service": ids.service, "asked": "Please call.", "urgency": "routine"}


def emergency(ids: Ids) -> dict[str, Any]:
    said = {"reason": "life_at_risk", "words": "He is at her door.", "categories": ["identity", "risk"]}
    return said | {"reference": ids.case}


def started() -> dict[str, Any]:
    return {"event": "reported", "event_at": factories.at(-1).isoformat()}


def a_file() -> dict[str, Any]:
    return {"category": "incident", "title": "A note", "content": "SGUgd2FzIGhlcmUu"}


def plan() -> dict[str, Any]:
    return {"parts": {"going": "By bus."}, "present": "She and I", "notes": "Keys by the door.", "after": 1}


def override() -> dict[str, Any]:
    return {"reason": "life_at_risk", "words": "He has a key.", "hours": 1}


def found() -> dict[str, Any]:
    return vars(factories.found())


def review() -> dict[str, Any]:
    return {"finding": "justified", "review": "The police have a log of the call."}


def handed_over() -> dict[str, Any]:
    return {"by": "phone", "how": "in_person", "still_safe": True}


def judgement() -> dict[str, Any]:
    return {"finding": "not_clear_yet", "words": "I asked neither."}


def erasure() -> dict[str, Any]:
    return {"ground": "retention_over", "words": "Schedule of 2024, line 7."}


def assessment(ids: Ids) -> dict[str, Any]:
    return {"instrument": "dash_24", "alleged": ids.alleged}


def marac() -> dict[str, Any]:
    return {"referred_on": factories.at(-24).date().isoformat(), "gate": "judgement"}


def signed(**more: Any) -> dict[str, Any]:
    answers = [{"item": str(number), "answer": "no"} for number in range(1, 25)]
    return {"answers": answers, "mode": "phone", "reason": "It is calmer."} | more


ALERT_ANSWER = {"finding": "explained", "words": "She had called that morning."}
