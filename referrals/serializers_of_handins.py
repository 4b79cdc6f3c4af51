"""The shapes of the API of what agencies hand in."""

from typing import Any

from rest_framework import serializers

from casework.serializers import Code, Moment, Strict, text
from casework.serializers.bodies import DraftField
from referrals.models import Standing
from referrals.queries import Followed

Out = serializers.Serializer
Words = serializers.CharField
CONTENTS = (
    "What is known so far: an object with the names of the boxes of the page, none of which is needed, as strings or "
    "lists of strings. What has no box there reaches the front door as words."
)


class HandInIn(Strict):
    """Complete or not. Saved, anybody of the agency goes on with it; sent, it is the front door's to take up."""

    contents = DraftField(help_text=CONTENTS)
    send = serializers.BooleanField(default=False)


class HandInActIn(Strict):
    act = Code([("answer", "Answer what is asked"), ("receive", "Receive"), ("ask", "Ask back"), ("keep", "Keep here")])
    words = text(2_000, help_text="The answer, the question, or why it stays here.")


class HelpsOut(Out):
    code = Words()
    what = Words()
    why = Words()


class HandInOut(Out):
    """How it stands, by levels and classes, and nothing else of it. A draft comes with what is typed."""

    reference = Words(source="hand_in.reference")
    agency = Words(source="hand_in.agency")
    begun_at = Moment(source="hand_in.begun_at")
    begun_by = Words(source="hand_in.begun_by")
    sent_at = Moment(source="hand_in.sent_at", allow_null=True, help_text="Null: a draft.")
    due_at = Moment(source="hand_in.due_at", allow_null=True, help_text="By when the front door says that it has it.")
    is_ours = serializers.BooleanField(help_text="Whether it is still with the agency that handed it in.")
    level = serializers.IntegerField(source="feedback.level", help_text="1 received, 2 answered, 3 engaged, 4 closed.")
    standing = Code(Standing.choices, source="feedback.standing")
    of_class = Words(source="feedback.of_class", help_text="The class of a decline's reason, or of how it ended.")
    news_at = Moment(help_text="Since when there has been no news.")
    question = Words(help_text="What the front door asks back; empty when it asks nothing.")
    case = Words(allow_null=True, help_text="Reference of the case, for who holds it; null for everybody else.")


class HandInItemOut(HandInOut):
    """The same as a line of a list."""


class HandInsOut(Out):
    hand_ins = HandInItemOut(many=True, source="found")
    after = Words(allow_null=True, help_text="Send it as `after` to get the next page; null on the last.")


class OneHandInOut(HandInOut):
    contents = serializers.DictField(allow_null=True, help_text="Null once it is sent.")
    there = serializers.ListField(child=Words(), help_text="What is there already, by its code.")
    would_help = HelpsOut(many=True, help_text="What would help besides. Nothing is refused for want of it.")


def draft_body(typed: dict[str, Any]) -> dict[str, Any]:
    """What a version of a draft is made of."""
    return {"contents": typed}


def hand_in_body(found: Followed, typed: dict[str, Any] | None, there: list[Any], would_help: list[Any]) -> Any:
    """The whole answer to a reading of one."""
    codes = [each.code for each in there]
    more = {"contents": typed, "there": codes, "would_help": HelpsOut(would_help, many=True).data}
    return HandInOut(found).data | more
