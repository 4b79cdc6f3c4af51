"""Migrations: the database is what the models say, and each step says in its name what it does."""

import io
import re

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

APPS = ["accounts", "audit", "casework", "oversight", "referrals"]


def ours():
    return [key for key in MigrationLoader(None).disk_migrations if key[0] in APPS]


def test_no_model_has_changed_without_a_migration(db):
    call_command("makemigrations", check=True, dry_run=True, stdout=io.StringIO())


@pytest.mark.parametrize("app", APPS)
def test_each_app_has_them_numbered_without_a_gap(app):
    numbers = sorted(int(name[:4]) for label, name in ours() if label == app)
    assert numbers == list(range(1, len(numbers) + 1))
    assert numbers != []


@pytest.mark.parametrize(("app", "name"), ours())
def test_none_is_named_by_a_machine(app, name):
    assert re.fullmatch(r"\d{4}_[a-z]+(_[a-z]+)*", name)
    assert not re.search(r"auto|initial|alter|remove_\w+_and_more|squashed", name)


@pytest.mark.parametrize(("app", "name"), ours())
def test_each_can_be_taken_back(app, name):
    migration = MigrationLoader(None).disk_migrations[app, name]
    assert [operation.describe() for operation in migration.operations if not operation.reversible] == []


def test_all_are_applied_and_the_graph_has_one_end_for_each_app(db):
    executor = MigrationExecutor(connection)
    ends = [key for key in executor.loader.graph.leaf_nodes() if key[0] in APPS]
    assert sorted(app for app, _ in ends) == APPS
    assert executor.migration_plan(ends) == []
