"""The shape of what is typed about what is owed: what happened, what became of it, and why rights are enhanced."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format

from accounts.fields import MomentField
from accounts.models import User
from casework.forms import Gov, one_of, radios, text, ticks
from casework.models import CaseClock, ClockOutcome, ContactAttempt, DutyHolder, Enhanced, RouteKind
from casework.plans import ClockPlan, SettlePlan
from casework.queries import events, reached_in


class ClockForm(forms.Form):
    """Something that happened, from which things are owed."""

    event = forms.ChoiceField(label="What happened?")
    event_at = MomentField(label="When?", noun="The time of it")
    due_at = MomentField(
        label="The date that was set",
        noun="The date",
        required=False,
        help_text="Only for what has a date: an order that ends, a release, a hearing, or updates at another interval.",
    )
    note = text(300, label="Anything more", help_text="Which order or court, what conditions. No names or addresses.")

    def __init__(self, *args: Any, actor: User, now: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["event"].choices = [("", ""), *events(actor.agency.partnership_id, now).items()]  # type: ignore[attr-defined]

    def plan(self) -> ClockPlan:
        return ClockPlan(**self.cleaned_data)


class SettleForm(forms.Form):
    """What became of what is owed."""

    outcome = radios(ClockOutcome.choices, label="What became of it?")
    told_by = one_of(DutyHolder.choices, label="If they were told: by whom?")
    told_at = MomentField(label="When did others tell them?", noun="The time", required=False)
    how = one_of([each for each in RouteKind.choices if each[0] != RouteKind.NONE], label="How did others tell them?")
    attempt = one_of((), label="If we told them: when we reached them by a safe way")
    words = text(500, label="Anything more")

    def __init__(self, *args: Any, clock: CaseClock, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["attempt"].choices = [("", ""), *_made(reached_in(clock))]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("outcome") == ClockOutcome.TOLD and not data.get("told_by"):
            raise ValidationError({"told_by": "Choose who told them."})
        return data

    def plan(self) -> SettlePlan:
        data = self.cleaned_data
        return SettlePlan(**data | {"attempt": data["attempt"] or None})


class EntitlementForm(forms.Form):
    """Why somebody has enhanced rights, beside what follows from the crime and their age."""

    reasons = ticks(
        Enhanced.choices,
        label="Is any of this so?",
        help_text="Ask them. Each reason gives enhanced rights. What was said before stays.",
    )
    words = text(300, label="Anything more")
    gov: ClassVar[Gov] = {}


def _made(attempts: Iterable[ContactAttempt]) -> Iterable[tuple[str, str]]:
    for each in attempts:
        when = date_format(each.started_at, "j F Y, H:i")
        yield str(each.public_id), f"{when}: {each.route.get_kind_display()}, {each.worker}"
