"""Cases: one to act on, one to read, and pages of them. What is shown goes through `project`, always."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from accounts.authorization import NotVisible, authorize
from accounts.models import User
from accounts.roles import Role
from audit.log import record
from casework.categories import Category
from casework.models import (
    ABOUT,
    Caller,
    CallerDetails,
    Case,
    Closing,
    Contact,
    Danger,
    EmergencyAccess,
    Level,
    NextStep,
    Party,
    QuietAsk,
    RiskLevel,
    SharingDecision,
    read_reference,
)
from casework.policy import categories_for, grants_of, holds, visible_cases
from casework.queries.asks import told_of
from casework.queries.closing import closings_of
from casework.queries.emergency import emergency_of
from casework.queries.erasure import Tombstone, tombstone_of
from casework.queries.projection import Section, project
from casework.queries.sharing import against_their_will

PAGE = 25
MOST_COUNTED = 100  # beyond that a list says "more than": both locks are asked of each row that is counted
PURPOSES: dict[str, str] = {
    Role.PARTNER_WORKER: "referral",
    Role.SERVICE_ACCOUNT: "referral",
    Role.SUPERVISOR: "supervision",
    Role.AUDITOR: "supervision",
}
C = Category


@dataclass(frozen=True)
class CaseView:
    """A case as one reader may see it."""

    case: Case
    sections: tuple[Section, ...]
    is_held: bool
    steps: tuple[NextStep, ...]
    others: tuple[Case, ...]
    parties: tuple[Party, ...]
    callers: tuple[CallerDetails, ...]
    emergency: EmergencyAccess | None
    against_their_will: bool
    tombstone: Tombstone | None
    told: tuple[QuietAsk, ...] = ()
    closings: tuple[Closing, ...] = ()

    @property
    def codes(self) -> list[str]:
        """What whoever gave no name can say to go on: the references of such contacts."""
        contacts = self.case.contacts.filter(caller=Caller.ANONYMOUS) if self.is_held else []
        return [contact.reference for contact in contacts]

    @property
    def alerts(self) -> list[str]:
        """What must not be overlooked, of what this reader may see: danger at the newest contact, and high risk."""
        risk = [entry.item for section in self.sections if section.category == C.RISK for entry in section.entries]
        danger = [contact.danger == Danger.YES for contact in risk if isinstance(contact, Contact)][:1]
        stands = [judged for judged in risk if isinstance(judged, RiskLevel) and not judged.waits]
        high = [judged.level == Level.HIGH for judged in stands[:1]]
        return ["In danger now"] * any(danger) + ["High risk"] * any(high)


@dataclass(frozen=True)
class CasePage:
    """One page of a list, newest received first. `after` begins the next page; None on the last.

    `total` is how many the whole list holds, as `count_cases` says it; None but on the first page of all kinds.
    """

    cases: list[Case]
    after: str | None
    total: int | None

    @property
    def counted(self) -> str:
        """How many there are, for people."""
        if self.total is None:
            return ""
        if self.total > MOST_COUNTED:
            return f"More than {MOST_COUNTED:,} cases"
        return f"{self.total:,} case" + "s" * (self.total != 1)


def get_case(actor: User, reference: str, action: str = "casework.view_case") -> Case:
    """A case to act on. Raises `NotVisible`, the same for a hidden one as for none."""
    reference = read_reference(reference) or ""
    case = visible_cases(actor).select_related("agency", "owner").filter(reference=reference).first()
    if case is None:
        raise NotVisible(action, named=reference)
    return case


def purpose_of(actor: User) -> str:
    """What somebody in this role reads a case for, unless they say otherwise."""
    return PURPOSES.get(actor.role, "casework")


def read_case(*, actor: User, reference: str, purpose: str) -> CaseView:
    """A case to read, with what this reader may see of it. Recorded, with the categories shown."""
    case = get_case(actor, reference)
    authorize(actor, "casework.view_case", case)
    view = view_of(actor, case)
    by: dict[str, Any] = {"emergency": view.emergency.pk} if view.emergency else {}
    record(
        actor=actor,
        action="casework.view_case",
        subject=case,
        purpose="emergency" if view.emergency else purpose,
        categories=[section.category for section in view.sections],
        shown=[other.pk for other in view.others],
        **by,
    )
    return view


def read_risk(*, actor: User, case: Case) -> RiskLevel | None:
    """The judgement of risk that stands, for whoever may add another; None without any. Recorded."""
    standing = standing_risk(actor, case)
    shown = [C.RISK] if standing else []
    record(actor=actor, action="casework.view_case", subject=case, purpose=purpose_of(actor), categories=shown)
    return standing


def standing_risk(actor: User, case: Case) -> RiskLevel | None:
    """The same to compare, never to show, for it is not recorded."""
    authorize(actor, "casework.judge_risk", case)
    return case.risk_levels.select_related("judged_by").order_by("-judged_at", "-pk").first()


def view_of(actor: User, case: Case) -> CaseView:
    """A case as this reader would see it: to compare, never to show, for it is not recorded."""
    is_held = holds(actor, case.pk)
    return CaseView(
        case=case,
        sections=project(case, categories_for(actor, case)),
        is_held=is_held,
        steps=tuple(open_steps(case)) if is_held else (),
        others=tuple(_other_cases(actor, case)) if is_held else (),
        emergency=None if is_held else emergency_of(actor, case),
        callers=tuple(case.callers.select_related("contact").order_by("pk")) if is_held else (),
        parties=tuple(case.parties.select_related("person").order_by("pk")) if is_held else (),
        against_their_will=not is_held and against_their_will(actor, case),
        tombstone=tombstone_of(case),
        told=tuple(told_of(case)) if is_held else (),
        closings=tuple(closings_of(case)) if is_held else (),
    )


def open_steps(case: Case) -> Iterable[NextStep]:
    steps = case.steps.filter(done_at__isnull=True).select_related("owner", "owner_agency", "waits_for", "closing")
    return steps.order_by("due_at", "pk")


def cases_for(*, actor: User, after: str = "", kind: str = "") -> CasePage:
    """A page of the cases this worker may know of. Recorded: whose, how many.

    `after` is the reference of the last case of the page before. Reads the grants' own index first, so that
    the cost does not grow with the number of cases; reach is asked again for what is shown.
    """
    authorize(actor, "casework.view_case")
    grants = _listed(actor, kind)
    if start := visible_cases(actor).filter(reference=after).first() if after else None:
        grants = grants.filter(
            Q(received_at__lt=start.received_at) | Q(received_at=start.received_at, content_object__lt=start.pk),
            received_at__lte=start.received_at,  # says nothing more, but an index begins there, and not at its top
        )
    ids = [pk for pk, _ in grants[: PAGE + 1]]
    found = visible_cases(actor).select_related("agency", "owner").in_bulk(ids[:PAGE])
    cases = [found[pk] for pk in ids[:PAGE] if pk in found]
    record(
        actor=actor,
        action="casework.view_case",
        purpose="casework",
        shown=[case.pk for case in cases],
        deliberate=False,
        criteria=["kind"] if kind else [],
        count=len(cases),
    )
    total = None if after or kind else count_cases(actor)
    return CasePage(cases=cases, after=cases[-1].reference if len(ids) > PAGE and cases else None, total=total)


def count_cases(actor: User) -> int:
    """How many cases this worker's list holds; one more than `MOST_COUNTED` stands for any number beyond."""
    return _listed(actor)[: MOST_COUNTED + 1].count()


