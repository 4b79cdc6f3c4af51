"""The ledger against the referrals, and the referrals against what the partner's workers were told."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from casework.categories import PERMISSION, Category
from tests.crash.ledger import Intent
from tests.crash.referred import Notice, Referral, Referred
from tests.crash.stories import PARTNERS

Fault = tuple[str, str]


def faults_of_referred(intents: list[Intent], found: Referred) -> Iterator[Fault]:
    """Each fault with the name of what shows it."""
    by_case: dict[str, list[Referral]] = defaultdict(list)
    for referral in found.referrals:
        by_case[referral.of_case].append(referral)
    for intent in intents:
        if "refer" in intent.sent:
            yield from _of_intent(intent, by_case.pop(intent.case, []))
    yield from (("unintended", referral.reference) for rest in by_case.values() for referral in rest)
    yield from (("unaudited", r.reference) for r in found.referrals if not is_audited(r))
    yield from _of_notices(found)


def _of_intent(intent: Intent, found: list[Referral]) -> Iterator[Fault]:
    sent = [referral for referral in found if is_sent(referral)]
    accepted = [referral for referral in found if is_accepted(referral)]
    told = intent.told.get("refer", {}).get("reference")
    shows = {
        "lost": (told and told not in [referral.reference for referral in found])
        or ("send" in intent.told and not sent)
        or ("accept" in intent.told and not accepted),
        "doubled": len(found) > 1 or any(is_doubled(referral) for referral in found),
        "altered": any(not is_as_sent(referral, intent) for referral in sent)
        or any(not is_as_accepted(referral, intent) for referral in accepted),
    }
    yield from ((fault, intent.name) for fault, is_shown in shows.items() if is_shown)


def is_sent(referral: Referral) -> bool:
    return referral.status != "draft"


def is_accepted(referral: Referral) -> bool:
    return referral.status not in ("draft", "sent")


def is_doubled(referral: Referral) -> bool:
    """More than one decision, step that follows it up, or set of grants. Accepting settles one step for the next."""
    return (
        referral.decisions_of_case != is_sent(referral)
        or referral.follow_ups != is_sent(referral) + is_accepted(referral)
        or (is_sent(referral) and not referral.is_followed_once)
        or referral.grants_of_case != len(referral.grants)
        or len({*referral.grants}) != len(referral.grants)
    )


def is_as_accepted(referral: Referral, intent: Intent) -> bool:
    """By somebody of the partner, who sees what was shared, and no more."""
    shared = [PERMISSION[Category(name)] for name in intent.sent["send"]["categories"]]
    return referral.accepted_by in PARTNERS and referral.grants == sorted(["view_case", *shared])


def is_as_sent(referral: Referral, intent: Intent) -> bool:
    asked, decided = intent.sent["refer"], intent.sent.get("send", {})
    return (referral.asked, referral.service, referral.sent_by, referral.necessity, sorted(referral.categories)) == (
        asked["asked"],
        asked["service"],
        intent.client,
        decided.get("necessity"),
        sorted(decided.get("categories", [])),
    )


def is_audited(referral: Referral) -> bool:
    """Drafted once and, if it is sent or accepted, that once, with its decision and its grants; its last change too."""
    return (
        referral.drafted_events == referral.latest_events == 1
        and referral.sent_events == referral.decided_events == is_sent(referral)
        and referral.accepted_events == referral.begun_events == is_accepted(referral)
        and (is_accepted(referral) or not referral.grants)
    )


def _of_notices(found: Referred) -> Iterator[Fault]:
    """Of each sent referral, each of the partner's workers is told once, of each accepted one its sender; no others."""
    told: dict[str, list[Notice]] = defaultdict(list)
    for notice in found.notices:
        told[notice.reference].append(notice)
        yield from ((fault, f"{notice.reference} to {notice.recipient}") for fault in _of_notice(notice, found))
    sent = {referral.reference for referral in found.referrals if is_sent(referral)}
    for referral in found.referrals:
        if sorted((each.kind, each.recipient) for each in told[referral.reference]) != sorted(to_be_told(referral)):
            yield "untold", referral.reference
    noticed = {(notice.recipient, notice.reference) for notice in found.notices}
    yield from (("unintended", reference) for reference in told if told[reference] and reference not in sent)
    yield from (
        ("unintended", f"{reference} to {to}") for to, reference in found.mails if (to, reference) not in noticed
    )


def to_be_told(referral: Referral) -> Iterator[tuple[str, str]]:
    yield from (("referral_sent", partner) for partner in PARTNERS if is_sent(referral))
    yield from (("referral_accepted", each) for each in [referral.sent_by] if is_accepted(referral))


def _of_notice(notice: Notice, found: Referred) -> Iterable[str]:
    """More mails than one need an attempt each: its worker was killed between the mail and the commit (ADR 0018)."""
    mails = found.mails[notice.recipient, notice.reference]
    shows = {
        "untold": not (notice.is_sent and (notice.jobs, notice.done_jobs) == (1, 1) and 1 <= mails <= notice.attempts),
        "unaudited": (notice.sent_events, notice.latest_events) != (notice.is_sent, 1),
    }
    return [fault for fault, is_shown in shows.items() if is_shown]
