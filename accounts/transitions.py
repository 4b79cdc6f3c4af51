"""States as tables: `move` is the one way any record changes its status."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models

from accounts.authorization import NotPossibleNow, NotVisible, authorize, can_each
from accounts.models import User
from accounts.slots import STATUS_MOVED
from audit.log import record

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class Transition:
    """One row of a state table: from which states this verb leads where, and which permission it asks."""

    verb: str
    sources: frozenset[str]
    target: str
    permission: str


def move(item: M, transition: Transition, *, actor: User, detail: dict[str, Any] | None = None, **stamps: Any) -> M:
    """Lock, authorize on the fresh row, check the state, set status and stamps, save those, record.

    Raises `NotPossibleNow` from any other state. `detail` goes into the event: categories, codes and ids.
    Returns the fresh row.
    """
    fresh = type(item)._default_manager.select_for_update(of=("self",)).filter(pk=item.pk).first()
    if fresh is None:
        raise NotVisible(transition.permission, item)  # the database shows it to others only
    authorize(actor, transition.permission, fresh)
    before = fresh.status  # type: ignore[attr-defined]
    if before not in transition.sources:
        label = fresh.get_status_display().lower()  # type: ignore[attr-defined]
        raise NotPossibleNow(f"This {fresh._meta.verbose_name} is {label}, so you cannot {transition.verb} it.")
    for name, value in {"status": transition.target, **stamps}.items():
        setattr(fresh, name, value)
    fresh.save(update_fields=["status", *stamps])
    record(
        actor=actor,
        action=transition.permission,
        subject=fresh,
        before=before,
        after=transition.target,
        **(detail or {}),
    )
    STATUS_MOVED(record=fresh, actor=actor)
    return fresh


def possible(item: models.Model, transitions: Sequence[Transition], *, actor: User) -> list[Transition]:
    """The verbs that would succeed now, for buttons."""
    return possible_of([item], transitions, actor=actor)[item.pk]


def possible_of(
    items: Sequence[models.Model], transitions: Sequence[Transition], *, actor: User
) -> dict[Any, list[Transition]]:
    """The same of each of several, by its id."""
    may = can_each(actor, {each.permission for each in transitions}, items)
    return {
        item.pk: [t for t in transitions if item.status in t.sources and t.permission in may[item.pk]]  # type: ignore[attr-defined]
        for item in items
    }
