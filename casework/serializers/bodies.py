"""What comes in: the bodies and queries of the endpoints of cases, and the plans that are made of them."""

import json
from typing import Any

from django.core.exceptions import ValidationError as ModelError
from rest_framework import serializers

from accounts.bodies import Code, Moment, Strict, text
from accounts.models import User
from casework.models import (
    AddressKind,
    Caller,
    CallerId,
    CaseKind,
    Channel,
    Danger,
    Initiator,
    KnownToAlleged,
    Letters,
    Level,
    NoStepReason,
    RevealReason,
    RouteKind,
    Safety,
    Said,
    StepKind,
    StepOutcome,
    Voicemail,
)
from casework.plans import AddressReport, ContactReport, RouteReport, StepPlan, VictimReport
from casework.queries import read_telephone
from casework.windows import EXAMPLE, LONGEST_LINE, tidy

PURPOSES = [("casework", "Casework"), ("referral", "Work on a referral"), ("supervision", "Supervision")]
OWNERS = [("me", "Whoever sends this"), ("duty_queue", "The duty queue of the case's agency")]
PLANNED = [kind for kind in StepKind.choices if kind[0] != StepKind.FOLLOW_UP_REFERRAL]
BY_TELEPHONE = {RouteKind.PHONE, RouteKind.SMS}
UNASKED: dict[str, Any] = {"default": "", "allow_blank": True}
MOST_DRAFT_KEYS = 200  # the form of a contact has about 30 boxes
MOST_DRAFT_BYTES = 64 * 1024


class Times(serializers.CharField):
    """When it is safe, or never, by the clock in London, as one line: mon-fri 9:30-15:00; sat 10-12, or any time."""

    def __init__(self) -> None:
        super().__init__(max_length=LONGEST_LINE, default="", allow_blank=True, help_text=EXAMPLE)

    def to_internal_value(self, data: Any) -> str:
        try:
            return tidy(super().to_internal_value(data))
        except ModelError as error:
            raise serializers.ValidationError(error.messages) from None


class CasesQuery(Strict):
    after = serializers.CharField(
        default="", allow_blank=True, max_length=13, help_text="The `after` of the page before."
    )
    kind = Code(CaseKind.choices, default="", allow_blank=True)


class CaseQuery(Strict):
    purpose = Code(
        PURPOSES, required=False, help_text="What the case is read for; it is recorded. Left out: what your role does."
    )


class StartIn(Strict):
    case = serializers.CharField(
        required=False, max_length=13, help_text="Reference of a case of your agency. Left out: a new intake case."
    )


class NextStepIn(Strict):
    kind = Code(PLANNED)
    due_at = Moment()
    note = text(300)
    owner = Code(OWNERS, default="me")


class VictimIn(Strict):
    """What was said of the victim. Nothing of it is required."""

    name = text(200)
    aliases: Any = serializers.ListField(
        child=serializers.CharField(max_length=200),
        default=list,
        max_length=20,
        help_text="What else they are called: a maiden name, a nickname, a name in another script.",
    )
    date_of_birth = serializers.DateField(default=None, allow_null=True)
    language = text(60)
    interpreter_needed = serializers.BooleanField(default=None, allow_null=True)
    access_needs = text(500)
    support_needs = text(500)

    def validate_aliases(self, value: list[str]) -> tuple[str, ...]:
        return tuple(value)


