"""What the two locks say, each by itself: the code's as the owner, whom the database shows everything; the database's
for bare tables, as the web's role, without any filter of ours."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet

from accounts.authorization import has_role_for
from accounts.models import User
from accounts.roles import PERMISSIONS
from audit.acting import acting_as
from casework.categories import Category
from casework.models import (
    Address,
    Alias,
    Bar,
    CallerDetails,
    Case,
    CaseKey,
    Closing,
    ConsentRecord,
    Contact,
    ContactRoute,
    EmergencyAccess,
    EmergencyCall,
    EqualityAnswer,
    Incident,
    MaracReferral,
    NextStep,
    Note,
    Party,
    PublishedOutcome,
    RiskAssessment,
    RiskLevel,
    SealMember,
    SharingDecision,
)
from casework.policy import (
    cases_showing,
    visible_cases,
    visible_contacts,
    visible_decisions,
    visible_emergencies,
    visible_steps,
)
from config.lock.roles import WEB
from referrals.models import Referral
from referrals.policy import visible_referrals
from tests.as_the_web import become

Row = tuple[str, int]
REACH: dict[type[Model], Callable[[User], QuerySet]] = {
    Case: visible_cases,
    NextStep: visible_steps,
    SharingDecision: visible_decisions,
    Referral: visible_referrals,
    EmergencyAccess: visible_emergencies,
    Contact: visible_contacts,
}
OF_HOLDERS = (Bar, CallerDetails, Closing, SealMember)
OF_A_CASE = (
    ConsentRecord,
    *OF_HOLDERS,
    Party,
    Alias,
    ContactRoute,
    Address,
    Incident,
    PublishedOutcome,
    RiskLevel,
    RiskAssessment,
    MaracReferral,
    EmergencyCall,
    EqualityAnswer,
    Note,
    CaseKey,
)
BARE = " UNION ALL ".join(
    f"SELECT '{model.__name__}', id FROM {model._meta.db_table}"  # noqa: S608
    for model in (*REACH, *OF_A_CASE)
)


class FirstLock:
    """Asks every definition of reach, and for each category the cases that show it, in one statement.

    What a definition asks of the database depends on who asks alone, so it is put together once for each.
    """

    def __init__(self) -> None:
        self._asked: dict[tuple[int, int], tuple[str, tuple[Any, ...]]] = {}

    def __call__(self, user: User) -> set[Row]:
        """The records by the name of their kind, and cases once more by the name of each category that is shown.

        Who has left may nothing by any role.
        """
        if not user.is_active:
            assert not any(has_role_for(user, permission) for permission in PERMISSIONS[user.role])
            return set()
        who = (user.pk, user.agency_id)
        statement, values = self._asked.setdefault(who, self._asked.get(who) or _together(user))
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return set(cursor.fetchall())


def _together(user: User) -> tuple[str, tuple[Any, ...]]:
    found = {model.__name__: reach(user) for model, reach in REACH.items()}
    found |= {str(category): cases_showing(user, category) for category in Category}
    asked = {name: queryset.values_list("pk").query.sql_with_params() for name, queryset in found.items()}
    parts = [f"SELECT '{name}', found.pk FROM ({statement}) AS found (pk)" for name, (statement, _) in asked.items()]  # noqa: S608
    return " UNION ALL ".join(parts), tuple(value for _, values in asked.values() for value in values)


def second_lock(user: User) -> set[Row]:
    """Which rows of any table of a case the database shows to a user."""
    with become(WEB), acting_as(user), connection.cursor() as cursor:
        cursor.execute(BARE)
        return set(cursor.fetchall())
