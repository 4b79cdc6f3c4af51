"""Which services suit somebody, and why: rules by code, over what is known of both. Knows neither tables nor the clock.

What a service does not say is no reason against it: it is asked first. What the case does not say, no rule asks.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from string import Template

FIRST = 10  # so many are shown before the rest; who is by and for people is always among them
OF_NEED = "need_"  # the code of a rule of one need begins so, and goes on with the need's
NO_RECOURSE, PETS, INSUFFICIENT = "no_recourse", "pets", "insufficient"
PUT_UP_WITH = frozenset({NO_RECOURSE, PETS})  # needs that no service is for, but that it can take or not
ASKED = "asked"  # what no rule says, and nobody loosens: that a referral to it is under way
IS_ASKED = "is asked already"


class Says(Enum):
    YES, NO, UNKNOWN, NOTHING = "yes", "no", "unknown", "nothing"


@dataclass(frozen=True)
class Sought:
    """What is known of somebody, and what they need. Empty and None: not known, and asked of no service.

    `sons` are ages; `children`, of those of whom nobody says whether they are boys.
    """

    kind: str
    on: date
    needs: frozenset[str] = frozenset()
    risk: str = ""
    area: str = ""
    age: int | None = None
    gender: str = ""
    language: str = ""
    interpreter: bool | None = None
    wheelchair: bool | None = None
    sons: tuple[int, ...] = ()
    children: tuple[int, ...] = ()


@dataclass(frozen=True)
class Offered:
    """What a service says of itself. None: not said. `areas` names at least its partnership's own."""

    id: int
    name: str
    agency: str = ""
    kinds: tuple[str, ...] = ()
    purpose: str = ""
    areas: tuple[str, ...] = ()
    minimum_age: int | None = None
    maximum_age: int | None = None
    languages: tuple[str, ...] = ()
    risk_bands: tuple[str, ...] = ()
    takes_nrpf: bool | None = None
    takes_men: bool | None = None
    takes_women: bool | None = None
    takes_sons_until: int | None = None
    wheelchair: bool | None = None
    interprets: bool | None = None
    pets: bool | None = None
    by_and_for: tuple[str, ...] = ()
    outside_area_only: bool = False
    capacity_now: int | None = None
    capacity_on: date | None = None
    waiting_days: int | None = None
    assured_on: date | None = None
    is_asked: bool = False


@dataclass(frozen=True)
class Rule:
    """A row of the table: what it weighs when it holds, or that it excludes when it does not, and in which words.

    It looks at services for `purposes` only, where it names any; of a need these are the ones that meet it.
    """

    code: str
    weight: int = 0
    excludes: bool = False
    purposes: frozenset[str] = frozenset()
    days: int | None = None
    reason: str = ""
    why_not: str = ""
    ask_first: str = ""


@dataclass(frozen=True)
class Found:
    """What a predicate finds, and the words that go into a rule's sentence by name."""

    says: Says
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Why:
    """One reason, by the code of its rule, in plain words."""

    code: str
    words: str


@dataclass(frozen=True)
class Suggestion:
    """A service, for which of the needs, why, what to ask first, what speaks against it, and what excludes it."""

    service: Offered
    meets: frozenset[str] = frozenset()
    score: int = 0
    reasons: tuple[Why, ...] = ()
    ask_first: tuple[Why, ...] = ()
    but: tuple[Why, ...] = ()
    excluded: tuple[Why, ...] = ()


@dataclass(frozen=True)
class Unmet:
    """A need that nobody meets (empty: none was named), and by which rules those who would are excluded."""

    need: str
    excluded: tuple[str, ...]


@dataclass(frozen=True)
class Suggestions:
    """The services that suit, the best first; those that do not; and the needs for which nobody is there."""

    sought: Sought
    suggested: tuple[Suggestion, ...]
    excluded: tuple[Suggestion, ...]
    unmet: tuple[Unmet, ...]


Predicate = Callable[[Sought, Offered, Rule], Found]
NOTHING, YES, NO, UNKNOWN = (Found(says) for says in (Says.NOTHING, Says.YES, Says.NO, Says.UNKNOWN))


def three(value: bool | None, **words: str) -> Found:
    """What a service says with yes, no or nothing."""
    return Found({True: Says.YES, False: Says.NO, None: Says.UNKNOWN}[value], words)


def _kind(sought: Sought, offered: Offered, rule: Rule) -> Found:
    return three(sought.kind in offered.kinds)


def _fresh(sought: Sought, offered: Offered, rule: Rule) -> Found:
    if offered.assured_on is None or rule.days is None:
        return UNKNOWN
    return three((sought.on - offered.assured_on).days <= rule.days, days=_days(rule.days))


def _risk(sought: Sought, offered: Offered, rule: Rule) -> Found:
    if sought.risk in ("", INSUFFICIENT):
        return NOTHING
    return three(not offered.risk_bands or sought.risk in offered.risk_bands, risk=sought.risk)


def _is_of_its_area(sought: Sought, offered: Offered) -> bool:
    return sought.area.casefold() in {area.casefold() for area in offered.areas}


