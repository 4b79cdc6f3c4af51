"""Which services suit a case, by the rules that stand in its partnership, and what commissioners read of gaps.

An agency in which nobody finds the case, and every one across the wall, is left out before any rule is asked.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, QuerySet, Value
from django.utils import timezone

from accounts.authorization import authorize
from accounts.models import AgencyKind, User, system_in
from accounts.roles import roles_with
from audit.acting import acting_as
from audit.log import record
from casework.categories import Category
from casework.models import ABOUT, Case, EqualityAnswer, Need, Party, PartyRole, Question, standing_level
from casework.policy import Shut, holds
from casework.queries import standing
from referrals import routing
from referrals.models import ByAndFor, Gap, Referral, Service, ServiceStatus, SuggestionRule
from referrals.plans import AS_KNOWN, Search
from referrals.policy import visible_services
from referrals.queries.directory import limits_on
from referrals.routing import Offered, Rule, Sought, Suggestion, Suggestions
from referrals.states import LIVE, ReferralStatus

C = Category
READ = (C.IDENTITY, C.RISK, C.HOUSEHOLD, C.NEEDS)  # of the case, for what it is known to need
# An answer is in the person's own words: what is none of these says nothing that a rule may go by.
WOMAN, MAN = {"female", "woman", "women", "girl", "f"}, {"male", "man", "men", "boy", "m"}
LEAST = 5  # smaller numbers could tell of one person


@dataclass(frozen=True)
class Reason:
    """By which rule services were excluded, and of how many people. None: fewer than five."""

    code: str
    count: int | None

    @property
    def label(self) -> str:
        return routing.CALLED.get(self.code, self.code)


@dataclass(frozen=True)
class Missing:
    """How often nobody met a need in a month, and by which rules services were excluded. None: fewer than five."""

    month: date
    need: str
    count: int | None
    reasons: tuple[Reason, ...]

    @property
    def label(self) -> str:
        return str(Need(self.need).label) if self.need else "No need was named"


def suggestions_for(*, actor: User, case: Case, search: Search = AS_KNOWN, now: datetime) -> Suggestions:
    """What suits a case that the actor may refer, with what the sender says for this once. Recorded as a reading."""
    authorize(actor, "referrals.view_suggestions", case)
    found = suggested(actor, case, search, now)
    record(actor=actor, action="referrals.view_suggestions", subject=case, purpose="suggestions", categories=READ)
    return found


def suggested(actor: User, case: Case, search: Search, now: datetime) -> Suggestions:
    """The same, for commands, which record what they do."""
    asked = set(Referral.objects.filter(case=case, status__in=LIVE).values_list("service", flat=True))
    rules = rules_in_force(case.partnership_id, timezone.localdate(now))
    services = services_for_case(actor, case).select_related("agency__partnership")
    offered = [replace(offered_by(service), is_asked=service.pk in asked) for service in services]
    return routing.suggest(sought_in(case, search, now), offered, rules)


def next_suggestions(referral: Referral, now: datetime) -> list[Suggestion]:
    """Who else suits what this referral was for, the best first: none who declined it or is asked now. Unrecorded.

    For commands of whoever declines it, who may not see the case: it is looked into in the system's name.
    """
    system, case = system_in(referral.sender.partnership_id), referral.case_id
    with acting_as(system, case):
        of_case = Case.objects.select_related("agency", "partnership").get(pk=case)
        rules = rules_in_force(of_case.partnership_id, timezone.localdate(now))
        known, purpose = sought_in(of_case, AS_KNOWN, now).needs, referral.service.purpose
        met = routing.needs_met(known, purpose, rules) or routing.needs_met(Need.values, purpose, rules)
        search = Search(needs=tuple(met | (known & routing.PUT_UP_WITH)))
        found = suggested(system, of_case, search, now).suggested
        said_no = Referral.objects.filter(case=of_case, status=ReferralStatus.DECLINED)
        declined = {referral.service_id, *said_no.values_list("service", flat=True)}
    return [each for each in found if each.service.id not in declined]


def choice_of(actor: User, referral: Referral) -> str | None:
    """Why it went to this service although it was not suggested first: for whoever holds the case. None for others."""
    if not holds(actor, referral.case_id):
        return None
    chosen = referral.get_chosen_against_display()
    return f"{chosen}. {referral.chosen_because}" if chosen else ""


def services_for_case(actor: User, case: Case) -> QuerySet[Service]:
    """The services to which this case can be referred, by name, whatever the rules say of them.

    Not of an agency where nobody who may answer finds the case: it is barred, or nobody is there. Nor across the wall.
    """
    answer = User.objects.filter(
        agency=OuterRef("agency"), is_active=True, role__in=roles_with("referrals.accept_referral")
    ).annotate(is_shut=Shut(Value(case.pk), F("pk")))
    behind = {"agency__kind": AgencyKind.BEHAVIOUR}
    offered = visible_services(actor).filter(status=ServiceStatus.ACTIVE)
    services = offered.filter(Exists(answer.filter(is_shut=False)))
    is_behind = case.agency.kind == AgencyKind.BEHAVIOUR
    side = services.filter(**behind) if is_behind else services.exclude(**behind)
    return side.select_related("agency").order_by("name", "pk")


def rules_in_force(partnership_id: int, on: date) -> list[Rule]:
    """Of each code the partnership's own, or the shipped one; what weighs most first, as it is then told.

    How old an entry may be is the directory's.
    """
    limits = limits_on(on, partnership_id)
    first: dict[str, SuggestionRule] = {}
    for row in standing(SuggestionRule, on, partnership_id):
        first.setdefault(row.code, row)
    return [
        Rule(
            code=row.code,
            weight=row.weight,
            excludes=row.excludes,
            purposes=frozenset(row.purposes),
            days=limits.hidden if row.code == "fresh" else row.days,
            reason=row.reason,
            why_not=row.why_not,
            ask_first=row.ask_first,
        )
        for row in sorted(first.values(), key=lambda row: (-row.weight, row.code))
    ]


def sought_in(case: Case, search: Search, now: datetime) -> Sought:
    """What is known of whom a case is about, and what the sender says for this once."""
    parties = list(case.parties.filter(role__in=(*ABOUT, PartyRole.CHILD)).order_by("pk"))
    about = next((party for party in parties if party.role in ABOUT), None)
    genders, today, level = _genders(case), timezone.localdate(now), standing_level(case)
    known = Sought(
        kind=case.kind,
        on=today,
        needs=frozenset(about.needs if about else ()),
        risk=level.level if level else "",
        area=case.partnership.name,
        age=_age(about, today) if about else None,
        gender=genders.get(about.pk, "") if about else "",
        language=about.language if about else "",
        interpreter=about.interpreter_needed if about else None,
        wheelchair=True if about and "wheelchair" in about.access_needs.casefold() else None,
        **_children([each for each in parties if each.role == PartyRole.CHILD], genders, today),
    )
    said = {name: value for name, value in vars(search).items() if value is not None}
    if "needs" in said:
        said["needs"] = frozenset(said["needs"])
    if (oldest := said.pop("oldest_son", None)) is not None:
        said |= {"sons": (oldest,), "children": ()}
    return replace(known, **said)


def offered_by(service: Service) -> Offered:
    """What a service says of itself, as the rules look at it."""
    said = {name: getattr(service, name) for name in AS_THEY_ARE}
    lists = {name: tuple(getattr(service, name)) for name in ("kinds", "languages", "risk_bands")}
    return Offered(
        id=service.pk,
        agency=service.agency.name,
        areas=tuple(service.areas) or (service.agency.partnership.name,),
        interprets=True if service.entry.get("interpretation_services") else None,
        by_and_for=tuple(str(ByAndFor(code).label) for code in service.by_and_for),
        assured_on=service.assured_on or service.added_on,
        capacity_on=timezone.localdate(service.capacity_at) if service.capacity_at else None,
        **said | lists,
    )


AS_THEY_ARE = (
    *("name", "purpose", "minimum_age", "maximum_age", "takes_nrpf", "takes_men", "takes_women", "takes_sons_until"),
    *("wheelchair", "pets", "outside_area_only", "capacity_now", "waiting_days"),
)


def gaps_for(*, actor: User) -> list[Missing]:
    """What nobody met in the actor's partnership, by month and need, the newest month first.

    Neither a number below five nor its reasons are told; a reason that was given in fewer is told without its number.
    """
    authorize(actor, "referrals.view_gaps")
    rows = Gap.objects.filter(partnership=actor.agency.partnership_id).order_by("-month", "need", "pk")
    by_need: dict[tuple[date, str], list[list[str]]] = {}
    for month, need, excluded in rows.values_list("month", "need", "excluded"):
        by_need.setdefault((month, need), []).append(excluded)
    return [_missing(month, need, lists) for (month, need), lists in by_need.items()]


def _missing(month: date, need: str, lists: list[list[str]]) -> Missing:
    count = _told(len(lists))
    counted = Counter(code for codes in lists for code in codes) if count else Counter[str]()
    reasons = tuple(Reason(code, _told(number)) for code, number in sorted(counted.items()))
    return Missing(month, need, count, reasons)


def _told(number: int) -> int | None:
    return number if number >= LEAST else None


def _genders(case: Case) -> dict[int, str]:
    """Of each party whose newest answer about their sex is one of the usual words."""
    answers = EqualityAnswer.objects.filter(case=case, question=Question.SEX).order_by("noted_at", "pk")
    newest = {each.party_id: each.answer.strip().casefold() for each in answers}
    said = {pk: "woman" if words in WOMAN else "man" if words in MAN else "" for pk, words in newest.items()}
    return {pk: gender for pk, gender in said.items() if gender}


def _children(children: Iterable[Party], genders: dict[int, str], today: date) -> dict[str, tuple[int, ...]]:
    """The ages of sons, and of those of whom nobody says whether they are boys."""
    ages = [(genders.get(child.pk, ""), age) for child in children if (age := _age(child, today)) is not None]
    return {
        "sons": tuple(age for gender, age in ages if gender == "man"),
        "children": tuple(age for gender, age in ages if not gender),
    }


def _age(party: Party, today: date) -> int | None:
    born = party.date_of_birth
    if born is None:
        return party.age_said
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
