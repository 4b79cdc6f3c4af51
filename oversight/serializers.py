"""The shapes of the API of oversight: case histories, emergency accesses, case audits."""

from datetime import date

from rest_framework import serializers

from audit.models import Outcome
from casework.categories import Category
from casework.models import EmergencyReason, Finding
from casework.serializers import Code, Moment, Strict
from oversight.models import Answer, AuditFinding, Drawn
from oversight.states import AuditStatus

Out = serializers.Serializer
Words = serializers.CharField
LARGEST_ID = 2**63 - 1


class HistoryQuery(Strict):
    person = serializers.IntegerField(default=None, min_value=1, max_value=LARGEST_ID)
    agency = serializers.IntegerField(default=None, min_value=1, max_value=LARGEST_ID)
    outcome = Code(Outcome.choices, default="", allow_blank=True)
    since = serializers.DateField(default=None, help_text="The first day, in London.")
    until = serializers.DateField(default=None, help_text="The last day, in London.")
    before = serializers.UUIDField(default=None, help_text="The `before` of the page before.")

    def validate_until(self, value: date) -> date:
        if value == date.max:
            raise serializers.ValidationError("There is no day after this one.")
        return value


class HistoryLineOut(Out):
    """One event, in words."""

    id = serializers.UUIDField()
    at = Moment()
    who = Words()
    agency = Words()
    action = Words()
    outcome = Words()
    refused = serializers.BooleanField()
    purpose = Words()
    categories = serializers.ListField(child=Words())
    how = Words()


class ActorOut(Out):
    """Somebody, or an agency, who stands in the history: their id narrows it to them."""

    id = serializers.IntegerField()
    name = Words()


class HistoryOut(Out):
    lines = HistoryLineOut(many=True)
    before = serializers.UUIDField(
        allow_null=True, help_text="Send it as `before` to get the next page; null on the last."
    )
    people = ActorOut(many=True)
    agencies = ActorOut(many=True)


class AttemptsQuery(Strict):
    before = serializers.UUIDField(default=None, help_text="The `before` of the page before.")


class AttemptOut(Out):
    """An act or a reading that was refused, by somebody to whom the case is shut."""

    id = serializers.UUIDField()
    at = Moment()
    who = Words()
    agency = Words()
    action = Words()
    door = Words(help_text="By which way it was tried: page or api.")
    case = Words(help_text="Its reference.")


class AttemptPageOut(Out):
    attempts = AttemptOut(many=True)
    before = serializers.UUIDField(
        allow_null=True, help_text="Send it as `before` to get the next page; null on the last."
    )


class EmergencyIn(Strict):
    reference = serializers.CharField(max_length=20, help_text="Of a case of another agency of the partnership.")
    reason = Code(EmergencyReason.choices)
    words = serializers.CharField(max_length=500, help_text="What has happened, in a sentence.")
    categories = serializers.ListField(child=Code(Category.choices), min_length=1, max_length=len(Category))


class NothingIn(Strict):
    """A body without fields."""


class EmergencyOut(Out):
    """One's own emergency access. It ends at `until`, or when it is closed or reviewed."""

    id = serializers.UUIDField(source="public_id")
    case = Words(source="case.reference")
    categories = serializers.ListField(child=Words())
    opened_at = Moment()
    until = Moment()
    closed_at = Moment(allow_null=True)


class AfterQuery(Strict):
    after = serializers.UUIDField(default=None, help_text="The `after` of the page before.")


class ReviewIn(Strict):
    finding = Code(Finding.choices)
    review = serializers.CharField(max_length=500, help_text="What was looked at, and why it was found so.")


class ReadingOut(Out):
    """One reading under an emergency access."""

    at = Moment()
    categories = serializers.ListField(child=Words())


class ReviewOut(Out):
    """An emergency access to a case of the reader's agency."""

    id = serializers.UUIDField(source="access.public_id")
    case = Words(source="access.case.reference")
    worker = Words(source="access.worker.name")
    agency = Words(source="access.worker.agency.name")
    reason = Words(source="access.reason")
    words = Words(source="access.words")
    categories = serializers.ListField(child=Words(), source="access.categories")
    opened_at = Moment(source="access.opened_at")
    until = Moment(source="access.until")
    closed_at = Moment(source="access.closed_at", allow_null=True)
    due_at = Moment(help_text="By when it must be reviewed.")
    finding = Words(source="access.finding", help_text="Empty until it is reviewed.")
    readings = ReadingOut(many=True, help_text="The newest 25, where one access is read; none in a list.")


class ReviewPageOut(Out):
    reviews = ReviewOut(many=True)
    after = serializers.UUIDField(allow_null=True, help_text="Send it as `after` to get the next page.")


class DrawIn(Strict):
    how = Code(Drawn.choices)


class FinishIn(Strict):
    answers = serializers.DictField(child=Code(Answer.choices), help_text="By the code of each question.")
    finding = Code(AuditFinding.choices)
    feedback = serializers.CharField(max_length=1000, help_text="To the worker.")
    follow_up_on = serializers.DateField(default=None, allow_null=True, help_text="Null: nothing is to be followed up.")


class QuestionOut(Out):
    code = Words()
    text = Words()
    comes_from = Words(source="source")


class QuestionsOut(Out):
    questions = QuestionOut(many=True)


class AnswerIn(Strict):
    answer = serializers.CharField(max_length=1000)


class FollowUpIn(Strict):
    followed_up = serializers.CharField(max_length=1000)


class AuditOut(Out):
    """One case audit."""

    id = serializers.UUIDField(source="public_id")
    case = Words(source="case.reference")
    auditor = Words(source="auditor.name")
    about = Words(source="about.name", help_text="Whose work it is.")
    how = Code(Drawn.choices)
    status = Code(AuditStatus.choices)
    drawn_at = Moment()
    answers = serializers.DictField(child=Code(Answer.choices), allow_null=True, help_text="Null until it is finished.")
    finding = Code(AuditFinding.choices, allow_blank=True)
    feedback = Words()
    follow_up_on = serializers.DateField(allow_null=True)
    finished_at = Moment(allow_null=True)
    answer = Words()
    answered_at = Moment(allow_null=True)
    followed_up = Words()
    followed_up_at = Moment(allow_null=True)


class AuditPageOut(Out):
    audits = AuditOut(many=True)
    after = serializers.UUIDField(allow_null=True, help_text="Send it as `after` to get the next page.")


class MonthOut(Out):
    """A month in London, by its first day: how many audits found what."""

    first = serializers.DateField()
    found = serializers.DictField(child=serializers.IntegerField())


class AskedOut(Out):
    """How often a question was answered in which way."""

    question = Words()
    answered = serializers.DictField(child=serializers.IntegerField())


class FiguresOut(Out):
    months = MonthOut(many=True)
    questions = AskedOut(many=True)
