"""The shapes of the API of risk."""

from typing import Any

from rest_framework import serializers

from accounts.bodies import Code, Moment, Strict, text
from accounts.models import User
from casework.grading import LONGEST_COMMENT, NOT_ASKED, SOURCES
from casework.models import Gate, Level, Mode, NotAsked, RiskAssessment, StepKind
from casework.plans import AssessmentPlan
from casework.queries import WhyView
from casework.serializers.answers import RiskLevelOut
from casework.serializers.bodies import JUDGEMENTS, OWNERS

Out = serializers.Serializer
Words = serializers.CharField
KNOWN_FROM = [(source, source) for source in SOURCES]


class ScaleOut(Out):
    code = Words()
    label = Words()  # type: ignore[assignment]
    is_tick = serializers.BooleanField(default=False)
    is_unknown = serializers.BooleanField(default=False)


class ItemOut(Out):
    code = Words()
    topic = Words()
    cluster = Words()
    wording = Words(default="", help_text="Where your partnership may use the owner's; else ask by the topic.")


class InstrumentOut(Out):
    code = Words()
    name = Words()
    of_pair = serializers.BooleanField(help_text="Whether it asks about a victim and one alleged perpetrator.")
    licence = Words()
    valid_until = serializers.DateField(allow_null=True)
    scale = ScaleOut(many=True, source="content.scale", help_text=f"Besides these, {NOT_ASKED} with a reason.")
    items = ItemOut(many=True, source="content.items")


class InstrumentsOut(Out):
    instruments = InstrumentOut(many=True)


class AssessmentBegunOut(Out):
    assessment = serializers.UUIDField(source="public_id")
    instrument = Words(source="instrument.code")
    started_at = Moment()


class AssessmentDraftOut(Out):
    """A draft to go on with, or a signed one; of a draft no grade is known."""

    assessment = serializers.UUIDField(source="public_id")
    instrument = InstrumentOut()
    alleged = serializers.UUIDField(source="alleged.public_id", default=None, allow_null=True)
    supersedes = serializers.UUIDField(source="supersedes.public_id", default=None, allow_null=True)
    draft = serializers.DictField()
    saved_at = Moment(allow_null=True)
    answers = serializers.SerializerMethodField()
    grade = Code(Level.choices, allow_blank=True)
    signed_at = Moment(allow_null=True)

    def get_answers(self, assessment: RiskAssessment) -> list[dict[str, str]]:
        blank = {"comment": "", "source": "", "not_asked": ""}
        return [{"item": code} | blank | said for code, said in (assessment.answers or {}).items()]


class BeginAssessmentIn(Strict):
    instrument = text(40, help_text="Its code; left out where another assessment is corrected.")
    alleged = serializers.UUIDField(
        default=None, allow_null=True, help_text="The party, where the tool asks of a pair."
    )
    corrects = serializers.UUIDField(
        default=None, allow_null=True, help_text="The signed assessment that it supersedes."
    )


class RiskAnswerIn(Strict):
    item = serializers.CharField(max_length=40)
    answer = serializers.CharField(max_length=40, help_text=f"A code of the tool's scale, or {NOT_ASKED}.")
    comment = text(LONGEST_COMMENT)
    source = Code(KNOWN_FROM, default="", allow_blank=True)  # type: ignore[assignment]
    not_asked = Code(NotAsked.choices, default="", allow_blank=True, help_text="Why, where it was not asked.")


class SignAssessmentIn(Strict):
    answers = RiskAnswerIn(many=True)
    mode = Code(Mode.choices)
    present = text(200, help_text="Who else was there.")
    interpreter = serializers.BooleanField(default=None, allow_null=True)
    call_outs = serializers.IntegerField(
        default=None, allow_null=True, min_value=0, max_value=999, help_text="In 12 months, as you were told."
    )
    concern = serializers.BooleanField(default=False, help_text="You fear that they may take their own life.")
    judgement = Code(JUDGEMENTS, default="", allow_blank=True)
    reason = text(1000, help_text="Why you judge so, or why it is lower than what stands.")
    owner = Code(OWNERS, default="me", help_text="Who takes on what it asks for at once.")

    def validate_answers(self, value: list[dict[str, str]]) -> list[dict[str, str]]:
        if len({each["item"] for each in value}) != len(value):
            raise serializers.ValidationError("Answer each item once.")
        return value


