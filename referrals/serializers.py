"""The shapes of the API of services and referrals."""

from typing import Any

from rest_framework import serializers

from casework.categories import Category
from casework.models import CaseKind, Consent, OverrideReason, Purpose, ToldVictim
from casework.queries import Section
from casework.serializers import Code, Moment, SectionsOut, ShareIn, Strict, by_category, text
from referrals.models import DeclineReason, Referral, Urgency
from referrals.states import ReferralStatus

Out = serializers.Serializer
Words = serializers.CharField


class ServicesQuery(Strict):
    kind = Code(CaseKind.choices, default="", allow_blank=True)


class InboxQuery(Strict):
    after = serializers.CharField(
        default="", allow_blank=True, max_length=13, help_text="The `after` of the page before."
    )


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
    outcome = serializers.CharField(max_length=500)


class ServiceOut(Out):
    id = serializers.IntegerField()
    name = Words()
    agency = Words()
    what_for = Words()
    kinds = serializers.ListField(child=Code(CaseKind.choices))
    purpose = Code(Purpose.choices)
    usual_categories = serializers.ListField(child=Code(Category.choices))
    answers_within_hours = serializers.IntegerField()


class ServicesOut(Out):
    services = ServiceOut(many=True)


class SummaryOut(Out):
    """What the addressed agency sees before it accepts."""

    reference = Words()
    sender = Words()
    case_kind = Code(CaseKind.choices)
    urgency = Code(Urgency.choices)
    due_at = Moment()
    asked = Words()
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
    answered_at = Moment(allow_null=True)
    decline_reason = Code(DeclineReason.choices, allow_blank=True)
    decline_note = Words()
    ended_at = Moment(allow_null=True)
    outcome = Words()
    decision = DecisionOut(allow_null=True, help_text="Null: not sent.")
    changed = serializers.SerializerMethodField(help_text="The categories that changed since you last read the case.")
    case = serializers.SerializerMethodField(help_text="Reference of the case; null while you may not see it.")

    def get_changed(self, referral: Referral) -> list[str]:
        return list(self.context.get("changed", ()))

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


class ReferralsOut(Out):
    referrals = ReferralItemOut(many=True)


class InboxOut(ReferralsOut):
    after = Words(allow_null=True, help_text="Send it as `after` to get the next page; null on the last.")


class PreviewOut(Out):
    """What the addressed agency will see: the summary at once, the sections once it accepts."""

    summary = SummaryOut()
    sections = SectionsOut()


def preview_body(referral: Referral, sections: tuple[Section, ...]) -> dict[str, Any]:
    """A preview as it goes out; `referral` as `queries.preview` left it."""
    return PreviewOut({"summary": referral, "sections": by_category(sections)}).data


def lasting(body: dict[str, Any]) -> dict[str, Any]:
    """A preview without the time by which an answer would be due, which runs with the clock."""
    summary = {name: value for name, value in body["summary"].items() if name != "due_at"}
    return {"summary": summary, "sections": body["sections"]}


def chosen(said: dict[str, Any]) -> tuple[str, ...]:
    """The categories of a body, each once."""
    return tuple(dict.fromkeys(said["categories"]))
