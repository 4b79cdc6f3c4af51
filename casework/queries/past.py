"""A case as it stood at a past moment: its records, and who could reach what of it then. From versions alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import Model

from accounts.models import Agency, User
from accounts.roles import Role
from casework.categories import PERMISSION, Category
from casework.models import Bar, Case, EmergencyAccess, GroupGrant, RecordVersion, SealMember, VersionAct


class Past:
    """The records of one case as they stood at one moment, by the database's clock."""

    def __init__(self, versions: Iterable[RecordVersion], moment: datetime) -> None:
        newest = {(version.record, version.row_id): version for version in versions if version.at <= moment}
        self._standing = [version for version in newest.values() if version.act != VersionAct.REMOVED]
        self._read: dict[type[Model], list[Any]] = {}
        self.moment = moment

    def of(self, model: type[Model]) -> list[Any]:
        if model not in self._read:
            versions = [version for version in self._standing if version.record == model._meta.db_table]
            self._read[model] = [each.as_it_stood() for each in sorted(versions, key=lambda each: each.row_id)]
        return self._read[model]

    @property
    def case(self) -> Case | None:
        return next(iter(self.of(Case)), None)

    @property
    def holder(self) -> int | None:
        return self.case.agency_id if self.case else None


@dataclass(frozen=True)
class ReachThen:
    """What an agency could reach of a case at one moment. `shut_out` are its workers whom a bar or a seal kept out."""

    exists: bool
    categories: frozenset[Category]
    emergencies: tuple[EmergencyAccess, ...]
    shut_out: frozenset[int]
    is_shut: bool


def versions_of(case: Case) -> list[RecordVersion]:
    """Every version of a case's records that the acting user may see, the oldest first."""
    return list(RecordVersion.objects.filter(case_id=case.pk).order_by("pk"))


def reach_then(past: Past, agency: Agency) -> ReachThen:
    """The same questions as `casework.policy` asks of now: grants, what is shut, and emergency access."""
    workers = set(User.objects.filter(agency=agency).exclude(role=Role.SYSTEM).values_list("pk", flat=True))
    shut_out = _shut_out(past, agency, workers)
    is_shut = shut_out == workers and bool(workers)
    codenames = _granted(past, agency)
    exists = "view_case" in codenames and not is_shut
    return ReachThen(
        exists=exists,
        categories=_categories(codenames) if exists else frozenset(),
        emergencies=tuple(each for each in _open(past) if each.worker_id in workers - shut_out),
        shut_out=frozenset(shut_out),
        is_shut=is_shut,
    )


def _shut_out(past: Past, agency: Agency, workers: set[int]) -> set[int]:
    bars = [bar for bar in past.of(Bar) if bar.lifted_at is None]
    if any(bar.agency_id == agency.pk for bar in bars):
        return workers
    named = {member.worker_id for member in past.of(SealMember) if member.ended_at is None}
    return workers & {bar.worker_id for bar in bars} | (workers - named if named else set())


def _granted(past: Past, agency: Agency) -> set[str]:
    grants = [grant for grant in past.of(GroupGrant) if grant.group_id == agency.group_id]
    live = {grant.permission_id for grant in grants if grant.valid_until is None or grant.valid_until > past.moment}
    return set(Permission.objects.filter(pk__in=live).values_list("codename", flat=True))


def _categories(codenames: set[str]) -> frozenset[Category]:
    return frozenset(name for name, codename in PERMISSION.items() if codenames & {codename, "hold_case"})


def _open(past: Past) -> list[EmergencyAccess]:
    opened = past.of(EmergencyAccess)
    return [each for each in opened if each.closed_at is None and each.reviewed_at is None and each.until > past.moment]
