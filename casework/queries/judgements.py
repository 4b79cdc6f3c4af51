"""Who was said to be whom: the ledger of the people of a case, to read and to take back."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.authorization import NotVisible, authorize
from accounts.models import User
from audit.log import record
from casework.categories import Category
from casework.models import Case, Party, PersonJudgement, Sameness
from casework.policy_of_people import visible_judgements


@dataclass(frozen=True)
class Ledger:
    """What was said of who is whom in a case, the newest first: what holds, and what was taken back."""

    case: Case
    holds: list[PersonJudgement]
    undone: list[PersonJudgement]


def read_ledger(*, actor: User, case: Case) -> Ledger:
    """The ledger of a case, as far as its other cases may be seen as well. Recorded."""
    ledger = ledger_of(actor, case)
    ledger_is_shown(actor=actor, case=case, judgements=[*ledger.holds, *ledger.undone])
    return ledger


def ledger_is_shown(*, actor: User, case: Case, judgements: Iterable[PersonJudgement]) -> None:
    """Record that somebody looked at these."""
    others = {each for judgement in judgements for each in (judgement.case_id, judgement.other_case_id)} - {case.pk}
    categories = [Category.IDENTITY] if others else []
    record(actor=actor, action="casework.view_people", subject=case, shown=sorted(others), categories=categories)


def ledger_of(actor: User, case: Case) -> Ledger:
    """The same to compare, never to show, for it is not recorded."""
    authorize(actor, "casework.view_people", case)
    found = list(_judgements(actor).filter(Q(case=case) | Q(other_case=case)).order_by("-judged_at", "-pk"))
    return Ledger(case, [j for j in found if not j.undone_at], [j for j in found if j.undone_at])


def get_judgement(actor: User, public_id: UUID) -> PersonJudgement:
    """One to take back. Raises `NotVisible`."""
    found = _judgements(actor).filter(public_id=public_id).first()
    if found is None:
        raise NotVisible("casework.undo_judgement", named=str(public_id))
    return found


def told_apart(actor: User, case: Case) -> set[int]:
    """The parties who were said to be somebody else than one of this case, and whoever is joined with them, as ids."""
    found = visible_judgements(actor).filter(
        Q(case=case) | Q(other_case=case), finding=Sameness.DIFFERENT, undone_at=None
    )
    return {each for pair in found.values_list("first", "second") for each in pair}


def times_judged(party: Party) -> int:
    """To tell whether somebody judged this party meanwhile; never shown."""
    return PersonJudgement.objects.filter(Q(first=party) | Q(second=party)).count()


def _judgements(actor: User) -> QuerySet[PersonJudgement]:
    return visible_judgements(actor).select_related(
        "case__agency", "other_case__agency", "first", "second", "judged_by", "undone_by"
    )
