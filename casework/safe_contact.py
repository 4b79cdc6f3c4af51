"""Whether a way to reach somebody may be used now, and why not: the one place that decides it.

Everything that goes out asks `may_use`. What is not known is no; the database asks most of it again when an attempt is
written (`attempt_is_by_a_way_that_may_be_used`), but it cannot read the safe times.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError

from casework.models import ContactRoute, Initiator, Letters, PartyRole, RouteKind, RouteOverride, Safety, Said
from casework.windows import open_stretches, read_windows

LEFT_BEHIND = {RouteKind.SMS, RouteKind.EMAIL}  # what is sent stays where others may read it
SENTENCES = {
    "yes": "It is safe to use now.",
    "overridden": "A supervisor decided that it may be used now although it is not safe.",
    "alleged": "It is the alleged perpetrator's. It is never ours to use.",
    "superseded": "It was said anew later. Use the newer word on it.",
    "no_contact": "They asked that we do not contact them at all.",
    "unsafe": "It is not safe.",
    "unknown": "Nobody has said that it is safe.",
    "doubted": "Something has happened since they said that it is safe. Ask them again, in another way.",
    "expired": "It is too long ago that they said it is safe. Ask them again, in another way.",
    "victim_only": "Only they may begin. Wait until they do.",
    "monitored": "Somebody else uses or watches it.",
    "left_behind": "Nobody has said whether somebody else can read what is sent to it.",
    "no_letters": "They did not agree to letters.",
    "no_times": "Nobody has said at what times it is safe.",
    "not_now": "It is not safe at this time.",
}
FOR_GOOD = ("alleged", "superseded", "no_contact")  # no override opens these


@dataclass(frozen=True)
class Verdict:
    """Whether it may be used, and why or why not; until when, or when next if its times are all that is in the way."""

    may: bool
    code: str
    until: datetime | None = None
    opens: datetime | None = None
    override: RouteOverride | None = None

    @property
    def why(self) -> str:
        return SENTENCES[self.code]


def may_use(route: ContactRoute, now: datetime) -> Verdict:
    """Whether this way may be used at this moment. Asks the records anew each time."""
    return verdicts([route], now)[route.pk]


def verdicts(routes: Iterable[ContactRoute], now: datetime) -> dict[int, Verdict]:
    """The same of several, by their ids, in three statements."""
    asked = list(ContactRoute.objects.filter(pk__in=[route.pk for route in routes]).select_related("party"))
    parties = [route.party_id for route in asked]
    no_contact = ContactRoute.objects.filter(party__in=parties, kind=RouteKind.NONE, superseded_at=None)
    shunned = set(no_contact.values_list("party_id", flat=True))
    running = RouteOverride.objects.filter(route__in=asked, given_at__lte=now, until__gt=now, ended_at=None)
    overrides = {override.route_id: override for override in running.order_by("until")}
    return {
        route.pk: _verdict(route, now, is_shunned=route.party_id in shunned, override=overrides.get(route.pk))
        for route in asked
    }


def _verdict(route: ContactRoute, now: datetime, *, is_shunned: bool, override: RouteOverride | None) -> Verdict:
    if is_shunned and route.party.role != PartyRole.ALLEGED:
        return Verdict(False, "no_contact")
    code = _against(route, now)
    if code in FOR_GOOD:
        return Verdict(False, code)
    verdict = Verdict(False, code) if code else _by_its_times(route, now)
    if not verdict.may and override:
        return Verdict(True, "overridden", until=override.until, override=override)
    return verdict


def _against(route: ContactRoute, now: datetime) -> str:
    """What is against using it at any time; empty if nothing is."""
    is_letter = route.kind == RouteKind.LETTER
    against = {
        "alleged": route.party.role == PartyRole.ALLEGED,
        "superseded": route.superseded_at is not None,
        "no_contact": route.kind == RouteKind.NONE,
        "unsafe": route.safety == Safety.UNSAFE,
        "unknown": route.safety != Safety.SAFE or route.confirmed_at is None,
        "doubted": route.doubted_at is not None,
        "expired": route.expires_at is None or route.expires_at <= now,
        "victim_only": route.initiator == Initiator.VICTIM_ONLY,
        "monitored": route.monitored == Said.YES,
        "left_behind": route.kind in LEFT_BEHIND and route.monitored != Said.NO,
        "no_letters": is_letter and route.letters in {"", Letters.NEVER},
    }
    return next((code for code, is_so in against.items() if is_so), "")


def _by_its_times(route: ContactRoute, now: datetime) -> Verdict:
    """Inside its windows or not. A way without any, or with such as cannot be read, is open at no time."""
    try:
        stretches = open_stretches(read_windows(route.windows), read_windows(route.never_times), now)
    except ValidationError:
        stretches = []
    ends = route.expires_at
    ahead = [stretch for stretch in stretches if ends and stretch.start < ends]
    if not ahead or not ends:
        return Verdict(False, "no_times")
    if ahead[0].start > now:
        return Verdict(False, "not_now", opens=ahead[0].start)
    return Verdict(True, "yes", until=min(ahead[0].end, ends))
