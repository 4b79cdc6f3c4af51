"""Taking one of the two locks away, for tests of the other."""

from typing import Any

import pytest
from django.db import connection
from django.db.models.expressions import RawSQL

from accounts import authorization
from casework import policy
from casework.models import EmergencyAccess, LiveGroupGrant
from config.lock.policies import ROWS
from tests.planted.everywhere import replaced

NO_CASES = RawSQL("SELECT NULL::bigint WHERE false", [])
FORGOTTEN = {
    policy.grants_of: lambda user, *codenames: LiveGroupGrant.objects.all(),
    policy.open_emergencies: lambda user: EmergencyAccess.objects.all(),
    policy.shut_to: lambda user: NO_CASES,
    policy.is_shut: lambda case_id, user: False,
    policy.holds: lambda user, case_id: True,
    policy.categories_for: lambda user, case: policy.ALL_CATEGORIES,
    authorization.has_role_for: lambda actor, permission: True,
    authorization.visible: lambda actor, record: True,
    authorization.can: lambda actor, permission, record=None: True,
}


def without_the_first_lock(patch: pytest.MonkeyPatch) -> None:
    """Every role, rule and reach says yes, wherever it was imported to: what a page forgot to ask, it forgot here."""
    unfiltered = {reach: _everything(model) for model, reach in authorization._reaches.items()}
    patch.setattr(authorization, "_reaches", {model: _everything(model) for model in authorization._reaches})
    replaced(patch, FORGOTTEN | unfiltered)


def without_the_second_lock() -> None:
    """Row-level security is off for every table, until the test's transaction ends."""
    connection.check_constraints()
    with connection.cursor() as cursor:
        for model in ROWS:
            cursor.execute(f"ALTER TABLE {model._meta.db_table} DISABLE ROW LEVEL SECURITY")


def _everything(model: Any) -> Any:
    return lambda user: model._default_manager.all()
