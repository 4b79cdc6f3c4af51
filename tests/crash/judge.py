"""The ledger against the database: what is lost, doubled, altered or unaudited. Knows neither processes nor SQL."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.crash.judge_referred import faults_of_referred
from tests.crash.ledger import Intent
from tests.crash.records import Contact, Records
from tests.crash.stories import intent_in

FAULTS = {
    "lost": "confirmed, and not there",
    "altered": "there, and not as it was sent",
    "doubled": "there more often than it was meant",
    "unintended": "there, and nobody meant it",
    "unaudited": "there, without exactly its own event of its own transaction",
    "refused": "meant, and refused",
    "unanswered": "meant, and never answered",
    "untold": "a partner's worker who was not told once, by one notice, one job and its mails",
    "unstruck": "an act at whose failpoints nobody was killed",
    "unsealed": "an event that is not sealed once, as it is, or a witness that saw another log",
    "jobs": "a job that is lost, stuck or done twice",
}


@dataclass
class Verdict:
    """By fault, the names of what shows it."""

    faults: dict[str, set[str]] = field(default_factory=lambda: {fault: set() for fault in FAULTS})

    def add(self, fault: str, names: Iterable[str]) -> None:
        self.faults[fault] |= set(names)

    @property
    def counts(self) -> dict[str, int]:
        return {fault: len(names) for fault, names in self.faults.items()}

    @property
    def is_clean(self) -> bool:
        return not any(self.faults.values())


def judge(intents: list[Intent], records: Records) -> Verdict:
    verdict = Verdict()
    by_intent: dict[str, list[Contact]] = defaultdict(list)
    for contact in records.contacts:
        by_intent[intent_in(contact.said or contact.drafted)].append(contact)
    for intent in intents:
        _of_intent(verdict, intent, by_intent[intent.name], records)
    verdict.add("doubled", beyond_what_was_meant(intents, records.contacts))
    verdict.add("doubled", (c.reference for c in records.contacts if c.contacts_of_case > 1))
    known = {"", *(intent.name for intent in intents)}
    clients = {intent.client for intent in intents}
    verdict.add("unintended", (name for name in by_intent if by_intent[name] and name not in known))
    verdict.add("unintended", (c.reference for c in records.contacts if c.started_by not in clients))
    verdict.add("unintended", records.empty_cases)
    verdict.add("unaudited", (c.reference for c in records.contacts if not is_audited(c)))
    verdict.add("unaudited", records.unaudited_cases)
    for fault, shown_by in faults_of_referred(intents, records.referred):
        verdict.add(fault, [shown_by])
    return verdict


def _of_intent(verdict: Verdict, intent: Intent, found: list[Contact], records: Records) -> None:
    there = {contact.reference for contact in records.contacts}
    logged = [contact for contact in found if contact.status == "logged"]
    name = [intent.name]
    verdict.add("refused", name if intent.refused else [])
    verdict.add("unanswered", name if set(intent.sent) - set(intent.told) - set(intent.refused) else [])
    verdict.add("doubled", name if len(found) > 1 else [])
    verdict.add("lost", name if intent.reference and intent.reference not in there else [])
    verdict.add("lost", name if "draft" in intent.told and not found else [])
    verdict.add("lost", name if "log" in intent.told and not logged else [])
    verdict.add("lost", name if "open" in intent.told and "open" not in [c.case_status for c in logged] else [])
    verdict.add("altered", (intent.name for contact in logged if not is_as_sent(contact, intent)))


def beyond_what_was_meant(intents: list[Intent], contacts: list[Contact]) -> Iterator[str]:
    """Contacts that no client was told of, beyond those of which each client still waits to be told."""
    told = {intent.reference for intent in intents}
    waiting = Counter(i.client for i in intents if "start" in i.sent and not i.reference and not i.refused)
    for contact in contacts:
        if contact.reference in told:
            continue
        if waiting[contact.started_by] == 0:
            yield contact.reference
        waiting[contact.started_by] = max(0, waiting[contact.started_by] - 1)


def is_as_sent(contact: Contact, intent: Intent) -> bool:
    """The contact that the client was told of, by this client, with all that it said, in the case it was told of."""
    body = intent.sent["log"]
    expected: dict[str, Any] = {name: body[name] for name in ("said", "channel", "caller", "danger", "kind")}
    expected |= {
        "reference": intent.reference,
        "of_case": intent.told["start"]["case"],
        "started_by": intent.client,
        "logged_by": intent.client,
        "happened_at": datetime.fromisoformat(body["happened_at"]),
        "people": [body["victim"]["name"]],
        "step_belongs": True,
    }
    expected |= _what_comes_next(body, intent.client)
    expected["steps"] += _later_steps(intent) + (body["caller"] == "professional")  # who is told what came of it
    return {name: getattr(contact, name) for name in expected} == expected


def _what_comes_next(body: dict[str, Any], client: str) -> dict[str, Any]:
    step = body.get("next_step")
    return {
        "no_step_reason": body.get("no_step_reason", ""),
        "step_kind": step["kind"] if step else None,
        "step_due_at": datetime.fromisoformat(step["due_at"]) if step else None,
        "step_owner": client if step and step["owner"] == "me" else "",
        "steps": 1 if step else 0,
    }


def _later_steps(intent: Intent) -> int:
    """Opening a case adds the step that it names, and to a burglary the offer of a visit; sending, one that watches.

    Accepting ends that one, and adds the next.
    """
    is_burglary = intent.sent["log"]["kind"] == "burglary"
    return (1 + is_burglary if "open" in intent.told else 0) + ("send" in intent.told) + ("accept" in intent.told)


def is_audited(contact: Contact) -> bool:
    """Started once; logged and its case opened once, if they are; the last changes of it and its step with an event."""
    return (
        contact.started_events == 1
        and contact.logged_events == (contact.status == "logged")
        and contact.opened_events == (contact.case_status == "open")
        and contact.latest_events == 1
        and contact.step_is_audited
    )
