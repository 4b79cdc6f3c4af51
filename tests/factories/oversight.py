"""Audits of cases, answers to victims, alerts."""

from typing import Any

from audit.models import AuditEvent
from casework.models import Case
from oversight.commands import finish_audit, give_answer
from oversight.models import Alert, AlertEvent, AuditQuestion, CaseAudit, GivenAnswer
from oversight.plans import AuditPlan
from tests.factories.cases import at


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
