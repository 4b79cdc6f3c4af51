"""The shape of what is looked for, and of what is asked of whom, on the page that refers to partners."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField

from casework.forms import Gov, long_text, one_of, text, ticks
from casework.models import Need
from referrals.models import ChosenAgainst, Service, Urgency
from referrals.plans import AS_KNOWN, GENDERS, Choice, DraftPlan, Search
from referrals.routing import Sought, Suggestion

ASKED_HELP = "They read this before they accept. Leave out names, numbers and places."


class ServiceField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Service) -> str:
        return f"{obj.name} ({obj.agency.name})"


class SearchForm(forms.Form):
    """What is looked for, for this once. A form without the mark that it was shown says nothing: all is as known."""

    shown = forms.CharField(required=False, widget=forms.HiddenInput, initial="1")
    needs = ticks(Need.choices, label="What do they need?")
    area = one_of([], label="Where do they come from?")
    gender = one_of(GENDERS, label="Who is it for?")
    language = text(60, label="Which language do they speak?")
    wheelchair = forms.BooleanField(label="They use a wheelchair", required=False)
    interpreter = forms.BooleanField(label="They need an interpreter", required=False)
    oldest_son = forms.IntegerField(
        label="How old is the oldest son who comes with them?", required=False, min_value=0, max_value=99
    )

    def __init__(self, *args: Any, areas: Collection[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["area"].choices = [("", ""), *((area, area) for area in areas)]  # type: ignore[attr-defined]

    def search(self) -> Search:
        said = self.cleaned_data
        if not said["shown"]:
            return AS_KNOWN
        return Search(
            needs=tuple(said["needs"]),
            area=said["area"],
            gender=said["gender"],
            language=said["language"],
            interpreter=said["interpreter"],
            wheelchair=said["wheelchair"],
            oldest_son=said["oldest_son"],
        )


def known_of(sought: Sought) -> dict[str, Any]:
    """What stands in the form before somebody types: what is known of the case."""
    names = ("area", "gender", "language", "wheelchair", "interpreter")
    said = {name: getattr(sought, name) for name in names}
    return said | {"needs": sorted(sought.needs), "oldest_son": max(sought.sons, default=None)}


class DraftForm(forms.Form):
    """To which services, and what is asked of each: ticked among those that are suggested or not, or chosen by name."""

    tick = forms.ModelMultipleChoiceField(label="Services", queryset=Service.objects.none(), required=False)
    gov: ClassVar[Gov] = {"asked": {"optional": False}}
    service = ServiceField(
        label="Another one: which service?", queryset=Service.objects.none(), empty_label="", required=False
    )
    urgency = forms.ChoiceField(
        label="How urgent is it?", choices=Urgency.choices, widget=forms.RadioSelect, initial=Urgency.ROUTINE
    )
    asked = long_text(500, 3, label="What do you ask them to do?", help_text=ASKED_HELP)
    chosen_against = one_of(ChosenAgainst.choices, label="If it is not what is suggested first: why do you choose it?")
    chosen_because = text(300, label="In your words", help_text="A sentence that the agency you ask does not read.")

    def __init__(self, *args: Any, services: Iterable[Service], **options: Any) -> None:
        super().__init__(*args, **options)
        self.services = {service.pk: service for service in services}
        for name in ("tick", "service"):
            self.fields[name].queryset = services  # type: ignore[attr-defined]
        for pk in self.services:
            self.fields[f"asked_{pk}"] = text(500, label="What you ask of this one, if it is something else")

    def clean(self) -> dict[str, Any]:
        """Each service that is chosen is asked something."""
        said: dict[str, Any] = super().clean() or {}
        self.chosen = list(dict.fromkeys([*(said.get("tick") or ()), *filter(None, [said.get("service")])]))
        if "asked" in said and any(not self.asked_of(service) for service in self.chosen):
            self.add_error("asked", "Say what you ask them to do.")
        return said

    def asked_of(self, service: Service) -> str:
        own: str = self.cleaned_data.get(f"asked_{service.pk}") or self.cleaned_data.get("asked") or ""
        return own

    def plans(self) -> list[DraftPlan]:
        said = self.cleaned_data
        choice = Choice(said["chosen_against"], said["chosen_because"])
        return [DraftPlan(service, self.asked_of(service), said["urgency"], choice) for service in self.chosen]

    def rows(self, suggestions: Iterable[Suggestion]) -> Iterator[tuple[Suggestion, BoundField, bool]]:
        """Each with the box for what is asked of it, and whether it is ticked."""
        ticked = set(map(str, self["tick"].value() or ()))
        for each in suggestions:
            pk = each.service.id
            yield each, self[f"asked_{pk}"], str(pk) in ticked