class MaracIn(Strict):
    alleged = serializers.UUIDField(default=None, allow_null=True, help_text="The party. Null: not known which.")
    referred_on = serializers.DateField()
    gate = Code(Gate.choices)


class MaracOut(Out):
    referred_on = serializers.DateField()
    gate = Code(Gate.choices)


class FactorOut(Out):
    topic = Words()
    answers = serializers.ListField(child=Words(), help_text="yes, unknown or no, by the moments.")


class PairOfRiskOut(Out):
    """The newest assessment of a victim and one alleged perpetrator."""

    assessment = serializers.UUIDField(source="assessment.public_id")
    instrument = Words(source="assessment.instrument.name")
    rule = Words(source="assessment.rule", help_text="The version of the rule that made the grade.")
    name = Words(help_text="Of the alleged perpetrator, where you may see them.")
    ticks = serializers.IntegerField(source="assessment.ticks")
    unknown = serializers.IntegerField(source="assessment.unknown")
    band = Code(Level.choices, source="assessment.band", allow_blank=True)
    judgement = Code(JUDGEMENTS, source="assessment.judgement", allow_blank=True)
    reason = Words(source="assessment.reason")
    grade = Code(Level.choices)
    waits = serializers.BooleanField(help_text="Judged lower than the tool says, and not countersigned.")
    signed_at = Moment(source="assessment.signed_at")
    critical = serializers.ListField(child=Words())
    ticked = serializers.ListField(child=Words())
    moments = serializers.ListField(child=Moment())
    factors = FactorOut(many=True)
    is_flagged = serializers.BooleanField(help_text="Referred to MARAC within the months of a repeat.")


class CountsOut(Out):
    contacts = serializers.IntegerField()
    calls = serializers.IntegerField(help_text="To 999, of those contacts.")
    incidents = serializers.IntegerField()
    told = serializers.IntegerField(help_text="As somebody told whoever assessed.")


class GateOut(Out):
    gate = Code(Gate.choices)
    is_open = serializers.BooleanField()
    why = Words()


class RiskReviewOut(Out):
    due_at = Moment()
    due_source = Words()
    note = Words(help_text="What pulled it forward.")
    kind = Code(StepKind.choices)


class WhyOut(Out):
    """Why the risk is what it is, and how old that is."""

    level = RiskLevelOut(allow_null=True, help_text="The one that stands. Null: nobody has judged.")
    waiting = RiskLevelOut(allow_null=True, help_text="A lower one that waits for a second person.")
    age_days = serializers.IntegerField()
    pairs = PairOfRiskOut(many=True)
    months = serializers.IntegerField(help_text="Within which `counts` counts.")
    counts = CountsOut()
    marac = MaracOut(allow_null=True, help_text="The newest referral.")
    gates = GateOut(many=True)
    review = RiskReviewOut(allow_null=True, help_text="For the agency that holds the case.")


def assessment_body(assessment: RiskAssessment) -> dict[str, Any]:
    return AssessmentDraftOut(assessment).data


def why_body(view: WhyView) -> dict[str, Any]:
    return WhyOut(view).data


def assessment_plan(said: dict[str, Any], actor: User) -> AssessmentPlan:
    answers = {
        each["item"]: {n: words for n, words in each.items() if n == "answer" or (n != "item" and words)}
        for each in said["answers"]
    }
    owner = actor if said["owner"] == "me" else None
    return AssessmentPlan(**said | {"answers": answers, "owner": owner})
