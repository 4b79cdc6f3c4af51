"""The shapes of the API of requests for information."""

from typing import Any

from rest_framework import serializers

from casework.categories import Category
from casework.serializers import Code, Moment, Strict, text
from referrals.models import InformationRequest, Refusal, RequestKind, VictimNotice
from referrals.plans import RequestPlan
from referrals.states import RequestStatus

Out = serializers.Serializer
Words = serializers.CharField


class RequestIn(Strict):
    """More about a referral names that; a victim information request names a case, and says its grounds."""

    kind = Code(RequestKind.choices)
    referral = text(13, help_text="Of one for more: the referral.")
    about = text(13, help_text="Of a victim information request: the case, by its reference.")
    categories = serializers.ListField(child=Code(Category.choices), max_length=len(Category))
    material = serializers.CharField(max_length=500, help_text="What exactly is asked for.")
    period_from = serializers.DateField(default=None, allow_null=True)
    period_until = serializers.DateField(default=None, allow_null=True)
    enquiry = text(500, help_text="The reasonable line of enquiry to which it is relevant.")
    necessity = serializers.CharField(max_length=500, help_text="Why it is necessary and proportionate.")
    other_means = text(500, help_text="What else was considered or tried.")
    counselling = text(500, help_text="Why what was said in confidence is asked for, where `narrative` is.")
    notice = Code(VictimNotice.choices, default="", allow_blank=True, help_text="Whether the victim was told.")

    @staticmethod
    def plan(said: dict[str, Any]) -> RequestPlan:
        rest = {name: value for name, value in said.items() if name != "referral"}
        return RequestPlan(**rest | {"categories": tuple(dict.fromkeys(said["categories"]))})


class RequestAnswerIn(Strict):
    """What is done with a request: approved or taken back by who asks; answered by the holder but for giving."""

    verb = Code([("approve", ""), ("withdraw", ""), ("not_held", ""), ("refuse", "")])
    refusal = Code(Refusal.choices, default="", allow_blank=True, help_text="Of `refuse`: why.")
    words = text(500, help_text="Of `refuse`: why, in a sentence.")


class RequestItemOut(Out):
    reference = Words()
    kind = Code(RequestKind.choices)
    status = Code(RequestStatus.choices)
    asker = Words()
    holder = Words()
    due_at = Moment()


class RequestsOut(Out):
    by_us = RequestItemOut(many=True)
    of_us = RequestItemOut(many=True)


class RequestOut(RequestItemOut):
    about = Words(help_text="The reference of the case.")
    categories = serializers.ListField(child=Code(Category.choices))
    material = Words()
    period_from = serializers.DateField(allow_null=True)
    period_until = serializers.DateField(allow_null=True)
    enquiry = Words()
    necessity = Words()
    other_means = Words()
    counselling = Words()
    notice = Code(VictimNotice.choices, allow_blank=True)
    asked_at = Moment()
    approved_at = Moment(allow_null=True)
    sent_at = Moment(allow_null=True)
    answered_at = Moment(allow_null=True)
    given = serializers.ListField(
        source="decision.categories", default=None, allow_null=True, child=Code(Category.choices)
    )
    refusal = Code(Refusal.choices, allow_blank=True)
    words = Words()


def request_body(request: InformationRequest) -> dict[str, Any]:
    return RequestOut(request).data
