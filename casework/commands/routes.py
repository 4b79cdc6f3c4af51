"""Ways to reach somebody as they are said and said anew, and how long a word on their safety holds."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.db.models.functions import Least

from accounts.authorization import NotPossibleNow, authorize
from accounts.models import User
from audit.log import command, record
from casework.categories import Category, category_of
from casework.commands.reviews import pull_review
from casework.models import (
    ABOUT,
    MAKE_DOUBTFUL,
    Case,
    Change,
    ContactRoute,
    Level,
    Party,
    RouteKind,
    Safety,
    Said,
    mark_of_telephone,
    mark_of_way,
    standing_level,
)
from casework.plans import CHANGED, Confirmation, RouteReport
from casework.queries import due_by, read_telephone
from casework.windows import tidy

BY_TELEPHONE = {RouteKind.PHONE, RouteKind.SMS}
PLACES = {RouteKind.LETTER, RouteKind.IN_PERSON}
PEOPLE = {RouteKind.VIA_PROFESSIONAL, RouteKind.VIA_TRUSTED_PERSON, RouteKind.NONE}
USUALLY, HIGH_RISK = "safe_route", "safe_route_high_risk"  # codes of service standards
TIMES = ("windows", "never_times")
SAID_ANEW = ("safety", *TIMES, "when_safe", "monitored")  # not only that it is still so
NO_ADDRESS_HERE = "Leave this empty: a letter goes to an address of the case, of the kind “For letters”."


def add_route(actor: User, party: Party, report: RouteReport, now: datetime) -> ContactRoute:
    """Part of a command, never one by itself: add a way to reach somebody.

    The same way said before is superseded: the newest word on its safety stands. Raises `ValidationError` for a number,
    a time or an end that is none.
    """
    if report.kind == RouteKind.LETTER and report.value:
        raise ValidationError(NO_ADDRESS_HERE)
    told = report.safety != Safety.UNKNOWN
    e164 = read_telephone(report.value) if report.kind in BY_TELEPHONE and report.value else ""
    mark = mark_of_telephone(e164) if e164 else mark_of_way(party.case_id, report.kind, report.value)
    kept: dict[str, Any] = vars(report) | {name: tidy(getattr(report, name)) for name in TIMES}
    party.routes.filter(mark=mark, superseded_at=None).update(superseded_at=now)
    return ContactRoute.objects.create(
        case_id=party.case_id,
        party=party,
        e164=e164,
        mark=mark,
        confirmed_at=now if told else None,
        confirmed_by=actor if told else None,
        **kept | {"expires_at": _expiry(party.case, report, now)},
    )


def shorten_routes(case: Case, now: datetime) -> None:
    """Part of a command, never one by itself: at high risk nothing counts as safe for longer than that allows."""
    allowed = due_by(HIGH_RISK, now, case.partnership_id).at - now
    case.routes.filter(safety=Safety.SAFE, superseded_at=None).update(
        expires_at=Least("expires_at", F("confirmed_at") + allowed)
    )


def _expiry(case: Case, report: RouteReport, now: datetime) -> datetime | None:
    """Until when this word on its safety holds; None for a way that is not safe."""
    if report.safety != Safety.SAFE:
        return None
    newest = standing_level(case)
    usual = HIGH_RISK if newest and newest.level == Level.HIGH else USUALLY
    latest = due_by(usual, now, case.partnership_id).at
    if report.expires_at and report.expires_at <= now:
        raise ValidationError("The time by which it is confirmed again must be in the future.")
    return min(report.expires_at or latest, latest)


@command
def confirm_route(*, actor: User, route: ContactRoute, said: Confirmation, now: datetime) -> ContactRoute:
    """Say anew whether a way is safe: what was not asked again stays, and the word before is superseded.

    Of a way that says they want no contact: that they may be contacted again. Raises `NotPossibleNow` for a word that
    is superseded already, `ValidationError` for times that are none.
    """
    authorize(actor, "casework.confirm_route", route)
    fresh = ContactRoute.objects.select_for_update().select_related("party__case").get(pk=route.pk)
    if fresh.superseded_at:
        raise NotPossibleNow("Somebody said this anew after you opened it. Look at what they said.")
    if fresh.kind == RouteKind.NONE:
        fresh.superseded_at = now
        fresh.save(update_fields=["superseded_at"])
        confirmed = fresh
    else:
        before = {name: getattr(fresh, name) for name in RouteReport.__dataclass_fields__}
        confirmed = add_route(actor, fresh.party, RouteReport(**before | vars(said)), now)
    record(actor=actor, action="casework.confirm_route", subject=confirmed, categories=["contact"], safety=said.safety)
    said_otherwise = any(getattr(fresh, name) != getattr(confirmed, name) for name in SAID_ANEW)
    if fresh is confirmed or fresh.doubted_at or said_otherwise:
        what = {category_of(ContactRoute, "value", fresh.party.role)}
        CHANGED(case=fresh.party.case, what=what, actor=actor, now=now)
    return confirmed


@command
def report_change(*, actor: User, case: Case, change: str, now: datetime) -> int:
    """Say that something changed. Returns how many ways and addresses are in doubt from now on.

    The risk is to be looked at sooner. Once they moved or separated, no address of before is right, and no way is safe
    that is bound to a place, or of which nobody said that nobody else has it, until it is said anew. `change` is a code
    of `Change`.
    """
    authorize(actor, "casework.report_change", case)
    Case.objects.select_for_update().get(pk=case.pk)
    pull_review(actor, case, str(Change(change).label), now)
    doubted = _doubt(case, now) if change in MAKE_DOUBTFUL else 0
    record(actor=actor, action="casework.report_change", subject=case, reason=change, count=doubted)
    if doubted:
        CHANGED(case=case, what={Category.CONTACT, Category.LOCATION}, actor=actor, now=now)
    return doubted


def _doubt(case: Case, now: datetime) -> int:
    about = {"party__role__in": ABOUT, "doubted_at": None}
    alone = Q(monitored=Said.NO) & ~Q(kind__in=PLACES) | Q(kind__in=PEOPLE)
    doubted = case.routes.filter(superseded_at=None, **about).exclude(alone).update(doubted_at=now)
    doubted += case.addresses.filter(**about).update(doubted_at=now)
    return doubted
