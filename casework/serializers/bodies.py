"""What comes in: the bodies and queries of the endpoints of cases, and the plans that are made of them."""

import json
from typing import Any

from django.core.exceptions import ValidationError as ModelError
from rest_framework import serializers

from accounts.bodies import Code, Moment, Strict, text
from accounts.models import User
from casework.models import (
    JUDGED,
    AddressKind,
    Caller,
    CallerId,
    CaseKind,
    Channel,
    Checked,
    CutOff,
    Danger,
    Hub,
    HubKind,
    Initiator,
    KnownToAlleged,
    Letters,
    Marker,
    Need,
    NoStepReason,
    NotAsked,
    Question,
    RevealReason,
    RouteKind,
    Safety,
    Said,
    StepKind,
    StepOutcome,
    Voicemail,
)
from casework.plans import (
    AddressReport,
    CallerReport,
    ChildReport,
    ContactReport,
    EqualityReport,
    RouteReport,
    StepPlan,
    VictimReport,
)
from casework.queries import hub_of, read_telephone
from casework.windows import EXAMPLE, LONGEST_LINE, tidy

PURPOSES = [("casework", "Casework"), ("referral", "Work on a referral"), ("supervision", "Supervision")]
OWNERS = [("me", "Whoever sends this"), ("duty_queue", "The duty queue of the case's agency")]
PLANNED = [kind for kind in StepKind.choices if kind[0] not in (StepKind.FOLLOW_UP_REFERRAL, StepKind.PASS_ON)]
BY_TELEPHONE = {RouteKind.PHONE, RouteKind.SMS}
UNASKED: dict[str, Any] = {"default": "", "allow_blank": True}
JUDGEMENTS = [(level.value, level.label) for level in JUDGED]
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


def codes(choices: Any) -> serializers.ListField:
    return serializers.ListField(child=Code(choices), default=list, max_length=len(choices))


class VictimIn(Strict):
    """What was said of the victim. Nothing of it is required."""

    name = text(200)
    aliases: Any = serializers.ListField(
        child=serializers.CharField(max_length=200),
        default=list,
        max_length=20,
        help_text="What else they are called: a maiden name, a nickname, a name in another script.",
    )
    call_them = text(100, help_text="What to call them.")
    date_of_birth = serializers.DateField(default=None, allow_null=True)
    language = text(60)
    dialect = text(60)
    interpreter_needed = serializers.BooleanField(default=None, allow_null=True)
    interpreter_wanted = text(
        100, help_text="For example a woman, by telephone, BSL. Never a relative, friend or child."
    )
    interpreter_may_know_them = serializers.BooleanField(default=None, allow_null=True)
    interpreter_booking = text(100)
    access_needs = text(500)
    needs = codes(Need.choices)
    support_needs = text(500, help_text="Never somebody's immigration status.")


class ChildIn(Strict):
    """A child, as a person of their own."""

    name = text(200)
    date_of_birth = serializers.DateField(default=None, allow_null=True)
    age_said = serializers.IntegerField(default=None, allow_null=True, min_value=0, max_value=17)
    school = text(200)
    arrangements = text(300)


class CallerIn(Strict):
    """Who made contact, when that is not the victim. Shown to nobody with whom the case is shared."""

    name = text(200)
    organisation = text(200)
    post = text(100)
    call_back = text(200)
    checked = Code(Checked.choices, default="", allow_blank=True)
    relation = text(100)
    how_they_know = text(500)
    may_be_named = Code(Danger.choices, default="", allow_blank=True)
    aware = Code(Danger.choices, default="", allow_blank=True)
    agrees = Code(Danger.choices, default="", allow_blank=True)
    assessed_with = text(60)
    assessed_on = serializers.DateField(default=None, allow_null=True)
    age = serializers.IntegerField(default=None, allow_null=True, min_value=0, max_value=17)
    heard = text(200)
    asked_for = text(300)

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
    caller = Code(Caller.choices, default="", allow_blank=True, help_text="Needed unless it was cut short.")
    danger = Code(Danger.choices, help_text="Whether they are in danger now.")
    kind = Code(CaseKind.choices, default="", allow_blank=True, help_text="Needed unless it was cut short.")
    cut_short = serializers.BooleanField(default=False, help_text="They had to hang up. Then a next_step is needed.")
    safe_to_talk = Code(Danger.choices, default="", allow_blank=True)
    alone = Code(Danger.choices, default="", allow_blank=True)
    if_cut_off = Code(CutOff.choices, default="", allow_blank=True)
    where_they_are = text(300)
    where_alleged_is = text(300)
    where_children_are = text(300)
    said = text(20_000, help_text="In their words.")
    opinion = text(5_000, help_text="What the worker thinks, apart from what they said.")
    wanted = text(2_000, help_text="What they want to happen.")
    markers = codes(Marker.choices)
    hub = text(40, help_text="Code of the hub, for channel walk_in.")
    of_caller = CallerIn(required=False)
    children: Any = serializers.ListSerializer(child=ChildIn(), required=False, max_length=15)
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


class EmergencyCallIn(Strict):
    called_at = Moment(help_text="Not in the future.")
    said_where = serializers.BooleanField(help_text="Whether the address was read out.")
    police_reference = text(40)
    note = text(500)


class EqualityAnswerIn(Strict):
    """Either what they answered or why they were not asked."""

    question = Code(Question.choices)
    answer = text(200)
    not_asked = Code(NotAsked.choices, default="", allow_blank=True)


class EqualityIn(Strict):
    answers: Any = serializers.ListSerializer(child=EqualityAnswerIn(), max_length=len(Question), min_length=1)


class CloseHubIn(Strict):
    code = serializers.SlugField(max_length=40)


class HubIn(Strict):
    code = serializers.SlugField(max_length=40)
    name = serializers.CharField(max_length=100)
    kind = Code(HubKind.choices)


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
    level = Code(JUDGEMENTS)
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


MADE = {"markers", "hub", "of_caller", "children", "victim", "routes", "address"}


def step_plan(said: dict[str, Any], actor: User) -> StepPlan:
    owner = actor if said["owner"] == "me" else None
    return StepPlan(kind=StepKind(said["kind"]), due_at=said["due_at"], note=said["note"], owner=owner)


def contact_report(said: dict[str, Any], actor: User) -> ContactReport:
    """Raises `ValidationError` for a hub that is not there."""
    alike = [name for name in ContactReport.__annotations__ if name in said and name not in MADE]
    return ContactReport(
        **{name: said[name] for name in alike},
        markers=tuple(said["markers"]),
        hub=_hub(said["hub"], actor),
        of_caller=CallerReport(**said.get("of_caller", {})),
        children=tuple(ChildReport(**child) for child in said.get("children", [])),
        victim=_victim(said.get("victim", {})),
        routes=tuple(RouteReport(**route) for route in said.get("routes", [])),
        address=AddressReport(**said["address"]) if "address" in said else None,
        step=step_plan(said["next_step"], actor) if "next_step" in said else None,
    )


def _victim(said: dict[str, Any]) -> VictimReport:
    return VictimReport(**said | {name: tuple(said.get(name, ())) for name in ("needs", "aliases")})


def _hub(code: str, actor: User) -> Hub | None:
    hub = hub_of(actor, code)
    if code and hub is None:
        raise serializers.ValidationError({"hub": "There is no such hub that is open."})
    return hub


def equality_reports(said: dict[str, Any]) -> tuple[EqualityReport, ...]:
    return tuple(EqualityReport(**answer) for answer in said["answers"])
