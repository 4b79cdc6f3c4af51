"""The shape of what is typed about sharing: the decision, what somebody agreed to, an end, an agreement."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils import timezone

from accounts.fields import DayField, MomentField
from accounts.models import Agency, User
from accounts.roles import Role
from casework.categories import Category
from casework.models import (
    Capacity,
    Case,
    Consent,
    ConsentHow,
    FeedbackLevel,
    LawfulBasis,
    OverrideReason,
    Purpose,
    ToldVictim,
)
from casework.plans import AgreementPlan, ConsentPlan, OverridePlan, SharePlan
from casework.queries import consent_said, lawful_bases

Gov = dict[str, dict[str, Any]]
USUAL_DAYS = 90  # a share without a reason for another length ends after three months; a local default
HELP = {
    Category.IDENTITY: "Name, date of birth, language and access needs.",
    Category.CONTACT: "Telephone numbers and other ways, each with whether and when it is safe.",
    Category.LOCATION: "Addresses, and the places of incidents.",
    Category.INCIDENT: "Crime references and what the police recorded.",
    Category.RISK: "Levels of risk, who judged and why.",
    Category.NARRATIVE: "What was said at each contact.",
    Category.HOUSEHOLD: "Children and others at home.",
    Category.ALLEGED: "What is known of the alleged perpetrator.",
    Category.NEEDS: "Support needs.",
}
# What is proposed for a purpose: a basis and categories. Language and access needs, of the identity, with every one.
PROPOSED: dict[str, tuple[str, tuple[str, ...]]] = {
    Purpose.POLICE_VISIT: ("6-e", ("identity", "contact", "location", "incident")),
    Purpose.SAFETY_SUPPORT: ("6-e", ("identity", "contact", "risk", "narrative", "household", "alleged")),
    Purpose.SAFE_ACCOMMODATION: ("6-e", ("identity", "contact", "risk", "household", "needs")),
    Purpose.HOUSING_HELP: ("6-e", ("identity", "contact", "needs")),
    Purpose.HEALTH_CARE: ("6-e", ("identity", "contact", "needs")),
    Purpose.VICTIM_SUPPORT: ("6-e", ("identity", "contact")),
    Purpose.REQUEST: ("6-e", ("incident",)),
}
OF_SUPERVISORS = ("override_reason", "override_narrative", "told_victim", "beyond_agreement")
YES_NO = [("", "Not noted"), ("yes", "Yes"), ("no", "No")]


def add_errors(form: forms.Form, error: ValidationError) -> None:
    """What a command found wrong, at the fields it is wrong in; what the form does not ask for, at its head."""
    for name, words in error.update_error_dict({}).items():
        form.add_error(name if name in form.fields and name != NON_FIELD_ERRORS else None, words)


class ShareForm(forms.Form):
    """Why it is shared, what of it, and until when. Who is no supervisor is not asked what only one may say."""

    purpose = forms.ChoiceField(label="What is it shared for?", choices=Purpose.choices)
    basis = forms.ModelChoiceField(
        label="What lets us share it?",
        queryset=LawfulBasis.objects.none(),
        to_field_name="code",
        empty_label=None,
        widget=forms.RadioSelect,
    )
    consent = forms.ChoiceField(
        label="Do they agree?",
        choices=Consent.choices,
        widget=forms.RadioSelect,
        help_text="Agreement is not what lets us share; the agency you refer to sees what you say here.",
    )
    consent_reason = forms.CharField(
        label="If they were not asked, or do not agree: why is it shared?", max_length=500, required=False
    )
    override_reason = forms.ChoiceField(
        label="If they do not agree: why must it be shared all the same?",
        choices=[("", "They agree, or were not asked"), *OverrideReason.choices],
        required=False,
        help_text="You authorise it as a supervisor.",
    )
    override_narrative = forms.CharField(label="What makes that necessary?", max_length=500, required=False)
    told_victim = forms.ChoiceField(
        label="Do they know that it is shared against their will?",
        choices=[("", "Does not apply"), *ToldVictim.choices],
        required=False,
    )
    necessity = forms.CharField(label="Why is it necessary? One sentence.", max_length=500)
    categories = forms.MultipleChoiceField(
        label="What will they see?", choices=Category.choices, widget=forms.CheckboxSelectMultiple
    )
    until = MomentField(label="Until when?", noun="The end of the share")
    beyond_agreement = forms.CharField(
        label="If no agreement in force covers this: why is it shared all the same?", max_length=500, required=False
    )
    justification = forms.CharField(
        label="If a name, number or address must stay in your own words: why?",
        max_length=500,
        required=False,
        help_text="Leave this empty unless you are told that your words hold one.",
    )
    gov: Gov = {"categories": {"hints": {str(c): words for c, words in HELP.items()}}}

    def __init__(self, *args: Any, actor: User, case: Case, recipient: Agency, now: datetime, **options: Any) -> None:
        self.recipient = recipient
        usual = {"basis": "6-e", "until": now + timedelta(days=USUAL_DAYS)} | options.pop("initial", {})
        said = consent_said(case, usual["purpose"], recipient, now)
        if said:
            usual |= {"consent": said.stands, "consent_reason": said.reason}
        super().__init__(*args, **options | {"initial": usual})
        bases = lawful_bases(now)
        self.fields["basis"].queryset = bases  # type: ignore[attr-defined]
        self.gov = self.gov | {"basis": {"hints": {basis.code: basis.help_text for basis in bases}}}
        for name in OF_SUPERVISORS if actor.role != Role.SUPERVISOR else ():
            del self.fields[name]

    def chosen(self) -> list[str]:
        """The categories ticked now, right or wrong, for the preview."""
        ticked = self["categories"].value() or []
        return [str(name) for name in ticked if name in Category.values]

    def plan(self) -> SharePlan:
        data = self.cleaned_data
        return SharePlan(
            recipient=self.recipient,
            purpose=Purpose(data["purpose"]),
            basis=data["basis"],
            consent=Consent(data["consent"]),
            consent_reason=data["consent_reason"],
            necessity=data["necessity"],
            categories=tuple(data["categories"]),
            until=data["until"],
            override=OverridePlan(
                reason=data.get("override_reason", ""),
                narrative=data.get("override_narrative", ""),
                told_victim=data.get("told_victim", ""),
            ),
            beyond_agreement=data.get("beyond_agreement", ""),
            justification=data["justification"],
        )


class ConsentForm(forms.Form):
    """What somebody said to being shared about, for what, and with whom."""

    state = forms.ChoiceField(label="What did they say?", choices=Consent.choices, widget=forms.RadioSelect)
    purpose = forms.ChoiceField(label="To sharing for what?", choices=Purpose.choices)
    recipient = forms.ModelChoiceField(
        label="With which agency?", queryset=Agency.objects.none(), required=False, empty_label="With any"
    )
    categories = forms.MultipleChoiceField(
        label="To sharing what?", choices=Category.choices, widget=forms.CheckboxSelectMultiple
    )
    how = forms.ChoiceField(label="How did they say it?", choices=ConsentHow.choices, initial=ConsentHow.BY_TELEPHONE)
    reason = forms.CharField(label="If they do not agree, or were not asked: why?", max_length=500, required=False)
    capacity = forms.ChoiceField(label="Are they able to decide this?", choices=Capacity.choices)
    interpreter = forms.ChoiceField(label="Did an interpreter help?", choices=YES_NO, required=False)
    until = MomentField(label="Until when, if they said?", noun="The end of the consent", required=False)
    gov: Gov = {"categories": {"hints": {str(c): words for c, words in HELP.items()}}}

    def __init__(self, *args: Any, agencies: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["recipient"].queryset = agencies  # type: ignore[attr-defined]

    def plan(self) -> ConsentPlan:
        data = self.cleaned_data
        interpreter = {"yes": True, "no": False}.get(data["interpreter"])
        return ConsentPlan(**data | {"interpreter": interpreter, "categories": tuple(data["categories"])})


class ShortenForm(forms.Form):
    """An earlier end."""

    until = MomentField(label="When shall it end?", noun="The end of the share")


class AgreementForm(forms.Form):
    """An agreement between agencies, as it was signed."""

    name = forms.CharField(label="What is it called?", max_length=150)
    gateway = forms.CharField(label="Which law lets the parties share?", max_length=200)
    parties = forms.ModelMultipleChoiceField(
        label="Between which agencies?", queryset=Agency.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    categories = forms.MultipleChoiceField(
        label="What does it cover?", choices=Category.choices, widget=forms.CheckboxSelectMultiple
    )
    feedback_level = forms.TypedChoiceField(
        label="What shall the sender hear of what was sent?",
        choices=FeedbackLevel.choices,
        initial=FeedbackLevel.CLOSED,
        coerce=int,
        widget=forms.RadioSelect,
        help_text="Each with all before it. Never words, and never a place.",
    )
    valid_from = DayField(label="From when?", noun="The beginning")
    review_on = DayField(
        label="When is it to be reviewed?",
        noun="The review date",
        help_text="From that day nothing new is shared under it.",
    )

    def __init__(self, *args: Any, agencies: Any, **options: Any) -> None:
        super().__init__(*args, **options | {"initial": {"valid_from": timezone.localdate()}})
        self.fields["parties"].queryset = agencies  # type: ignore[attr-defined]

    def plan(self) -> AgreementPlan:
        data = self.cleaned_data
        return AgreementPlan(**data | {"parties": tuple(data["parties"]), "categories": tuple(data["categories"])})
