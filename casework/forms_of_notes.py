"""The shape of what is typed in a note, and of what to show of a timeline."""

from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from accounts.contested import Contestable
from accounts.fields import DayField
from casework.forms import Gov, radios
from casework.models import Disclosable
from casework.queries import KINDS, Wanted


class NoteForm(Contestable):
    """A note, and whether it may be given away when somebody asks for their file."""

    words = forms.CharField(
        label="Note",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Fact or opinion, and whose. A note is never changed: another can take its place.",
    )
    disclosable = radios(Disclosable.choices, label="May it be given away, when somebody asks for their file?")
    gov: ClassVar[Gov] = {}


class TimelineForm(forms.Form):
    """What of a timeline to show. Days are both included."""

    kind = forms.ChoiceField(label="What", required=False)
    agency = forms.ChoiceField(label="Agency", required=False)
    since = DayField(label="Since", noun="The first day", required=False)
    until = DayField(label="Until", noun="The last day", required=False)

    def __init__(self, *args: Any, agencies: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].choices = [("", "All"), *((kind.code, kind.label) for kind in KINDS)]  # type: ignore[attr-defined]
        self.fields["agency"].choices = [("", "All"), *((name, name) for name in agencies)]  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        """What is asked for; everything, while something typed is wrong."""
        return wanted(**self.cleaned_data) if self.is_valid() else Wanted()


def wanted(kind: str, agency: str, since: date | None, until: date | None) -> Wanted:
    """The same of codes and days."""
    return Wanted(
        kinds=(kind,) if kind else (),
        agency=agency,
        since=_begin_of(since) if since else None,
        until=_begin_of(until + timedelta(days=1)) if until else None,
    )


def _begin_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
