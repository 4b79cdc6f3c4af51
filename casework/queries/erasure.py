"""Whether a case is to be erased, what holds it, and what stands in the place of one that was."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from accounts.authorization import NotVisible, authorize
from accounts.models import User
from accounts.roles import Role
from audit.log import record
from casework.models import Case, Erasure, LegalHold
from casework.policy_of_erasure import visible_erasures, visible_holds
from casework.states import CaseStatus, ErasureStatus


@dataclass(frozen=True)
class Erasing:
    """The erasure of a case that waits for an answer or was carried out, if any; those that were refused, and the legal
    holds on it, those that were lifted too; the newest first."""

    case: Case
    erasure: Erasure | None
    refused: list[Erasure]
    holds: list[LegalHold]
    lifted: list[LegalHold]


@dataclass(frozen=True)
class Tombstone:
    """What is left of a case that was erased: when, on what ground, and in which posts two people decided it."""

    erasure: Erasure

    @property
    def posts(self) -> list[str]:
        """The post of who asked for it, and that of who approved it."""
        agency = self.erasure.case.agency
        return [f"{Role(role).label}, {agency}" for role in (self.erasure.asked_as, self.erasure.answered_as)]


def read_erasing(*, actor: User, case: Case) -> Erasing:
    """What is decided of keeping the case or not, for who may say so. Recorded."""
    erasing = erasing_of(actor, case)
    erasing_is_shown(actor=actor, case=case)
    return erasing


def erasing_is_shown(*, actor: User, case: Case) -> None:
    """Record that somebody looked at it."""
    record(actor=actor, action="casework.view_erasure", subject=case, purpose="supervision")


def erasing_of(actor: User, case: Case) -> Erasing:
    """The same to compare, never to show, for it is not recorded."""
    authorize(actor, "casework.view_erasure", case)
    asked = list(_erasures(actor).filter(case=case).order_by("-asked_at", "-pk"))
    held = visible_holds(actor).filter(case=case).select_related("placed_by", "lifted_by").order_by("-placed_at", "-pk")
    return Erasing(
        case=case,
        erasure=next((each for each in asked if each.status != ErasureStatus.REFUSED), None),
        refused=[each for each in asked if each.status == ErasureStatus.REFUSED],
        holds=[hold for hold in held if not hold.lifted_at],
        lifted=[hold for hold in held if hold.lifted_at],
    )


def get_erasure(actor: User, public_id: UUID, action: str) -> Erasure:
    """An erasure to answer. Raises `NotVisible`."""
    found = _erasures(actor).filter(public_id=public_id).first()
    if found is None:
        raise NotVisible(action, named=str(public_id))
    return found


def get_hold(actor: User, public_id: UUID) -> LegalHold:
    """A hold to lift. Raises `NotVisible`."""
    found = visible_holds(actor).select_related("case__agency").filter(public_id=public_id).first()
    if found is None:
        raise NotVisible("casework.lift_hold", named=str(public_id))
    return found


def tombstone_of(case: Case) -> Tombstone | None:
    """For whoever finds the case. None where it was not erased, or is not theirs to know of."""
    if case.status != CaseStatus.ERASED:
        return None
    done = Erasure.objects.select_related("case__agency").filter(case=case, erased_at__isnull=False).first()
    return Tombstone(done) if done else None


def _erasures(actor: User) -> QuerySet[Erasure]:
    return visible_erasures(actor).select_related("case__agency", "asked_by", "answered_by")