class RouteIn(Strict):
    """A way to reach them. Only `safe` is safe; a telephone number may be typed in any way. Of a letter no `value`."""

    kind = Code(RouteKind.choices)
    value = text(200)
    read_back = serializers.BooleanField(default=None, allow_null=True, help_text="Whether it was read back to them.")
    safety = Code(Safety.choices, default=Safety.UNKNOWN)
    monitored = Code(Said.choices, **UNASKED, help_text="Whether somebody shares or watches it.")
    initiator = Code(Initiator.choices, **UNASKED)
    windows = Times()
    never_times = Times()
    when_safe = text(200)
    who_may_answer = text(300)
    who_must_not = text(300)
    if_other_answers = text(300)
    note = text(500)
    voicemail = Code(Voicemail.choices, **UNASKED)
    caller_id = Code(CallerId.choices, **UNASKED)
    letters = Code(Letters.choices, **UNASKED)
    knows = Code(Said.choices, **UNASKED, help_text="Whether the person they trust knows of the abuse.")
    code_word = text(60)
    our_word = text(60)
    expires_at = Moment(
        default=None, allow_null=True, help_text="When to confirm it again, if sooner than the service standard says."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["kind"] in BY_TELEPHONE and attrs["value"]:
            try:
                read_telephone(attrs["value"])
            except ModelError as error:
                raise serializers.ValidationError({"value": error.messages}) from None
        if attrs["kind"] == RouteKind.LETTER and attrs["value"]:
            raise serializers.ValidationError({"value": ["A letter goes to an address of the case: send that."]})
        return attrs


class AddressIn(Strict):
    """A place where they can be found. Of a refuge only its organisation, and its PO box as `lines`."""

    kind = Code(AddressKind.choices, default=AddressKind.HOME)
    organisation = text(200)
    lines = text(300)
    postcode = text(10)
    known_to_alleged = Code(KnownToAlleged.choices, default=KnownToAlleged.UNKNOWN)
    valid_from = serializers.DateField(default=None, allow_null=True)
    valid_until = serializers.DateField(default=None, allow_null=True, help_text="The last day.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["valid_from"] and attrs["valid_until"] and attrs["valid_from"] > attrs["valid_until"]:
            raise serializers.ValidationError({"valid_until": "The last day must not be before the first."})
        return attrs


class RevealIn(Strict):
    reason = Code(RevealReason.choices, help_text="What the address is needed for; it is recorded.")


class ContactIn(Strict):
    """A contact as it is logged, with either its next step or the reason why there is none."""

    channel = Code(Channel.choices)
    happened_at = Moment(help_text="Not in the future.")
    caller = Code(Caller.choices)
    danger = Code(Danger.choices, help_text="Whether they are in danger now.")
    kind = Code(CaseKind.choices)
    said = text(20_000)
    victim = VictimIn(required=False)
    routes: Any = serializers.ListSerializer(child=RouteIn(), required=False, max_length=20)
    address = AddressIn(required=False)
    alleged_name = text(200)
    alleged_date_of_birth = serializers.DateField(default=None, allow_null=True)
    alleged_telephone = text(40)
    next_step = NextStepIn(required=False)
    no_step_reason = Code(NoStepReason.choices, required=False)

    def validate_alleged_telephone(self, value: str) -> str:
        if value:
            read_telephone(value)
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("next_step" in attrs) == ("no_step_reason" in attrs):
            raise serializers.ValidationError(
                {"next_step": "Send either next_step or no_step_reason: what happens next, or why nothing does."}
            )
        return attrs


class ProbeIn(Strict):
    """What the caller said of themselves: at least one of these."""

    telephone = text(40)
    name = text(200)
    aliases: Any = serializers.ListField(
        child=serializers.CharField(max_length=200), default=list, max_length=20, help_text="Other names they go by."
    )
    date_of_birth = serializers.DateField(default=None, allow_null=True)
    postcode = text(10)

    def validate_aliases(self, value: list[str]) -> tuple[str, ...]:
        return tuple(value)

    def validate_telephone(self, value: str) -> str:
        if value:
            read_telephone(value)
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not any(attrs.values()):
            raise serializers.ValidationError("Send a telephone number, a name, a date of birth or a postcode.")
        return attrs


class OpenIn(Strict):
    next_step = NextStepIn()


class RiskLevelIn(Strict):
    level = Code(Level.choices)
    why = serializers.CharField(max_length=1000)


class CompleteStepIn(Strict):
    outcome = Code(StepOutcome.choices)
    then = NextStepIn(required=False, help_text="The step after it; an open case always has one that is open.")


class DraftField(serializers.DictField):
    """A draft: any JSON object of a size that somebody could have typed. What cannot be kept, the parser refused."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        draft: dict[str, Any] = super().to_internal_value(data)
        size = len(json.dumps(draft, ensure_ascii=False).encode())
        if len(draft) > MOST_DRAFT_KEYS or size > MOST_DRAFT_BYTES:
            raise serializers.ValidationError(
                f"A draft has at most {MOST_DRAFT_KEYS} fields and {MOST_DRAFT_BYTES // 1024} kB."
            )
        return draft


def step_plan(said: dict[str, Any], actor: User) -> StepPlan:
    owner = actor if said["owner"] == "me" else None
    return StepPlan(kind=StepKind(said["kind"]), due_at=said["due_at"], note=said["note"], owner=owner)


def contact_report(said: dict[str, Any], actor: User) -> ContactReport:
    alike = ("channel", "happened_at", "caller", "danger", "kind", "said")
    of_alleged = ("alleged_name", "alleged_date_of_birth", "alleged_telephone")
    return ContactReport(
        **{name: said[name] for name in (*alike, *of_alleged)},
        victim=VictimReport(**said.get("victim", {})),
        routes=tuple(RouteReport(**route) for route in said.get("routes", [])),
        address=AddressReport(**said["address"]) if "address" in said else None,
        step=step_plan(said["next_step"], actor) if "next_step" in said else None,
        no_step_reason=said.get("no_step_reason", ""),
    )
