"""The shape of what is typed to answer a victim, and of what an agency decides about naming its workers."""

from typing import Any, ClassVar

from django import forms

from casework.models import ContactRoute
from oversight.models import HandedOver


class AnswerVictimForm(forms.Form):
    """By which safe way, and how. Made of the ways that are confirmed as safe."""

    way = forms.ChoiceField(label="By which safe way?", widget=forms.RadioSelect)
    how = forms.ChoiceField(
        label="How is it handed over?",
        choices=HandedOver.choices,
        widget=forms.RadioSelect,
        help_text="In person and printed: the way is how you agreed the meeting. Nothing is sent.",
    )
    still_safe = forms.BooleanField(
        label="They said just now that this is still safe, for as long as they keep the answer",
        required=False,
    )

    def __init__(self, *args: Any, ways: list[ContactRoute], **options: Any) -> None:
        super().__init__(*args, **options)
        self.ways = {f"{way.party.public_id}.{way.kind}": way for way in reversed(ways)}
        self.fields["way"].choices = [(key, in_words(way)) for key, way in reversed(self.ways.items())]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """What the command is handed."""
        way = self.ways[self.cleaned_data["way"]]
        said = {name: self.cleaned_data[name] for name in ("how", "still_safe")}
        return said | {"party": way.party, "by": way.kind}


class NamingForm(forms.Form):
    """Whether workers are named."""

    named = forms.ChoiceField(
        label="When a victim asks who has looked at their file, are your workers named?",
        choices=[("no", "No: only the agency, and how many"), ("yes", "Yes: by name")],
        widget=forms.RadioSelect,
    )
    gov: ClassVar[dict[str, dict[str, Any]]] = {"named": {"heading": True, "legend_size": "l"}}


def in_words(way: ContactRoute) -> str:
    """Whom it reaches, what it is, and when it is safe."""
    when = f", {way.when_safe}" if way.when_safe else ""
    return f"{way.party.name or 'The victim'}: {way.get_kind_display()} {way.value or ''}{when}"
