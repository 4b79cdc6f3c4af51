"""Odd access: looking for it, by night or when an audit lead asks, and saying what was found of it."""

from collections import defaultdict
from datetime import datetime

from django.core.exceptions import ValidationError

from accounts.authorization import NotPossibleNow, authorize
from accounts.models import User, system_in
from audit.acting import acting_as
from audit.log import command, record, record_many
from oversight.models import Alert, AlertEvent, AlertFinding
from oversight.notices import tell_of_alerts
from oversight.policy import Odd, odd_access

FIND = "oversight.find_odd_access"


@command
def find_odd_access(*, actor: User, now: datetime) -> None:
    """Look through what was read lately in the actor's partnership, and write down what is odd and not found before.

    In the system's name: whoever asks may be the one whom it is about, and is told nothing here.
    """
    authorize(actor, FIND)
    record(actor=actor, action=FIND)
    partnership = actor.agency.partnership_id
    with acting_as(system := system_in(partnership)):
        found = _not_found_before(odd_access(partnership, now))
        made = _write_down(found, now)
        record_many(actor=system, action=FIND, subjects=made)
        tell_of_alerts(made, partnership=partnership, actor=system, now=now)


@command
def answer_alert(*, actor: User, alert: Alert, finding: str, words: str, now: datetime) -> Alert:
    """Say what was found of somebody else's access, and why. Raises `ValidationError`, and `NotPossibleNow` if it is
    answered."""
    authorize(actor, "oversight.answer_alert", alert)
    problems = {} if finding in AlertFinding.values else {"finding": "Choose what you found."}
    if not words.strip():
        problems["words"] = "Say in a sentence what you looked at, and why you find so."
    if problems:
        raise ValidationError(problems)
    fresh = Alert.objects.select_for_update(of=("self",)).get(pk=alert.pk)
    if fresh.answered_at:
        raise NotPossibleNow("This alert has been answered already.")
    fresh.answered_at, fresh.answered_by, fresh.finding, fresh.words = now, actor, finding, words
    fresh.save(update_fields=["answered_at", "answered_by", "finding", "words"])
    record(actor=actor, action="oversight.answer_alert", subject=fresh, finding=finding)
    return fresh


def _not_found_before(found: list[Odd]) -> list[Odd]:
    told = set(AlertEvent.objects.filter(event__in={odd.event for odd in found}).values_list("rule", "event"))
    return [odd for odd in found if (odd.rule, odd.event) not in told]


def _write_down(found: list[Odd], now: datetime) -> list[Alert]:
    """Add what was found to the alerts that are open, one for each worker and case. Returns those that were made."""
    of_each: dict[tuple[int, int | None], list[Odd]] = defaultdict(list)
    for odd in found:
        of_each[odd.worker, odd.case].append(odd)
    waiting = Alert.objects.filter(worker__in={worker for worker, _ in of_each}, answered_at=None)
    alerts = {(alert.worker_id, alert.about_case): alert for alert in waiting}
    made = Alert.objects.bulk_create(
        Alert(worker_id=worker, agency_id=odds[-1].agency, about_case=case, found_at=now)
        for (worker, case), odds in of_each.items()
        if (worker, case) not in alerts
    )
    alerts |= {(alert.worker_id, alert.about_case): alert for alert in made}
    AlertEvent.objects.bulk_create(
        AlertEvent(alert=alerts[odd.worker, odd.case], rule=odd.rule, event=odd.event, at=odd.at) for odd in found
    )
    return made