def _listed(actor: User, kind: str = "") -> QuerySet[Any, Any]:
    """The ids of the cases in a worker's list, and what it is sorted by."""
    grants = grants_of(actor, "view_case").filter(received_at__isnull=False)
    if kind:
        grants = grants.filter(content_object__kind=kind)
    # Two shares of one case list it twice, hence distinct.
    listed = grants.order_by("-received_at", "-content_object").values_list("content_object", "received_at")
    return listed.distinct()


def preview_sharing(*, actor: User, share: SharingDecision, categories: Collection[str]) -> tuple[Section, ...]:
    """Exactly what the recipient will see of these categories, from the function that will show it. Recorded."""
    authorize(actor, "casework.widen_sharing", share)
    chosen = [Category(name) for name in categories]
    record(actor=actor, action="casework.view_case", subject=share.case, purpose="preview", categories=chosen)
    return project(share.case, chosen)


def _other_cases(actor: User, case: Case) -> Iterable[Case]:
    """Further cases about the same person that this worker may know of."""
    people = case.parties.filter(role__in=ABOUT).values("person")
    same = visible_cases(actor).filter(parties__person__in=people, parties__role__in=ABOUT)
    return same.exclude(pk=case.pk).distinct().order_by("-received_at", "-pk")[:PAGE]
