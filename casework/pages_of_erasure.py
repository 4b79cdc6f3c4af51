"""The pages of erasing a case, and of the legal holds that beat it."""

from typing import Any, ClassVar

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.gate import Page, SignedIn
from accounts.models import User
from casework import commands, queries
from casework.forms_of_bars import WarnedForm
from casework.forms_of_erasure import ApproveForm, AskForm, HoldForm, RefuseForm
from casework.models import Case, Erasure, LegalHold
from casework.pages_of_bars import OfBars


class ShowErasure(Page):
    """Whether a case is to be erased, and what holds it."""

    permission = "casework.view_erasure"

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        case = queries.get_case(request.user, reference, self.permission)
        erasing = queries.read_erasing(actor=request.user, case=case)
        context = {"case": case, "erasing": erasing, "tombstone": queries.tombstone_of(case)}
        return render(request, "casework/erasure.html", context)


class OfErasure(OfBars):
    """One act: its form, what it would do, and the one command that it leads to."""

    def judged(self, record: Any) -> Any:
        return record

    def back(self, record: Any) -> str:
        return reverse("case_erasure", args=[self.case_of(record).reference])

    def shown(self, actor: User, record: Any) -> None:
        queries.erasing_is_shown(actor=actor, case=self.case_of(record))


class AskErasure(OfErasure):
    permission = "casework.ask_erasure"
    form_class = AskForm
    words: ClassVar[dict[str, str]] = {
        "heading": "Ask that this case be erased",
        "about": "Nothing is erased until another supervisor or senior practitioner of your agency approves it. They "
        "are told by mail that something waits for them.",
        "submit": "Ask for it",
    }
    done = "It is asked for. Somebody else must approve it."

    def act(self, actor: User, record: Case, form: Any) -> None:
        said = {name: form.cleaned_data[name] for name in ("ground", "words")}
        commands.ask_erasure(actor=actor, case=record, now=timezone.now(), **said)


class ApproveErasure(OfErasure):
    permission = "casework.approve_erasure"
    form_class: type[WarnedForm] = ApproveForm
    words: ClassVar[dict[str, str]] = {"heading": "Erase this case?", "submit": "Erase the case for good"}
    done = "The case is erased."

    def find(self, actor: User, **named: Any) -> Erasure:
        return queries.get_erasure(actor, named["public_id"], self.permission)

    def besides(self, actor: User, record: Erasure, form: Any) -> list[str]:
        return [
            "Who it is about, what was said, and everything else that is known in it goes, for everybody and for good.",
            "What is shared of it ends, and so do its next steps.",
            "That there was a case of this reference stays, and who did what in it, and when; this, too.",
        ]

    def act(self, actor: User, record: Erasure, form: Any) -> None:
        commands.approve_erasure(actor=actor, erasure=record, now=timezone.now())


class RefuseErasure(ApproveErasure):
    permission = "casework.refuse_erasure"
    form_class = RefuseForm
    words: ClassVar[dict[str, str]] = {"heading": "Keep this case?", "submit": "Keep the case"}
    done = "The case is kept."

    def act(self, actor: User, record: Erasure, form: Any) -> None:
        commands.refuse_erasure(actor=actor, erasure=record, now=timezone.now())


class PlaceHold(OfErasure):
    permission = "casework.place_hold"
    form_class = HoldForm
    words: ClassVar[dict[str, str]] = {
        "heading": "Hold this case",
        "about": "While it is held, nobody can have it erased, on whatever ground. What was asked for waits.",
        "submit": "Hold the case",
    }
    done = "The case is held. It cannot be erased."

    def act(self, actor: User, record: Case, form: Any) -> None:
        commands.place_hold(actor=actor, case=record, reason=form.cleaned_data["reason"], now=timezone.now())


class LiftHold(OfErasure):
    permission = "casework.lift_hold"
    form_class = RefuseForm
    words: ClassVar[dict[str, str]] = {
        "heading": "Lift this hold?",
        "about": "If no other holds it, the case can be erased again, when two people decide so.",
        "submit": "Lift the hold",
    }
    done = "The hold is lifted."

    def find(self, actor: User, **named: Any) -> LegalHold:
        return queries.get_hold(actor, named["public_id"])

    def act(self, actor: User, record: LegalHold, form: Any) -> None:
        commands.lift_hold(actor=actor, hold=record, now=timezone.now())
