"""Reach and rules of where somebody can be found and how they can be reached, of what was done to reach them, and of
handing that over."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db.models import Case as Choice
from django.db.models import Exists, Func, Model, OuterRef, Q, QuerySet, Value, When

from accounts.authorization import reach, rule
from accounts.models import User
from casework.categories import PERMISSION, ROLE_CATEGORY, Category
from casework.models import (
    ABOUT,
    Address,
    Case,
    ContactAttempt,
    ContactRoute,
    HandoverNote,
    PartyRole,
    RouteOverride,
)
from casework.policy import (
    Probed,
    grants_of,
    holds,
    open_emergencies,
    permission_id,
    shut_to,
    still_holds,
    visible_cases,
)

M = TypeVar("M", bound=Model)


@reach(Address)
def visible_addresses(user: User) -> QuerySet[Address]:
    """The victim's where they see places, anybody else's where they see all that is known of that role."""
    return _of_parties(user, Address, Category.LOCATION)


@reach(ContactRoute)
def visible_routes(user: User) -> QuerySet[ContactRoute]:
    """The same, where they see how to reach the victim."""
    return _of_parties(user, ContactRoute, Category.CONTACT)


@reach(ContactAttempt)
def visible_attempts(user: User) -> QuerySet[ContactAttempt]:
    """Those in the cases that their agency holds, and their agency's own in whatever case they still find."""
    held = grants_of(user, "hold_case").filter(content_object=OuterRef("case"))
    seen = Q(Probed(held)) | Q(agency=user.agency_id, case__in=visible_cases(user))
    return ContactAttempt.objects.filter(seen).exclude(case__in=shut_to(user))


@reach(RouteOverride)
def visible_overrides(user: User) -> QuerySet[RouteOverride]:
    """Those in the cases that their agency holds."""
    held = grants_of(user, "hold_case").filter(content_object=OuterRef("case"))
    return RouteOverride.objects.filter(Exists(held)).exclude(case__in=shut_to(user))


@reach(HandoverNote)
def visible_handovers(user: User) -> QuerySet[HandoverNote]:
    """Those of their agency."""
    return HandoverNote.objects.filter(agency=user.agency_id)


def _of_parties(user: User, model: type[M], category: Category) -> QuerySet[M]:
    of_role = dict.fromkeys(ABOUT, category) | ROLE_CATEGORY
    needs = {role: permission_id(PERMISSION[category]) for role, category in of_role.items()}
    held = grants_of(user, "hold_case", *(PERMISSION[category] for category in set(of_role.values())))
    granted = held.filter(Q(permission=permission_id("hold_case")) | Q(permission=OuterRef("needed")))
    opened = open_emergencies(user).filter(
        categories__contains=Func(OuterRef("category"), template="ARRAY[%(expressions)s]")
    )
    seen = Q(Probed(granted.filter(content_object=OuterRef("case")))) | Q(Exists(opened.filter(case=OuterRef("case"))))
    by_role = {"needed": _by_role(needs), "category": _by_role(of_role)}
    return model._default_manager.alias(**by_role).filter(seen, case__in=visible_cases(user))


def _by_role(values: Mapping[PartyRole, Any]) -> Choice:
    return Choice(*(When(party__role=role, then=Value(value)) for role, value in values.items()))


@rule("casework.reveal_address")
@rule("casework.use_route")
def use_what_one_sees(user: User, record: Address | ContactRoute) -> bool:
    return record is not None


@rule("casework.view_attempt")
@rule("casework.end_attempt")
def go_on_with_own_attempt(user: User, attempt: ContactAttempt) -> bool:
    return attempt.worker_id == user.pk


@rule("casework.confirm_route")
@rule("casework.override_route")
def decide_on_own_route(user: User, route: ContactRoute) -> bool:
    return holds(user, route.case_id)


@rule("casework.end_override")
def end_override(user: User, override: RouteOverride) -> bool:
    return holds(user, override.case_id)


@rule("casework.report_change")
def report_change(user: User, case: Case) -> bool:
    return still_holds(user, case)


@rule("casework.view_callbacks")
@rule("casework.view_handover")
@rule("casework.write_handover")
@rule("casework.take_over")
def work_in_shifts(user: User, note: HandoverNote | None) -> bool:
    return True
