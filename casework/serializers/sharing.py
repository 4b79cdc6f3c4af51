"""The shapes of the API of sharing: what somebody agreed to, decisions to share, and agreements."""

from typing import Any

from rest_framework import serializers

from accounts.bodies import Code, Moment, Strict, text
from accounts.models import Agency
from casework.categories import Category
from casework.models import Capacity, Consent, ConsentHow, OverrideReason, Purpose, ToldVictim
from casework.plans import OverridePlan
from casework.queries import Sharing

Out = serializers.Serializer
Words = serializers.CharField
A_REASON = "Only by a supervisor, where they do not agree: with a narrative, and whether they were told."


class CategoriesIn(Strict):
    categories = serializers.ListField(child=Code(Category.choices), max_length=len(Category))


class ShareIn(CategoriesIn):
    """A decision to share."""

    purpose = Code(Purpose.choices)
    basis = serializers.CharField(max_length=20, help_text="Code of a lawful basis in force.")
    consent = Code(Consent.choices)
    consent_reason = text(500)
    override_reason = Code(OverrideReason.choices, default="", allow_blank=True, help_text=A_REASON)
    override_narrative = text(500)
    told_victim = Code(ToldVictim.choices, default="", allow_blank=True)
    necessity = serializers.CharField(max_length=500)
    until = Moment()
    beyond_agreement = serializers.CharField(
        max_length=500, default="", allow_blank=True, help_text="A supervisor's reason where no agreement covers it."
    )
    justification = serializers.CharField(
        max_length=500, default="", allow_blank=True, help_text="Why words stay in that look like protected values."
    )


class ConsentIn(CategoriesIn):
    """What was said, to sharing these categories."""

    state = Code(Consent.choices)
    purpose = Code(Purpose.choices)
    recipient = serializers.IntegerField(
        default=None, allow_null=True, min_value=1, max_value=2**63 - 1, help_text="Id of an agency; null: any."
    )
    how = Code(ConsentHow.choices)
    reason = text(500)
    capacity = Code(Capacity.choices, default=Capacity.NOT_NOTED)
    interpreter = serializers.BooleanField(default=None, allow_null=True, help_text="Null: not noted.")
    until = Moment(default=None, allow_null=True)


class UntilIn(Strict):
    until = Moment(help_text="Between now and its end.")


class ConsentOut(Out):
    id = serializers.UUIDField(source="public_id")
    state = Code(Consent.choices, source="stands", help_text="What they say now.")
    purpose = Code(Purpose.choices)
    recipient = Words(allow_null=True, help_text="Null: any agency.")
    categories = serializers.ListField(child=Code(Category.choices))
    how = Code(ConsentHow.choices)
    reason = Words()
    capacity = Code(Capacity.choices)
    interpreter = serializers.BooleanField(allow_null=True)
    until = Moment(allow_null=True)
    recorded_at = Moment()
    recorded_by = Words()
    withdrawn_at = Moment(allow_null=True)


class SeenOut(Out):
    """What an agency read of the case."""

    agency = Words()
    categories = serializers.ListField(child=Code(Category.choices))
    times = serializers.IntegerField()
    last_at = Moment()


class WithdrawnOut(Out):
    consent = ConsentOut()
    seen = SeenOut(many=True)


class ShareOut(Out):
    id = serializers.UUIDField(source="public_id")
    recipient = Words()
    purpose = Code(Purpose.choices)
    basis = Words(source="basis.code")
    consent = Code(Consent.choices, source="consent.stands", help_text="What they say now.")
    override_reason = Code(OverrideReason.choices, allow_blank=True)
    beyond_agreement = Words()
    justification = Words()
    necessity = Words()
    categories = serializers.ListField(child=Code(Category.choices))
    until = Moment()
    decided_at = Moment()
    began_at = Moment(allow_null=True, help_text="Null: not accepted.")
    ended_at = Moment(allow_null=True)


class SharingOut(Out):
    consents = ConsentOut(many=True)
    shares = ShareOut(many=True)


class AgreementOut(Out):
    reference = Words()
    name = Words()
    gateway = Words()
    parties = serializers.SerializerMethodField()
    categories = serializers.ListField(child=Code(Category.choices))
    feedback_level = serializers.IntegerField(help_text="How much of a partner's work the sender hears of: 1 to 4.")
    valid_from = serializers.DateField()
    review_on = serializers.DateField()
    ended_at = Moment(allow_null=True)

    def get_parties(self, agreement: Any) -> list[str]:
        return [party.agency.name for party in agreement.parties.all()]


class AgreementsOut(Out):
    agreements = AgreementOut(many=True)


def sharing_body(sharing: Sharing) -> dict[str, Any]:
    """The whole answer to what is shared of a case."""
    return SharingOut(vars(sharing)).data


def share_plan_of(said: dict[str, Any], basis: Any, recipient: Agency) -> dict[str, Any]:
    """What a body says, as the fields of a `SharePlan`."""
    override = OverridePlan(said["override_reason"], said["override_narrative"], said["told_victim"])
    mine = {"override_reason", "override_narrative", "told_victim"}
    rest = {name: value for name, value in said.items() if name not in mine}
    categories = tuple(dict.fromkeys(said["categories"]))
    return rest | {"override": override, "basis": basis, "recipient": recipient, "categories": categories}
