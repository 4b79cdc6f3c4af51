"""Reach and rules of the police visit after a burglary: the holder offers it, the police make it."""

from django.db.models import OuterRef, QuerySet

from accounts.authorization import reach, rule
from accounts.models import AgencyKind, User
from casework.categories import Category
from casework.models import Neighbour, Visit
from casework.policy import Probed, cases_showing, categories_for, grants_of, works_on


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
@rule("casework.note_crime")
def make_visit(user: User, visit: Visit) -> bool:
    """The police with whom it was shared; that it can be seen at all says so.

    Or, in their place, whoever may by their role at the holder: where the police told the front door.
    """
    return user.agency.kind == AgencyKind.POLICE or works_on(user, visit.case)


@reach(Neighbour)
def visible_neighbours(user: User) -> QuerySet[Neighbour]:
    """Those of the cases that their agency holds; to the police, also those of which they see the place."""
    cases = cases_showing(user, Category.LOCATION)
    if user.agency.kind != AgencyKind.POLICE:
        cases = cases.filter(Probed(grants_of(user, "hold_case").filter(content_object=OuterRef("pk"))))
    return Neighbour.objects.filter(case__in=cases)


@rule("casework.ask_overlap")
@rule("casework.list_neighbours")
def work_on_own_burglary(user: User, visit: Visit) -> bool:
    return works_on(user, visit.case)


@rule("casework.view_nearby")
def see_nearby(user: User, visit: Visit) -> bool:
    """Whoever holds the case; and of the police who see where it is."""
    return works_on(user, visit.case) or (
        user.agency.kind == AgencyKind.POLICE and Category.LOCATION in categories_for(user, visit.case)
    )


@rule("casework.tell_neighbour")
def tell_neighbour(user: User, neighbour: Neighbour) -> bool:
    return True


@rule("casework.view_visits")
def view_visits(user: User, visit: Visit | None) -> bool:
    return True
