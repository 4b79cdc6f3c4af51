"""The one decision whether someone may: role, then reach, then the rule. Everything not said is no."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Model, QuerySet
from django.http import Http404

from accounts.models import User
from accounts.roles import PERMISSIONS

Rule = Callable[[User, Any], bool]
Reach = Callable[[User], QuerySet[Any]]

_rules: dict[str, Rule] = {}
_reaches: dict[type[Model], Reach] = {}


class Refusal(Exception):
    """Common to the refusals, for the log: which act, and on which record, or by which public name it was asked for.

    What is named is looked up when the refusal is written, once, whether it exists or not.
    """

    def __init__(self, action: str = "", subject: Model | None = None, *, named: str = "") -> None:
        super().__init__(action)
        self.action = action
        self.subject = subject
        self.named = named


class Denied(Refusal, PermissionDenied):
    """They may see it, and may not do this. Answered with 403."""


class NotVisible(Refusal, Http404):
    """To them it does not exist. Answered with 404, the same as for what does not exist."""


class NotPossibleNow(Exception):
    """They may, but not in the record's present state. Answered with 409; the message is for people."""


R = TypeVar("R", bound=Callable[..., bool])
M = TypeVar("M", bound=Model)
F = TypeVar("F", bound=Callable[..., QuerySet[Any]])


def rule(permission: str) -> Callable[[R], R]:
    """Register what a permission asks of a record that the actor can see (or of `None`, for none)."""

    def register(function: R) -> R:
        if permission in _rules:
            raise ValueError(f"{permission} has a rule already")
        _rules[permission] = function
        return function

    return register


def reach(model: type[Model]) -> Callable[[F], F]:
    """Register the one definition of which records of a model somebody may see."""

    def register(function: F) -> F:
        if model in _reaches:
            raise ValueError(f"{model.__name__} has a definition of reach already")
        _reaches[model] = function
        return function

    return register


def named_is_shut(name: str, user: User) -> bool:
    """Whether the record of this name is of a case that is shut to somebody, who need not be the one who acts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM record_named(%s) WHERE is_shut_to(case_id, %s))", [name, user.pk])
        return bool(cursor.fetchone()[0])


def record_named(name: str) -> Model | None:
    """The record of a public name, whoever asks, knowing its ids only: for the log, never for an answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, id, case_id FROM record_named(%s)", [name.replace("\0", "")])
        found = cursor.fetchone()
    if found is None:
        return None
    kind, pk, case_id = found
    model = next(model for model in apps.get_models() if model._meta.model_name == kind)
    return model(pk=pk) if kind == "case" else model(pk=pk, case_id=case_id)


def has_role_for(actor: Any, permission: str) -> bool:
    """Whether people like them may ever do this."""
    return bool(getattr(actor, "is_active", False) and permission in PERMISSIONS.get(getattr(actor, "role", ""), ()))


def visible(actor: User, record: Model) -> bool:
    """Whether they may know that this record exists. A model without a definition of reach is invisible."""
    find = _reaches.get(type(record))
    return find is not None and find(actor).filter(pk=record.pk).exists()


def visible_to(actor: User, model: type[M]) -> QuerySet[M]:
    """Which records of a model they may know of, by its definition of reach."""
    return _reaches[model](actor)


def has_reach(kind: str) -> bool:
    """Whether records of this kind, named as in the log, can be visible to anybody."""
    return any(model._meta.model_name == kind for model in _reaches)


def visible_by_name(actor: User, kind: str, pk: int | None) -> bool:
    """The same as `visible`, of a record that is known as in the log: by its kind and id."""
    finds = [find for model, find in _reaches.items() if model._meta.model_name == kind]
    return any(find(actor).filter(pk=pk).exists() for find in finds)


def can(actor: User, permission: str, record: Model | None = None) -> bool:
    """Whether they may do this, to this. False for a permission without a role or without a rule."""
    if not has_role_for(actor, permission) or permission not in _rules:
        return False
    if record is not None and not visible(actor, record):
        return False
    return _rules[permission](actor, record)


def can_each(actor: User, permissions: Iterable[str], records: Sequence[Model]) -> dict[Any, set[str]]:
    """Which of these they may do to each of several records of one model, by its id. Reach is asked once for all."""
    asked = [each for each in permissions if has_role_for(actor, each) and each in _rules]
    find = _reaches.get(type(records[0])) if records and asked else None
    ids = [record.pk for record in records]
    seen = set(find(actor).filter(pk__in=ids).values_list("pk", flat=True)) if find else ()
    return {each.pk: {name for name in asked if each.pk in seen and _rules[name](actor, each)} for each in records}


def authorize(actor: User, permission: str, record: Model | None = None) -> None:
    """Raise `NotVisible` for what they may not know of, `Denied` for what they may not do."""
    if can(actor, permission, record):
        return
    if record is not None and not visible(actor, record):
        raise NotVisible(permission, record)
    raise Denied(permission, record)
