"""How the factors of risk went over time, drawn as SVG by the server. The same stands beside it as a table."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format

from casework.queries import AssessedPair

register = template.Library()
LEFT, STEP, ROW, TOP = 430, 110, 24, 34
SAID = {"yes": "Yes", "unknown": "Not known", "no": "No"}


@dataclass(frozen=True)
class Mark:
    """One answer in the drawing: where, and which."""

    x: int
    y: int
    answer: str


@register.inclusion_tag("casework/_factors.html")
def factors_of(pair: AssessedPair, number: int) -> dict[str, Any]:
    """Each item that was ever ticked or not known, by the assessments of one pair."""
    shown = [factor for factor in pair.factors if set(factor.answers) != {"no"}]
    days = [date_format(timezone.localtime(moment), "j M Y") for moment in pair.moments]
    columns = [(LEFT + STEP * place + STEP // 2, day) for place, day in enumerate(days)]
    rows = [(TOP + ROW * place + ROW // 2, factor) for place, factor in enumerate(shown)]
    return {
        "number": number,
        "columns": columns,
        "labels": [(y, factor.topic) for y, factor in rows],
        "marks": [
            Mark(x, y, answer)
            for y, factor in rows
            for (x, _), answer in zip(columns, factor.answers, strict=True)
            if answer != "no"
        ],
        "middle": ROW // 2,
        "width": LEFT + STEP * len(columns),
        "height": TOP + ROW * len(rows),
        "head": [{"text": "Factor"}, *({"text": day} for day in days)],
        "table": [[{"text": f.topic}, *({"text": SAID[answer]} for answer in f.answers)] for f in shown],
        "said": f"{len(shown)} factors in {len(days)} assessments. The table below says the same.",
    }
