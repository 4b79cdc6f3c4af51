"""The shapes of the API of oversight: case histories, emergency accesses, case audits."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from audit.models import Outcome
from casework.categories import Category
from casework.models import EmergencyReason, Finding
from casework.serializers import Code, Moment, SectionsOut, Strict, by_category
from oversight.models import AlertFinding, Answer, AuditFinding, Drawn
from oversight.queries import DOORS, LISTED, OPENED, FieldChange, Shown
from oversight.states import AuditStatus

Out = serializers.Serializer
Words = serializers.CharField
LARGEST_ID = 2**63 - 1


class NarrowedQuery(Strict):
    """What to show of a history: ids and codes, as it says them itself."""

    person = serializers.IntegerField(default=None, min_value=1, max_value=LARGEST_ID)
    agency = serializers.IntegerField(default=None, min_value=1, max_value=LARGEST_ID)
    outcome = Code(Outcome.choices, default="", allow_blank=True)
    purpose = serializers.RegexField(r"^[a-z_]{0,60}$", default="", allow_blank=True)
    category = Code(Category.choices, default="", allow_blank=True)
    kind = Code([(OPENED, "Opened or acted on"), (LISTED, "Shown in a list")], default="", allow_blank=True)
    door = Code(list(DOORS.items()), default="", allow_blank=True)
    network = serializers.RegexField(r"^[a-z0-9]{0,12}$", default="", allow_blank=True)
    since = serializers.DateField(default=None, help_text="The first day, in London.")
    until = serializers.DateField(default=None, help_text="The last day, in London.")

    def validate_until(self, value: date) -> date:
        if value == date.max:
            raise serializers.ValidationError("There is no day after this one.")
        return value


class HistoryQuery(NarrowedQuery):
    before = serializers.UUIDField(default=None, help_text="The `before` of the page before.")


class DaysQuery(NarrowedQuery):
    before = serializers.RegexField(
        r"^[0-9.-]{0,50}$", default="", allow_blank=True, help_text="The `before` of the page before."
    )


class HistoryLineOut(Out):
    """One event, in words. `network` is a code, the same for the same network."""

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
    acting_for = Words()
    door = Words()
    network = Words()
    request = serializers.UUIDField(allow_null=True)


class ActorOut(Out):
    """Somebody, or an agency, who stands in the history: their id narrows it to them."""

    id = serializers.IntegerField()
    name = Words()


class HistoryOut(Out):
    lines = HistoryLineOut(many=True)
    before = serializers.UUIDField(
        allow_null=True, help_text="Send it as `before` to get the next page; null on the last."
    )
    people = ActorOut(many=True, source="among.people")
    agencies = ActorOut(many=True, source="among.agencies")
    purposes = serializers.ListField(child=Words(), source="among.purposes")
    networks = serializers.ListField(child=Words(), source="among.networks")


class DayLineOut(Out):
    """One person on one day, in London: how often they opened the case, saw it in a list, acted, were refused."""

    on = serializers.DateField()
    who = Words()
    agency = Words()
    opened = serializers.IntegerField()
    listed = serializers.IntegerField()
    done = serializers.IntegerField()
    refused = serializers.IntegerField()
    failed = serializers.IntegerField()
    first = Moment()
    last = Moment()


class DaysOut(Out):
    lines = DayLineOut(many=True)
    before = Words(allow_null=True, help_text="Send it as `before` to get the next page; null on the last.")


class ChangesQuery(Strict):
    event = serializers.UUIDField(
        default=None, help_text="The `id` of a line of the history; left out, the newest act that changed anything."
    )


class FieldChangeOut(Out):
    """One field. `is_shown` false: it changed, and to you its values are not shown."""

    name = Words()
    is_shown = serializers.BooleanField()
    before = serializers.SerializerMethodField()
    after = serializers.SerializerMethodField()

    def get_before(self, field: FieldChange) -> str:
        return said(field.before)

    def get_after(self, field: FieldChange) -> str:
        return said(field.after)


class ChangeOut(Out):
    """What was done to one record."""

    what = Words()
    act = Words()
    fields_changed = FieldChangeOut(many=True, source="fields")


class ChangesOut(Out):
    event = HistoryLineOut(source="line", allow_null=True)
    changes = ChangeOut(many=True)


class ReplayQuery(Strict):
    agency = serializers.IntegerField(
        default=None, min_value=1, max_value=LARGEST_ID, help_text="Left out, the agency that holds the case."
    )
    moment = Moment(default=None, help_text="Past. Left out, now.")
    before = serializers.UUIDField(default=None, help_text="The `before` of the page before.")

    def validate_moment(self, value: datetime | None) -> datetime | None:
        if value and value > timezone.now():
            raise serializers.ValidationError("The moment must be in the past.")
        return value


class ShownOut(Out):
    """Categories, and of those that you may see the values as they stood."""

    categories = serializers.ListField(child=Words())
    sections = serializers.SerializerMethodField()
    summaries = serializers.SerializerMethodField(help_text="Of referrals: what goes to an agency before it accepts.")

    @extend_schema_field(SectionsOut)
    def get_sections(self, shown: Shown) -> dict[str, Any]:
        return dict(SectionsOut(by_category(shown.sections)).data)

    @extend_schema_field({"type": "array", "items": {"type": "object", "additionalProperties": {"type": "string"}}})
    def get_summaries(self, shown: Shown) -> list[dict[str, str]]:
        return [{label: said(value) for label, value in summary} for summary in shown.summaries]


class OpenedOut(Out):
    """One worker's emergency access that was open."""

    worker = Words()
    until = Moment()
    shown = ShownOut()


