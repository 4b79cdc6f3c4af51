"""The shape of what other agencies hand in: the boxes of any contact, but for those that the front door fills in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from accounts.models import User
from casework.forms import long_text, radios, text
from casework.forms_of_contacts import ContactForm
from casework.models import CaseKind, Level
from casework.pages_of_contacts import MOST_TRIES, without_what_is_wrong
from casework.plans import CallerReport, ContactReport
from referrals import commands
from referrals.models import HandIn
from referrals.plans import HandInPlan

# What a contact says that nobody asks of an agency: how and when it came, who called, and what comes next.
NOT_ASKED = (
    *("channel", "hub", "happened_at", "caller", "cut_short", "leave_in", "no_step_reason", "handed_to"),
    *("step_kind", "step_due", "step_owner", "step_note", "safe_to_talk", "alone", "if_cut_off"),
    *("caller_name", "caller_organisation", "caller_checked", "caller_age", "caller_heard", "caller_asked_for"),
)
OF_WRITER = (
    *("caller_call_back", "caller_post", "caller_agrees", "caller_aware", "caller_may_be_named"),
    *("caller_relation", "caller_how_they_know", "caller_assessed_with", "caller_assessed_on"),
)
PARTS_OF_A_DAY = ("day", "month", "year")
RISK = [(level.value, level.label) for level in (Level.HIGH, Level.MEDIUM, Level.STANDARD)]


@dataclass(frozen=True)
class Helps:
    """One thing that would help: what it is, why, and the boxes of which one says it."""

    code: str
    what: str
    why: str
    boxes: tuple[str, ...]


METER = (
    Helps("danger", "Whether they are in danger now", "Danger is taken up first.", ("danger",)),
    Helps("safe_way", "A safe way and time to reach them", "Nobody rings a number not known to be safe.", ("route",)),
    Helps("who", "Who they are", "So that they are not asked again, and not mistaken for somebody else.", ("name",)),
    Helps("born", "When they were born", "It tells two people of one name apart.", ("date_of_birth",)),
    Helps("said", "What happened, in their words", "So that they do not have to tell it again.", ("said",)),
    Helps("kind", "What it is about", "It says who takes it up.", ("kind",)),
    Helps("risk", "How great you judge the risk, and with what", "High risk is taken up within hours.", ("risk",)),
    Helps("agrees", "Whether they know and agree", "So that nobody surprises them.", ("caller_agrees", "caller_aware")),
    Helps("borough", "The borough where they live", "So that it reaches the right area.", ("borough",)),
    Helps("language", "Their language and access needs", "An interpreter is booked.", ("language", "access_needs")),
    Helps("children", "Children", "They may be in danger as well.", ("children",)),
    Helps("call_back", "How to ring you back", "Without it we write to you here.", ("caller_call_back",)),
)


def meter(typed: dict[str, Any]) -> tuple[list[Helps], list[Helps]]:
    """What is there, and what would help besides. It refuses nothing."""
    there = [each for each in METER if any(_is_said(typed, box) for box in each.boxes)]
    return there, [each for each in METER if each not in there]


def _is_said(typed: dict[str, Any], box: str) -> bool:
    if box == "route":
        return bool(typed.get("route_value") and typed.get("route_safety") in ("safe", "unsafe"))
    return any(value for name, value in typed.items() if name == box or name.startswith(f"{box}_"))


def _of(*titles: str) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    """These parts of any contact, as they are."""
    return (part for part in ContactForm.parts if part[0] in titles)


class HandInForm(ContactForm):
    """Nothing of it is needed: whoever is signed in has said how to come back to them."""

    borough = text(100, label="In which borough do they live?", help_text="Another one's front door is told for you.")
    risk = radios(RISK, label="How great is the risk, as you judge it?", required=False)
    parts: ClassVar[list[tuple[str, tuple[str, ...], bool]]] = [
        ("First", ("danger", "kind", "risk", "borough"), False),
        *_of("Safe contact"),
        ("What happened", ("said", "markers", "wanted", "opinion"), False),
        *_of("Who it is about"),
        ("You, and what they know of this", OF_WRITER, False),
        *_of("More on this way", "Other ways to reach them", "The interpreter", "Children"),
        ("Where they are", ("where_they_are", "where_alleged_is", "where_children_are"), True),
        *_of("Addresses and other places", "The alleged perpetrator", "What they need"),
    ]
    field_order: ClassVar[list[str]] = [name for _, names, _ in parts for name in names]  # type: ignore[misc]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in NOT_ASKED:
            del self.fields[name]
        kinds: Any = self.fields["kind"]
        kinds.choices = [choice for choice in CaseKind.choices if choice[0] != CaseKind.BEHAVIOUR]
        self.fields["said"].label = "What happened, in their words"
        self.fields["call_them"].label = "What to call them"
        self.fields["name"].help_text = "Leave it empty if you do not know, or they do not say."

    def _clean_whole(self, data: dict[str, Any]) -> None:
        """It need not be."""

    def plan(self) -> HandInPlan:  # type: ignore[override]
        """What is handed in. Call it of a form that is valid."""
        data = self.cleaned_data
        alike = [n for n in ContactReport.__annotations__ if n in data and n not in {"markers", "children"}]
        of_caller = {n: data[f"caller_{n}"] for n in CallerReport.__annotations__ if f"caller_{n}" in data}
        report = ContactReport(
            **{"channel": "", "happened_at": None, "caller": ""} | {name: data[name] for name in alike},
            markers=tuple(data["markers"]),
            of_caller=CallerReport(**of_caller),
            children=self._children(),
            victim=self._victim(),
            routes=tuple(self.routes()),
            address=self._address(),
        )
        return HandInPlan(report, borough=data["borough"], risk=data["risk"])


def is_asked(name: str) -> bool:
    """Whether this is a box of the page, or a part of one."""
    whole, _, part = name.rpartition("_")
    box = whole if part in PARTS_OF_A_DAY else name
    return box in HandInForm.base_fields and box not in NOT_ASKED


def as_posted(typed: dict[str, Any]) -> QueryDict:
    """What is typed in boxes, as a page sends it; what has no box here stands in the note."""
    values = QueryDict(mutable=True)
    for name, value in typed.items():
        if is_asked(name):
            values.setlist(name, [str(v) for v in value] if isinstance(value, list) else [str(value)])
    left = [f"{name}: {value}" for name, value in typed.items() if not is_asked(name)]
    values["opinion"] = "\n".join(filter(None, [values.get("opinion", ""), *left]))[:5_000]
    return values


def readable(typed: dict[str, Any]) -> tuple[HandInForm, HandInPlan]:
    """What can be read of what is typed; what cannot stands as words in the note: nothing is refused for being unclear.

    Raises `ValidationError` where even so nothing can be made of it.
    """
    posted = as_posted(typed)
    for _ in range(MOST_TRIES):
        form = HandInForm(posted)
        if form.is_valid():
            return form, form.plan()
        posted = without_what_is_wrong(form, posted)
    raise ValidationError("This cannot be read. Say it more shortly.")


# What is done to something that was sent, by its name: by whoever handed it in, or by the front door.
ACTS: dict[str, Callable[[User, HandIn, str, datetime], object]] = {
    "answer": lambda actor, item, words, now: commands.answer_hand_in(actor=actor, hand_in=item, words=words, now=now),
    "receive": lambda actor, item, words, now: commands.receive_hand_in(actor=actor, hand_in=item, now=now),
    "ask": lambda actor, item, words, now: commands.ask_hander_in(actor=actor, hand_in=item, question=words, now=now),
    "keep": lambda actor, item, words, now: commands.keep_hand_in(actor=actor, hand_in=item, why=words, now=now),
}


class WordsForm(forms.Form):
    words = long_text(2_000, 4, label="")

    def __init__(self, *args: Any, label: str = "", help_text: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["words"].label, self.fields["words"].help_text = label, help_text
