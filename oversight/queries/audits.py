"""Case audits: which case chance draws, those of an agency, what was found of one's own work, and figures."""

import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from accounts.authorization import NotVisible, authorize
from accounts.models import User
from accounts.roles import roles_with
from audit.log import record
from casework.models import IN_FORCE, Case, Level, RiskLevel
from casework.queries.reference import in_force
from oversight.models import Answer, AuditFinding, AuditQuestion, CaseAudit, Drawn
from oversight.policy import cases_to_audit, visible_audits
from oversight.states import AuditStatus

PAGE = 25
MONTHS = 12


@dataclass(frozen=True)
class AuditPage:
    """One page of audits, newest drawn first. `after` begins the next page; None on the last."""

    audits: list[CaseAudit]
    after: UUID | None


@dataclass(frozen=True)
class Month:
    """What was found in one month, by finding. `first` is its first day, in London."""

    first: date
    found: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.found.values())


@dataclass(frozen=True)
class Asked:
    """How often a question was answered in which way, by answer."""

    question: str
    answered: dict[str, int]


@dataclass(frozen=True)
class Figures:
    """What audits found, by month, oldest first, and by question, over the last twelve months."""

    months: list[Month]
    questions: list[Asked]


def questions_on(day: date) -> QuerySet[AuditQuestion]:
    """The checklist as it stands on a day, in its order."""
    return AuditQuestion.objects.filter(in_force(day)).order_by("position", "pk")


def drawn_by_chance(actor: User, how: str) -> tuple[Case, User] | None:
    """A case that is not being audited, and who of their agency works on it; None where there is none.

    Found from a number drawn between the first and the last of them: one after a gap is a little more likely.
    """
    worked_on = User.objects.filter(agency=actor.agency_id, role__in=roles_with("oversight.answer_audit"))
    candidates = cases_to_audit(actor).exclude(audits__status=AuditStatus.DRAWN)
    candidates = candidates.filter(owner__in=worked_on) | candidates.filter(owner=None, opened_by__in=worked_on)
    if how == Drawn.BY_RISK:
        newest = (
            RiskLevel.objects.filter(IN_FORCE, case=OuterRef("pk")).order_by("-judged_at", "-pk").values("level")[:1]
        )
        candidates = candidates.alias(level=Subquery(newest)).filter(level=Level.HIGH)
    first, last = candidates.order_by("pk").first(), candidates.order_by("-pk").first()
    if first is None or last is None:
        return None
    start = first.pk + secrets.randbelow(last.pk - first.pk + 1)
    case = candidates.filter(pk__gte=start).select_related("owner", "opened_by").order_by("pk")[0]
    return case, cast(User, case.owner or case.opened_by)


def get_audit(actor: User, public_id: UUID, action: str) -> CaseAudit:
    """One to act on. Raises `NotVisible`."""
    found = visible_audits(actor).select_related("case", "auditor", "about").filter(public_id=public_id).first()
    if found is None:
        raise NotVisible(action)
    return found


def audits_for(*, actor: User, after: UUID | None = None) -> AuditPage:
    """A page of the audits of the actor's agency. Recorded, with the cases that it shows."""
    authorize(actor, "oversight.audit_case")
    return _page(actor, visible_audits(actor), after, "oversight.audit_case")


def feedback_for(*, actor: User, after: UUID | None = None) -> AuditPage:
    """A page of what was found of the actor's own work. Recorded, with the cases that it shows."""
    authorize(actor, "oversight.answer_audit")
    return _page(actor, visible_audits(actor).filter(about=actor), after, "oversight.answer_audit")


def read_audit(*, actor: User, public_id: UUID, action: str) -> CaseAudit:
    """One as whoever exercises this permission may see it: who audits, or whose work it is. Recorded."""
    audit = get_audit(actor, public_id, action)
    authorize(actor, action, audit if action == "oversight.answer_audit" else None)
    record(actor=actor, action=action, subject=audit, purpose="supervision", looked=True)
    return audit


def audit_figures(*, actor: User, now: datetime) -> Figures:
    """What the agency's audits found in this month and the eleven before. Recorded, with how many."""
    authorize(actor, "oversight.audit_case")
    months = months_until(timezone.localdate(now))
    since = timezone.make_aware(datetime.combine(months[0], datetime.min.time()))
    rows = visible_audits(actor).filter(finished_at__gte=since).values_list("finished_at", "finding", "answers")
    finished = [(timezone.localtime(at).date().replace(day=1), finding, answers) for at, finding, answers in rows]
    record(actor=actor, action="oversight.audit_case", purpose="supervision", count=len(finished))
    return Figures(
        months=[
            of_month(first, [found for month, found, _ in finished if month == first], AuditFinding.values)
            for first in months
        ],
        questions=_by_question([answers for _, _, answers in finished if answers]),
    )


def _page(actor: User, audits: QuerySet[CaseAudit], after: UUID | None, action: str) -> AuditPage:
    if start := audits.filter(public_id=after).first() if after else None:
        audits = audits.filter(pk__lt=start.pk)
    found = list(audits.select_related("case", "auditor", "about").order_by("-pk")[: PAGE + 1])
    shown = found[:PAGE]
    cases = [audit.case_id for audit in shown]
    record(actor=actor, action=action, purpose="supervision", shown=cases, deliberate=False, count=len(shown))
    return AuditPage(shown, shown[-1].public_id if len(found) > PAGE else None)


def months_until(today: date) -> list[date]:
    """The first days of the last twelve months, oldest first."""
    first = today.replace(day=1)
    months = [first]
    while len(months) < MONTHS:
        first = (first - timedelta(days=1)).replace(day=1)
        months.append(first)
    return months[::-1]


def of_month(first: date, found: Iterable[str], ways: Iterable[str]) -> Month:
    """A month with how often something was found in each of these ways."""
    counted = Counter(found)
    return Month(first, {way: counted[way] for way in ways})


def _by_question(answered: list[dict[str, str]]) -> list[Asked]:
    """The newest wording of each question that was answered."""
    codes = {code for answers in answered for code in answers}
    texts = {q.code: q for q in AuditQuestion.objects.filter(code__in=codes).order_by("valid_from")}
    counts = {code: Counter(answers[code] for answers in answered if code in answers) for code in codes}
    ordered = sorted(texts.values(), key=lambda question: (question.position, question.pk))
    return [Asked(q.text, {answer: counts[q.code][answer] for answer in Answer.values}) for q in ordered]
