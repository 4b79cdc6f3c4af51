"""The shapes of the API of who has what, of who covers for whom, and of reference data."""

from typing import Any

from rest_framework import serializers

from accounts.bodies import Moment, Strict, text
from casework.serializers.bodies import UNASKED

Out = serializers.Serializer
Words = serializers.CharField


class OfferIn(Strict):
    to = serializers.EmailField(max_length=254, help_text="The e-mail address of a colleague.")
    words = text(300, help_text="What they must know; no names, numbers or addresses.")


class WhyNotIn(Strict):
    why = serializers.CharField(max_length=300)


class AbsenceIn(Strict):
    worker = serializers.EmailField(max_length=254, help_text="The e-mail address of who is away.")
    begins_at = Moment()
    until = Moment()
    covered_by = serializers.EmailField(
        max_length=254, help_text="Of who covers for them; empty: the post on duty.", **UNASKED
    )


class OfferOut(Out):
    id = serializers.UUIDField(source="public_id")
    case = Words(source="case.reference")
    due_at = Moment()


class AbsenceOut(Out):
    id = serializers.UUIDField(source="public_id")
    worker = Words(source="worker.name")
    begins_at = Moment()
    until = Moment()
    covered_by = Words(source="covered_by.name", default=None, allow_null=True, help_text="Null: the post on duty.")


class AbsencesOut(Out):
    absences = AbsenceOut(many=True)


class LoadOut(Out):
    worker = Words(source="worker.name")
    cases = serializers.IntegerField(help_text="Open ones.")
    high = serializers.IntegerField(help_text="Of these at high risk.")
    steps = serializers.IntegerField()
    late = serializers.IntegerField()
    away_until = Moment(allow_null=True)
    covered_by = Words(source="covered_by.name", default=None, allow_null=True)


class WorkloadOut(Out):
    workers = LoadOut(many=True)


class ReferenceRowOut(Out):
    code = Words()
    is_own = serializers.BooleanField(source="partnership_id", help_text="The partnership's; else as it is shipped.")
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True)
    source = Words()  # type: ignore[assignment]
    says = serializers.SerializerMethodField(help_text="What the row says, by field.")

    def get_says(self, row: Any) -> dict[str, Any]:
        names = (field.name for field in row._meta.concrete_fields)
        return {name: getattr(row, name) for name in names if name not in NOT_SAID}


NOT_SAID = {"id", "code", "partnership", "source", "valid_from", "valid_until"}


class ReferenceOut(Out):
    rows = ReferenceRowOut(many=True)


class ReferenceChangeIn(Strict):
    valid_from = serializers.DateField()
    says = serializers.DictField(help_text="What is otherwise, by field, and its source.")
    preview = serializers.BooleanField(default=False, help_text="Only say what would change.")


class ChangedOut(Out):
    field = Words()
    before = Words()
    after = Words()


class ReferenceChangeOut(Out):
    changes = ChangedOut(many=True)
    go_on = serializers.IntegerField(help_text="Open next steps that keep the due time that they have.")
    is_done = serializers.BooleanField()
