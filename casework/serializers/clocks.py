"""The shapes of the API of clocks: what is owed, what happened, and what became of it."""

from rest_framework import serializers

from accounts.bodies import Code, Moment, Strict
from casework.models import ClockOutcome, DutyHolder, Enhanced, Entitlement, RouteKind

Out = serializers.Serializer
Words = serializers.CharField


class OwedOut(Out):
    """One thing that the Victims' Code owes, as far as whoever sees what happened may know of it."""

    rule = Words()
    code_right = serializers.IntegerField(help_text="The right of the Victims' Code.")
    level = Code(Entitlement.choices)
    event_at = Moment()
    due_at = Moment()
    outcome = Code(ClockOutcome.choices, allow_blank=True, help_text="Empty while it runs.")
    told_at = Moment(allow_null=True)
    told_by = Code(DutyHolder.choices, allow_blank=True)
    how = Code(RouteKind.choices, allow_blank=True)


class ClockOut(OwedOut):
    """The same with a name to act on it by, whose it is, and how long is left."""

    id = serializers.UUIDField(source="clock.public_id")
    case = Words(source="clock.case.reference")
    rule = Words(source="clock.rule.title")
    code = Words(source="clock.rule.code")
    code_right = serializers.IntegerField(source="clock.code_right", allow_null=True, help_text="Null: of another law.")
    duty_holder = Code(DutyHolder.choices, source="clock.rule.duty_holder")
    level = Code(Entitlement.choices, source="clock.level")
    event_at = Moment(source="clock.event_at")
    due_at = Moment(source="clock.due_at")
    left = Words(help_text="For people: in 5 hours, 2 working days late.")
    is_late = serializers.BooleanField()
    is_chased = serializers.SerializerMethodField()
    outcome = Code(ClockOutcome.choices, source="clock.outcome", allow_blank=True, help_text="Empty while it runs.")
    told_at = Moment(source="clock.told_at", allow_null=True)
    told_by = Code(DutyHolder.choices, source="clock.told_by", allow_blank=True)
    how = Code(RouteKind.choices, source="clock.how", allow_blank=True)

    def get_is_chased(self, running: object) -> bool:
        clock = running.clock  # type: ignore[attr-defined]
        return bool(clock.chase and not clock.chase.done_at)


class RightsOut(Out):
    level = Code(Entitlement.choices)
    because = serializers.ListField(child=Words())
    is_asked = serializers.BooleanField(help_text="Whether somebody asked them.")
    words = Words()


class ClocksOut(Out):
    rights = RightsOut(allow_null=True, help_text="Null for whoever does not hold the case.")
    late = ClockOut(many=True)
    to_come = ClockOut(many=True)
    settled = ClockOut(many=True)


class LateClocksOut(Out):
    clocks = ClockOut(many=True)


class ClockIn(Strict):
    event = serializers.CharField(max_length=40, help_text="The code of what happened: see docs/victims-code.md.")
    event_at = Moment()
    due_at = Moment(required=False, allow_null=True, default=None, help_text="A date that was set with it.")
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class StartedOut(Out):
    ids = serializers.ListField(child=serializers.UUIDField())


class SettleIn(Strict):
    outcome = Code(ClockOutcome.choices)
    told_by = Code(DutyHolder.choices, required=False, allow_blank=True, default="")
    told_at = Moment(required=False, allow_null=True, default=None)
    how = Code(RouteKind.choices, required=False, allow_blank=True, default="")
    attempt = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="If we told them: the use of a safe way."
    )
    words = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class EntitlementIn(Strict):
    reasons = serializers.ListField(child=Code(Enhanced.choices), min_length=1)
    words = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
