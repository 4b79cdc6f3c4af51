"""A migration alters tables that policies look at: they are away meanwhile, and everything is shut."""

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations import Migration
from django.db.models.signals import pre_migrate
from django.db.utils import NotSupportedError

from audit.acting import acting_as
from casework.models import Case
from config.lock.apply import lift_policies, make_second_lock
from config.lock.roles import WEB
from tests.as_the_web import become

ALTERED = "ALTER TABLE casework_party ALTER COLUMN role TYPE varchar(40)"


def seen_by(user):
    with become(WEB), acting_as(user):
        return Case.objects.count()


def test_a_column_that_a_policy_looks_at_is_altered_while_nobody_sees_anything(world, case):
    connection.check_constraints()
    lift_policies(plan=["a migration"])
    assert seen_by(world.caseworker) == 0
    with connection.cursor() as cursor:
        cursor.execute(ALTERED)
    make_second_lock()
    assert seen_by(world.caseworker) == 1


def test_without_that_it_could_not_be_altered(world):
    with connection.cursor() as cursor, pytest.raises(NotSupportedError, match="policy"):
        cursor.execute(ALTERED)


def test_where_there_is_nothing_to_migrate_nothing_is_lifted(world, case):
    lift_policies(plan=[])
    assert seen_by(world.caseworker) == 1


def test_migrate_lifts_them_itself(world, case):
    audit, planned = apps.get_app_config("audit"), [(Migration("0099_later", "audit"), False)]
    pre_migrate.send(sender=audit, app_config=audit, apps=apps, using="default", plan=planned, verbosity=0)
    assert seen_by(world.caseworker) == 0
