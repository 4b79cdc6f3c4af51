"""The shape of what is typed about who must not see a case. Workers are named by their email addresses."""

from typing import Any, ClassVar

from django import forms
from django.core.validators import validate_email

from accounts.models import Agency, User
from casework.models import BarProposal, BarReason, Dismissal, SealReason
from casework.queries import workers_of

NOBODY_THERE = "Nobody who works in this partnership has this email address: {}. Check it."
Gov = dict[str, dict[str, Any]]


class WarnedForm(forms.Form):
    """A form whose consequences are shown before it is acted upon: sent twice, the second time as it was then."""

    is_asked = True  # first, whether to go on
    confirmed = forms.CharField(required=False, widget=forms.HiddenInput)
    gov: ClassVar[Gov] = {}

    def __init__(self, *args: Any, agencies: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.agencies = agencies

    @property
    def said(self) -> str:
        """What was chosen, to tell whether it is still what the consequences were shown of."""
        return "|".join(str(self.data.get(name, "")).strip() for name in self.fields if name != "confirmed")

    @property
    def is_confirmed(self) -> bool:
        return not self.is_asked or self.data.get("confirmed", "") == self.said

    def workers(self, typed: str) -> list[User]:
        """Those whose email addresses are typed, divided by spaces or on lines of their own."""
        emails = list(dict.fromkeys(typed.lower().split()))
        found = {worker.email: worker for worker in workers_of(self.agencies, emails)}
        if missing := [email for email in emails if email not in found]:
            raise forms.ValidationError(NOBODY_THERE.format(", ".join(missing)))
        return [found[email] for email in emails]


class BarForm(WarnedForm):
    """Whom to bar, a worker or an agency, and why."""

    worker = forms.CharField(
        label="A worker: their email address", max_length=254, required=False, validators=[validate_email]
    )
    agency = forms.ModelChoiceField(
        label="Or everybody of an agency", queryset=Agency.objects.none(), required=False, empty_label=""
    )
    reason = forms.ChoiceField(label="Why?", choices=BarReason.choices, widget=forms.RadioSelect)
    gov: ClassVar[Gov] = {"worker": {"optional": False}, "agency": {"optional": False}}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["agency"].queryset = self.agencies  # type: ignore[attr-defined]

    def clean_worker(self) -> User | None:
        return next(iter(self.workers(self.cleaned_data["worker"])), None)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and bool(data.get("worker")) == bool(data.get("agency")):
            self.add_error("worker", "Enter the email address of one worker, or choose an agency, not both.")
        return data

    @property
    def who(self) -> User | Agency:
        chosen: User | Agency = self.cleaned_data["worker"] or self.cleaned_data["agency"]
        return chosen


class SealForm(WarnedForm):
    """Why a case is sealed, and who alone finds it from then on, besides whoever seals it."""

    reason = forms.ChoiceField(label="Why?", choices=SealReason.choices, widget=forms.RadioSelect)
    workers_named = forms.CharField(
        label="Who else may see it?",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Their email addresses, each on a line of its own. You are named as well. Only who is named and "
        "could see the case until now sees it from then on; no other supervisor does.",
    )

    def clean_workers_named(self) -> list[User]:
        return self.workers(self.cleaned_data["workers_named"])


class NameForm(WarnedForm):
    """One more worker for a seal."""

    worker = forms.CharField(label="Their email address", max_length=254, validators=[validate_email])

    def clean_worker(self) -> User:
        return self.workers(self.cleaned_data["worker"])[0]


class TakeOffForm(WarnedForm):
    """One of those whom a seal names."""

    worker = forms.ModelChoiceField(
        label="Who shall no longer see it?", queryset=User.objects.none(), widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, *args: Any, named: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["worker"].queryset = named  # type: ignore[attr-defined]


class AcceptForm(WarnedForm):
    """Whom to bar of what is proposed, and why."""

    who = forms.ChoiceField(label="Who must not see this case?", widget=forms.RadioSelect)
    reason = forms.ChoiceField(label="Why?", choices=BarReason.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, proposal: BarProposal, own: Agency, **options: Any) -> None:
        super().__init__(*args, **options)
        self.proposal = proposal
        agency = proposal.worker.agency
        choices = [("worker", str(proposal.worker)), ("agency", f"Everybody of {agency}")]
        self.fields["who"].choices = choices[:1] if agency == own else choices  # type: ignore[attr-defined]

    @property
    def chosen(self) -> User | Agency:
        worker: User = self.proposal.worker
        return worker if self.cleaned_data["who"] == "worker" else worker.agency


class DismissForm(WarnedForm):
    """Why nobody needs to be barred. It changes nothing besides, so there is nothing to warn of."""

    is_asked = False
    because = forms.ChoiceField(
        label="Why need they not be barred?", choices=Dismissal.choices, widget=forms.RadioSelect
    )


class DeclareForm(forms.Form):
    """A telephone number or an address of one's own, to be kept from cases in which it stands."""

    telephone = forms.CharField(label="A telephone number", max_length=40, required=False)
    lines = forms.CharField(
        label="An address, without its postcode",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    postcode = forms.CharField(label="Its postcode", max_length=10, required=False)
    gov: ClassVar[Gov] = {"postcode": {"width": 10}, "telephone": {"width": 20}}


class LiftForm(WarnedForm):
    """Nothing to say: the page shows what it lifts."""

    is_asked = False
