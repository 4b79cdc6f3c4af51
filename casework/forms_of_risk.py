"""The shape of what is typed about risk: which tool, its answers, a referral to MARAC."""

from typing import Any, ClassVar

from django import forms

from accounts.contested import Contestable
from accounts.fields import DayField
from accounts.models import User
from casework.forms import YES_NO, Gov, long_text, radios, text
from casework.grading import LONGEST_COMMENT, NOT_ASKED
from casework.models import JUDGED, Gate, Mode, NotAsked, Party, RiskInstrument, Source
from casework.plans import AssessmentPlan

REASONS = [("", ""), *NotAsked.choices]
PARTS = ("comment", "source", "not_asked")


class BeginForm(forms.Form):
    """With which tool, and about whom."""

    instrument = radios([], label="Which tool?")
    alleged = radios([], label="About which alleged perpetrator?", required=False)

    def __init__(self, *args: Any, instruments: list[RiskInstrument], parties: list[Party], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["instrument"].choices = [(each.code, each.name) for each in instruments]  # type: ignore[attr-defined]
        self.fields["alleged"].choices = named(parties)  # type: ignore[attr-defined]
        if not any(each.of_pair for each in instruments):
            del self.fields["alleged"]


def named(parties: list[Party]) -> list[tuple[str, str]]:
    """The parties by their public ids, each told from the others also where nobody knows a name."""
    return [
        (str(party.public_id), party.name or f"Somebody whose name is not known ({number})")
        for number, party in enumerate(parties, 1)
    ]


class AssessmentForm(Contestable):
    """What is common to all tools; `form_of` adds the items. Saved as it is typed, whatever is missing."""

    mode = radios(Mode.choices, label="How was it asked?")
    present = text(200, label="Who else was there?")
    interpreter = forms.ChoiceField(
        label="With an interpreter?", choices=YES_NO, required=False, widget=forms.RadioSelect
    )
    rest_not_asked = forms.ChoiceField(
        label="What is left open above was not asked, because", choices=REASONS, required=False
    )
    call_outs = forms.IntegerField(
        label="Call-outs and reported incidents in the last 12 months",
        required=False,
        min_value=0,
        max_value=999,
        help_text="As the police or somebody else told you. Leave it empty if nobody did.",
    )
    concern = forms.BooleanField(label="I am worried that they may take their own life", required=False)
    judgement = radios([(level.value, level.label) for level in JUDGED], label="How do you judge it?", required=False)
    reason = long_text(
        1000,
        4,
        label="Why do you judge so?",
        help_text="Your judgement may raise the grade at once. One that is lower waits for a second person.",
    )
    owner = radios(
        [("me", "Me"), ("duty", "The duty queue of my agency")],
        label="Who takes on what this asks for at once?",
        required=False,
        initial="me",
    )
    gov: ClassVar[Gov] = {name: {"inline": True} for name in ("mode", "interpreter", "judgement", "owner")}
    instrument: RiskInstrument

    @classmethod
    def typed(cls, posted: Any) -> dict[str, str]:
        """What is kept of a draft: the boxes that say something."""
        return {name: posted[name] for name in cls.base_fields if posted.get(name)}

    def plan(self, actor: User) -> AssessmentPlan:
        data = self.cleaned_data
        return AssessmentPlan(
            answers={item["code"]: self._answer(item["code"]) for item in self.instrument.content["items"]},
            mode=data["mode"],
            present=data["present"],
            interpreter={"yes": True, "no": False}.get(data["interpreter"]),
            call_outs=data["call_outs"],
            concern=data["concern"],
            judgement=data["judgement"],
            reason=data["reason"],
            owner=None if data["owner"] == "duty" else actor,
        )

    def _answer(self, code: str) -> dict[str, str]:
        data = self.cleaned_data
        said = {"answer": data[f"q_{code}"]} | {part: data[f"q_{code}_{part}"] for part in PARTS}
        if not said["answer"] and data["rest_not_asked"]:
            said |= {"answer": NOT_ASKED, "not_asked": data["rest_not_asked"]}
        return {name: value for name, value in said.items() if value or name == "answer"}

    @property
    def items(self) -> list[dict[str, Any]]:
        """The items with their boxes, as the page shows them."""
        return [
            {"item": item, "answer": self[f"q_{item['code']}"]}
            | {"more": [self[f"q_{item['code']}_{part}"] for part in PARTS]}
            | {"is_open": any(self[f"q_{item['code']}_{part}"].value() for part in PARTS)}
            for item in self.instrument.content["items"]
        ]

    @property
    def head(self) -> list[Any]:
        return [self[name] for name in ("mode", "present", "interpreter")]

    @property
    def tail(self) -> list[Any]:
        return [self[name] for name in ("rest_not_asked", "call_outs", "concern", "judgement", "reason", "owner")]


def form_of(instrument: RiskInstrument) -> type[AssessmentForm]:
    """The form of one version of a tool."""
    fields: dict[str, Any] = {"instrument": instrument}
    answers = [(each["code"], each["label"]) for each in instrument.content["scale"]] + [(NOT_ASKED, "Not asked")]
    for item in instrument.content["items"]:
        name, topic = f"q_{item['code']}", item["topic"]
        fields |= {
            name: radios(answers, label=item.get("wording") or topic, required=False),
            f"{name}_comment": text(LONGEST_COMMENT, label=f"Comment on “{topic}”"),
            f"{name}_source": radios(Source.choices, label=f"How is “{topic}” known?", required=False),
            f"{name}_not_asked": forms.ChoiceField(
                choices=REASONS, label=f"“{topic}” was not asked, because", required=False
            ),
        }
    gov = {name: {"optional": False, "inline": not name.endswith(("_comment", "_not_asked"))} for name in fields}
    fields["gov"] = AssessmentForm.gov | gov
    return type("FormOfInstrument", (AssessmentForm,), fields)


class MaracForm(forms.Form):
    """That a pair was referred to MARAC."""

    referred_on = DayField(label="When was it referred?", noun="The day of the referral")
    gate = radios(Gate.choices, label="By which gate?")
    alleged = radios([], label="Because of which alleged perpetrator?", required=False)

    def __init__(self, *args: Any, parties: list[Party] = [], **options: Any) -> None:  # noqa: B006
        super().__init__(*args, **options)
        self.fields["alleged"].choices = named(parties)  # type: ignore[attr-defined]
        if not parties:
            del self.fields["alleged"]
