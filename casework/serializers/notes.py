"""The shapes of the API of a case's timeline and of its notes."""

from typing import Any

from rest_framework import serializers

from accounts.bodies import Code, Moment, Strict
from casework.models import Disclosable
from casework.queries import KINDS

Out = serializers.Serializer
Words = serializers.CharField


class NoteIn(Strict):
    words = serializers.CharField(max_length=4000, help_text="Without telephone numbers and postcodes.")
    disclosable = Code(Disclosable.choices, help_text="Whether it may be given away when somebody asks for their file.")


class NoteInCaseOut(Out):
    agency = Words(help_text="Whose it is.")
    words = Words()
    disclosable = Code(Disclosable.choices)
    written_at = Moment()
    superseded_at = Moment(allow_null=True, help_text="Since when another note stands in its place.")


class WrittenNoteOut(NoteInCaseOut):
    id = serializers.UUIDField(source="public_id")


class TimelineQuery(Strict):
    after = serializers.CharField(
        default="", allow_blank=True, max_length=40, help_text="The `after` of the page before."
    )
    kind = serializers.ChoiceField([(kind.code, kind.label) for kind in KINDS], default="", allow_blank=True)
    agency = serializers.CharField(default="", allow_blank=True, max_length=100, help_text="The name of one.")
    since = serializers.DateField(default=None, allow_null=True, help_text="The first day, by the clock in London.")
    until = serializers.DateField(default=None, allow_null=True, help_text="The last day.")


class TimelineEntryOut(Out):
    at = Moment()
    kind = Words(source="kind.code")
    agency = Words(help_text="Whose it is.")
    by = Words(help_text="Who did it; empty where that is shown to the holder alone.")
    note = serializers.UUIDField(
        source="note.public_id",
        default=None,
        allow_null=True,
        help_text="Of a note that stands: to write another in its place; null to whoever may not.",
    )
    values = serializers.DictField(help_text="What may be shown of it, by field.")


class TimelineOut(Out):
    entries = TimelineEntryOut(many=True)
    after = Words(allow_null=True, help_text="Send it as `after` to get the next page; null on the last.")


def note_body(note: Any) -> Any:
    return WrittenNoteOut(note).data