def _area(sought: Sought, offered: Offered, rule: Rule) -> Found:
    if offered.outside_area_only or not sought.area:
        return NOTHING
    return three(_is_of_its_area(sought, offered), area=sought.area)


def _outside_area(sought: Sought, offered: Offered, rule: Rule) -> Found:
    if not offered.outside_area_only:
        return NOTHING
    own = ", ".join(offered.areas)
    return three(not _is_of_its_area(sought, offered) if sought.area else None, area=own)


def _age(sought: Sought, offered: Offered, rule: Rule) -> Found:
    least, most = offered.minimum_age, offered.maximum_age
    if least is None and most is None:
        return NOTHING
    ages = {"ages": f"{least or 0} to {most}" if most is not None else f"{least} and over"}
    if sought.age is None:
        return Found(Says.UNKNOWN, ages)
    return three((least or 0) <= sought.age and (most is None or sought.age <= most), **ages)


def _gender(sought: Sought, offered: Offered, rule: Rule) -> Found:
    takes = {"woman": (offered.takes_women, "women"), "man": (offered.takes_men, "men")}
    if sought.gender in takes:
        value, who = takes[sought.gender]
        return three(value, who=who)
    refused = [who for value, who in takes.values() if value is False]
    return Found(Says.UNKNOWN, {"who": " or ".join(refused)}) if refused else NOTHING


def _speaks(sought: Sought, offered: Offered) -> bool:
    return sought.language.casefold() in {language.casefold() for language in offered.languages}


def _language(sought: Sought, offered: Offered, rule: Rule) -> Found:
    if sought.language.casefold() in ("", "english"):
        return NOTHING
    speaks = True if _speaks(sought, offered) else (False if offered.languages else None)
    return three(speaks, language=sought.language)


def _interpreter(sought: Sought, offered: Offered, rule: Rule) -> Found:
    return three(offered.interprets) if sought.interpreter and not _speaks(sought, offered) else NOTHING


def _wheelchair(sought: Sought, offered: Offered, rule: Rule) -> Found:
    return three(offered.wheelchair) if sought.wheelchair else NOTHING


def _nrpf(sought: Sought, offered: Offered, rule: Rule) -> Found:
    return three(offered.takes_nrpf) if NO_RECOURSE in sought.needs else NOTHING


def _pets(sought: Sought, offered: Offered, rule: Rule) -> Found:
    return three(offered.pets) if PETS in sought.needs else NOTHING


def _sons(sought: Sought, offered: Offered, rule: Rule) -> Found:
    """Until they are of that age. Of a child who may be a daughter it is asked."""
    if not sought.sons and not sought.children:
        return NOTHING
    limit = offered.takes_sons_until
    if limit is None:
        return UNKNOWN
    until = {"until": str(limit)}
    if max(sought.sons, default=-1) >= limit:
        return Found(Says.NO, until)
    return Found(Says.UNKNOWN if max(sought.children, default=-1) >= limit else Says.YES, until)


def _capacity(sought: Sought, offered: Offered, rule: Rule) -> Found:
    """What was said so long ago counts no longer, neither that there were places nor that there were none."""
    places, said_on = offered.capacity_now, offered.capacity_on
    if places is None or said_on is None or (rule.days is not None and (sought.on - said_on).days > rule.days):
        return UNKNOWN
    counted = f"{places} place{'' if places == 1 else 's'}"
    return three(places > 0, places=counted, since=_since(said_on, sought.on))


def _waiting(sought: Sought, offered: Offered, rule: Rule) -> Found:
    if offered.waiting_days is None or rule.days is None:
        return NOTHING
    return three(offered.waiting_days <= rule.days, waits=_days(offered.waiting_days))


def _by_and_for(sought: Sought, offered: Offered, rule: Rule) -> Found:
    people = ", ".join(offered.by_and_for)
    return Found(Says.YES, {"people": people}) if people else NOTHING


def _need(sought: Sought, offered: Offered, rule: Rule) -> Found:
    """Of one need, by the purposes that meet it. That another need is met instead is no reason against a service."""
    need = rule.code.removeprefix(OF_NEED)
    return YES if need in sought.needs and offered.purpose in rule.purposes else NOTHING


PREDICATES: dict[str, Predicate] = {
    "kind": _kind,
    "fresh": _fresh,
    "risk": _risk,
    "area": _area,
    "outside_area": _outside_area,
    "age": _age,
    "gender": _gender,
    "language": _language,
    "interpreter": _interpreter,
    "wheelchair": _wheelchair,
    "nrpf": _nrpf,
    "pets": _pets,
    "sons": _sons,
    "capacity": _capacity,
    "waiting": _waiting,
    "by_and_for": _by_and_for,
}
HELPS = "need"  # the rule that looks at all needs together: whether any is met
# What excludes, as it is called where nobody knows the case.
CALLED = {
    "age": "Not for their age",
    "area": "Not for people from here",
    ASKED: "Asked already",
    "capacity": "Full",
    "fresh": "Entry not confirmed",
    "gender": "Not for men, or not for women",
    "interpreter": "Does not work with interpreters",
    "kind": "Not for this kind of case",
    "language": "Does not speak their language",
    HELPS: "Nobody offers it",
    "nrpf": "Not without recourse to public funds",
    "outside_area": "Only for people from elsewhere",
    "pets": "Does not take pets",
    "risk": "Not for this level of risk",
    "sons": "A son is too old",
    "waiting": "People wait too long",
    "wheelchair": "Cannot be reached in a wheelchair",
}


