"""The shapes of the API of using a way to reach somebody, and of what is said of it anew."""

from typing import Any

from rest_framework import serializers

from accounts.bodies import Code, Moment, Strict, text
from casework.models import AttemptOutcome, Change, RouteOverrideReason, Safety, Said
from casework.plans import Confirmation
from casework.queries import Reaching
from casework.safe_contact import SENTENCES
from casework.serializers.answers import OtherRouteOut
from casework.serializers.bodies import UNASKED, Times

WHOSE = [("theirs", "The word by which we know them"), ("ours", "The word by which they know us")]
Out = serializers.Serializer
Words = serializers.CharField


class ConfirmationIn(Strict):
    """What they say of it now. What else was said of it stays."""

    safety = Code(Safety.choices)
    windows = Times()
    never_times = Times()
    when_safe = text(200)
    monitored = Code(Said.choices, **UNASKED)
    expires_at = Moment(default=None, allow_null=True)


class ChangeIn(Strict):
    change = Code(Change.choices)


class DoubtedOut(Out):
    doubted = serializers.IntegerField(help_text="How many ways and addresses must be asked about again.")


class OutcomeIn(Strict):
    outcome = Code(AttemptOutcome.choices)


class WordIn(Strict):
    whose = Code(WHOSE)
    word = serializers.CharField(max_length=60)


class PassedOut(Out):
    passed = serializers.BooleanField()


class OverrideIn(Strict):
    reason = Code(RouteOverrideReason.choices)
    words = serializers.CharField(max_length=500)
    hours = serializers.IntegerField(min_value=1, max_value=4)
    asked_by = text(254)


class OverrideOut(Out):
    id = serializers.UUIDField(source="public_id")
    until = Moment()


class ContactAttemptOut(Out):
    id = serializers.UUIDField(source="public_id")
    started_at = Moment()


class ReachingOut(Out):
    """A way while you use it. Without `route` when it may not be used any more."""

    id = serializers.UUIDField(source="attempt.public_id")
    may = serializers.BooleanField(source="verdict.may")
    code = Code(list(SENTENCES.items()), source="verdict.code")
    until = Moment(source="verdict.until", allow_null=True)
    opens = Moment(source="verdict.opens", allow_null=True)
    route = OtherRouteOut(source="shown", allow_null=True)


def reaching_body(reaching: Reaching) -> Any:
    """The whole answer to who uses a way."""
    said: dict[str, Any] = {"attempt": reaching.attempt, "verdict": reaching.verdict, "shown": None}
    if reaching.verdict.may:
        route = reaching.route
        known = {name: getattr(route, str(name)) for name in OtherRouteOut().fields if name != "route"}
        said["shown"] = known | {"route": route.public_id}
    return ReachingOut(said).data


def confirmation(said: dict[str, Any]) -> Confirmation:
    return Confirmation(**said)
