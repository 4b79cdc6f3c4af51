"""The shapes of the API of erasing a case."""

from typing import Any

from rest_framework import serializers

from accounts.bodies import Code, Moment, Strict
from accounts.roles import Role
from casework.models import ErasureGround, HoldReason
from casework.queries import Erasing
from casework.states import ErasureStatus

Out = serializers.Serializer
Words = serializers.CharField


class ErasureIn(Strict):
    ground = Code(ErasureGround.choices)
    words = serializers.CharField(max_length=500, help_text="What it rests on. It is erased with the case.")


class HoldIn(Strict):
    reason = Code(HoldReason.choices)


class ErasureOut(Out):
    id = serializers.UUIDField(source="public_id")
    status = Code(ErasureStatus.choices)
    ground = Code(ErasureGround.choices)
    words = Words()
    asked_at = Moment()
    asked_by = Words(source="asked_by.name")
    answered_at = Moment(allow_null=True)
    answered_by = Words(source="answered_by.name", default=None, allow_null=True)
    erased_at = Moment(allow_null=True)


class HoldOut(Out):
    id = serializers.UUIDField(source="public_id")
    reason = Code(HoldReason.choices)
    placed_at = Moment()
    placed_by = Words(source="placed_by.name")
    lifted_at = Moment(allow_null=True)


class ErasingOut(Out):
    erasure = ErasureOut(allow_null=True, help_text="The one that waits for an answer, or was carried out.")
    refused = ErasureOut(many=True)
    holds = HoldOut(many=True, help_text="While one stands, the case cannot be erased.")
    lifted = HoldOut(many=True)


class TombstoneOut(Out):
    """What is left of a case that was erased."""

    erased_at = Moment(source="erasure.erased_at")
    ground = Code(ErasureGround.choices, source="erasure.ground")
    asked_as = Code(Role.choices, source="erasure.asked_as", help_text="In which post somebody asked for it.")
    approved_as = Code(Role.choices, source="erasure.answered_as", help_text="And another approved it.")


def erasing_body(erasing: Erasing) -> Any:
    return ErasingOut(erasing).data