def suggest(sought: Sought, offered: Iterable[Offered], rules: Collection[Rule]) -> Suggestions:
    """What suits, what does not, and what nobody offers. A service's verdict never depends on another's."""
    judged = [judge(sought, each, rules) for each in offered]
    by_name = lambda each: (each.service.name, each.service.id)  # noqa: E731
    suiting = sorted((each for each in judged if not each.excluded), key=lambda each: (-each.score, *by_name(each)))
    excluded = sorted((each for each in judged if each.excluded), key=by_name)
    return Suggestions(sought, _kept_visible(suiting), tuple(excluded), _unmet(sought, judged, rules))


def judge(sought: Sought, offered: Offered, rules: Collection[Rule]) -> Suggestion:
    """One service by every rule, in the rules' order."""
    meets = needs_met(sought.needs, offered.purpose, rules)
    score, said = 0, {says: list[Why]() for says in Says}
    but: list[Why] = []
    for rule in rules:
        found = _ask(sought, offered, rule, meets, rules)
        words = {Says.YES: rule.reason, Says.NO: rule.why_not, Says.UNKNOWN: rule.ask_first}.get(found.says, "")
        why = Why(rule.code, Template(words).safe_substitute(found.words))
        score += rule.weight if found.says is Says.YES else 0
        (but if found.says is Says.NO and not rule.excludes else said[found.says]).append(why)
    if offered.is_asked:
        said[Says.NO].append(Why(ASKED, IS_ASKED))
    shown = {says: tuple(why for why in whys if why.words) for says, whys in said.items() if says is not Says.NO}
    excluded = tuple(said[Says.NO])
    return Suggestion(offered, meets, score, shown[Says.YES], shown[Says.UNKNOWN], tuple(but), excluded)


def needs_met(needs: Collection[str], purpose: str, rules: Iterable[Rule]) -> frozenset[str]:
    """Those of these needs that a service for this purpose meets."""
    of_need = {rule.code.removeprefix(OF_NEED): rule for rule in rules if rule.code.startswith(OF_NEED)}
    return frozenset(need for need in needs if need in of_need and purpose in of_need[need].purposes)


def is_against(found: Suggestions, service: int, chosen: Collection[int]) -> bool:
    """Whether to choose this service, among others, goes against what was suggested: it is excluded, or for each need
    that it meets a better one was left out. To ask once more is no choice: whoever begins that refuses it."""
    mine = next((each for each in found.suggested if each.service.id == service), None)
    if mine is None:
        return not any(each.service.id == service and each.service.is_asked for each in found.excluded)
    better = [each for each in found.suggested if each.score > mine.score and each.service.id not in chosen]
    return all(any(need in (each.meets or {""}) for each in better) for need in mine.meets or {""})


def _ask(sought: Sought, offered: Offered, rule: Rule, meets: frozenset[str], rules: Collection[Rule]) -> Found:
    if rule.code == HELPS:
        return three(bool(meets)) if _to_meet(sought, rules) else NOTHING
    if rule.code.startswith(OF_NEED):
        return _need(sought, offered, rule)
    if rule.purposes and offered.purpose not in rule.purposes:
        return NOTHING
    return PREDICATES[rule.code](sought, offered, rule) if rule.code in PREDICATES else NOTHING


def _to_meet(sought: Sought, rules: Iterable[Rule]) -> list[str]:
    """The needs that some service can be for; the others say what it must put up with."""
    return sorted(need for need in sought.needs if any(rule.code == OF_NEED + need for rule in rules))


def _unmet(sought: Sought, judged: list[Suggestion], rules: Collection[Rule]) -> tuple[Unmet, ...]:
    """Who is asked already, and nothing else speaks against, meets it."""
    missing = []
    for need in _to_meet(sought, rules) or [""]:
        able = [each for each in judged if not need or need in each.meets]
        against = [{why.code for why in each.excluded} for each in able]
        if all(codes - {ASKED} for codes in against):
            missing.append(Unmet(need, tuple(sorted(set().union(*against, {HELPS} if not able else ())))))
    return tuple(missing)


def _kept_visible(suiting: list[Suggestion]) -> tuple[Suggestion, ...]:
    """Whoever is by and for people stands among the first, in the place that their score gives or the last of those."""
    ours = [each for each in suiting if each.service.by_and_for]
    others = [each for each in suiting if not each.service.by_and_for][: max(FIRST - len(ours), 0)]
    first = [each for each in suiting if each in ours or each in others]
    return tuple(first + [each for each in suiting if each not in first])


def _days(number: int) -> str:
    return f"{number} day{'' if number == 1 else 's'}"


def _since(day: date, today: date) -> str:
    ago = (today - day).days
    return "today" if ago <= 0 else f"{day:%A}" if ago < 7 else f"{day.day} {day:%B}"
