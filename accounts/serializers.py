"""The shape of what the API takes and answers about workers and agencies."""

from typing import Any

from rest_framework import serializers

from accounts.bodies import Code, Moment, Strict
from accounts.models import AgencyKind
from accounts.roles import Role


class InviteIn(Strict):
    name = serializers.CharField(max_length=100)
    email = serializers.EmailField(max_length=254)
    role = Code(Role.choices)
    agency = serializers.IntegerField(required=False, help_text="Your own, unless you may invite to others.")


class RoleIn(Strict):
    role = Code(Role.choices)


class ReleaseIn(Strict):
    to = serializers.IntegerField(help_text="The agency that they go to.")


class AgencyOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = Code(AgencyKind.choices)


class AgenciesOut(serializers.Serializer):
    agencies = AgencyOut(many=True)


class WorkerOut(serializers.Serializer):
    """Somebody whom the caller looks after. `left_at` is there once they have left."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    email = serializers.EmailField()
    agency = serializers.IntegerField(source="agency_id")
    role = Code(Role.choices)
    left_at = Moment(allow_null=True)
    goes_to = serializers.IntegerField(source="goes_to_id", allow_null=True)


class InvitationOut(serializers.Serializer):
    """Never its link, which only the person invited gets."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    email = serializers.EmailField()
    agency = serializers.IntegerField(source="agency_id")
    role = Code(Role.choices)
    open_until = Moment()
    taken_back_at = Moment(allow_null=True)


class WorkersOut(serializers.Serializer):
    workers = WorkerOut(many=True)
    invitations = InvitationOut(many=True)
    coming = WorkerOut(many=True, help_text="Released to your agency: invite them to take them on.")


def worker_body(actor: Any, worker: Any) -> Any:
    return WorkerOut(worker).data


def invitation_body(actor: Any, invitation: Any) -> Any:
    return InvitationOut(invitation).data
