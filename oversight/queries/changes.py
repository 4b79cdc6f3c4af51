"""What one act changed in a case: fields of records, and for who may see them their values before and after."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model

from accounts.authorization import NotVisible, authorize, has_role_for
from accounts.models import User
from audit.log import record
from audit.models import AuditEvent
from casework.categories import BOTH, EXISTENCE, FIELDS, HANDLE, HOLDER, MASKED, NEVER, SUMMARY, Category, category_of
from casework.models import Case, Contact, Party, RecordVersion, VersionAct
from casework.policy import holds
from casework.queries import Entry, get_case, versions_of
from oversight.models import CaseAudit
from oversight.policy import content_for, visible_events, with_versions, written_with
from oversight.queries.history import HistoryLine, in_words, newest_first

ACTION = "oversight.view_changes"
LEFT_OUT = {NEVER, HANDLE}
WITH_THE_RECORD = {EXISTENCE, SUMMARY, BOTH}  # shown to whoever sees the record at all
# What is masked stays so; what somebody typed and did not log is theirs alone; and an audit is read where it is made.
UNSHOWN: dict[type[Model], tuple[str, ...]] = MASKED | {
    Contact: ("draft",),
    CaseAudit: tuple(field.name for field in CaseAudit._meta.concrete_fields),
}


@dataclass(frozen=True)
class FieldChange:
    """One field, before and after. To whoever may not see it now, only that it changed."""

    name: str
    label: str
    category: str
    is_shown: bool
    before: Any = ""
    after: Any = ""


@dataclass(frozen=True)
class Change:
    """What was done to one record. Fields that are nobody's to see, such as keys, are left out."""

    what: str
    act: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class Changes:
    """One act in words, None where the case has none that changed anything; and what it changed."""

    case: Case
    line: HistoryLine | None
    changes: list[Change]


def read_changes(*, actor: User, reference: str, event: UUID | None = None) -> Changes:
    """What this act changed in the case, or the newest that changed anything. Recorded. Raises `NotVisible`."""
    case = get_case(actor, reference, ACTION)
    authorize(actor, ACTION, case)
    events = visible_events(actor, case)
    found = events.filter(pk=event).first() if event else newest_first(with_versions(events, case)).first()
    if found is None and event:
        raise NotVisible(ACTION)
    changes = list(_changes(actor, case, found)) if found else []
    shown = {field.category for change in changes for field in change.fields if field.is_shown}
    record(
        actor=actor,
        action=ACTION,
        subject=case,
        purpose="supervision",
        categories=shown & set(Category),
        act=f"event:{found.pk}" if found else "",
        count=len(changes),
    )
    return Changes(case, in_words(case, [found])[0] if found else None, changes)


def _changes(actor: User, case: Case, event: AuditEvent) -> Iterator[Change]:
    versions, of_act = versions_of(case), written_with(event, case)
    seen, before = _seen(actor, case), dict[tuple[str, int], RecordVersion]()
    roles = {version.row_id: version.held["role"] for version in versions if version.model is Party}
    for version in versions:
        key = version.record, version.row_id
        if version.pk in of_act and set(FIELDS[version.model].values()) - LEFT_OUT:
            yield _change(version, before.get(key), seen, roles)
        before[key] = version


def _seen(actor: User, case: Case) -> frozenset[str]:
    """The categories, in the wide sense of `casework.categories`, that the reader may see now."""
    if not has_role_for(actor, "casework.view_case"):
        return frozenset()
    own = {HOLDER} if holds(actor, case.pk) else set[str]()
    return frozenset({*content_for(actor, case)[0], *WITH_THE_RECORD, *own})


def _change(
    version: RecordVersion, before: RecordVersion | None, seen: frozenset[str], roles: dict[int, str]
) -> Change:
    model, is_gone = version.model, version.act == VersionAct.REMOVED
    was, now = before.as_it_stood() if before else None, None if is_gone else version.as_it_stood()
    role = roles.get(version.row_id if model is Party else version.held.get("party_id", 0), "")
    fields = [
        _field(field, was, now, category, seen)
        for field in model._meta.concrete_fields
        if (category := category_of(model, field.name, role)) not in LEFT_OUT
        and field.related_model is not Case
        and _differs(version, before, str(field.column), is_gone)
    ]
    return Change(_said(model._meta.verbose_name), str(VersionAct(version.act).label), tuple(fields))


def _differs(version: RecordVersion, before: RecordVersion | None, column: str, is_gone: bool) -> bool:
    """Whether a field has another value, as it stands in the database; of a new record, or one that went, any value."""
    held = version.held.get(column)
    if before is None or is_gone:
        return held not in (None, "", [])
    return bool(held != before.held.get(column))


def _field(field: Any, was: Model | None, now: Model | None, category: str, seen: frozenset[str]) -> FieldChange:
    is_shown = category in seen and field.name not in UNSHOWN.get(field.model, ())
    values = (_words(was, field.name), _words(now, field.name)) if is_shown else ()
    return FieldChange(field.name, _said(field.verbose_name), category, is_shown, *values)


def _words(item: Model | None, name: str) -> Any:
    return next((value for _, value in Entry(item, (name,)).rows), "") if item else ""


def _said(words: Any) -> str:
    return f"{words}"[:1].upper() + f"{words}"[1:]
