"""Reach and rules of the police visit after a burglary: the holder offers it, the police make it."""

from django.db.models import QuerySet

from accounts.authorization import reach, rule
from accounts.models import AgencyKind, User
from casework.categories import Category
from casework.models import Visit
from casework.policy import cases_showing, works_on


@reach(Visit)
def visible_visits(user: User) -> QuerySet[Visit]:
    """Those of the cases of which they see what happened."""
    return Visit.objects.filter(case__in=cases_showing(user, Category.INCIDENT))


@rule("casework.screen_visit")
@rule("casework.offer_visit")
@rule("casework.answer_visit")
def offer_own_visit(user: User, visit: Visit) -> bool:
    return works_on(user, visit.case)


@rule("casework.schedule_visit")
@rule("casework.attend_visit")
@rule("casework.record_visit")
def make_visit(user: User, visit: Visit) -> bool:
    """The police with whom it was shared; that it can be seen at all says so.

    Or, in their place, whoever may by their role at the holder: where the police told the front door.
    """
    return user.agency.kind == AgencyKind.POLICE or works_on(user, visit.case)


@rule("casework.view_visits")
def view_visits(user: User, visit: Visit | None) -> bool:
    return True
