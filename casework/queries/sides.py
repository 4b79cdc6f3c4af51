"""The pairs of two-sided cases, for the one senior practitioner who learns of them; and who that is."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from accounts.authorization import NotVisible, authorize
from accounts.models import AgencyKind, User
from accounts.roles import Role
from audit.log import record
from casework.models import Case, Likeness, NamedSenior, SidesJudgement, TwoSided, read_reference
from casework.policy import visible_cases, visible_pairs

PAGE = 25


@dataclass(frozen=True)
class PairPage:
    """One page of pairs, the newest first, each with whether it `is_judged`. `after` begins the next page."""

    pairs: Sequence[TwoSided]
    after: str | None


@dataclass(frozen=True)
class PairView:
    """A pair as its one reader sees it: what leads to each case, and what was judged, newest first.

    A case that her agency may not know of is None. What stands in a case is read there, and not here: two readings
    at one second would tell whoever reads both histories.
    """

    pair: TwoSided
    first: Case | None
    second: Case | None
    judgements: tuple[SidesJudgement, ...]

    @property
    def reasons(self) -> list[str]:
        return [str(Likeness(code).label) for code in self.pair.why]


def pairs_for(*, actor: User, after: str = "") -> PairPage:
    """The two-sided cases, newest found first. Recorded, as one reading that names no case."""
    authorize(actor, "casework.view_two_sides")
    judged = SidesJudgement.objects.filter(pair=OuterRef("pk"), judged_at__gte=OuterRef("found_at"))
    pairs = visible_pairs(actor).annotate(is_judged=Exists(judged))
    if start := pairs.filter(reference=after).first() if after else None:
        pairs = pairs.filter(pk__lt=start.pk)
    found = list(pairs.order_by("-pk")[: PAGE + 1])
    for pair in found[:PAGE]:
        record(actor=actor, action="casework.view_two_sides", subject=pair, purpose="casework", deliberate=False)
    return PairPage(found[:PAGE], found[PAGE - 1].reference if len(found) > PAGE else None)


def get_pair(actor: User, reference: str) -> TwoSided:
    """A pair to act on. Raises `NotVisible`, the same for a hidden one as for none."""
    pair = visible_pairs(actor).filter(reference=read_reference(reference) or "").first()
    if pair is None:
        raise NotVisible("casework.view_two_sides")
    return pair


def read_pair(*, actor: User, reference: str) -> PairView:
    """A pair to read. Recorded, in the history of neither case."""
    pair = get_pair(actor, reference)
    authorize(actor, "casework.view_two_sides", pair)
    record(actor=actor, action="casework.view_two_sides", subject=pair, purpose="casework")
    return pair_view(actor, pair)


def pair_view(actor: User, pair: TwoSided) -> PairView:
    """The same to compare, never to show, for it is not recorded."""
    cases = visible_cases(actor).in_bulk([pair.first_id, pair.second_id])
    judged = pair.judgements.select_related("judged_by").order_by("-judged_at", "-pk")
    return PairView(pair, cases.get(pair.first_id), cases.get(pair.second_id), tuple(judged))


def senior_of(actor: User) -> User | None:
    """Who is named in the actor's partnership, and still can be; None when nobody is."""
    authorize(actor, "casework.view_senior_practitioner")
    named = NamedSenior.objects.filter(partnership=actor.agency.partnership_id, ended_at=None)
    return who_can_be_named(actor).filter(pk__in=named.values("worker")).first()


def who_can_be_named(actor: User) -> QuerySet[User]:
    """The senior practitioners of the front door, by name."""
    able = User.objects.filter(is_active=True, role=Role.SENIOR_PRACTITIONER, agency__kind=AgencyKind.FRONT_DOOR)
    return able.filter(agency__partnership=actor.agency.partnership_id).order_by("name", "pk")
