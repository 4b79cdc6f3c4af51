"""The shapes of the API of closing a case and of opening it again."""

from rest_framework import serializers

from accounts.bodies import Code, Moment, Strict, text
from casework.models import ALTERNATIVES, CaseOutcome, SafetyAdvice
from casework.serializers.bodies import NextStepIn

Out = serializers.Serializer
Words = serializers.CharField


class ClosingIn(Strict):
    outcome = Code(CaseOutcome.choices)
    advice = Code(SafetyAdvice.choices, help_text="Whether they were given safety advice.")
    words = serializers.CharField(max_length=500, help_text="How it ended, in a sentence.")
    tried = Code(
        ALTERNATIVES, default="", allow_blank=True, help_text="Of somebody who was not reached: another way considered."
    )


class TurnDownIn(Strict):
    why = serializers.CharField(max_length=500, help_text="What is still to be done.")


class ReopenIn(Strict):
    next_step = NextStepIn()


class ClosingOut(Out):
    id = serializers.UUIDField(source="public_id")
    case = Words(source="case.reference")
    outcome = Code(CaseOutcome.choices)
    advice = Code(SafetyAdvice.choices)
    tried = Code(ALTERNATIVES, allow_blank=True)
    words = Words()
    needs_second = serializers.BooleanField(help_text="Somebody else must agree before the case closes.")
    asked_at = Moment()
    asked_by = Words(source="asked_by.name")
    answered_at = Moment(allow_null=True)
    answered_by = Words(source="answered_by.name", default=None, allow_null=True)
    agreed = serializers.BooleanField(allow_null=True)
    why_not = text(500)
