"""The shapes of the API of who must not see a case."""

from typing import Any

from rest_framework import serializers

from accounts.bodies import Code, Moment, Strict, text
from casework.models import BarReason, Dismissal, SealReason
from casework.queries import Shutting

Out = serializers.Serializer
Words = serializers.CharField
LARGEST_ID = 2**63 - 1
MOST_NAMED = 100


class BarIn(Strict):
    """A worker or an agency, not both."""

    worker = serializers.EmailField(default="", allow_blank=True, help_text="The email address of a worker.")
    agency = serializers.IntegerField(default=None, allow_null=True, min_value=1, max_value=LARGEST_ID)
    reason = Code(BarReason.choices)

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        if bool(said["worker"]) == bool(said["agency"]):
            raise serializers.ValidationError({"worker": "Name one worker, or an agency, not both."})
        return said


class SealIn(Strict):
    reason = Code(SealReason.choices)
    workers = serializers.ListField(
        child=serializers.EmailField(), max_length=MOST_NAMED, help_text="Email addresses. You are named as well."
    )


class NamedIn(Strict):
    worker = serializers.EmailField(help_text="The email address of a worker.")


class ProposalsQuery(Strict):
    after = serializers.UUIDField(default=None, help_text="The `after` of the page before.")


class AcceptIn(Strict):
    who = Code([("worker", "The worker"), ("agency", "Everybody of their agency")])
    reason = Code(BarReason.choices)


class DismissIn(Strict):
    because = Code(Dismissal.choices)


class DeclareIn(Strict):
    """A telephone number, an address, or both. Only a mark is kept, by which they are found and cannot be read."""

    telephone = text(40)
    lines = text(300)
    postcode = text(10)


class ProposalOut(Out):
    """A worker who is like somebody in a case."""

    id = serializers.UUIDField(source="public_id")
    case = Words(source="case.reference")
    worker = Words(source="worker.email")
    name = Words(source="worker.name")
    agency = Words(source="worker.agency.name")
    why = serializers.ListField(child=Words())
    proposed_at = Moment()


class ProposalPageOut(Out):
    proposals = ProposalOut(many=True)
    after = serializers.UUIDField(allow_null=True, help_text="Send it as `after` to get the next page.")


class DeclaredOut(Out):
    """How many are declared. What they are, nobody can be shown."""

    telephone = serializers.IntegerField()
    address = serializers.IntegerField()


class BarOut(Out):
    id = serializers.UUIDField(source="public_id")
    worker = Words(source="worker.email", default=None, allow_null=True)
    agency = Words(source="agency.name", default=None, allow_null=True)
    reason = Words()
    barred_at = Moment()
    barred_by = Words(source="barred_by.name")
    lifted_at = Moment(allow_null=True)


class NamedOut(Out):
    """One worker whom the seal names."""

    worker = Words(source="worker.email")
    reason = Words(help_text="Why the case is sealed.")
    named_at = Moment()
    named_by = Words(source="named_by.name")


class ShuttingOut(Out):
    bars = BarOut(many=True)
    lifted = BarOut(many=True)
    seal = NamedOut(many=True, source="named", help_text="Empty where the case is not sealed.")


def shutting_body(shutting: Shutting) -> Any:
    return ShuttingOut(shutting).data
