"""The pages of the victim's question: who has looked at my file? And whether workers are named in the answer."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.authorization import NotPossibleNow
from accounts.gate import Page, SignedIn
from accounts.versions import held
from casework.forms_of_sharing import add_errors
from oversight import commands, queries
from oversight.forms_of_answers import AnswerVictimForm, NamingForm


class WhoLooked(Page):
    """What victims of a case were told before, and the form to answer one now, where there is a safe way."""

    permission = "oversight.give_answer"
    needs_version = False  # it takes nothing from what was there, and changes nothing of it

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        return self.show(request, reference)

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        case = held(lambda: queries.get_asked(request.user, reference))
        form = AnswerVictimForm(request.POST, ways=queries.ways_to_hand_over(case))
        if not form.is_valid():
            return self.show(request, reference, form, status=400)
        try:
            answer = commands.give_answer(actor=request.user, now=timezone.now(), **form.chosen())
        except ValidationError as error:
            add_errors(form, error)
            return self.show(request, reference, form, status=400)
        except NotPossibleNow as refusal:
            form.add_error("way", str(refusal))
            return self.show(request, reference, form, status=409)
        return redirect("given_answer", answer.public_id)

    def show(
        self, request: SignedIn, reference: str, form: AnswerVictimForm | None = None, status: int = 200
    ) -> HttpResponse:
        asked = queries.read_asked(actor=request.user, reference=reference)
        context = {"case": asked.case, "asked": asked, "form": form or AnswerVictimForm(ways=asked.ways)}
        return render(request, "oversight/who_looked.html", context, status=status)


class ShowAnswer(Page):
    """An answer to read out, or to print and hand over."""

    permission = "oversight.give_answer"

    def get(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        told = queries.read_answer(actor=request.user, public_id=public_id)
        return render(request, "oversight/answer.html", {"told": told, "answer": told.answer})


class StaffNames(Page):
    """Whether this agency lets its workers be named to victims."""

    permission = "oversight.decide_naming"
    needs_version = False  # the newest decision holds, whatever the one before was

    def get(self, request: SignedIn) -> HttpResponse:
        naming = queries.naming_of(request.user.agency)
        initial: dict[str, Any] = {"named": "yes" if naming and naming.is_named else "no"}
        return self.show(request, NamingForm(initial=initial))

    def post(self, request: SignedIn) -> HttpResponse:
        form = NamingForm(request.POST)
        if not form.is_valid():
            return self.show(request, form, status=400)
        is_named = form.cleaned_data["named"] == "yes"
        commands.decide_naming(actor=request.user, is_named=is_named, now=timezone.now())
        messages.success(request, "It is saved, and holds from now on. What was told before stays as it was.")
        return redirect("staff_names")

    def show(self, request: SignedIn, form: NamingForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "naming": queries.naming_of(request.user.agency)}
        return render(request, "oversight/staff_names.html", context, status=status)
