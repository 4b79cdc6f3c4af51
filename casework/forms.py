"""The shape of what is typed on the pages of cases. What it means is for the commands."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils import timezone

from accounts.contested import Contestable
from accounts.fields import DayField, MomentField
from accounts.models import User
from casework.commands.cases import LATEST
from casework.models import (
    AddressKind,
    Caller,
    CaseKind,
    Channel,
    Danger,
    KnownToAlleged,
    Level,
    NoStepReason,
    RevealReason,
    RouteKind,
    Safety,
    StepKind,
    StepOutcome,
)
from casework.plans import AddressReport, ContactReport, RouteReport, StepPlan, VictimReport
from casework.queries import read_telephone

PLANNED = [StepKind.CALL_BACK, StepKind.REFER, StepKind.OFFER_VISIT, StepKind.DECIDE_WHAT_NEXT, StepKind.OTHER]
YES_NO = [("yes", "Yes"), ("no", "No"), ("", "Not known")]
Gov = dict[str, dict[str, Any]]


def radios(choices: Any, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **options)


def text(length: int, **options: Any) -> forms.CharField:
    return forms.CharField(max_length=length, required=False, **options)


class StepForm(forms.Form):
    """A next step: what, by when, whose. Whether one is needed, the command knows."""

    step_kind = forms.ChoiceField(
        label="What happens next?", choices=[("", ""), *((k.value, k.label) for k in PLANNED)], required=False
    )
    step_due = MomentField(label="By when?", noun="The due time", required=False)
    step_owner = radios(
        [("me", "Me"), ("duty", "The duty queue of my agency")], label="Who does it?", required=False, initial="me"
    )
    step_note = text(300, label="Anything the next person must know")
    gov: ClassVar[Gov] = {"step_owner": {"inline": True}}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("step_kind") and not data.get("step_due") and "step_due" not in self.errors:
            self.add_error("step_due", "Enter by when it must be done")
        if data.get("step_due") and data["step_due"] <= timezone.now():
            self.add_error("step_due", "The due time must be in the future")
        if data.get("step_due") and data["step_due"] > timezone.now() + LATEST:
            self.add_error("step_due", "The due time must be within a year")
        return data

    def plan(self, actor: User) -> StepPlan | None:
        """The step that was typed, or None."""
        data = self.cleaned_data
        if not data.get("step_kind"):
            return None
        owner = actor if data.get("step_owner") != "duty" else None
        return StepPlan(StepKind(data["step_kind"]), data["step_due"], note=data["step_note"], owner=owner)


class ContactForm(StepForm, Contestable):
    """A contact, in the order in which it is safe to ask. Nothing of it is needed to save a draft."""

    danger = radios(Danger.choices, label="Are they in danger now?")
    channel = forms.ChoiceField(label="How did they make contact?", choices=[("", ""), *Channel.choices])
    happened_at = MomentField(label="When?", noun="The time of the contact")
    caller = radios(Caller.choices, label="Who is making contact?")

    route_kind = forms.ChoiceField(
        label="How can they be reached?", choices=[("", ""), *RouteKind.choices], required=False
    )
    route_value = text(200, label="Telephone number or email address")
    route_safety = radios(
        Safety.choices,
        label="Is it safe to use?",
        required=False,
        initial=Safety.UNKNOWN,
        help_text="Ask each time. Not known is treated as not safe.",
    )
    route_when = text(200, label="When is it safe?")
    route_note = text(500, label="Who may answer, and what may be said?")
    route_code_word = text(
        60, label="Agreed word", help_text="Who says it is them. Choose one nobody else would say. It is never shown."
    )

    name = text(
        200,
        label="Name of the victim",
        help_text="As they write it; empty if they do not say. Of who wants to change their own behaviour: theirs.",
    )
    date_of_birth = DayField(label="Date of birth", noun="Date of birth", required=False)
    language = text(60, label="Language")
    interpreter_needed = radios(YES_NO, label="Is an interpreter needed?", required=False)
    access_needs = text(500, label="Access needs", help_text="For example large print, text relay or BSL.")

    said = forms.CharField(
        label="What was said, in their words",
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Their words, not your opinion. Telephone numbers and addresses have their own places.",
    )
    kind = radios(CaseKind.choices, label="What is it about?")

    address_kind = forms.ChoiceField(
        label="What kind of place is it?",
        choices=AddressKind.choices,
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
    support_needs = text(500, label="Support needs", help_text="For example advice on immigration or money.")

    no_step_reason = forms.ChoiceField(
        label="Or: why does nothing happen next?", choices=[("", ""), *NoStepReason.choices], required=False
    )

    gov: ClassVar[Gov] = {
        "danger": {"inline": True, "legend_size": "m"},
        "route_safety": {"inline": True},
        "known_to_alleged": {"inline": True},
        "interpreter_needed": {"inline": True},
        "step_owner": {"inline": True},
        "postcode": {"width": 10},
        "route_value": {"width": "govuk-!-width-one-half"},
        "alleged_telephone": {"width": 20},
        "language": {"width": "govuk-!-width-one-half"},
        "step_kind": {"optional": False},
    }
    parts: ClassVar[list[tuple[str, list[str]]]] = [
        ("Safety first", ["danger", "channel", "happened_at", "caller"]),
        ("Safe contact", ["route_kind", "route_value", "route_safety", "route_when", "route_note", "route_code_word"]),
        ("Who it is about", ["name", "date_of_birth", "language", "interpreter_needed", "access_needs"]),
        ("What happened", ["kind", "said"]),
        (
            "What else they said",
            [
                "address_kind",
                "address_organisation",
                "address_lines",
                "postcode",
                "known_to_alleged",
                "address_from",
                "address_until",
                "alleged_name",
                "alleged_date_of_birth",
                "alleged_telephone",
                "support_needs",
            ],
        ),
        ("What comes next", ["step_kind", "step_due", "step_owner", "step_note", "no_step_reason"]),
    ]

    @classmethod
    def from_draft(cls, draft: dict[str, Any], now: datetime) -> "ContactForm":
        """The form showing a draft as it was typed, right or wrong."""
        fields = cls.base_fields
        typed = {n: f.widget.value_from_datadict(draft, {}, n) for n, f in fields.items()} if draft else {}
        return cls(initial={name: value for name, value in typed.items() if value} or {"happened_at": now})

    @classmethod
    def typed(cls, posted: QueryDict) -> dict[str, str]:
        """What was typed, by the names of the boxes, to be kept as a draft."""
        return {name: str(value) for name, value in posted.items() if cls.has_box(name)}

    @classmethod
    def unasked(cls, draft: dict[str, Any]) -> dict[str, Any]:
        """What a draft holds for which this form has no box: another system may have put it there."""
        return {name: value for name, value in draft.items() if not cls.has_box(name)}

    @classmethod
    def has_box(cls, name: str) -> bool:
        return name.startswith(tuple(cls.base_fields))

    field_order = [name for _, names in parts for name in names]

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(title, [self[name] for name in names]) for title, names in self.parts]

    def clean_route_value(self) -> str:
        value: str = self.cleaned_data["route_value"].strip()
        if value and self.cleaned_data.get("route_kind") in {RouteKind.PHONE, RouteKind.SMS}:
            read_telephone(value)
        return value

    def clean_alleged_telephone(self) -> str:
        value: str = self.cleaned_data["alleged_telephone"].strip()
        if value:
            read_telephone(value)
        return value

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if bool(data.get("step_kind")) == bool(data.get("no_step_reason")):
            self.add_error("step_kind", "Choose what happens next, or say below why nothing does")
        if data.get("route_value") and not data.get("route_kind"):
            self.add_error("route_kind", "Choose how they can be reached")
        if data.get("postcode") and not data.get("address_lines"):
            self.add_error("address_lines", "Enter the address that goes with the postcode")
        if data.get("address_from") and data.get("address_until") and data["address_from"] > data["address_until"]:
            self.add_error("address_until", "The last day must not be before the first")
        return data

    def report(self, actor: User) -> ContactReport:
        """The contact that was typed."""
        data = self.cleaned_data
        return ContactReport(
            **{n: data[n] for n in ("channel", "happened_at", "caller", "danger", "kind", "said")},
            **{n: data[n] for n in ("alleged_name", "alleged_date_of_birth", "alleged_telephone")},
            victim=self._victim(),
            routes=self._routes(),
            address=self._address(),
            step=self.plan(actor),
            no_step_reason=data["no_step_reason"],
        )

    def _victim(self) -> VictimReport:
        data = self.cleaned_data
        said = {n: data[n] for n in ("name", "date_of_birth", "language", "access_needs", "support_needs")}
        needed = {"yes": True, "no": False}.get(data["interpreter_needed"])
        return VictimReport(**said, interpreter_needed=needed)

    def _routes(self) -> tuple[RouteReport, ...]:
        data = self.cleaned_data
        if not data["route_kind"]:
            return ()
        safety = Safety(data["route_safety"] or Safety.UNKNOWN)
        kind = RouteKind(data["route_kind"])
        return (
            RouteReport(
                kind, data["route_value"], safety, data["route_when"], data["route_note"], data["route_code_word"]
            ),
        )

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


class RevealForm(forms.Form):
    """What an address is revealed for."""

    reason = radios(
        RevealReason.choices,
        label="Why do you need this address now?",
        help_text="It is recorded. Show it only when you must use it.",
    )


class CompleteStepForm(StepForm):
    """How a step ended, and what comes after it."""

    outcome = radios(StepOutcome.choices, label="How did it end?")
    field_order = ["outcome"]

    def __init__(self, *args: Any, kind: str, **options: Any) -> None:
        super().__init__(*args, **options)
        of_visit = {StepOutcome.VISIT_ACCEPTED, StepOutcome.VISIT_DECLINED, StepOutcome.UNREACHABLE}
        allowed = of_visit if kind == StepKind.OFFER_VISIT else set(StepOutcome) - of_visit | {StepOutcome.UNREACHABLE}
        self.fields["outcome"].choices = [(o.value, o.label) for o in StepOutcome if o in allowed]  # type: ignore[attr-defined]


class RiskForm(Contestable):
    """A judgement of risk. The definitions are those that police use."""

    level = radios(Level.choices, label="Level of risk")
    why = forms.CharField(label="Why this level?", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    gov: ClassVar[Gov] = {
        "level": {
            "hints": {
                "standard": "Nothing now points to serious harm.",
                "medium": "There are signs of serious harm, but it is unlikely unless things change.",
                "high": "Serious harm could happen at any time.",
            }
        }
    }
