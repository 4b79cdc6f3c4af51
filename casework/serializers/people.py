"""The shapes of the API of who somebody is."""

from typing import Any

from rest_framework import serializers

from accounts.bodies import Code, Moment, Strict, text
from casework.models import AskAnswer, Sameness, SeemsSame
from casework.queries import Ledger

Out = serializers.Serializer
Words = serializers.CharField


class LinkIn(Strict):
    party = serializers.UUIDField(help_text="A party of this case.")
    same_as = serializers.UUIDField(help_text="A party, of another case of your agency, who is the same person.")
    reason = Words(max_length=300, help_text="What makes you sure.")


class ApartIn(Strict):
    party = serializers.UUIDField(help_text="A party of this case.")
    other = serializers.UUIDField(help_text="A party, of another case of your agency, who is somebody else.")
    reason = Words(max_length=300, help_text="What makes you sure.")


class UndoIn(Strict):
    reason = Words(max_length=300, help_text="Why it is taken back.")


class JudgementOut(Out):
    """What was said of two parties of two cases."""

    id = serializers.UUIDField(source="public_id")
    finding = Code(Sameness.choices)
    case = Words()
    party = serializers.UUIDField(source="first.public_id")
    other_case = Words()
    other = serializers.UUIDField(source="second.public_id")
    reason = Words()
    judged_at = Moment()
    judged_by = Words()
    undone_at = Moment(allow_null=True)
    undone_by = Words(allow_null=True)
    undone_reason = Words()


class AsksQuery(Strict):
    after = serializers.UUIDField(required=False, help_text="The `after` of the page before.")


class AnswerAskIn(Strict):
    answer = Code(AskAnswer.choices)
    reason = Words(max_length=300, help_text="Why. Only your agency reads it.")
    words = text(500)


class AskOut(Out):
    """Somebody at another desk may have spoken with the person of one of your cases."""

    id = serializers.UUIDField(source="public_id")
    case = Words(help_text="Your case.")
    asking_agency = Words()
    why = serializers.ListField(child=Code(SeemsSame.choices))
    asked_at = Moment()
    answer = Code(AskAnswer.choices, allow_blank=True)
    reason = Words()
    words = Words()


class AskPageOut(Out):
    asks = AskOut(many=True)
    after = serializers.UUIDField(allow_null=True)


class EntryOut(JudgementOut):
    """The same with what the two are called."""

    name = Words(source="first.name")
    other_name = Words(source="second.name")


class LedgerOut(Out):
    holds = EntryOut(many=True)
    undone = EntryOut(many=True)


def ledger_body(ledger: Ledger) -> dict[str, Any]:
    """The whole answer to a reading of it."""
    return LedgerOut(ledger).data
