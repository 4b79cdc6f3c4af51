"""The permissions table: one name for what a role may do, what a rule decides, and what the log says was done."""

import re

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission

from accounts.authorization import _rules, can, has_role_for
from accounts.commands import add_worker
from accounts.roles import BEYOND_AN_AGENCY, LOOKS_AFTER, PERMISSIONS, Role
from casework.categories import PERMISSION
from casework.models import Case
from tests import factories
from tests.conftest import outcome_of

OURS = ["accounts", "casework", "referrals", "oversight"]
HELD_BY_ROLES = frozenset().union(*PERMISSIONS.values())
# Never given to a role: they stand on grants, for one agency on one case.
GRANTED_ON_CASES = {f"casework.{codename}" for codename in PERMISSION.values()} | {"casework.hold_case"}


def declared():
    return {
        f"{model._meta.app_label}.{codename}"
        for app in OURS
        for model in apps.get_app_config(app).get_models()
        for codename, _ in model._meta.permissions
    }


def test_each_permission_of_a_role_is_declared_by_a_model():
    assert HELD_BY_ROLES - declared() == set()


def test_each_permission_of_a_role_has_a_rule():
    assert HELD_BY_ROLES - set(_rules) == set()


def test_each_rule_is_for_a_permission_that_some_role_holds():
    assert set(_rules) - HELD_BY_ROLES == set()


def test_each_declared_permission_is_held_by_a_role_or_granted_on_cases():
    assert declared() - HELD_BY_ROLES == GRANTED_ON_CASES


def test_no_role_holds_what_is_granted_on_cases():
    assert set() == HELD_BY_ROLES & GRANTED_ON_CASES


def test_each_role_has_its_line():
    assert set(PERMISSIONS) == set(Role)


def test_no_model_has_permissions_that_nobody_chose():
    given = [model for app in OURS for model in apps.get_app_config(app).get_models()]
    assert {m._meta.label for m in given if m._meta.default_permissions} == set()


@pytest.mark.parametrize("name", sorted(declared()))
def test_a_permission_is_a_verb_and_a_noun(name):
    assert re.fullmatch(r"[a-z]+\.[a-z]+_[a-z_]+", name)


def test_the_database_has_each_of_them_and_no_other(db):
    stored = Permission.objects.filter(content_type__app_label__in=OURS).select_related("content_type")
    assert {f"{p.content_type.app_label}.{p.codename}" for p in stored} == declared()


@pytest.mark.parametrize("permission", ["", "casework.fly", "casework.hold_case", "view_case"])
def test_what_nobody_declared_nobody_may(world, case, permission):
    assert [who for who, user in world.people.items() if can(user, permission, case)] == []


def test_whoever_has_left_may_nothing(world, case):
    world.caseworker.is_active = False
    assert [name for name in HELD_BY_ROLES if has_role_for(world.caseworker, name)] == []
    assert not can(world.caseworker, "casework.view_case", case)


def test_a_role_alone_opens_no_case(world, case):
    assert {who for who, user in world.people.items() if can(user, "casework.view_case", case)} == {
        "caseworker",
        "colleague",
        "senior",
        "supervisor",
    }


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.AUDITOR, Role.AUDIT_LEAD}])
def test_only_supervisors_and_auditors_read_histories(role):
    assert ("oversight.view_case_history" in PERMISSIONS[role]) == (role == Role.SUPERVISOR)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.AUDIT_LEAD, Role.AGENCY_ADMINISTRATOR, Role.PARTNERSHIP_MANAGER])
def test_who_watches_or_administers_sees_no_content(role):
    assert {"casework.view_case", "casework.find_person", "referrals.view_referral"} & PERMISSIONS[role] == set()


@pytest.mark.parametrize("role", [Role.AGENCY_ADMINISTRATOR, Role.PARTNERSHIP_MANAGER])
def test_whoever_looks_after_workers_invites_them_and_adds_none(world, role):
    world.partner.role = role
    new = {"agency": world.partner.agency, "email": "new@h.test", "name": "New", "role": Role.PARTNER_WORKER}
    assert outcome_of(lambda: add_worker(actor=world.partner, **new, password="x")) == "Denied"


def test_nobody_gives_the_systems_role_nor_an_administrator_one_that_reaches_beyond_their_agency():
    assert not any(Role.SYSTEM in roles for roles in LOOKS_AFTER.values())
    assert LOOKS_AFTER[Role.AGENCY_ADMINISTRATOR] & BEYOND_AN_AGENCY == set()


def test_a_case_unsaved_is_nobodys(world):
    factories.draft(world.caseworker)
    assert not can(world.caseworker, "casework.view_case", Case())
