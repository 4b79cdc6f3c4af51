"""The shape of what is typed while somebody speaks: in the order in which it is safe to ask."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone

from accounts.contested import Contestable
from accounts.fields import DayField, MomentField
from accounts.models import User
from casework.fields import ChildrenField
from casework.forms import YES_NO, Gov, StepForm, long_text, one_of, radios, text, ticks
from casework.forms_of_routes import FIRST, MORE, ROUTES, RoutesForm, fields_of_route
from casework.models import (
    AddressKind,
    Caller,
    CaseKind,
    Channel,
    Checked,
    CutOff,
    Danger,
    Hub,
    KnownToAlleged,
    Marker,
    Need,
    NoStepReason,
)
from casework.notes import Typed, typed_in
from casework.plans import AddressReport, CallerReport, ChildReport, ContactReport, StepPlan, VictimReport
from casework.queries import colleagues_of, due_by, hubs_of, read_telephone

NOTES = ("said", "wanted", "opinion", "step_note")
HANDED_OVER = "Handed over by telephone."
NEEDED = ("channel", "happened_at", "caller", "danger", "kind")
YES_NO_UNKNOWN = Danger.choices
NOT_FAMILY = "Never a relative, a friend or a child. Ask whether somebody of the same community may know them."
# What the two minutes at a hub's desk are for; all else is folded away there.
SAID_UNASKED = {"happened_at"}  # filled in with the present moment
# Keys that lead to the boxes where most contacts go on, with Alt or as the browser has it; and to the heading of a part
# that begins with a list, which such a key would open.
KEYS, KEY_OF_PART = {"call_them": "r", "said": "w", "name": "v"}, {"What comes next": "n"}
AT_A_HUB = {"Safety first", "This contact", "Safe contact", "What happened", "What comes next"}


@dataclass(frozen=True)
class Part:
    """A part of the page. One that is folded is for what few contacts need."""

    title: str
    fields: tuple[forms.BoundField, ...]
    is_folded: bool

    @property
    def tells_who(self) -> bool:
        return any(field.name == "name" for field in self.fields)

    @property
    def key(self) -> str:
        return KEY_OF_PART.get(self.title, "")

    @property
    def is_open(self) -> bool:
        """Whether something in it is filled in or wrong, and must not be overlooked."""
        return any(field.errors or (is_filled(field) and field.name not in SAID_UNASKED) for field in self.fields)


def is_filled(field: forms.BoundField) -> bool:
    value = field.value()
    said = any(value.values()) if isinstance(value, dict) else value not in ("", None, [])
    return said and value != field.field.initial


class ContactForm(StepForm, RoutesForm, Contestable):
    """A contact. Nothing of it is needed to save a draft; when they had to hang up, nothing but what comes next."""

    safe_to_talk = radios(YES_NO_UNKNOWN, label="Are you safe to talk now?", required=False)
    alone = radios(
        YES_NO_UNKNOWN,
        label="Are you alone?",
        required=False,
        help_text="If not: agree a time, and close politely. Ask nothing about abuse.",
    )
    if_cut_off = radios(CutOff.choices, label="If we are cut off, what shall we do?", required=False)
    where_they_are = text(300, label="Where are you now?")
    where_alleged_is = text(300, label="Where is the person you are afraid of?")
    where_children_are = text(300, label="Where are the children?")
    danger = radios(
        Danger.choices,
        label="Are they in danger now?",
        required=False,
        help_text="Hurt, strangled, a weapon, a threat to kill, or that person coming back.",
    )

    channel = one_of(Channel.choices, label="How did they make contact?")
    hub = forms.ModelChoiceField(Hub.objects.none(), label="At which hub?", required=False, empty_label="")
    happened_at = MomentField(label="When?", noun="The time of the contact", required=False)
    caller = radios(Caller.choices, label="Who is making contact?", required=False)

    caller_name = text(
        200, label="Their name, or what they go by", help_text="Shown to nobody with whom the case is shared."
    )
    caller_organisation = text(200, label="Their agency")
    caller_post = text(100, label="Their post")
    caller_call_back = text(200, label="Number or email address to answer them")
    caller_checked = one_of(
        Checked.choices,
        label="How do you know that it is them?",
        help_text="Of a professional: ring back through the number that their agency publishes.",
    )
    caller_relation = text(100, label="What are they to the victim?")
    caller_how_they_know = text(500, label="How do they know?")
    caller_may_be_named = radios(YES_NO_UNKNOWN, label="May we say that they called?", required=False)
    caller_aware = radios(YES_NO_UNKNOWN, label="Does the victim know that they called?", required=False)
    caller_agrees = radios(YES_NO_UNKNOWN, label="Does the victim agree?", required=False)
    caller_assessed_with = text(60, label="Which risk tool did they use?")
    caller_assessed_on = DayField(label="On which day?", noun="The day of the assessment", required=False)
    caller_age = forms.IntegerField(label="Age of the child who called", min_value=0, max_value=17, required=False)
    caller_heard = text(
        200,
        label="What could be heard?",
        help_text="Of a silent or dropped call. Do not ring back unless that was agreed.",
    )
    caller_asked_for = text(
        300,
        label="What did they want to be told?",
        help_text="Give nothing, not even that somebody is known here. Write down what they asked.",
    )

    call_them = text(100, label="What shall we call you?")
    said = long_text(
        20_000,
        8,
        label="What was said, in their words",
        help_text="Their words, not your opinion. Telephone numbers and addresses have their own places.",
    )
    markers = ticks(Marker.choices, label="Was any of this named?", help_text="It counts nothing and grades nobody.")
    kind = radios(CaseKind.choices, label="What is it about?", required=False)
    wanted = long_text(2_000, 2, label="What do they want to happen?")
    opinion = long_text(5_000, 3, label="What you think", help_text="Kept apart from what they said.")

    children = ChildrenField(
        label="Children",
        help_text="A line for each: name, age, school. Leave out what is not safe to ask or not known.",
    )
    child_arrangements = text(300, label="Whom do the children live with and see?")

    name = text(
        200,
        label="Name of the victim",
        help_text="As they write it; empty if they do not say. Of who wants to change their own behaviour: theirs.",
    )
    aliases = text(400, label="Other names that they use", help_text="With commas between.")
    date_of_birth = DayField(label="Date of birth", noun="Date of birth", required=False)
    language = text(60, label="Language")
    dialect = text(60, label="Dialect")
    interpreter_needed = radios(YES_NO, label="Is an interpreter needed?", required=False, help_text=NOT_FAMILY)
    interpreter_wanted = text(
        100, label="What kind of interpreter?", help_text="For example a woman, by telephone, BSL."
    )
    interpreter_may_know_them = radios(YES_NO, label="May an interpreter know them or their family?", required=False)
    interpreter_booking = text(100, label="Booking of the interpreter")
    access_needs = text(500, label="Access needs", help_text="For example large print, text relay or BSL.")

    address_kind = forms.ChoiceField(
        label="What kind of place is it?",
        choices=[choice for choice in AddressKind.choices if choice[0] != AddressKind.WHEREABOUTS],
        required=False,
        initial=AddressKind.HOME,
        help_text="Of a refuge never write where it is: only the organisation that runs it, and its PO box.",
    )
    address_organisation = text(200, label="Organisation", help_text="For example the school, or who runs the refuge.")
    address_lines = text(300, label="Address", help_text="Never the address of a refuge.")
    postcode = text(10, label="Postcode")
    address_from = DayField(label="From", noun="The first day", required=False)
    address_until = DayField(label="Until", noun="The last day", required=False)
    known_to_alleged = radios(
        KnownToAlleged.choices,
        label="Does the alleged perpetrator know this address?",
        required=False,
        initial=KnownToAlleged.UNKNOWN,
    )
    alleged_name = text(200, label="Name of the alleged perpetrator")
    alleged_date_of_birth = DayField(label="Their date of birth", noun="Their date of birth", required=False)
    alleged_telephone = text(40, label="Their telephone number", help_text="Never to be rung by us.")
    needs = ticks(
        Need.choices,
        label="What do they need help with?",
        help_text="Never write what somebody's immigration status is.",
    )
    support_needs = text(500, label="Other support needs")

    handed_to = forms.ModelChoiceField(
        User.objects.none(),
        label="Handed over now, by telephone, to",
        required=False,
        empty_label="",
        help_text="You have told them, and they have taken it: the next step is theirs.",
    )
    no_step_reason = one_of(NoStepReason.choices, label="Or: why does nothing happen next?")
    cut_short = forms.BooleanField(required=False, widget=forms.HiddenInput)
    leave_in = forms.BooleanField(label="It belongs there: leave it in", required=False)

    inline = (
        *("safe_to_talk", "alone", "if_cut_off", "caller_may_be_named", "caller_aware", "caller_agrees"),
        *("known_to_alleged", "interpreter_needed", "interpreter_may_know_them", "step_owner"),
        *(f"{route}_{name}" for route in ROUTES for name in ("safety", "read_back", "monitored", "initiator", "knows")),
    )
    gov: ClassVar[Gov] = {
        **{name: {"inline": True} for name in inline},
        **{name: {"classes": "govuk-checkboxes--small fd-chips"} for name in ("markers", "needs")},
        "danger": {"inline": True, "legend_size": "m"},
        "postcode": {"width": 10},
        "caller_age": {"width": 2},
        "alleged_telephone": {"width": 20},
        "language": {"width": "govuk-!-width-one-half"},
        **{f"{route}_value": {"width": "govuk-!-width-one-half"} for route in ROUTES},
    }
    parts: ClassVar[list[tuple[str, tuple[str, ...], bool]]] = [
        (
            "Safety first",
            (
                "safe_to_talk",
                "alone",
                "if_cut_off",
                "where_they_are",
                "where_alleged_is",
                "where_children_are",
                "danger",
            ),
            False,
        ),
        ("This contact", ("channel", "caller"), False),
        ("If it was not just now, or at a hub", ("happened_at", "hub"), True),
        (
            "If somebody else calls, or calls for them",
            tuple(f"caller_{name}" for name in CallerReport.__annotations__),
            True,
        ),
        ("Safe contact", ("call_them", *(f"route_{name}" for name in FIRST)), False),
        ("More on this way", tuple(f"route_{name}" for name in MORE), True),
        ("Other ways to reach them", (*fields_of_route("route2"), *fields_of_route("route3")), True),
        ("What happened", ("said", "kind", "markers", "wanted", "opinion"), False),
        (
            "Who it is about",
            ("name", "aliases", "date_of_birth", "language", "interpreter_needed", "access_needs"),
            False,
        ),
        (
            "The interpreter",
            ("dialect", "interpreter_wanted", "interpreter_may_know_them", "interpreter_booking"),
            True,
        ),
        ("Children", ("children", "child_arrangements"), True),
        (
            "Addresses and other places",
            (
                "address_kind",
                "address_organisation",
                "address_lines",
                "postcode",
                "known_to_alleged",
                "address_from",
                "address_until",
            ),
            True,
        ),
        ("The alleged perpetrator", ("alleged_name", "alleged_date_of_birth", "alleged_telephone"), True),
        ("What they need", ("needs", "support_needs"), True),
        ("What comes next", ("step_kind", "step_due", "step_owner", "handed_to", "step_note", "no_step_reason"), False),
    ]
    field_order = [name for _, names, _ in parts for name in names]

    def __init__(self, *args: Any, actor: User | None = None, at_hub: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.at_hub = at_hub
        for name, key in KEYS.items():
            self.fields[name].widget.attrs["accesskey"] = key
        self.fields["safe_to_talk"].widget.attrs["autofocus"] = True
        if actor:
            self._offer("hub", hubs_of(actor))
            self._offer("handed_to", colleagues_of(actor))

    def _offer(self, name: str, choices: Any) -> None:
        field: Any = self.fields[name]
        field.queryset = choices

    @classmethod
    def from_draft(cls, draft: dict[str, Any], now: datetime, **options: Any) -> "ContactForm":
        """The form showing a draft as it was typed, right or wrong."""
        fields = cls.base_fields
        values = QueryDict(mutable=True)
        for name, value in draft.items():
            values.setlist(name, value if isinstance(value, list) else [value])
        typed = {n: f.widget.value_from_datadict(values, {}, n) for n, f in fields.items()} if draft else {}
        return cls(initial={name: value for name, value in typed.items() if value} or {"happened_at": now}, **options)

    @classmethod
    def typed(cls, posted: QueryDict) -> dict[str, Any]:
        """What was typed, by the names of the boxes, to be kept as a draft."""
        several = {name for name, field in cls.base_fields.items() if isinstance(field, forms.MultipleChoiceField)}
        return {
            name: posted.getlist(name) if name in several else str(posted[name]) for name in posted if cls.has_box(name)
        }

    @classmethod
    def unasked(cls, draft: dict[str, Any]) -> dict[str, Any]:
        """What a draft holds for which this form has no box: another system may have put it there."""
        return {name: value for name, value in draft.items() if not cls.has_box(name)}

    @classmethod
    def has_box(cls, name: str) -> bool:
        return name.startswith(tuple(cls.base_fields))

    def sections(self) -> Iterator[Part]:
        for title, names, is_folded in self.parts:
            fields = tuple(self[name] for name in names)
            yield Part(title, fields, is_folded or (self.at_hub and title not in AT_A_HUB))

    @property
    def out_of_place(self) -> list[Typed]:
        """The telephone numbers and postcodes that stand in a note, as they are typed now."""
        return [found for name in NOTES for found in typed_in(name, str(self[name].value() or ""))]

    def clean_alleged_telephone(self) -> str:
        value: str = self.cleaned_data["alleged_telephone"].strip()
        if value:
            read_telephone(value)
        return value

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not data.get("cut_short"):
            self._clean_whole(data)
        if data.get("postcode") and not data.get("address_lines"):
            self.add_error("address_lines", "Enter the address that goes with the postcode")
        if data.get("address_from") and data.get("address_until") and data["address_from"] > data["address_until"]:
            self.add_error("address_until", "The last day must not be before the first")
        return data

    def _clean_whole(self, data: dict[str, Any]) -> None:
        """What a contact says that was not cut short."""
        for name in NEEDED:
            if name not in self.errors and not data.get(name):
                self.add_error(name, ValidationError(forms.Field.default_error_messages["required"], code="required"))
        if bool(data.get("step_kind")) == bool(data.get("no_step_reason")):
            self.add_error("step_kind", "Choose what happens next, or say below why nothing does")
        if self.out_of_place and not data.get("leave_in"):
            self.add_error(
                None, "There is a telephone number or a postcode in a note. Move it, or leave it in: see below."
            )

    def report(self, actor: User) -> ContactReport:
        """The contact that was typed."""
        data = self.cleaned_data
        alike = [name for name in ContactReport.__annotations__ if name in data and name not in {"markers", "children"}]
        return ContactReport(
            **{name: data[name] for name in alike},
            markers=tuple(data["markers"]),
            of_caller=CallerReport(**{n: data[f"caller_{n}"] for n in CallerReport.__annotations__}),
            children=self._children(),
            victim=self._victim(),
            routes=tuple(self.routes()),
            address=self._address(),
            step=self._step(actor),
        )

    def _step(self, actor: User) -> StepPlan | None:
        step, taker = self.plan(actor), self.cleaned_data["handed_to"]
        if step and self.is_hung_up_in_danger:
            due = due_by("danger_hung_up", timezone.now(), actor.agency.partnership_id)
            step = replace(step, due_at=due.at, due_source=due.source)
        return replace(step, owner=taker, note=f"{HANDED_OVER} {step.note}".strip()[:300]) if step and taker else step

    @property
    def is_hung_up_in_danger(self) -> bool:
        """Whether somebody in danger had to hang up, and nobody said by when to act."""
        data = self.cleaned_data
        return data["cut_short"] and data["danger"] == Danger.YES and not data["step_due"]

    def _children(self) -> tuple[ChildReport, ...]:
        arrangements = self.cleaned_data["child_arrangements"]
        named = self.cleaned_data["children"] or ([ChildReport()] if arrangements else [])
        return tuple(replace(child, arrangements=arrangements) for child in named)

    def _victim(self) -> VictimReport:
        data = self.cleaned_data
        said = {name: data[name] for name in VictimReport.__annotations__ if name in data}
        yes_no = {
            n: {"yes": True, "no": False}.get(data[n]) for n in ("interpreter_needed", "interpreter_may_know_them")
        }
        aliases = tuple(name.strip() for name in data["aliases"].split(",") if name.strip())
        return VictimReport(**said | yes_no | {"needs": tuple(data["needs"]), "aliases": aliases})

    def _address(self) -> AddressReport | None:
        data = self.cleaned_data
        if not data["address_lines"] and not data["address_organisation"]:
            return None
        return AddressReport(
            lines=data["address_lines"],
            postcode=data["postcode"],
            known_to_alleged=KnownToAlleged(data["known_to_alleged"] or KnownToAlleged.UNKNOWN),
            kind=AddressKind(data["address_kind"] or AddressKind.HOME),
            organisation=data["address_organisation"],
            valid_from=data["address_from"],
            valid_until=data["address_until"],
        )
