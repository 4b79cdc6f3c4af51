"""The shapes of the API of services and referrals."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from casework.categories import Category
from casework.models import ALTERNATIVES, CaseKind, Consent, OverrideReason, Purpose, ToldVictim
from casework.queries import Section
from casework.serializers import Code, Moment, SectionsOut, ShareIn, Strict, by_category, text
from referrals.models import AsWanted, DeclineReason, OutcomeCode, Referral, Service, Urgency, WithdrawReason
from referrals.policy import knows_what_is_private
from referrals.queries import freshness, times_referred
from referrals.serializers_of_directory import PrivateOut
from referrals.states import ReferralStatus

Out = serializers.Serializer
# What the addressed agency says of a referral, and the field that each takes.
SAYS = {
    "acknowledge": "",
    "ask": "question",
    "wait": "until",
    "duplicate": "of",
    "engage": "",
    "give_up": "alternative",
}
Words = serializers.CharField


class ServicesQuery(Strict):
    kind = Code(CaseKind.choices, default="", allow_blank=True)


class InboxQuery(Strict):
    after = serializers.CharField(
        default="", allow_blank=True, max_length=13, help_text="The `after` of the page before."
    )
    mine = serializers.BooleanField(default=False, help_text="Only what you have yourself.")


class EndsOut(Out):
    """What would end with an agency that leaves: numbers, of what you may know of."""

    agency = serializers.IntegerField(source="agency.pk")
    shares = serializers.IntegerField()
    referrals = serializers.IntegerField()
    services = serializers.IntegerField()
    agreements = serializers.IntegerField()
    workers = serializers.IntegerField()


class ReferralIn(Strict):
    service = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    asked = serializers.CharField(max_length=500, help_text="What is asked of the partner, without names.")
    urgency = Code(Urgency.choices, default=Urgency.ROUTINE)


class PreviewIn(Strict):
    categories = serializers.ListField(child=Code(Category.choices), max_length=len(Category))


class SendIn(ShareIn):
    """The decision to share. It is the sender's; it takes effect when the partner accepts."""

    asked = serializers.CharField(
        max_length=500, default="", allow_blank=True, help_text="In place of the draft's words; empty leaves those."
    )


class DeclineIn(Strict):
    reason = Code(DeclineReason.choices)
    note = text(500)


class CompleteIn(Strict):
    outcome_code = Code(OutcomeCode.choices)
    as_wanted = Code(AsWanted.choices, help_text="Beside what they said they wanted.")
    outcome = text(500)


class WithdrawIn(Strict):
    reason = Code(
        [(r.value, r.label) for r in WithdrawReason if r != WithdrawReason.SHARE_ENDED],
        help_text="wrong_person and wrong_service recall it: the addressed agency no longer finds it.",
    )


class ResubmitIn(Strict):
    added = serializers.CharField(max_length=500, help_text="What they asked, without names.")


class ProgressIn(Strict):
    """How it goes on. Each verb takes its own field, and no other."""

    verb = Code([(name, name) for name in SAYS])
    question = serializers.CharField(required=False, max_length=500, help_text="With `ask`: what is missing.")
    until = Moment(required=False, help_text="With `wait`: until when they wait for a place.")
    of = serializers.CharField(required=False, max_length=13, help_text="With `duplicate`: the other's reference.")
    alternative = Code(
        ALTERNATIVES, required=False, help_text="With `give_up`: another way to them; at high risk it must be said."
    )

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        takes = SAYS[said["verb"]]
        needed = {takes} - {"", "alternative"}
        wrong = {name: f"Only with another verb than {said['verb']}." for name in said.keys() - {"verb", takes}}
        wrong |= {name: f"Say this with {said['verb']}." for name in needed - said.keys()}
        if wrong:
            raise serializers.ValidationError(wrong)
        return said | ({"alternative": said.get("alternative", "")} if takes == "alternative" else {})


class ServiceOut(Out):
    id = serializers.IntegerField()
    name = Words()
    agency = Words()
    what_for = Words()
    kinds = serializers.ListField(child=Code(CaseKind.choices))
    purpose = Code(Purpose.choices)
    usual_categories = serializers.ListField(child=Code(Category.choices))
    answers_within_hours = serializers.IntegerField()
    entry = Words(source="entry.id", help_text="Its id in the directory.")
    freshness = serializers.SerializerMethodField()
    private = serializers.SerializerMethodField(help_text="For those who refer, and its own agency; else null.")

    def get_freshness(self, service: Service) -> str:
        return freshness(service, timezone.localdate(), self.context.get("limits")).value

    @extend_schema_field(PrivateOut(allow_null=True))
    def get_private(self, service: Service) -> dict[str, Any] | None:
        actor = self.context.get("actor")
        return PrivateOut(service).data if actor and knows_what_is_private(actor, service) else None


class ServicesOut(Out):
    services = ServiceOut(many=True)


class SummaryOut(Out):
    """What the addressed agency sees before it accepts."""

    reference = Words()
    sender = Words()
    case_kind = Code(CaseKind.choices)
    urgency = Code(Urgency.choices)
    due_at = Moment()
    acknowledge_by = Moment(allow_null=True, help_text="Null: not sent.")
    answer_by = Moment(allow_null=True, help_text="Null: not sent.")
    asked = Words()
    question = Words()
    added = Words()
    borough = Words()
    language = Words()
    interpreter_needed = serializers.BooleanField(allow_null=True, help_text="Null: not known.")
    access_needs = Words()


