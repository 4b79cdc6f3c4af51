"""Reach and rules of the clocks that run in a case."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.authorization import reach, rule
from accounts.models import User
from casework.categories import Category
from casework.models import Case, CaseClock
from casework.policy import cases_showing, grants_of, holds, shut_to, works_on


@reach(CaseClock)
def visible_clocks(user: User) -> QuerySet[CaseClock]:
    """All of the cases that their agency holds; of others, those of the Victims' Code where they see what happened."""
    held = grants_of(user, "hold_case").filter(content_object=OuterRef("case"))
    of_code = Q(code_right__isnull=False, case__in=cases_showing(user, Category.INCIDENT))
    return CaseClock.objects.filter(Exists(held) | of_code).exclude(case__in=shut_to(user))


@rule("casework.view_clocks")
def view_clocks(user: User, case: Case | None) -> bool:
    return case is None or holds(user, case.pk) or cases_showing(user, Category.INCIDENT).filter(pk=case.pk).exists()


@rule("casework.start_clock")
@rule("casework.judge_entitlement")
def keep_clocks(user: User, case: Case) -> bool:
    return works_on(user, case)


@rule("casework.settle_clock")
@rule("casework.chase_clock")
def act_on_clock(user: User, clock: CaseClock) -> bool:
    return works_on(user, clock.case)
