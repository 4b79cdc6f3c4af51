"""The boxes of the ways to reach somebody, each with a safety of its own."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from casework.forms import YES_NO, one_of, radios, text
from casework.models import CallerId, Initiator, Letters, RouteKind, Safety, Said, Voicemail
from casework.plans import RouteReport
from casework.queries import read_telephone
from casework.windows import EXAMPLE, LONGEST_LINE, tidy

ROUTES = ("route", "route2", "route3")
BY_TELEPHONE = {RouteKind.PHONE, RouteKind.SMS}
# The boxes of one way by the names of `RouteReport`: those asked of everybody, and those with time to ask.
FIRST = ("kind", "value", "safety", "windows", "note", "code_word")
MORE = (
    *("read_back", "monitored", "initiator", "never_times", "when", "who_may_answer", "who_must_not"),
    *("if_other_answers", "voicemail", "caller_id", "letters", "knows", "our_word"),
)
SAID_OF = {name: name for name in (*FIRST, *MORE)} | {"when": "when_safe"}


def fields_of_route(prefix: str) -> dict[str, forms.Field]:
    """By their names on the page, in the order in which they are asked."""
    asked: dict[str, forms.Field] = {
        "kind": one_of(RouteKind.choices, label="How can they be reached?"),
        "value": text(200, label="Telephone number or email address"),
        "safety": radios(
            Safety.choices,
            label="Is it safe to use?",
            required=False,
            initial=Safety.UNKNOWN,
            help_text="Ask each time. Not known is treated as not safe.",
        ),
        "windows": text(LONGEST_LINE, label="Safe days and times", help_text=EXAMPLE),
        "note": text(500, label="Who may answer, and what may be said?"),
        "code_word": text(
            60,
            label="Agreed word",
            help_text="Who says it is them. Choose one nobody else would say. It is never shown.",
        ),
        "read_back": radios(YES_NO, label="Was it read back to them?", required=False),
        "monitored": radios(Said.choices, label="Does somebody share or watch it?", required=False),
        "initiator": radios(Initiator.choices, label="Who may begin?", required=False),
        "never_times": text(LONGEST_LINE, label="Never at these days and times", help_text="In the same way."),
        "when": text(200, label="When is it safe, in their words?"),
        "who_may_answer": text(300, label="Who may answer?"),
        "who_must_not": text(300, label="Who must not know?"),
        "if_other_answers": text(300, label="What do we say if somebody else answers?"),
        "voicemail": one_of(Voicemail.choices, label="Voicemail"),
        "caller_id": one_of(CallerId.choices, label="Our number"),
        "letters": one_of(Letters.choices, label="Letters"),
        "knows": radios(Said.choices, label="If it is somebody they trust: do they know of it?", required=False),
        "our_word": text(60, label="Our word", help_text="Who says it is us."),
    }
    return {f"{prefix}_{name}": asked[name] for name in (*FIRST, *MORE)}


OF_ROUTES = {name: field for route in ROUTES for name, field in fields_of_route(route).items()}
Boxes: Any = type("Boxes", (forms.Form,), dict(OF_ROUTES))


class RoutesForm(Boxes):
    """Three ways to reach them at most: a further one is a contact of its own."""

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for route in ROUTES:
            kind, value = data.get(f"{route}_kind"), data.get(f"{route}_value", "").strip()
            if value and not kind:
                self.add_error(f"{route}_kind", "Choose how they can be reached")
            if value and kind in BY_TELEPHONE:
                self._read(f"{route}_value", read_telephone, value)
            for times in ("windows", "never_times"):
                self._read(f"{route}_{times}", tidy, data.get(f"{route}_{times}", ""))
        return data

    def _read(self, box: str, reader: Any, value: str) -> None:
        try:
            reader(value)
        except ValidationError as problem:
            self.add_error(box, problem)

    def routes(self) -> Iterator[RouteReport]:
        """The ways that were typed."""
        for route in ROUTES:
            said = {SAID_OF[name]: self.cleaned_data[f"{route}_{name}"] for name in SAID_OF}
            if said["kind"]:
                yield RouteReport(**said | self._meaning(said))

    def _meaning(self, said: dict[str, Any]) -> dict[str, Any]:
        return {
            "kind": RouteKind(said["kind"]),
            "value": said["value"].strip(),
            "safety": Safety(said["safety"] or Safety.UNKNOWN),
            "read_back": {"yes": True, "no": False}.get(said["read_back"]),
            "windows": tidy(said["windows"]),
            "never_times": tidy(said["never_times"]),
        }
