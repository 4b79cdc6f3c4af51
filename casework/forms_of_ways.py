"""The shape of what is typed while somebody is reached, and of what is said anew of a way to reach them."""

from typing import Any, ClassVar

from django import forms

from accounts.fields import MomentField
from accounts.models import User
from casework.forms import Gov, radios, text
from casework.models import AttemptOutcome, Change, ContactRoute, RouteOverrideReason, Safety, Said
from casework.plans import Confirmation
from casework.queries import workers_of
from casework.windows import EXAMPLE, LONGEST_LINE, tidy


class TimesField(forms.CharField):
    """Safe times, as one line. Cleaned to the line that is kept."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=LONGEST_LINE, required=False, **{"help_text": EXAMPLE} | options)

    def clean(self, value: Any) -> str:
        return tidy(super().clean(value))


class OutcomeForm(forms.Form):
    """What came of an attempt."""

    outcome = radios(AttemptOutcome.choices, label="What came of it?")


class WordForm(forms.Form):
    """A word that somebody said, to be compared with the one that was agreed."""

    whose = radios(
        [("theirs", "They say it: it is how we know them"), ("ours", "We say it: it is how they know us")],
        label="Whose word is it?",
        initial="theirs",
    )
    word = forms.CharField(
        label="The word", max_length=60, help_text="You are told whether it is right. The agreed word is never shown."
    )


class ConfirmForm(forms.Form):
    """What they say of a way now. What else was said of it stays."""

    safety = radios(Safety.choices, label="Is it safe to use?", help_text="Their word, now. Not known is not safe.")
    monitored = radios(Said.choices, label="Does somebody else use it, or watch it?", required=False)
    windows = TimesField(label="When is it safe?")
    never_times = TimesField(
        label="When must it never be used?", help_text="Written in the same way. This always wins."
    )
    when_safe = text(200, label="In their words")
    expires_at = MomentField(
        label="Ask again by?", noun="The time", required=False, help_text="Empty: when the service standard says."
    )
    gov: ClassVar[Gov] = {"safety": {"inline": True}, "monitored": {"inline": True}}

    @classmethod
    def of(cls, route: ContactRoute) -> "ConfirmForm":
        """With the times as they were said before, to be read out; whether it is safe is asked anew."""
        return cls(initial={name: getattr(route, name) for name in ("windows", "never_times", "when_safe")})

    def said(self) -> Confirmation:
        return Confirmation(**self.cleaned_data)


class ChangeForm(forms.Form):
    """What changed."""

    change = radios(
        Change.choices,
        label="What has changed?",
        help_text="The risk is looked at again sooner, and why is noted. If they moved or separated, addresses, "
        "letters, meeting places, and telephones that others may have, are in doubt from now on: none counts as right "
        "or safe until they say so again.",
    )


class OverrideForm(forms.Form):
    """Why one way may be used for a short time although it is not safe."""

    reason = radios(RouteOverrideReason.choices, label="Why must it be used?")
    words = forms.CharField(label="What has happened?", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    hours = forms.TypedChoiceField(
        label="For how long?", coerce=int, choices=[(1, "One hour"), (2, "Two hours"), (4, "Four hours")]
    )
    asked_by = forms.EmailField(
        label="Who asked you for it?", required=False, help_text="Their email address. Empty if nobody did."
    )

    def __init__(self, *args: Any, actor: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.actor = actor

    def clean_asked_by(self) -> User | None:
        return colleague(self.actor, self.cleaned_data["asked_by"])


def colleague(actor: User, email: str) -> User | None:
    """Who works in the actor's agency and has this email address; None for no address. Raises `ValidationError`."""
    if not email:
        return None
    found = workers_of(type(actor.agency).objects.filter(pk=actor.agency_id), [email])
    if not found:
        raise forms.ValidationError("Nobody who works in your agency has this email address. Check it.")
    return found[0]
