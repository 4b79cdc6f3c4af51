"""How an assessment of risk is graded: what its answers say, what its rule makes of that, and what a person may change.

Knows no tables: instruments and rules are plain values as the reference data hold them, and are checked here alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

STANDARD, MEDIUM, HIGH, INSUFFICIENT = "standard", "medium", "high", "insufficient"
# Insufficient information is more to worry about than a standard risk that is known.
RANK = {"": -1, STANDARD: 0, INSUFFICIENT: 1, MEDIUM: 2, HIGH: 3}
NOT_ASKED = "not_asked"
SOURCES = ("victim", "police", "other_record")
PROMPTS = ("suicide", "strangulation", "stalking", "abuse")
LONGEST_COMMENT = 500

Content = Mapping[str, Any]
Answers = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Tally:
    """What the answers say: only a yes is a tick, and what nobody knows, or asked, is unknown and never a no."""

    ticks: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class Graded:
    """What the tool makes of the answers (empty where it leaves that to people), and the grade that stands at signing:
    the higher of that and of what was judged. `is_lowered`: the judgement is below the tool's, and must wait."""

    tally: Tally
    band: str
    grade: str
    is_lowered: bool


def graded(instrument: Content, rule: Content, answers: Answers, judgement: str) -> Graded:
    """The same answers under the same rule give the same grade, always."""
    tally = count(instrument, answers)
    band = band_of(rule, tally, judgement)
    grade = judgement if RANK[judgement] >= RANK[band] else band
    return Graded(tally, band, grade, is_lowered=bool(judgement) and RANK[judgement] < RANK[band])


def count(instrument: Content, answers: Answers) -> Tally:
    says = {each["code"]: each for each in instrument["scale"]}
    given = {item["code"]: answers[item["code"]].get("answer", "") for item in instrument["items"]}
    return Tally(
        tuple(code for code, answer in given.items() if says.get(answer, {}).get("is_tick")),
        tuple(code for code, answer in given.items() if answer == NOT_ASKED or says.get(answer, {}).get("is_unknown")),
    )


def band_of(rule: Content, tally: Tally, judgement: str) -> str:
    """By the number of ticks, where the rule has bands. With too much unknown it is never standard, whoever says so."""
    reached = [band["level"] for band in rule["bands"] if len(tally.ticks) >= band["from"]]
    band: str = reached[-1] if reached else ""
    is_least = (band or judgement) == STANDARD
    return INSUFFICIENT if is_least and len(tally.unknown) >= rule["insufficient_after"] else band


def critical(instrument: Content, tally: Tally) -> list[str]:
    """The critical items that were ticked, and those that are critical together, as people call them."""
    ticked = set(tally.ticks)
    return [
        each["label"]
        for each in instrument.get("critical", [])
        if set(each["all"]) <= ticked and (not each.get("any") or set(each["any"]) & ticked)
    ]


def prompts(instrument: Content, tally: Tally) -> set[str]:
    """What must become a next step of its own."""
    ticked = set(tally.ticks)
    return {item["prompt"] for item in instrument["items"] if item.get("prompt") and item["code"] in ticked}


def is_lower(level: str, than: str) -> bool:
    return RANK[level] < RANK[than]


def problems_of_answers(instrument: Content, answers: Any) -> dict[str, str]:
    """What is wrong with answers that are to be signed, by the code of the item."""
    known = {each["code"] for each in instrument["scale"]} | {NOT_ASKED}
    codes = [item["code"] for item in instrument["items"]]
    if not isinstance(answers, dict):
        return dict.fromkeys(codes, "Answer this.")
    problems = {code: "This tool has no such item." for code in answers if code not in codes}
    for code in codes:
        if problem := _problem_of(answers.get(code), known):
            problems[code] = problem
    return problems


def _problem_of(said: Any, known: set[str]) -> str:
    if not isinstance(said, dict) or said.get("answer", "") not in known:
        return "Choose an answer, or say why it was not asked."
    if not all(isinstance(value, str) for value in said.values()) or set(said) - {
        *("answer", "comment", "source", "not_asked")
    }:
        return "An answer has a comment, a source and a reason why it was not asked, and nothing else."
    if (said["answer"] == NOT_ASKED) != bool(said.get("not_asked")):
        return "Say why it was not asked, and only where it was not."
    if said.get("source", "") not in {"", *SOURCES}:
        return "Choose where this is known from."
    return "The comment is too long." if len(said.get("comment", "")) > LONGEST_COMMENT else ""


def problems_of_instrument(content: Any) -> list[str]:
    """What is wrong with the questions and answers of an instrument."""
    scale, items = (content.get(name) if isinstance(content, dict) else None for name in ("scale", "items"))
    if not isinstance(scale, list) or not isinstance(items, list):
        return ["An instrument has a scale and items."]
    if not _coded(scale, "label") or not _coded(items, "topic"):
        return ["Each answer of the scale has a code and a label, each item a code and a topic, and no code is twice."]
    problems = []
    if not any(each.get("is_tick") for each in scale) or not any(each.get("is_unknown") for each in scale):
        problems.append("The scale says which answers are ticks, and which say that it is not known.")
    if any(each.get("is_tick") and each.get("is_unknown") for each in scale):
        problems.append("What is not known is no tick.")
    codes = {item["code"] for item in items}
    named = {code for each in content.get("critical", []) for code in [*each.get("all", ()), *each.get("any", ())]}
    if named - codes:
        problems.append("Critical items are items of this instrument.")
    if {item["prompt"] for item in items if item.get("prompt")} - set(PROMPTS):
        problems.append(f"A prompt is one of {', '.join(PROMPTS)}.")
    return problems


def _coded(rows: Any, words: str) -> bool:
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        return False
    codes = [row.get("code") for row in rows]
    return all(codes) and len(set(codes)) == len(codes) and all(row.get(words) for row in rows)


def problems_of_rule(content: Any) -> list[str]:
    """What is wrong with the bands of an instrument, or with the numbers of the gates."""
    if not isinstance(content, dict):
        return ["A rule is an object."]
    if "bands" not in content:
        numbers = ("incidents", "months", "repeat_months")
        fits = all(isinstance(content.get(name), int) and content[name] > 0 for name in numbers)
        fits &= content.get("definition") in {"current", "older"} and isinstance(content.get("criminal"), list)
        return [] if fits else [f"The rule of the gates has {', '.join(numbers)}, definition and criminal."]
    bands, after = content["bands"], content.get("insufficient_after")
    problems = [] if isinstance(after, int) and after > 0 else ["After how many unknown answers is it insufficient?"]
    levels = [band.get("level") for band in bands]
    begin = [band.get("from") for band in bands]
    if not set(levels) <= {STANDARD, MEDIUM, HIGH} or levels != sorted(levels, key=lambda level: RANK[level]):
        problems.append("Bands go from standard to high.")
    if begin and (begin[0] != 0 or begin != sorted(set(begin))):
        problems.append("Bands begin at 0, and each begins above the one before.")
    return problems


def series(signed: Iterable[tuple[Any, Tally]], codes: Iterable[str]) -> dict[str, list[str]]:
    """How each item was answered over time: "yes", "unknown" or "no", the oldest first."""
    tallies = [tally for _, tally in signed]
    return {code: [_as_seen(code, tally) for tally in tallies] for code in codes}


def _as_seen(code: str, tally: Tally) -> str:
    return "yes" if code in tally.ticks else "unknown" if code in tally.unknown else "no"
