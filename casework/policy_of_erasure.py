"""Reach and rules of erasing a case, and of the legal holds that beat it: the agency's that holds the case."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.authorization import reach, rule
from accounts.models import User
from casework.models import Case, Erasure, LegalHold
from casework.policy import grants_of, holds, shut_to


@reach(Erasure)
def visible_erasures(user: User) -> QuerySet[Erasure]:
    return Erasure.objects.filter(_of_held_cases(user))


@reach(LegalHold)
def visible_holds(user: User) -> QuerySet[LegalHold]:
    return LegalHold.objects.filter(_of_held_cases(user))


def _of_held_cases(user: User) -> Q:
    held = grants_of(user, "hold_case").filter(content_object=OuterRef("case"))
    return Q(Exists(held)) & ~Q(case__in=shut_to(user))


@rule("casework.view_erasure")
@rule("casework.ask_erasure")
@rule("casework.erase_case")
@rule("casework.place_hold")
def decide_on_own_case(user: User, case: Case) -> bool:
    return holds(user, case.pk)


@rule("casework.refuse_erasure")
@rule("casework.lift_hold")
def answer_for_own_case(user: User, record: Erasure | LegalHold) -> bool:
    return holds(user, record.case_id)


@rule("casework.approve_erasure")
def approve_erasure(user: User, erasure: Erasure) -> bool:
    """Two people: never who asked for it."""
    return holds(user, erasure.case_id) and erasure.asked_by_id != user.pk