class KnownOut(Out):
    """What the agency could know at that moment."""

    exists = serializers.BooleanField(help_text="That there is such a case.")
    is_shut = serializers.BooleanField(help_text="By a bar or a seal, to all of its workers.")
    some_shut_out = serializers.BooleanField(help_text="To some of them. Whom is not told.")
    shown = ShownOut()
    emergencies = OpenedOut(many=True)


class SeenThenOut(Out):
    """One reading, and what stood then in the categories that it showed."""

    event = HistoryLineOut(source="line")
    shown = ShownOut()


class ReplayOut(Out):
    agency = ActorOut()
    moment = Moment()
    known = KnownOut()
    seen = SeenThenOut(many=True, help_text="The readings up to then, newest first, 25 at a time.")
    before = serializers.UUIDField(allow_null=True, help_text="Send it as `before` to get the next page.")
    unknown_before = Moment(allow_null=True, help_text="What stood earlier is not known. Null: all is.")
    erased_at = Moment(allow_null=True, help_text="The case was erased: what it held is gone. Null: it was not.")


def said(value: Any) -> str:
    """A value in words, a moment in ISO 8601."""
    return value.isoformat() if isinstance(value, datetime | date) else "" if value is None else str(value)


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


class AlertsQuery(Strict):
    after = serializers.CharField(default="", max_length=20, help_text="The `after` of the page before.")
    answered = serializers.BooleanField(
        default=False, help_text="Those that are answered, in place of those that wait."
    )


class RuleOut(Out):
    """A rule, and why it speaks, in plain words."""

    code = Words()
    name = Words()
    says = Words()


class RulesOut(Out):
    rules = RuleOut(many=True)


class EventBehindOut(Out):
    """One event that made a rule speak."""

    at = Moment()
    rule = Words()
    action = Words()
    outcome = Words()
    door = Words()
    case = Words(help_text="Its reference.")


class AlertOut(Out):
    """Somebody's odd access to one case, or in general."""

    reference = Words(source="alert.reference")
    worker = Words(source="alert.worker.name")
    agency = Words(source="alert.agency.name")
    case = Words(help_text="Its reference; empty: of no one case.")
    rules = RuleOut(many=True)
    found_at = Moment(source="alert.found_at")
    first_at = Moment()
    last_at = Moment()
    answered_at = Moment(source="alert.answered_at", allow_null=True)
    answered_by = Words(source="alert.answered_by.name", default="", help_text="Empty until it is answered.")
    finding = Code(AlertFinding.choices, source="alert.finding", allow_blank=True)
    words = Words(source="alert.words")
    events = EventBehindOut(many=True, help_text="The newest 200, where one alert is read; none in a list.")


class AlertPageOut(Out):
    alerts = AlertOut(many=True)
    after = Words(allow_null=True, help_text="Send it as `after` to get the next page.")


class AnswerAlertIn(Strict):
    finding = Code(AlertFinding.choices)
    words = serializers.CharField(max_length=1000, help_text="Without names, numbers or places.")


class OfRuleOut(Out):
    rule = Words(source="rule.code")
    found = serializers.DictField(child=serializers.IntegerField(), help_text="By finding; `waiting`: not answered.")


class AlertFiguresOut(Out):
    months = MonthOut(many=True)
    rules = OfRuleOut(many=True)
