"""What the clients log: invented contacts, the same for the same seed, each with its intent's name in what was said."""

import random
import re
from datetime import UTC, datetime, timedelta
from typing import Any

NAMED = re.compile(r"\[(c\d+-\d+)\] ")
WORDS = ("door", "window", "naïve", "garden", "Zoë", "lamp", "neighbour", "café", "kettle", "señora", "Tuesday")
CHANNELS = ("phone", "web", "email", "text", "walk_in", "outreach")
KINDS = ("domestic_abuse", "burglary", "other")
STEPS = ("call_back", "refer", "decide_what_next", "other")
PARTNERS = ("partner-1@harbour.example", "partner-2@harbour.example")
REFERRED_OF_ALL, ACCEPTED_OF_REFERRED = 0.4, 0.75
REASONS = ("advice_given", "caller_declined", "already_in_hand")


def intent_named(client: int, number: int) -> str:
    return f"c{client}-{number:04}"


def story(intent: str, rng: random.Random, now: datetime) -> dict[str, Any]:
    """The body of the request that logs it: mostly with a next step, sometimes with the reason why there is none."""
    body = {
        "channel": rng.choice(CHANNELS),
        "happened_at": _moment(now - timedelta(minutes=rng.randint(1, 600))),
        "caller": rng.choice(("victim", "professional", "third_party")),
        "danger": rng.choice(("yes", "no", "unknown")),
        "kind": rng.choice(KINDS),
        "said": f"[{intent}] {' '.join(rng.choices(WORDS, k=rng.randint(3, 60)))}.",
        "victim": {"name": f"Invented {intent}"},
    }
    if rng.random() < 0.2:
        return body | {"no_step_reason": rng.choice(REASONS)}
    return body | {"next_step": _step(rng, now)}


def referral(intent: str, service: int) -> dict[str, Any]:
    """The body of the request that drafts the referral of its case."""
    return {"service": service, "asked": f"[{intent}] Please call.", "urgency": "routine"}


def opening(rng: random.Random, now: datetime) -> dict[str, Any]:
    return {"next_step": _step(rng, now)}


def decision(intent: str, rng: random.Random, now: datetime) -> dict[str, Any]:
    """The body of the request that sends it."""
    return {
        "purpose": "housing_help",
        "basis": "6-e",
        "consent": "given",
        "justification": "The mark by which its story is found again.",
        "necessity": f"[{intent}] {' '.join(rng.choices(WORDS, k=5))}.",
        "categories": rng.sample(("identity", "contact", "needs"), rng.randint(1, 3)),
        "until": _moment(now + timedelta(days=rng.randint(2, 60))),
    }


def intent_in(said: str) -> str:
    """The name of the intent that these words carry; empty where they carry none."""
    found = NAMED.match(said)
    return found[1] if found else ""


def _step(rng: random.Random, now: datetime) -> dict[str, str]:
    due_at = _moment(now + timedelta(hours=rng.randint(1, 200)))
    return {"kind": rng.choice(STEPS), "due_at": due_at, "owner": rng.choice(("me", "duty_queue"))}


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).replace(microsecond=0).isoformat()
