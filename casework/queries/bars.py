"""Who must not see a case, and what would pass to whom if somebody more did not."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from accounts.authorization import NotVisible, authorize
from accounts.models import Agency, User
from audit.log import record
from casework.models import Bar, Case, NextStep, SealMember, SharingDecision
from casework.policy import visible_bars


@dataclass(frozen=True)
class Shutting:
    """The bars of a case, the newest first, those that were lifted too; and whom its seal names now."""

    case: Case
    bars: list[Bar]
    lifted: list[Bar]
    named: list[SealMember]


def read_shutting(*, actor: User, case: Case) -> Shutting:
    """Who must not see the case, for who may say so. Recorded."""
    shutting = shutting_of(actor, case)
    record(actor=actor, action="casework.view_bars", subject=case, purpose="supervision", count=len(shutting.bars))
    return shutting


def shutting_of(actor: User, case: Case) -> Shutting:
    """The same to compare, never to show, for it is not recorded."""
    authorize(actor, "casework.view_bars", case)
    bars = visible_bars(actor).filter(case=case).select_related("worker__agency", "agency", "barred_by", "lifted_by")
    named = SealMember.objects.filter(case=case, ended_at=None).select_related("worker__agency", "named_by")
    found = list(bars.order_by("-barred_at", "-pk"))
    return Shutting(
        case=case,
        bars=[bar for bar in found if not bar.lifted_at],
        lifted=[bar for bar in found if bar.lifted_at],
        named=list(named.order_by("named_at", "pk")),
    )


def bars_are_shown(*, actor: User, case: Case) -> None:
    """Record that a form shows who must not see a case, whom its seal names, or what would pass to whom."""
    record(actor=actor, action="casework.view_bars", subject=case, purpose="supervision", looked=True)


def named_in_seal(actor: User, case: Case) -> QuerySet[User]:
    """Whom the seal of a case names now, for who may say so."""
    authorize(actor, "casework.view_bars", case)
    named = SealMember.objects.filter(case=case, ended_at=None)
    return User.objects.filter(pk__in=named.values("worker")).select_related("agency").order_by("name", "pk")


def get_bar(actor: User, public_id: UUID) -> Bar:
    """A bar to act on. Raises `NotVisible`."""
    bars = visible_bars(actor).select_related("case__agency", "worker__agency", "agency")
    found = bars.filter(public_id=public_id).first()
    if found is None:
        raise NotVisible("casework.lift_bar", named=str(public_id))
    return found


def workers_of(agencies: QuerySet[Agency], emails: Collection[str]) -> list[User]:
    """Those who work in these agencies now, by their email addresses. Who works where is known to all who take part."""
    wanted = {email.strip().lower() for email in emails}
    return list(User.objects.filter(agency__in=agencies, is_active=True, email__in=wanted).select_related("agency"))


def if_barred(case: Case, who: User | Agency) -> list[str]:
    """What a bar would do besides, in sentences."""
    agency = who.agency if isinstance(who, User) else who
    said = _steps(step for step in _open_steps(case) if step.owner and who in (step.owner, step.owner.agency))
    if case.owner and who in (case.owner, case.owner.agency):
        said.append("The case is yours from then on.")
    if _shares(case).filter(recipient=agency).exists():
        said.append(
            f"What is shared with {agency} ends, and a referral there comes back to you."
            if isinstance(who, Agency)
            else f"A referral that they work on passes to the duty queue of {agency}; it comes back to you, and what "
            "is shared ends, if nobody else there may see it."
        )
    return said


def if_sealed(case: Case, named: Collection[User]) -> list[str]:
    """What a seal that names these workers would do besides, in sentences."""
    said = _steps(step for step in _open_steps(case) if step.owner not in named)
    if case.owner and case.owner not in named:
        said.append("The case is yours from then on.")
    theirs = {worker.agency_id for worker in named}
    lost = _shares(case).exclude(recipient__in=theirs).values_list("recipient__name", flat=True)
    return said + [
        f"What is shared with {name} ends, and a referral there comes back to you." for name in sorted(set(lost))
    ]


def _open_steps(case: Case) -> QuerySet[NextStep]:
    return case.steps.filter(done_at=None).select_related("owner__agency", "owner_agency").order_by("pk")


def _shares(case: Case) -> QuerySet[SharingDecision]:
    return SharingDecision.objects.filter(case=case, ended_at=None)


def _steps(steps: Iterable[NextStep]) -> list[str]:
    owners = Counter(str(step.owner or f"the duty queue of {step.owner_agency}") for step in steps)
    return [
        f"{count} next step{'s' if count > 1 else ''} of {owner} pass{'' if count > 1 else 'es'} to you."
        for owner, count in owners.items()
    ]
