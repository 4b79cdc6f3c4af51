"""Reach and rules of safety plans."""

from django.db.models import QuerySet

from accounts.authorization import reach, rule
from accounts.models import User
from casework.categories import Category
from casework.models import Case, SafetyPlan
from casework.policy import cases_showing, works_on


@reach(SafetyPlan)
def visible_plans(user: User) -> QuerySet[SafetyPlan]:
    """Those of the cases of which they see what was said."""
    return SafetyPlan.objects.filter(case__in=cases_showing(user, Category.NARRATIVE))


@rule("casework.view_plan")
def view_plan(user: User, case: Case) -> bool:
    return cases_showing(user, Category.NARRATIVE).filter(pk=case.pk).exists()


@rule("casework.write_plan")
def write_plan(user: User, case: Case) -> bool:
    return works_on(user, case)


@rule("casework.give_plan")
def give_plan(user: User, plan: SafetyPlan) -> bool:
    return cases_showing(user, Category.NARRATIVE).filter(pk=plan.case_id).exists()
