"""The rules by which odd access is found: what each says to people, and the SQL that finds it in the log.

One statement is made of them all (`config/lock/odd.py`). It looks at ids, marks and names where they stand, and gives
out ids and codes only. Each rule reads `judged`, `alike` or `logged`, and gives `event`, `at`, `worker`, `agency` and
`the_case`; NULL is of no one case.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Number:
    """A threshold, and where it comes from. Those of our own were chosen by `benchmarks.odd_access` on one seed."""

    value: int
    source: str


OURS = "Local default, measured by benchmarks.odd_access"
SECURITY = "Monitor rules of docs/security.md"
NUMBERS = {
    "window_days": Number(7, OURS),  # how far back is looked: a night that was missed is made up for
    "explained_days": Number(14, SECURITY),  # for how long work that has ended explains a reading
    "soon_days": Number(2, OURS),  # a step of the duty queue that is due by then is anybody's work
    "after_hours": Number(24, OURS),  # what is done within a day after it explains a reading
    "young_hours": Number(
        8, OURS
    ),  # what was opened less long ago may yet be explained; by night, a working day is over
    "search_minutes": Number(30, OURS),  # a case opened so soon after a search was looked for
    "contact_minutes": Number(60, OURS),  # a search so near to a contact that they logged was for it
    "cover_cases": Number(3, OURS),  # who did work in as many cases of a colleague stands in for them
    "slips": Number(2, OURS),  # as many cases without a reason in the window may be slips, or help for a colleague
    "crowd": Number(3, OURS),  # as many people without a reason in one case may be chance
    "burst_cases": Number(25, OURS),  # cases in an hour; on the busiest day of the demonstration it was 18
    "burst_searches": Number(30, OURS),
    "not_found": Number(5, OURS),  # a day's typing errors
    "day_begins": Number(7, "Opening hours of the front door: the partnership's own"),
    "day_ends": Number(20, "Opening hours of the front door: the partnership's own"),
    "duty_hours": Number(2, OURS),  # who acts so near to a reading is at work
    "rare_cases": Number(3, OURS),  # a surname in as many cases of the partnership or fewer is rare
}
N = {name: number.value for name, number in NUMBERS.items()}


@dataclass(frozen=True)
class Rule:
    """One rule: its code, its name, and why it speaks, in plain words, shown wherever an alert of it is shown."""

    code: str
    name: str
    says: str
    sql: str


FOUND = "SELECT event, at, worker, agency, the_case FROM"
WITHOUT = f"{FOUND} judged WHERE NOT is_explained AND"
OF_THE_WORKER = "SELECT event, at, worker, agency, NULL::bigint FROM"

RULES = {
    rule.code: rule
    for rule in (
        Rule(
            "self",
            "Perhaps themself",
            "They opened a case in which somebody has their own name, in whatever order or writing it stands there.",
            f"{FOUND} alike WHERE is_self",
        ),
        Rule(
            "household",
            "Perhaps their household",
            "They opened a case in which somebody has their surname, and a telephone number or an address that they "
            "declared as their own.",
            f"{FOUND} alike WHERE is_surname AND (is_telephone OR is_address) AND NOT is_self",
        ),
        Rule(
            "telephone",
            "The same telephone number",
            "They opened a case with a telephone number that they declared as their own.",
            f"{FOUND} alike WHERE is_telephone AND NOT is_surname AND NOT is_self",
        ),
        Rule(
            "address",
            "The same address",
            "They opened a case with an address that they declared as their own.",
            f"{FOUND} alike WHERE is_address AND NOT is_surname AND NOT is_self",
        ),
        Rule(
            "surname",
            "The same surname",
            "They opened a case in which somebody has their surname. It is told where the surname stands in at most "
            f"{N['rare_cases']} cases of the partnership, or where nothing explains why they opened it.",
            f"{FOUND} alike WHERE is_surname AND (is_rare OR NOT is_explained) AND NOT is_self "
            "AND NOT is_telephone AND NOT is_address",
        ),
        Rule(
            "unexplained",
            "No reason to open it",
            "They opened a case, and nothing explains why: no next step, referral, contact or act of theirs within "
            f"{N['explained_days']} days before or a day after, nothing soon due on the duty queue, and no work "
            f"for the colleague whose case it is in {N['cover_cases']} others. "
            f"{N['slips']} such cases in {N['window_days']} days may be slips: they are told only where they had "
            "searched for them.",
            f"{WITHOUT} (was_searched OR slips > {N['slips']})",
        ),
        Rule(
            "many",
            "One case, opened by many",
            f"More than {N['crowd']} people opened the same case within {N['window_days']} days, and nothing explains "
            "why they did. They are one of them.",
            f"{WITHOUT} crowd > {N['crowd']}",
        ),
        Rule(
            "transfer",
            "Opened after it passed on",
            f"They worked on this case once, more than {N['explained_days']} days ago or for another agency. Somebody "
            "else works on it now, and nothing explains why they opened it again.",
            f"{WITHOUT} was_theirs",
        ),
        Rule(
            "burst",
            "Many in an hour",
            f"Within an hour they opened more than {N['burst_cases']} cases, or searched more than "
            f"{N['burst_searches']} times. Below stand those beyond that number.",
            f"{OF_THE_WORKER} judged WHERE in_hour > {N['burst_cases']} "
            f"UNION ALL {OF_THE_WORKER} searched WHERE in_hour > {N['burst_searches']}",
        ),
        Rule(
            "hours",
            "Out of hours",
            f"They opened a case before {N['day_begins']} or after {N['day_ends']} o'clock, or at a weekend, and did "
            f"nothing but look: there is no act of theirs within {N['duty_hours']} hours of it.",
            f"{FOUND} judged WHERE is_late AND NOT is_at_work",
        ),
        Rule(
            "own_name",
            "Searched for their own name",
            "They searched for a person by their own name.",
            f"{OF_THE_WORKER} searched WHERE detail -> 'criteria' ? 'own_name'",
        ),
        Rule(
            "not_found",
            "Not found, again and again",
            f"Within a day they asked more than {N['not_found']} times for what does not exist, or is not visible to "
            "them. Below stand those beyond that number.",
            f"{OF_THE_WORKER} missed WHERE in_day > {N['not_found']}",
        ),
    )
}
LIKENESS = ("self", "household", "telephone", "address", "surname")  # what does not change by opening the case again
