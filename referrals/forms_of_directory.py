"""The shape of what is typed about the services of the directory."""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from casework.categories import Category
from casework.forms import Gov, long_text, one_of, radios, text, ticks
from casework.models import CaseKind, Level, Purpose
from referrals import entries
from referrals.models import ByAndFor, Service, ServiceStatus
from referrals.plans import CapacityPlan

FULL, PLACES = "full", "places"
MANY = 999
YES_NO = [("yes", "Yes"), ("no", "No"), ("", "Not said")]
AS_WORDS = {True: "yes", False: "no", None: ""}
TRUTHS = ("takes_nrpf", "takes_women", "takes_men", "wheelchair", "pets")


def number(label: str, most: int, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=most, required=False, **options)


def truth(label: str) -> forms.ChoiceField:
    return radios(YES_NO, label=label, required=False)


class DirectoryForm(forms.Form):
    """Which services are looked for."""

    kind = one_of(CaseKind.choices, label="For which kind of case?")
    purpose = one_of(Purpose.choices, label="What is needed?")


class CapacityForm(forms.Form):
    """Whether there are places: one button says it; how many, and how long people wait, if it is known."""

    said = forms.ChoiceField(choices=[(FULL, "Full"), (PLACES, "There are places")])
    places = number("How many places? Leave it empty for at least one", MANY)
    waiting_days = number("How many days do people wait?", MANY)
    waitlist_length = number("How many wait?", MANY)
    gov: ClassVar[Gov] = {name: {"width": 3} for name in ("places", "waiting_days", "waitlist_length")}

    def plan(self) -> CapacityPlan:
        said = self.cleaned_data
        places = 0 if said["said"] == FULL else said["places"] or 1
        return CapacityPlan(places, said["waitlist_length"], said["waiting_days"])


class ServiceForm(forms.Form):
    """What a service says of itself: to everybody, and below to those who refer to it."""

    name = forms.CharField(label="Name", max_length=200)
    description = long_text(5000, 5, label="What it offers")
    status = radios(ServiceStatus.choices, label="Status")
    eligibility_description = long_text(2000, 3, label="For whom")
    application_process = long_text(2000, 3, label="How one gets there")
    fees_description = long_text(2000, 2, label="What it costs")
    alert = long_text(1000, 2, label="To know at present")
    url = text(500, label="Web address")
    email = text(200, label="E-mail")
    minimum_age = number("From which age?", entries.OLDEST)
    maximum_age = number("Up to which age?", entries.OLDEST)
    languages = long_text(2000, 3, label="Languages besides English", help_text="Each on a line of its own.")
    areas = long_text(
        2000, 3, label="Areas", help_text="Boroughs, each on a line of its own. Empty is the partnership's own."
    )
    kinds = ticks(CaseKind.choices, label="For which kinds of case may it be referred to?")
    purpose = radios(Purpose.choices, label="What for?")
    usual_categories = ticks(Category.choices, label="What it usually needs to know")
    answers_within_hours = forms.IntegerField(label="Within how many hours does it answer?", min_value=1, max_value=720)
    risk_bands = ticks(Level.choices, label="Which levels of risk does it take? None is any")
    takes_nrpf = truth("Does it take people without recourse to public funds?")
    takes_women = truth("Does it take women?")
    takes_men = truth("Does it take men?")
    takes_sons_until = number("Up to which age does it take sons?", 99)
    wheelchair = truth("Can one get in by wheelchair?")
    pets = truth("Does it take pets?")
    by_and_for = ticks(ByAndFor.choices, label="Whose own service is it?")
    outside_area_only = forms.BooleanField(label="It takes only people from elsewhere", required=False)
    beds = long_text(500, 3, label="Beds", help_text="Each type on a line of its own, with how many: family: 2")
    secure_contact = text(300, label="How those who refer reach it, which is told to nobody else")
    gov: ClassVar[Gov] = {
        name: {"width": 3} for name in ("minimum_age", "maximum_age", "answers_within_hours", "takes_sons_until")
    }

    @classmethod
    def of(cls, service: Service) -> "ServiceForm":
        said: dict[str, Any] = entries.said_in(service.entry)
        stands: dict[str, Any] = {name: said.get(name, getattr(service, name, None)) for name in cls.base_fields}
        lines = {name: "\n".join(stands[name]) for name in entries.LISTS}
        beds = {"beds": "\n".join(f"{kind}: {count}" for kind, count in sorted(service.beds.items()))}
        return cls(initial=stands | lines | beds | {name: AS_WORDS[stands[name]] for name in TRUTHS})

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"])
        if url and not url.startswith(("https://", "http://")):
            raise ValidationError("Enter a web address that begins with https://")
        return url

    def clean_beds(self) -> dict[str, int]:
        beds = {}
        for line in lines_of(self.cleaned_data["beds"]):
            kind, _, count = line.rpartition(":")
            if not kind.strip() or not count.strip().isascii() or not count.strip().isdecimal():
                raise ValidationError("Write each type with how many of them, as in family: 2")
            beds[kind.strip()] = min(int(count), MANY)
        return beds

    def said(self) -> dict[str, Any]:
        """By the names that `edit_service` takes."""
        made: dict[str, Callable[[Any], Any]] = {
            **dict.fromkeys(entries.WORDS, lambda words: words.replace("\r\n", "\n")),
            **dict.fromkeys(entries.LISTS, lines_of),
            **dict.fromkeys(TRUTHS, lambda said: {"yes": True, "no": False}.get(said)),
        }
        return {name: made.get(name, lambda as_it_is: as_it_is)(said) for name, said in self.cleaned_data.items()}


def lines_of(typed: str) -> list[str]:
    return [line.strip() for line in typed.splitlines() if line.strip()]