class BasisOut(Out):
    code = Words()
    label = Words()  # type: ignore[assignment]


class DecisionOut(Out):
    """Why and what is shared, for sender and addressee alike: also that the victim did not agree."""

    purpose = Code(Purpose.choices)
    basis = BasisOut()
    consent = Code(
        Consent.choices, source="consent.stands", help_text="What they say now, not only when it was decided."
    )
    consent_reason = Words(source="consent.reason")
    override_reason = Code(OverrideReason.choices, allow_blank=True, help_text="Empty: nothing was overridden.")
    override_narrative = Words()
    told_victim = Code(ToldVictim.choices, allow_blank=True, help_text="Whether they know that it is shared.")
    necessity = Words()
    categories = serializers.ListField(child=Code(Category.choices))
    until = Moment()
    began_at = Moment(allow_null=True, help_text="Null: not accepted.")
    ended_at = Moment(allow_null=True)


class ReferralOut(SummaryOut):
    """A referral: its summary, its decision and how it stands. Nothing of the case, whose reference leads on."""

    status = Code(ReferralStatus.choices)
    service = Words()
    recipient = Words(source="service.agency")
    owner = Words(allow_null=True, help_text="Null: the duty queue of the agency whose turn it is.")
    sent_at = Moment(allow_null=True)
    acknowledged_at = Moment(allow_null=True)
    waits_until = Moment(allow_null=True)
    answered_at = Moment(allow_null=True)
    engaged_at = Moment(allow_null=True, help_text="Until then the sender stays responsible.")
    decline_reason = Code(DeclineReason.choices, allow_blank=True)
    decline_note = Words()
    ended_at = Moment(allow_null=True)
    withdraw_reason = Code(WithdrawReason.choices, allow_blank=True)
    alternative = Code(ALTERNATIVES, allow_blank=True)
    outcome_code = Code(OutcomeCode.choices, allow_blank=True)
    as_wanted = Code(AsWanted.choices, allow_blank=True)
    outcome = Words()
    times_before = serializers.SerializerMethodField(
        help_text="How often this case was sent to this service within the year before."
    )
    decision = DecisionOut(allow_null=True, help_text="Null: not sent.")
    case = serializers.SerializerMethodField(help_text="Reference of the case; null while you may not see it.")

    def get_times_before(self, referral: Referral) -> int:
        return times_referred(referral)

    def get_case(self, referral: Referral) -> str | None:
        return referral.case.reference if self.context["case_is_visible"] else None


class ReferralItemOut(Out):
    """A referral as a line of a list."""

    reference = Words()
    status = Code(ReferralStatus.choices)
    service = Words()
    sender = Words()
    case_kind = Code(CaseKind.choices)
    urgency = Code(Urgency.choices)
    asked = Words()
    due_at = Moment()
    owner = Words(allow_null=True, help_text="Null: the duty queue.")
    shared = serializers.SerializerMethodField(help_text="Once you accept. The other categories are not shared: ask.")

    @extend_schema_field(serializers.ListField(child=Code(Category.choices)))
    def get_shared(self, referral: Referral) -> list[str]:
        return referral.decision.categories if referral.decision else []


class ReferralsOut(Out):
    referrals = ReferralItemOut(many=True)


class InboxOut(ReferralsOut):
    after = Words(allow_null=True, help_text="Send it as `after` to get the next page; null on the last.")


class ScorecardOut(Out):
    """What became of the referrals that one service was sent within a year. Shares are from 0 to 1; null of none."""

    service = Words()
    agency = Words()
    sent = serializers.IntegerField()
    acknowledged_in_time = serializers.FloatField(allow_null=True)
    accepted = serializers.FloatField(allow_null=True)
    declined = serializers.DictField(child=serializers.IntegerField(), help_text="How many, by reason.")
    hours_to_safe_contact = serializers.FloatField(allow_null=True, help_text="The median.")
    fed_back = serializers.FloatField(allow_null=True)


class ScorecardsOut(Out):
    scorecards = ScorecardOut(many=True)


class PreviewOut(Out):
    """What the addressed agency will see: the summary at once, the sections once it accepts."""

    summary = SummaryOut()
    sections = SectionsOut()


def preview_body(referral: Referral, sections: tuple[Section, ...]) -> dict[str, Any]:
    """A preview as it goes out; `referral` as `queries.preview` left it."""
    return PreviewOut({"summary": referral, "sections": by_category(sections)}).data


RUNS = {"due_at", "acknowledge_by", "answer_by"}


def lasting(body: dict[str, Any]) -> dict[str, Any]:
    """A preview without the times by which an answer would be due, which run with the clock."""
    summary = {name: value for name, value in body["summary"].items() if name not in RUNS}
    return {"summary": summary, "sections": body["sections"]}


def chosen(said: dict[str, Any]) -> tuple[str, ...]:
    """The categories of a body, each once."""
    return tuple(dict.fromkeys(said["categories"]))
